"""“清障拔点”分季度计划 (P4 四（四）, 五（二）): places to be dealt with in the quarter, done and accepted."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from campaigns.enums import DisposalKind, Rhythm
from campaigns.models import Campaign, Disposal
from campaigns.periods import Period
from reports.figures.counting import ledger_rows, span_of
from reports.figures.plan_ledgers import quarters_within
from reports.indicators import Indicator, Ledger, Span
from reports.layouts import parts
from reports.layouts.form import Ask, Form, Indicators
from reports.workbook import (
    CENTRED,
    DATE,
    FIGURE,
    HEAD,
    HEAD_FONT,
    HEADS_HEIGHT,
    PROSE,
    Book,
    Look,
    Sheet,
    Value,
)

SLUG = "quarterly-plan"
NAME = "“清障拔点”分季度计划"
SHORT = "分季度处置计划"
HEADS = ("序号", "区域场所", "处置方式", "整治目标", "责任单位", "完成日期", "组织验收\n（日期）", "验收意见")
WIDTHS = (6.0, 23.0, 11.0, 31.0, 18.0, 17.0, 17.0, 20.0)
LOOKS = (CENTRED, PROSE, CENTRED, PROSE, PROSE, DATE, DATE, PROSE)
_UNDER = [(head, 1) for head in HEADS]
KIND = 2
"""The column of 处置方式."""
_KIND = Look(HEAD_FONT)
_QUARTER_RULE = "按计划所在季度"
_ORDER = [kind.value for kind in DisposalKind]


def _planned(span: Span) -> Q:
    return quarters_within(span)


def _done(span: Span) -> Q:
    return quarters_within(span) & Q(done_on__lte=span.end)


def _accepted(span: Span) -> Q:
    return quarters_within(span) & Q(accepted_on__lte=span.end)


def _of_kind(kind: str, words: str) -> tuple[Indicator, ...]:
    """Planned, done and accepted places of one kind, "" for all."""
    those = Q(kind=kind) if kind else Q()
    end = f"_{kind}" if kind else ""

    def one(slug: str, what: str, said: str, part_of: str) -> Indicator:
        counts = {"planned": _planned, "done": _done, "accepted": _accepted}[slug]
        return Indicator(
            f"{slug}{end}",
            f"{words}{what}",
            "处",
            said,
            _QUARTER_RULE,
            Ledger.DISPOSALS,
            lambda span: counts(span) & those,
            part_of=part_of,
            settled=slug != "planned",
        )

    what = f"“{words}”" if words else "整治、改造、腾退、拔点"
    return (
        one(
            "planned",
            "计划处置",
            f"列入统计期内各季度计划、以{what}方式处置的区域场所数。",
            "planned" if kind else "",
        ),
        one("done", "已完成", f"计划以{what}方式处置的场所中，截止日期前完成的。", f"planned{end}"),
        one("accepted", "已验收", f"计划以{what}方式处置的场所中，截止日期前组织验收通过的。", f"done{end}"),
    )


INDICATORS: Indicators = (
    *_of_kind("", ""),
    *(one for kind in DisposalKind for one in _of_kind(kind.value, str(kind.label))),
)


def indicators(campaign: Campaign) -> Indicators:
    """Places planned, done and accepted, in all and by kind."""
    return INDICATORS


def title_for(campaign: Campaign) -> str:
    return f"{campaign.label}{SHORT}"


def name_of(period: Period) -> str:
    """2024年第2季度; of days that touch several quarters, the first and the last."""
    first, last = ((day.year, (day.month + 2) // 3) for day in (period.start, period.end))
    names = [f"{year}年第{quarter}季度" for year, quarter in dict.fromkeys((first, last))]
    return "至".join(names)


def fill(book: Book, ask: Ask) -> None:
    """The places of the quarter by kind, then what earlier quarters left open, and the counts."""
    assert ask.period is not None, "a report is of a period"
    title = f"{ask.campaign.label}\n{name_of(ask.period)}“清障拔点”计划"
    sheet = parts.begin(book, ask, name=SHORT, title=title, widths=WIDTHS, landscape=True)
    parts.prose(sheet, lead(ask))
    sheet.line(_UNDER, look=HEAD, height=HEADS_HEIGHT)
    rows = places(ask, ask.period)
    _write_places(sheet, ask, rows)
    if not rows:
        sheet.line([("（本季度未列处置计划）", len(WIDTHS))], look=CENTRED, height=30)
    _write_earlier(sheet, ask, ask.period)
    parts.section(sheet, "本季度处置进度")
    _write_counts(sheet, ask, rows)
    parts.note(sheet, _since(ask))
    parts.foot(sheet, ask)


def _write_places(sheet: Sheet, ask: Ask, rows: Sequence[Disposal]) -> None:
    """The places, under a line for each kind 整治、改造、腾退、拔点; numbered through."""
    serial = 0
    for kind in DisposalKind:
        alike = [one for one in rows if one.kind == kind]
        if alike:
            words = [(f"{kind.label}（{len(alike)}处）", len(WIDTHS))]
            sheet.line(words, look=_KIND, height=28, under=_UNDER, then=parts.BEGINNING)
        for one in alike:
            serial += 1
            _write_row(sheet, _row(serial, one, ask))


def places(ask: Ask, period: Period | None) -> list[Disposal]:
    """Places planned in the quarters of the period, by kind in the plan's order; of all with None."""
    span = span_of(ask.campaign, ask.as_of, period)
    rows = ledger_rows(Ledger.DISPOSALS, ask.campaign, span, ask.coverage)
    listed: Sequence[Disposal] = list(rows.select_related("park", "department"))
    return sorted(listed, key=lambda one: (_ORDER.index(one.kind), one.year, one.quarter, one.pk))


