"""P0 附件3 专班分工表: a row a park with its task force, under a head of two rows."""

from collections.abc import Iterable, Iterator

from campaigns.contacts import shown_phone
from campaigns.models import TaskForce
from campaigns.queries import task_forces_in
from reports.layouts import plan_parts
from reports.layouts.columns import Column, Kind
from reports.layouts.form import Ask, Form
from reports.layouts.plan_parts import Top
from reports.workbook import Book, Value

SLUG = "longgang-3"
TITLE = "龙港市小微企业园安全隐患整治百日攻坚专班分工表"
PLAIN_TITLE = "专班分工表"
SHEET = "专班分工表"
PARK, TASK_FORCE = "小微园明细", "专班成员"

COLUMNS: tuple[Column, ...] = (
    Column("serial", "序号", 6, kind=Kind.CODE, synonyms=("编号", "序", "No.")),
    Column(
        "park",
        "名称",
        27,
        field="park.name",
        synonyms=("小微园名称", "园区名称", "园区", "小微园", "小微企业园名称"),
        required=True,
        group=PARK,
    ),
    Column(
        "contact_name",
        "单位负责人",
        14,
        field="park.contact_name",
        kind=Kind.CODE,
        synonyms=("园区负责人", "负责人", "小微园负责人"),
        group=PARK,
    ),
    Column(
        "contact_phone",
        "联系电话",
        17.8,
        field="park.contact_phone",
        kind=Kind.CODE,
        synonyms=("负责人电话", "负责人联系电话", "园区联系电话"),
        group=PARK,
    ),
    Column(
        "department",
        "责任单位",
        22.5,
        field="department.name",
        synonyms=("专班责任单位", "牵头单位", "责任部门", "牵头责任单位"),
        required=True,
        group=TASK_FORCE,
    ),
    Column(
        "leader",
        "分管领导",
        11,
        field="leader",
        kind=Kind.CODE,
        synonyms=("专班分管领导", "带队领导", "领导"),
        group=TASK_FORCE,
    ),
    Column("owner", "责任人", 9.5, field="owner", kind=Kind.CODE, synonyms=("专班责任人",), group=TASK_FORCE),
    Column(
        "liaison",
        "联络员",
        9.5,
        field="liaison",
        kind=Kind.CODE,
        synonyms=("联系人", "专班联络员"),
        group=TASK_FORCE,
    ),
    Column(
        "phone",
        "电话",
        17.8,
        field="phone",
        kind=Kind.CODE,
        synonyms=("联络员电话", "联系人电话", "联络电话", "手机号码"),
        group=TASK_FORCE,
    ),
    Column("note", "备注", 7, field="note", synonyms=("说明",)),
)
TOP = Top("longgang", "附件3", TITLE, PLAIN_TITLE, SHEET, COLUMNS)

MERGED = (4,)
"""责任单位, over consecutive parks of one unit."""


def table(task_forces: Iterable[TaskForce], ask: Ask) -> Iterator[list[Value]]:
    """The rows of the form, phones masked unless the reader may read them."""
    for serial, row in enumerate(task_forces, 1):
        in_full = ask.reads_phones_of(row)
        yield [
            str(serial),
            row.park.name,
            row.park.contact_name,
            shown_phone(row.park.contact_phone, in_full),
            row.department.name,
            row.leader,
            row.owner,
            row.liaison,
            shown_phone(row.phone, in_full),
            row.note,
        ]


def fill(book: Book, ask: Ask) -> None:
    """The task forces of the campaign, for a reader those that their pages show, too."""
    sheet = TOP.begin(book, ask.campaign)
    whole = TaskForce.objects.filter(campaign=ask.campaign)
    shown = whole if ask.scope is None else whole.filter(pk__in=task_forces_in(ask.scope).values("pk"))
    rows = list(table(shown.select_related("park", "department"), ask))
    if rows:
        sheet.tree(rows, plan_parts.looks_of(COLUMNS), MERGED)
    else:
        plan_parts.say_none(sheet)
    if len(rows) < (total := whole.count()):
        sheet.line([(f"注：全行动共{total}个专班，本表列出您范围内的{len(rows)}个。", len(COLUMNS))])


FORM = Form(SLUG, TITLE, SHEET, fill, TOP.title_for, of_plan=True)
