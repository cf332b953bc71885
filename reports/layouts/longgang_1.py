"""P0 附件1 部门责任清单: a row a member unit, its duties numbered on lines of one cell."""

from itertools import groupby

from campaigns.enums import UnitKind
from campaigns.models import Campaign, CampaignUnit, UnitDuty
from parks.models import Department
from reports.layouts import plan_parts
from reports.layouts.columns import Column
from reports.layouts.form import Ask, Form
from reports.layouts.plan_parts import Top
from reports.workbook import Book

SLUG = "longgang-1"
TITLE = "龙港市小微企业园安全隐患整治百日攻坚\n专项行动部门责任清单"
PLAIN_TITLE = "部门责任清单"
SHEET = "部门责任清单"

COLUMNS: tuple[Column, ...] = (
    Column(
        "unit",
        "成员单位",
        26,
        synonyms=("单位", "单位名称", "责任单位", "部门", "部门名称", "责任部门", "成员单位名称"),
        required=True,
    ),
    Column(
        "duties",
        "工作职责",
        70,
        synonyms=(
            *("职责", "部门职责", "部门工作职责", "职责分工", "工作任务", "责任分工", "主要职责", "单位职责"),
            *("职责任务", "责任清单", "责任事项"),
        ),
        required=True,
    ),
)
SIZE = 14
TOP = Top("longgang", "附件1", TITLE, PLAIN_TITLE, SHEET, COLUMNS, landscape=False, size=SIZE)


def duties(campaign: Campaign) -> list[tuple[Department, list[str]]]:
    """Each unit that has duties with their texts, in the campaign's order of units."""
    units = CampaignUnit.objects.filter(campaign=campaign, kind=UnitKind.MEMBER)
    place = {pk: number for number, pk in enumerate(units.values_list("department_id", flat=True))}
    rows = list(UnitDuty.objects.filter(campaign=campaign).select_related("department"))
    rows.sort(key=lambda duty: (place.get(duty.department_id, len(place)), duty.department_id))
    return [
        (unit, [duty.text for duty in group]) for unit, group in groupby(rows, lambda duty: duty.department)
    ]


def numbered(texts: list[str]) -> str:
    """Several duties numbered on lines of one cell, a single one bare, as the plan prints them."""
    if len(texts) == 1:
        return texts[0]
    return "\n".join(f"{number}.{text}" for number, text in enumerate(texts, 1))


def fill(book: Book, ask: Ask) -> None:
    """The duties of every unit of the campaign."""
    sheet = TOP.begin(book, ask.campaign)
    table = [[unit.name, numbered(texts)] for unit, texts in duties(ask.campaign)]
    sheet.rows(table, plan_parts.looks_of(COLUMNS, SIZE), height=34)
    if not table:
        plan_parts.say_none(sheet)


FORM = Form(SLUG, TITLE.replace("\n", ""), SHEET, fill, TOP.title_for, of_plan=True)
