"""The weekly workbook: five sheets that a unit downloads and hands in (周报表 … 数据来源)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from hazards.lights import words
from hazards.tallies import rate_text
from reports.indicators import INDICATORS, Figures, Indicator
from reports.layouts import longgang_4, taizhou_2
from reports.layouts.form import Ask
from reports.standing import Entry
from reports.workbook import CENTRED, DATE, FIGURE, HEAD, PROSE, Book, Look, Sheet, Value, text_width

SLUG = "weekly"
NAME = "周报工作簿"

PRESSED_SHEET, CHANGES_SHEET, SOURCES_SHEET = "逾期与即将到期", "本周变化", "数据来源"
PRESSED_HEADS = (
    "序号",
    "隐患编号",
    "园区名称",
    "发生位置\n（企业名称）",
    "安全隐患问题描述",
    "整治责任单位",
    "计划完成整治时间",
    "期限状态",
    "整治进度",
    "存在困难",
)
PRESSED_WIDTHS = (6, 15, 13, 16, 25, 14, 17, 12, 18, 13)
PRESSED_LOOKS = (CENTRED, CENTRED, PROSE, PROSE, PROSE, PROSE, DATE, CENTRED, PROSE, PROSE)
CHANGE_HEADS = (
    "序号",
    "日期",
    "变动",
    "隐患编号",
    "园区名称",
    "发生位置\n（企业名称）",
    "安全隐患问题描述",
    "整治责任单位",
)
CHANGE_WIDTHS = (6, 17, 12, 16, 18, 22, 36, 18)
CHANGE_LOOKS = (CENTRED, DATE, CENTRED, CENTRED, PROSE, PROSE, PROSE, PROSE)
SOURCE_HEADS = ("指标", "口径", "统计范围", "数值", "单位", "对应记录")
SOURCE_WIDTHS = (16, 36, 10, 11, 7, 66)
SOURCE_LOOKS = (PROSE, PROSE, CENTRED, FIGURE, CENTRED, PROSE)
PIECE_WIDTH = 1100
"""Width of the record labels in one row of 数据来源, in half characters: about twenty lines of print."""


@dataclass(frozen=True)
class Change:
    """One event of the period: what happened to which hazard on which day."""

    on: date
    what: str
    hazard: Entry


@dataclass(frozen=True)
class Source:
    """What lies behind one figure: the records by name, or a sentence where there are too many."""

    indicator: Indicator
    cumulative: Sequence[str]
    period: Sequence[str]


@dataclass(frozen=True)
class Weekly:
    """Everything that the workbook prints. `rows` is empty for a single unit."""

    total: Figures
    rows: Sequence[taizhou_2.Row]
    period: Figures
    period_before: Figures
    ledger: Iterable[Entry]
    ledger_note: str
    pressed: Sequence[Entry]
    changes: Sequence[Change]
    sources: Sequence[Source]


def write(book: Book, ask: Ask, weekly: Weekly) -> None:
    """Add the five sheets. `ask.period` is the week; the form itself counts from the first day on."""
    whole = Ask(ask.campaign, ask.as_of, ask.unit)
    if weekly.rows:
        taizhou_2.write_rollup(book, whole, weekly.rows, weekly.total)
    else:
        taizhou_2.write(book, whole, weekly.total)
    longgang_4.write(
        book,
        weekly.ledger,
        day=ask.as_of,
        unit=ask.unit_name,
        title=longgang_4.title_for(ask.campaign),
        note=weekly.ledger_note,
    )
    _write_pressed(book, ask, weekly.pressed)
    _write_changes(book, ask, weekly)
    _write_sources(book, ask, weekly)


def _caption(sheet: Sheet, ask: Ask) -> None:
    day = f"{ask.as_of.year}年{ask.as_of.month}月{ask.as_of.day}日"
    half = len(sheet.widths) // 2
    sheet.line(
        [(f"填报单位：{ask.unit_name}", half), (f"截止日期：{day}", len(sheet.widths) - half)], aligns="lr"
    )


def _write_pressed(book: Book, ask: Ask, pressed: Sequence[Entry]) -> None:
    sheet = book.sheet(PRESSED_SHEET, PRESSED_WIDTHS)
    sheet.title("逾期与即将到期隐患清单")
    _caption(sheet, ask)
    sheet.heads(PRESSED_HEADS)
    sheet.rows(_pressed_rows(ask, pressed), PRESSED_LOOKS)
    if not pressed:
        sheet.line([("（无）", len(PRESSED_HEADS))], look=CENTRED, height=30)


def _pressed_rows(ask: Ask, pressed: Sequence[Entry]) -> Iterator[list[Value]]:
    for serial, hazard in enumerate(pressed, 1):
        yield [
            str(serial),
            hazard.number,
            hazard.park,
            hazard.where,
            hazard.description,
            hazard.responsible,
            hazard.due_on,
            words(*hazard.light_on(ask.as_of, ask.campaign.yellow_days)),
            hazard.progress_on(ask.as_of),
            hazard.difficulty,
        ]


def _write_changes(book: Book, ask: Ask, weekly: Weekly) -> None:
    sheet = book.sheet(CHANGES_SHEET, CHANGE_WIDTHS)
    sheet.title("本周变化")
    _caption(sheet, ask)
    sheet.line([(f"一、指标变化（本周：{ask.period}）", 8)], look=Look("黑体", 12, border=False), height=28)
    spans = (4, 1, 1, 1, 1)
    _stretch(sheet, ("指标", "本周", "上周", "增减", "累计"), spans, HEAD)
    for indicator in INDICATORS:
        now, before = weekly.period[indicator.slug], weekly.period_before[indicator.slug]
        standing = indicator.slug == "small_enterprises"  # a stock, not counted by the week
        values: list[Value] = [indicator.heading, now, before, now - before, weekly.total[indicator.slug]]
        if standing:
            values[1:4] = ["—", "—", "—"]
        _stretch(sheet, values, spans, FIGURE, first_left=True)
    sheet.line([(None, 8)], height=10)
    sheet.line([("二、变动明细", 8)], look=Look("黑体", 12, border=False), height=28)
    sheet.heads(CHANGE_HEADS, freeze=False)
    sheet.rows(_change_rows(weekly.changes), CHANGE_LOOKS)
    if not weekly.changes:
        sheet.line([("（本周无变动）", 8)], look=CENTRED, height=30)


def _stretch(
    sheet: Sheet, values: Sequence[Value], spans: Sequence[int], look: Look, *, first_left: bool = False
) -> None:
    parts = list(zip(values, spans, strict=True))
    sheet.line(parts, look=look, height=24, aligns="l" if first_left else "")


def _change_rows(changes: Sequence[Change]) -> Iterator[list[Value]]:
    for serial, change in enumerate(changes, 1):
        hazard = change.hazard
        yield [
            str(serial),
            change.on,
            change.what,
            hazard.number,
            hazard.park,
            hazard.where,
            hazard.description,
            hazard.responsible,
        ]


def _write_sources(book: Book, ask: Ask, weekly: Weekly) -> None:
    sheet = book.sheet(SOURCES_SHEET, SOURCE_WIDTHS)
    sheet.title("数据来源")
    _caption(sheet, ask)
    sheet.heads(SOURCE_HEADS)
    whole = Ask(ask.campaign, ask.as_of, ask.unit)
    for source in weekly.sources:
        indicator = source.indicator
        meaning = f"{indicator.definition}{indicator.date_rule}。"
        sheet.rows(
            _source_rows(indicator, meaning, "累计", weekly.total[indicator.slug], source.cumulative),
            SOURCE_LOOKS,
        )
        if indicator.slug != "small_enterprises":
            sheet.rows(
                _source_rows(indicator, "同上。", "本周", weekly.period[indicator.slug], source.period),
                SOURCE_LOOKS,
            )
    found, closed = int(weekly.total["found"]), int(weekly.total["rectified"])
    sheet.line([(f"整改率：{rate_text(closed, found)}（已整改隐患数÷发现隐患数，由原始项数计算）", 6)])
    sheet.line([(f"{whole.counted}；本周：{ask.period}", 6)])


def _source_rows(
    indicator: Indicator, meaning: str, scope: str, number: Value, labels: Sequence[str]
) -> Iterator[list[Value]]:
    pieces = _pieces(labels) or ["—"]
    yield [indicator.label, meaning, scope, number, indicator.unit, pieces[0]]
    for piece in pieces[1:]:
        yield [f"{indicator.label}（续）", "", scope, "", "", piece]


def _pieces(labels: Sequence[str]) -> list[str]:
    """The labels in a row, broken between labels into stretches that each fit one row of print."""
    pieces: list[list[str]] = []
    width = PIECE_WIDTH
    for label in labels:
        width += text_width(label) + 2
        if width > PIECE_WIDTH:
            pieces.append([])
            width = text_width(label)
        pieces[-1].append(label)
    return ["、".join(piece) for piece in pieces]