def _write_row(sheet: Sheet, row: Sequence[Value]) -> None:
    sheet.line([(cell, 1) for cell in row], look=LOOKS, height=30, under=_UNDER)


def _row(serial: int, one: Disposal, ask: Ask) -> list[Value]:
    """One place as it stood on the day."""
    accepted = _by(one.accepted_on, ask)
    return [
        str(serial),
        one.park.name,
        one.get_kind_display(),
        one.target,
        str(one.department),
        _by(one.done_on, ask),
        accepted,
        one.acceptance_note if accepted else "",
    ]


def _since(ask: Ask) -> str:
    """The counts of all quarters so far."""
    total = ask.counts.cumulative
    return (
        f"注：截至{parts.long_day(ask.as_of)}。行动开始以来各季度累计计划{total['planned']}处，"
        f"完成{total['done']}处，验收{total['accepted']}处。"
    )


def _write_earlier(sheet: Sheet, ask: Ask, period: Period) -> None:
    """Places of earlier quarters that were not accepted by the day: they are still owed."""
    first = (period.start.year, (period.start.month + 2) // 3)
    owed = [
        one for one in places(ask, None) if (one.year, one.quarter) < first and not _by(one.accepted_on, ask)
    ]
    if not owed:
        return
    parts.section(sheet, "以前季度未完成验收的")
    sheet.line(_UNDER, look=HEAD, height=HEADS_HEIGHT)
    for serial, one in enumerate(sorted(owed, key=lambda row: (row.year, row.quarter, row.pk)), 1):
        row = _row(serial, one, ask)
        row[KIND] = f"{one.get_kind_display()}\n{one.year}年\n{one.quarter}季度"
        _write_row(sheet, row)


def lead(ask: Ask) -> str:
    """What was planned, done and accepted, in one paragraph."""
    assert ask.period is not None
    now = ask.counts.period
    if not now["planned"]:
        return f"{name_of(ask.period)}未列处置计划。"
    kinds = "、".join(
        f"{kind.label}{count}处" for kind in DisposalKind if (count := now[f"planned_{kind.value}"])
    )
    return (
        f"{name_of(ask.period)}计划处置区域场所{now['planned']}处（{kinds}）。截至{parts.long_day(ask.as_of)}，"
        f"完成{now['done']}处，完成率{parts.rate(now, 'done', 'planned')}；"
        f"组织验收通过{now['accepted']}处，验收率{parts.rate(now, 'accepted', 'planned')}。"
    )


def _write_counts(sheet: Sheet, ask: Ask, rows: Sequence[Disposal]) -> None:
    """A row a kind and the total: planned, done, accepted in the quarter, and what is still to be done."""
    now = ask.counts.period
    table: list[list[Value]] = []
    for end, name in [*((f"_{kind.value}", str(kind.label)) for kind in DisposalKind), ("", "合计")]:
        undone = [one.park.name for one in rows if one.kind == end[1:] and not _by(one.done_on, ask)]
        table.append(
            [
                name,
                parts.shown(now[f"planned{end}"]),
                "、".join(undone),
                parts.shown(now[f"done{end}"]),
                parts.shown(now[f"accepted{end}"]),
                parts.rate(now, f"done{end}", f"planned{end}"),
                parts.rate(now, f"accepted{end}", f"planned{end}"),
            ]
        )
    heads = ("处置方式", "计划（处）", "未完成的场所", "完成（处）", "验收（处）", "完成率", "验收率")
    looks = (CENTRED, FIGURE, PROSE, *[FIGURE] * 4)
    parts.Table(heads, (2, 1, 1, 1, 1, 1, 1), looks).write(sheet, table)


def _by(on: date | None, ask: Ask) -> date | None:
    """The day, when it was not after the day as of which the report is made."""
    return on if on and on <= ask.as_of else None


FORM = Form(
    SLUG,
    NAME,
    SHORT,
    fill,
    title_for,
    indicators=indicators,
    rhythm=Rhythm.THREE_MONTHLY,
)
