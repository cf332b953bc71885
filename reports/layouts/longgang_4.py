"""P0 附件4 小微园安全隐患整治清单: the hazard ledger, one row a hazard."""

from collections.abc import Iterable, Iterator
from datetime import date

from campaigns.models import Campaign
from reports.figures.standing import Entry, entries, ledger_on
from reports.layouts.columns import Column, Kind
from reports.layouts.form import Ask, Form
from reports.layouts.signatures import FILLED_ON, FILLER
from reports.workbook import CENTRED, DATE, PROSE, Book, Look, Value

SLUG = "longgang-4"
TITLE = "龙港市小微园安全隐患整治清单"
PLAIN_TITLE = "安全隐患整治清单"
PLAN = "longgang"
"""Slugs of the campaigns whose plan words the title so."""
SHEET = "隐患整治清单"
NONE = "（无）"

COLUMNS: tuple[Column, ...] = (
    Column("serial", "序号", 6, kind=Kind.CODE, synonyms=("编号", "序", "No.")),
    Column(
        "park",
        "园区名称",
        13,
        field="park.name",
        synonyms=("园区", "小微园名称", "小微园", "所属园区", "所在园区"),
        required=True,
    ),
    Column(
        "where",
        "发生位置\n（企业名称）",
        16,
        field="where",
        synonyms=("发生位置", "隐患位置", "隐患部位", "发生部位", "位置", "发生位置及企业名称"),
        required=True,
    ),
    Column(
        "description",
        "安全隐患问题描述",
        25,
        field="description",
        synonyms=("隐患问题描述", "安全隐患描述", "隐患描述", "问题描述", "安全隐患问题", "隐患内容"),
        required=True,
    ),
    Column(
        "category",
        "安全隐患类型",
        13,
        field="category.name",
        synonyms=("隐患类型", "隐患类别", "安全隐患类别", "整治内容", "类型"),
        required=True,
    ),
    Column(
        "department",
        "整治责任单位",
        14,
        field="responsible",
        synonyms=("责任单位", "整改责任单位", "整治单位", "牵头责任单位"),
    ),
    Column(
        "due_on",
        "计划完成整治时间",
        17,
        field="due_on",
        kind=Kind.DATE,
        synonyms=("计划完成时间", "计划整治时间", "整改期限", "整治期限", "完成时限", "计划完成整改时间"),
    ),
    Column(
        "progress",
        "整治进度",
        18,
        field="progress",
        synonyms=("整改进度", "进度", "整改情况", "整治情况", "进展情况", "整治进展"),
    ),
    Column(
        "found_on",
        "问题上报日期",
        17,
        field="found_on",
        kind=Kind.DATE,
        synonyms=("上报日期", "问题上报时间", "上报时间", "发现日期", "发现时间", "排查日期"),
        required=True,
    ),
    Column(
        "difficulty",
        "存在困难",
        13,
        field="difficulty",
        synonyms=("存在的困难", "困难"),
    ),
)
"""The ten columns in the order of the form. One declaration for export and import."""

WIDTHS = tuple(column.width for column in COLUMNS)
_LOOKS: dict[Kind, Look] = {Kind.TEXT: PROSE, Kind.CODE: CENTRED, Kind.DATE: DATE, Kind.NUMBER: CENTRED}
LOOKS = tuple(_LOOKS[column.kind] for column in COLUMNS)


def table(hazards: Iterable[Entry], day: date) -> Iterator[list[Value]]:
    """The rows of the form as they stood on the day, numbered from 1."""
    for serial, hazard in enumerate(hazards, 1):
        yield [
            str(serial),
            hazard.park,
            hazard.where,
            hazard.description,
            hazard.category,
            hazard.responsible,
            hazard.due_on,
            hazard.progress_on(day),
            hazard.found_on,
            hazard.difficulty,
        ]


def write(
    book: Book, hazards: Iterable[Entry], *, day: date, unit: str, title: str = TITLE, note: str = ""
) -> None:
    """Add the form as one sheet; `note` is a line under the table about what is listed."""
    sheet = book.sheet(SHEET, WIDTHS)
    sheet.title(title)
    sheet.heads([column.heading for column in COLUMNS])
    first = sheet.height
    sheet.rows(table(hazards, day), LOOKS)
    if sheet.height == first:
        sheet.line([(NONE, len(COLUMNS))], look=CENTRED, height=30)
    if note:
        sheet.line([(note, len(COLUMNS))])
    sheet.line(
        [(f"单位（公章）：{unit}" if unit else "单位（公章）", 4), (FILLER, 3), (FILLED_ON, 3)],
        height=30,
    )
    sheet.stamp_room()


def title_for(campaign: Campaign) -> str:
    """The plan's own title in its own campaign; in any other that campaign's name and the form's."""
    return TITLE if campaign.slug.startswith(PLAN) else f"{campaign.label}{PLAIN_TITLE}"


def fill(book: Book, ask: Ask) -> None:
    """The ledger of the campaign or one unit as of a day; of a period, what was found within it."""
    hazards = ledger_on(ask.campaign, ask.as_of, ask.coverage)
    if ask.within and ask.period:
        hazards = hazards.filter(found_on__range=(ask.period.start, ask.period.end))
    write(
        book,
        entries(hazards, ask.then),
        day=ask.as_of,
        unit=ask.unit_name,
        title=title_for(ask.campaign),
    )


FORM = Form(SLUG, TITLE, SHEET, fill, title_for)
