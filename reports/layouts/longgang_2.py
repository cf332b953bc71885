"""P0 附件2 管控措施: a row a measure, 序号 and 整治内容 merged over the measures of an item."""

from collections.abc import Iterator

from campaigns.dates import Span
from campaigns.enums import Part
from campaigns.models import Campaign, Measure
from reports.layouts import plan_parts
from reports.layouts.columns import Column, Kind
from reports.layouts.form import Ask, Form
from reports.layouts.plan_parts import Top
from reports.workbook import Book, Value

SLUG = "longgang-2"
TITLE = "龙港市小微企业园安全隐患整治百日攻坚管控措施"
PLAIN_TITLE = "管控措施"
SHEET = "管控措施"

COLUMNS: tuple[Column, ...] = (
    Column("serial", "序号", 7, kind=Kind.CODE, synonyms=("编号", "序", "No.")),
    Column(
        "category",
        "整治内容",
        20,
        synonyms=("整治项目", "整治重点", "隐患类型", "隐患类别", "整治类别", "内容"),
        required=True,
    ),
    Column(
        "title",
        "措施",
        55,
        synonyms=("管控措施", "整治措施", "工作措施", "具体措施", "主要措施"),
        required=True,
    ),
    Column(
        "deadline",
        "完成时限",
        20,
        kind=Kind.DATE,
        synonyms=(
            *("时限", "完成时间", "时限要求", "整治时限", "整改时限", "整治完成时限", "整改完成时限"),
            *("完成期限", "时间要求"),
        ),
        required=True,
    ),
    Column(
        "responsible",
        "责任单位",
        20,
        synonyms=("牵头单位", "责任部门", "主要责任单位", "整治责任单位", "牵头责任单位"),
        required=True,
    ),
    Column(
        "cooperating",
        "配合单位",
        20,
        synonyms=("协助单位", "配合部门", "协同单位", "参与单位", "协办单位"),
    ),
)
TOP = Top("longgang", "附件2", TITLE, PLAIN_TITLE, SHEET, COLUMNS)

MERGED = (0, 1)
"""序号 and 整治内容, over the measures of an item."""


def table(campaign: Campaign) -> Iterator[list[Value]]:
    """The rows of the form; items without a measure have none and take no number."""
    measures = (
        Measure.objects.filter(campaign=campaign)
        .select_related("category")
        .prefetch_related("responsibilities__department")
        .order_by("category__order", "category_id", "order", "id")
    )
    span = Span(campaign.starts_on, campaign.ends_on)
    serial, category = 0, None
    for measure in measures:
        serial, category = serial + (measure.category_id != category), measure.category_id
        yield [
            str(serial),
            measure.category.name,
            measure.title,
            plan_parts.measure_deadline(measure, span),
            plan_parts.parties(measure, Part.RESPONSIBLE, "\n"),
            plan_parts.parties(measure, Part.COOPERATING, "\n"),
        ]


def fill(book: Book, ask: Ask) -> None:
    """The measures of the campaign."""
    sheet = TOP.begin(book, ask.campaign)
    rows = list(table(ask.campaign))
    if rows:
        sheet.tree(rows, plan_parts.looks_of(COLUMNS), MERGED)
    else:
        plan_parts.say_none(sheet)


FORM = Form(SLUG, TITLE, SHEET, fill, TOP.title_for, of_plan=True)
