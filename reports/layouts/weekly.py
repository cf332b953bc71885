"""The weekly workbook: five sheets that a unit downloads and hands in (周报表 … 数据来源)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from campaigns.enums import Rhythm
from campaigns.models import Campaign
from hazards.lights import words
from hazards.tallies import rate_text
from reports.figures.numbers import UNITS
from reports.figures.standing import Entry, entries
from reports.indicators import Indicator
from reports.layouts import longgang_4, taizhou_2, zhengyang_2
from reports.layouts.form import Ask, Form, Indicators
from reports.layouts.weekly_content import Change, Source, changes, ledger, pressed, source
from reports.text_room import text_width
from reports.workbook import CENTRED, DATE, FIGURE, HEAD, PROSE, Book, Look, Sheet, Value

SLUG = "weekly"
NAME = "周报工作簿"
OWN_FORMS = (taizhou_2.FORM, zhengyang_2.FORM)
"""Forms of figures; the first that a campaign uses is the first sheet of its weekly workbook."""
UNKNOWN = "—"
TYPED = "手工填报。"

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
SOURCE_HEADS = ("指标", "口径", "统计范围", "数值", "单位", "对应记录", "在系统中查看")
SOURCE_WIDTHS = (16, 36, 10, 11, 7, 46, 26)
SOURCE_LOOKS = (PROSE, PROSE, CENTRED, FIGURE, CENTRED, PROSE, PROSE)
PIECE_WIDTH = 380
"""Width of the record labels in one row of 数据来源, in half characters: about ten lines of print."""


def fill(book: Book, ask: Ask) -> None:
    """Add the five sheets. `ask.period` is the week; the form itself counts from the first day on."""
    figures_form(ask.campaign).fill(book, ask)
    hazards, note = ledger(ask)
    longgang_4.write(
        book,
        entries(hazards, ask.then),
        day=ask.as_of,
        unit=ask.unit_name,
        title=longgang_4.title_for(ask.campaign),
        note=note,
    )
    _write_pressed(book, ask, pressed(ask))
    _write_changes(book, ask, changes(ask))
    _write_sources(book, ask, [source(one, ask) for one in indicators(ask.campaign)])


def figures_form(campaign: Campaign) -> Form:
    """The form of figures that the campaign's plan asks for: its own, else P1's weekly table."""
    return next((form for form in OWN_FORMS if form.slug in campaign.forms), taizhou_2.FORM)


def indicators(campaign: Campaign) -> Indicators:
    """The figures of the campaign's own form."""
    return figures_form(campaign).indicators(campaign)


def title_for(campaign: Campaign) -> str:
    return f"{campaign.label}周报"


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


def _write_changes(book: Book, ask: Ask, changes: Sequence[Change]) -> None:
    sheet = book.sheet(CHANGES_SHEET, CHANGE_WIDTHS)
    sheet.title("本周变化")
    _caption(sheet, ask)
    sheet.line([(f"一、指标变化（本周：{ask.period}）", 8)], look=Look("黑体", 12, border=False), height=28)
    spans = (4, 1, 1, 1, 1)
    _stretch(sheet, ("指标", "本周", "上周", "增减", "累计"), spans, HEAD)
    numbers = ask.counts
    for indicator in indicators(ask.campaign):
        now, before = numbers.period[indicator.slug], numbers.before[indicator.slug]
        values: list[Value] = [indicator.heading, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN]
        if (total := numbers.cumulative[indicator.slug]) is not None:
            values[4] = total
        if not indicator.stock and now is not None and before is not None:
            values[1:4] = [now, before, now - before]
        _stretch(sheet, values, spans, FIGURE, first_left=True)
    sheet.line([(None, 8)], height=10)
    sheet.line([("二、变动明细", 8)], look=Look("黑体", 12, border=False), height=28)
    sheet.heads(CHANGE_HEADS, freeze=False)
    sheet.rows(_change_rows(changes), CHANGE_LOOKS)
    if not changes:
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


def _write_sources(book: Book, ask: Ask, sources: Sequence[Source]) -> None:
    sheet = book.sheet(SOURCES_SHEET, SOURCE_WIDTHS)
    sheet.title("数据来源")
    _caption(sheet, ask)
    sheet.heads(SOURCE_HEADS)
    for one in sources:
        sheet.rows(_source_rows(ask, one), SOURCE_LOOKS)
    numbers, width = ask.counts, len(SOURCE_HEADS)
    found, closed = numbers.cumulative.get("found"), numbers.cumulative.get("rectified")
    if found is not None and closed is not None:
        rate = rate_text(int(closed), int(found))
        sheet.line([(f"整改率：{rate}（已整改隐患数÷发现隐患数，由原始项数计算）", width)])
    whole = replace(ask, within=False)
    sheet.line([(f"{whole.counted}；本周：{ask.period}", width)])
    if ask.home:
        sheet.line([("“在系统中查看”是该数据所含记录的地址，复制到浏览器并登录后打开。", width)])


def _source_rows(ask: Ask, one: Source) -> Iterator[list[Value]]:
    """What a figure means, its number and its records: 累计, and 本周 where a week of it means anything."""
    numbers, slug = ask.counts, one.indicator.slug
    meaning = f"{one.indicator.definition}{one.indicator.date_rule}。"
    if slug in numbers.typed:
        meaning = f"{TYPED}{meaning}"
    address = f"{ask.home}{slug}/" if ask.home else UNKNOWN
    yield from _scope_rows(
        one.indicator,
        meaning,
        "累计",
        number=numbers.cumulative[slug],
        labels=one.cumulative,
        address=address,
    )
    if not one.indicator.stock:
        address = f"{address}?scope=period" if ask.home else UNKNOWN
        yield from _scope_rows(
            one.indicator, "同上。", "本周", number=numbers.period[slug], labels=one.period, address=address
        )


def _scope_rows(
    indicator: Indicator, meaning: str, scope: str, *, number: Value, labels: Sequence[str], address: str
) -> Iterator[list[Value]]:
    pieces = _pieces(labels) or [UNKNOWN]
    shown = UNKNOWN if number is None else number
    yield [indicator.label, meaning, scope, shown, indicator.unit, pieces[0], address]
    for piece in pieces[1:]:
        yield [f"{indicator.label}（续）", "", scope, "", "", piece, ""]


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


FORM = Form(
    SLUG,
    NAME,
    "周报",
    fill,
    title_for,
    indicators=indicators,
    rows_by=UNITS,
    rhythm=Rhythm.WEEKLY,
    answers=(taizhou_2.SLUG,),
)
