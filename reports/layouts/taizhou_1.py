"""P1 附件1 名单: a row a person whom a unit names for the campaign."""

from campaigns.contacts import shown_phone
from campaigns.models import UnitContact
from reports.layouts import plan_parts
from reports.layouts.columns import Column, Kind
from reports.layouts.form import Ask, Form
from reports.layouts.plan_parts import Top
from reports.workbook import Book, Value

SLUG = "taizhou-1"
TITLE = "全市小微企业安全生产和消防安全\n整治工作分管领导、处室负责人名单"
PLAIN_TITLE = "分管领导、处室负责人名单"
SHEET = "分管领导处室负责人名单"

COLUMNS: tuple[Column, ...] = (
    Column(
        "unit",
        "单位",
        27,
        field="department.name",
        synonyms=("单位名称", "所在单位", "工作单位", "部门", "部门名称"),
        required=True,
    ),
    Column("name", "姓名", 14, field="name", kind=Kind.CODE, synonyms=("名字", "联系人"), required=True),
    Column("post", "职务", 20, field="post", synonyms=("职位", "单位职务", "职务职称")),
    Column(
        "phone",
        "手机号码",
        20,
        field="phone",
        kind=Kind.CODE,
        synonyms=("手机", "手机号", "联系电话", "电话", "联系方式", "电话号码"),
    ),
    Column("note", "备注", 15, field="note", synonyms=("说明",)),
)
SIZE = 14
TOP = Top("taizhou", "附件1", TITLE, PLAIN_TITLE, SHEET, COLUMNS, landscape=False, size=SIZE)

BLANK_ROWS = 4
"""Empty rows of the plan's blank, printed while nobody is named."""


def table(ask: Ask) -> list[list[Value]]:
    """The rows of the form, phones masked unless the reader may read them."""
    contacts = UnitContact.objects.filter(campaign=ask.campaign).select_related("department")
    return [
        [
            contact.department.name,
            contact.name,
            contact.post,
            shown_phone(contact.phone, ask.reads_phones_of(contact)),
            contact.note,
        ]
        for contact in contacts
    ]


def fill(book: Book, ask: Ask) -> None:
    """Every contact of the campaign; the blank form while there is none."""
    sheet = TOP.begin(book, ask.campaign)
    rows = table(ask) or [[None] * len(COLUMNS)] * BLANK_ROWS
    sheet.rows(rows, plan_parts.looks_of(COLUMNS, SIZE), height=34)


FORM = Form(SLUG, TITLE.replace("\n", ""), "负责人名单", fill, TOP.title_for, of_plan=True)
