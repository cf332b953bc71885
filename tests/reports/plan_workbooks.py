"""Official forms of a plan as offices send them: titles, merged cells, notes; for tests."""

from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook

from tests.reports.workbooks import saved

DUTIES = ("成员单位", "工作职责")
MEASURES = ("序号", "整治内容", "措施", "完成时限", "责任单位", "配合单位")
GROUPS = ("序号", "小微园明细", None, None, "专班成员", None, None, None, None, "备注")
TASK_FORCES = (
    None,
    "名称",
    "单位负责人",
    "联系电话",
    "责任单位",
    "分管领导",
    "责任人",
    "联络员",
    "电话",
    None,
)
CONTACTS = ("单位", "姓名", "职务", "手机号码", "备注")
ITEMS = ("序号", "八个专项行动", "行动任务", "工作要求", "责任部室", "时限要求")

Change = Callable[[Any], None]


def sheet(
    rows: Sequence[Sequence[Any]],
    *,
    titles: Sequence[str] = ("附件", "某某表"),
    change: Change = lambda s: None,
) -> bytes:
    """One sheet of rows under titles; `change` may alter it before it is saved."""
    book = Workbook()
    for title in titles:
        book.active.append([title])
    for row in rows:
        book.active.append(list(row))
    change(book.active)
    return saved(book)


def duties(*rows: Sequence[Any], **how: Any) -> bytes:
    """P0 附件1."""
    return sheet([DUTIES, *rows], **how)


def measures(*rows: Sequence[Any], **how: Any) -> bytes:
    """P0 附件2."""
    return sheet([MEASURES, *rows], **how)


def task_forces(*rows: Sequence[Any], **how: Any) -> bytes:
    """P0 附件3 under its two heading rows, which stand in rows 3 and 4."""
    change = how.pop("change", lambda s: None)

    def merged(one: Any) -> None:
        for area in ("A3:A4", "B3:D3", "E3:I3", "J3:J4"):
            one.merge_cells(area)
        change(one)

    return sheet([GROUPS, TASK_FORCES, *rows], change=merged, **how)


def contacts(*rows: Sequence[Any], **how: Any) -> bytes:
    """P1 附件1."""
    return sheet([CONTACTS, *rows], **how)


def items(*rows: Sequence[Any], **how: Any) -> bytes:
    """P3 附件1."""
    return sheet([ITEMS, *rows], **how)
