"""P0 附件4 小微园安全隐患整治清单: the hazard ledger, one row a hazard."""

from collections.abc import Iterable, Iterator
from datetime import date

from campaigns.models import Campaign
from reports.figures.standing import Entry, entries, ledger_on
from reports.layouts.columns import Column, Kind
from reports.layouts.form import Ask, Form
from reports.layouts.signatures import FILLED_ON, FILLER
from reports.workbook import CENTRED, DATE, PROSE, STAMP_HEIGHT, Book, Look, Value

SLUG = "longgang-4"
TITLE = "龙港市小微园安全隐患整治清单"
PLAIN_TITLE = "安全隐患整治清单"
PLAN = "longgang"
"""Slugs of the campaigns whose plan words the title so."""
SHEET = "隐患整治清单"
NONE = "（无）"

COLUMNS: tuple[Column, ...] = (
    Column("serial", "序号", 5.5, kind=Kind.CODE, synonyms=("编号", "序", "No.")),
    Column(
        "park",
        "园区名称",
        13,
        field="park.name",
        synonyms=(
            *("园区", "小微园名称", "小微园", "小微园区名称", "小微园区", "小微企业园名称", "小微企业园"),
            *("所属园区", "所在园区", "所属小微园"),
        ),
        required=True,
    ),
    Column(
        "where",
        "发生位置\n（企业名称）",
        15,
        field="where",
        synonyms=(
            *("发生位置", "发生位置及企业名称", "隐患发生位置", "隐患位置", "隐患部位", "发生部位"),
            *(
                "隐患所在位置",
                "隐患地点",
                "发生地点",
                "具体位置",
                "具体部位",
                "所在位置",
                "位置",
                "部位",
                "地点",
            ),
        ),
        required=True,
    ),
    Column(
        "description",
        "安全隐患问题描述",
        24,
        field="description",
        synonyms=(
            *("隐患问题描述", "安全隐患描述", "隐患描述", "问题描述", "问题隐患描述", "存在安全隐患问题描述"),
            *("安全隐患问题", "隐患问题", "问题隐患", "安全隐患内容", "隐患内容", "隐患情况描述", "存在隐患"),
            *("存在的问题", "存在问题"),
        ),
        required=True,
    ),
    Column(
        "category",
        "安全隐患类型",
        15,
        field="category.name",
        synonyms=(
            *("隐患类型", "隐患类别", "安全隐患类别", "安全隐患分类", "隐患分类", "问题类型", "问题类别"),
            *("整治内容", "类型", "类别"),
        ),
        required=True,
    ),
    Column(
        "department",
        "整治责任单位",
        15,
        field="responsible",
        synonyms=(
            *("责任单位", "整改责任单位", "整治责任部门", "整改责任部门", "整治单位", "整改单位"),
            *("牵头责任单位", "主要责任单位", "责任部门"),
        ),
    ),
    Column(
        "due_on",
        "计划完成整治时间",
        19.5,
        field="due_on",
        kind=Kind.DATE,
        synonyms=(
            *("计划完成时间", "计划整治时间", "计划完成整改时间", "计划整改完成时间", "计划整治完成时间"),
            *("计划整改时间", "计划完成日期", "要求完成时间", "整改期限", "整治期限", "整改时限", "整治时限"),
            *("整改完成时限", "整治完成时限", "整改完成期限", "完成时限", "完成期限"),
        ),
    ),
    Column(
        "progress",
        "整治进度",
        16,
        field="progress",
        synonyms=(
            *(
                "整改进度",
                "进度",
                "整治进展",
                "整改进展",
                "整治进展情况",
                "整改进展情况",
                "整治情况",
                "整改情况",
            ),
            *("整改落实情况", "整治完成情况", "整改完成情况", "进展情况", "完成情况", "整改状态"),
        ),
    ),
    Column(
        "found_on",
        "问题上报日期",
        17,
        field="found_on",
        kind=Kind.DATE,
        synonyms=(
            *("上报日期", "问题上报时间", "上报时间", "隐患上报日期", "隐患上报时间", "问题发现日期"),
            *("问题发现时间", "隐患发现日期", "隐患发现时间", "发现日期", "发现时间", "排查日期", "排查时间"),
            *("检查日期", "检查时间"),
        ),
        required=True,
    ),
    Column(
        "difficulty",
        "存在困难",
        12,
        field="difficulty",
        synonyms=(
            *("存在的困难", "存在困难和问题", "存在困难及问题", "存在问题和困难", "存在困难及建议"),
            *("困难和问题", "困难"),
        ),
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
    sheet.keep(30 + STAMP_HEIGHT, with_last=True)
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
