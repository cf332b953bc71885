"""P3 附件1 工作清单和责任清单: a row a requirement; actions and tasks merged over what lies under them."""

import math
from collections.abc import Iterator, Sequence

from campaigns.dates import Span
from campaigns.enums import Part
from campaigns.models import Campaign, WorkItem
from reports.layouts import plan_parts
from reports.layouts.columns import Column, Kind
from reports.layouts.form import Ask, Form
from reports.layouts.plan_parts import Top
from reports.text_room import text_width
from reports.workbook import Book, Value

SLUG = "zhengyang-1"
TITLE = "正阳工业园区重大隐患专项排查整治2023行动工作清单和责任清单"
PLAIN_TITLE = "工作清单和责任清单"
SHEET = "工作清单和责任清单"

COLUMNS: tuple[Column, ...] = (
    Column("serial", "序号", 7, kind=Kind.CODE, synonyms=("编号", "序", "No.")),
    Column(
        "action",
        "八个专项行动",
        17,
        field="action",
        synonyms=("专项行动", "六个专项行动", "专项行动任务类别", "行动名称", "任务类别", "集中行动"),
    ),
    Column("task", "行动任务", 30, field="task", synonyms=("任务", "工作任务", "重点任务", "主要任务")),
    Column(
        "title",
        "工作要求",
        38,
        field="title",
        synonyms=("具体要求", "工作内容", "要求", "具体工作", "工作措施"),
        required=True,
    ),
    Column(
        "responsible",
        "责任部室",
        28,
        synonyms=("责任单位", "责任部门", "牵头单位", "责任主体", "牵头部室"),
        required=True,
    ),
    Column(
        "deadline",
        "时限要求",
        22,
        kind=Kind.CODE,
        synonyms=("时限", "完成时限", "完成时间", "时间要求", "完成期限"),
        required=True,
    ),
)
TOP = Top("zhengyang", "附件1", TITLE, PLAIN_TITLE, SHEET, COLUMNS)

TASK, TITLE_AT = 2, 3
LEAST_SHARE, MOST_SHARE = 0.4, 0.65
MERGED = (1, 2)
"""An action over its tasks, a task over its requirements."""


def table(campaign: Campaign) -> Iterator[list[Value]]:
    """The rows of the form, numbered through."""
    items = WorkItem.objects.filter(campaign=campaign).prefetch_related("responsibilities__department")
    span = Span(campaign.starts_on, campaign.ends_on)
    for serial, item in enumerate(items, 1):
        yield [
            str(serial),
            item.action,
            item.task,
            item.title,
            plan_parts.parties(item, Part.RESPONSIBLE, "、"),
            plan_parts.work_deadline(item, span),
        ]


def widths(rows: Sequence[Sequence[Value]]) -> list[float]:
    """Widths of the columns: tasks and requirements share theirs by what is written in them.

    In the plan a task is a paragraph over short requirements; elsewhere it is a word or two.
    """
    both = COLUMNS[TASK].width + COLUMNS[TITLE_AT].width
    # A cell's area grows with its text, so its width with the root.
    task, title = (
        math.sqrt(max((text_width(str(row[at])) for row in rows), default=1)) for at in (TASK, TITLE_AT)
    )
    share = min(max(task / (task + title or 1), LEAST_SHARE), MOST_SHARE)
    given = [column.width for column in COLUMNS]
    given[TASK] = round(both * share)
    given[TITLE_AT] = both - given[TASK]
    return given


def fill(book: Book, ask: Ask) -> None:
    """The work list of the campaign."""
    rows = list(table(ask.campaign))
    sheet = TOP.begin(book, ask.campaign, widths(rows))
    if rows:
        sheet.tree(rows, plan_parts.looks_of(COLUMNS), MERGED)
    else:
        plan_parts.say_none(sheet)


FORM = Form(SLUG, TITLE, SHEET, fill, TOP.title_for, of_plan=True)
