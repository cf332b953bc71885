"""The campaign's phases as a picture: numbers for SVG attributes, in two forms, for a desk and for a phone.

Each phase has a row of its own, so that overlapping ones stay apart. A phase without a start or an end
is drawn to the edge and ends in a tip there. Sizes are in the units of the viewBox.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from dateutil.rrule import MONTHLY, rrule

from campaigns.models import Campaign, Phase
from reports.home.charts import state_of

EDGE, TOP, ROW, BAR, FOOT = 10, 40, 46, 14, 28
TIP = 9
SLACK = 2
"""A bar of one day stays visible."""
STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
"""Months between two lines of the grid."""


@dataclass(frozen=True)
class Frame:
    """Width of a drawing, how many months it names at most, how long a phase's name may be."""

    width: int
    months: int
    letters: int


DESK, PHONE = Frame(960, 14, 24), Frame(360, 7, 12)


@dataclass(frozen=True)
class Tick:
    """One line of the grid: the month, and the year where it begins."""

    x: int
    month: str
    year: str


@dataclass(frozen=True)
class Row:
    """One phase: its words above its bar."""

    phase: Phase
    name: str
    dates: str
    state: str
    current: bool
    points: str
    x: int
    y: int
    anchor: str


@dataclass(frozen=True)
class Picture:
    """One drawing."""

    width: int
    height: int
    floor: int
    ticks: list[Tick]
    rows: list[Row]
    today: int | None
    today_anchor: str
    today_words: str
    text: str


@dataclass(frozen=True)
class _Scale:
    """Days to places between the edges."""

    first: date
    last: date
    width: int

    def at(self, day: date) -> int:
        """Where the day begins."""
        days = (self.last - self.first).days + 1
        return EDGE + (day - self.first).days * (self.width - 2 * EDGE) // days


def picture(campaign: Campaign, phases: Sequence[Phase], today: date, frame: Frame) -> Picture:
    """The phases on one scale that holds the campaign and every phase."""
    known = [day for phase in phases for day in (phase.starts_on, phase.ends_on) if day]
    first, last = min([campaign.starts_on, *known]), max([campaign.ends_on, *known])
    scale = _Scale(first, last, frame.width)
    floor = TOP + ROW * len(phases)
    rows = [
        _row(phase, scale, TOP + ROW * place, today=today, frame=frame, years=first.year != last.year)
        for place, phase in enumerate(phases)
    ]
    inside = first <= today <= last
    x = (scale.at(today) + scale.at(today + timedelta(days=1))) // 2 if inside else None
    return Picture(
        width=frame.width,
        height=floor + FOOT,
        floor=floor,
        ticks=_ticks(scale, frame),
        rows=rows,
        today=x,
        today_anchor=_anchor(x, frame.width) if x else "",
        today_words=f"今天 {today.month}月{today.day}日",
        text=in_words(campaign, phases, today),
    )


def _anchor(x: int, width: int) -> str:
    """Which side of a word stands at `x`, so that it does not leave the drawing."""
    return "start" if x < width // 6 else "end" if x > width - width // 6 else "middle"


def _row(phase: Phase, scale: _Scale, y: int, *, today: date, frame: Frame, years: bool) -> Row:
    left = scale.at(phase.starts_on) if phase.starts_on else EDGE
    right = scale.at(phase.ends_on + timedelta(days=1)) if phase.ends_on else frame.width - EDGE
    right = max(right, left + SLACK + TIP * (phase.starts_on is None) + TIP * (phase.ends_on is None))
    state, current = state_of(phase, today)
    before = left < frame.width // 2
    return Row(
        phase=phase,
        name=phase.name if len(phase.name) <= frame.letters else f"{phase.name[: frame.letters]}…",
        dates=dates_of(phase, years=years),
        state=state,
        current=current,
        points=_outline(left, right, y + 22, phase),
        x=left if before else right,
        y=y + 16,
        anchor="start" if before else "end",
    )


def _outline(left: int, right: int, y: int, phase: Phase) -> str:
    """The bar as the corners of a polygon; a tip where the plan names no day."""
    middle, bottom = y + BAR // 2, y + BAR
    start = [(left, bottom), (left, y)]
    if phase.starts_on is None:
        start = [(left + TIP, bottom), (left, middle), (left + TIP, y)]
    end = [(right, y), (right, bottom)]
    if phase.ends_on is None:
        end = [(right - TIP, y), (right, middle), (right - TIP, bottom)]
    return " ".join(f"{x},{y}" for x, y in [*start, *end])


def _ticks(scale: _Scale, frame: Frame) -> list[Tick]:
    """The first days of months, as many as there is room to name; the first day where there is none."""
    begin = scale.first if scale.first.day == 1 else scale.first.replace(day=1) + relativedelta(months=1)
    months = [month.date() for month in rrule(MONTHLY, dtstart=begin, until=scale.last)]
    if not months:
        day = scale.first
        return [Tick(scale.at(day), f"{day.month}月{day.day}日", f"{day.year}年")]
    step = next(one for one in STEPS if len(months) <= one * frame.months or one == STEPS[-1])
    shown = [month for month in months if (month.year * 12 + month.month - 1) % step == 0]
    ticks, year = [], 0
    for month in shown or months[:1]:
        ticks.append(Tick(scale.at(month), f"{month.month}月", f"{month.year}年" * (month.year != year)))
        year = month.year
    return ticks


def dates_of(phase: Phase, *, years: bool = True) -> str:
    """The phase's days as people say them: 7月10日前, 7月1日至9月30日, 12月1日起."""

    def said(day: date) -> str:
        return f"{day.year}年{day.month}月{day.day}日" if years else f"{day.month}月{day.day}日"

    if phase.starts_on and phase.ends_on:
        return f"{said(phase.starts_on)}至{said(phase.ends_on)}"
    if phase.ends_on:
        return f"{said(phase.ends_on)}前"
    return f"{said(phase.starts_on)}起" if phase.starts_on else "日期未定"


def in_words(campaign: Campaign, phases: Sequence[Phase], today: date) -> str:
    """The picture in one sentence, for reading aloud."""
    told = "；".join(f"{phase.name}，{dates_of(phase)}，{state_of(phase, today)[0]}" for phase in phases)
    span = f"{campaign.starts_on:%Y-%m-%d} 至 {campaign.ends_on:%Y-%m-%d}"
    return f"行动自 {span}，今天 {today:%Y-%m-%d}。{told}。"
