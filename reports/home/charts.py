"""Geometry of the drawings on the home page: plain numbers for SVG attributes, no drawing library.

Sizes are in the units of the viewBox. Two forms of the trend: columns for a desk and paper, bars for a
phone, where twelve pairs of columns would be too thin to read or to touch.
"""

from dataclasses import dataclass
from datetime import date

from campaigns.models import Campaign, Phase
from reports.home.trend import Week

WIDE, HIGH = 720, 236
LEFT, TOP, FLOOR = 34, 20, 200
NARROW, ROW = 360, 30
BAR_LEFT, BAR_RIGHT = 54, 324


@dataclass(frozen=True)
class Bar:
    """One rectangle that leads to its records; (`hit_…`) is the whole area that reacts to a touch."""

    x: int
    y: int
    width: int
    height: int
    text_x: int
    text_y: int
    hit_x: int
    hit_y: int
    hit_width: int
    hit_height: int
    value: int
    href: str
    words: str
    second: bool


@dataclass(frozen=True)
class Mark:
    """A word at a place: an axis label."""

    x: int
    y: int
    text: str


@dataclass(frozen=True)
class Chart:
    """Bars, labels and grid of one drawing."""

    width: int
    height: int
    bars: list[Bar]
    labels: list[Mark]
    grid: list[Mark]
    summary: str


def ceiling(number: int) -> int:
    """The end of the value axis: the next of 4, 8, 20, 40, 80, 200 … that leaves round quarters."""
    step = 1
    while True:
        for factor in (4, 8, 20):
            if number <= step * factor:
                return step * factor
        step *= 10


def _words(week: Week, second: bool) -> str:
    start, end = week.period.start, week.period.end
    what = f"整改销号 {week.closed} 项" if second else f"发现 {week.found} 项"
    return f"{start.month}月{start.day}日至{end.month}月{end.day}日{what}"


def _day(day: date) -> str:
    return f"{day.month}/{day.day}"


def summary(weeks: list[Week]) -> str:
    """The trend in one sentence, for reading aloud and for search."""
    found, closed = sum(week.found for week in weeks), sum(week.closed for week in weeks)
    most = max(weeks, key=lambda week: week.found)
    return (
        f"近 {len(weeks)} 周共发现 {found} 项，整改销号 {closed} 项；"
        f"发现最多的一周始于 {most.period.start.month}月{most.period.start.day}日，为 {most.found} 项。"
    )


def columns(weeks: list[Week]) -> Chart:
    """The trend as pairs of columns, for a desk and for paper."""
    top = ceiling(max([1, *(max(week.found, week.closed) for week in weeks)]))
    slot = (WIDE - LEFT) // len(weeks)
    width = slot * 3 // 10
    bars, labels = [], []
    for place, week in enumerate(weeks):
        start = LEFT + place * slot
        for second, value, href in (
            (False, week.found, week.found_url),
            (True, week.closed, week.closed_url),
        ):
            height = value * (FLOOR - TOP) // top
            x = start + slot // 2 - width - 1 + (width + 2 if second else 0)
            bars.append(
                Bar(
                    x,
                    FLOOR - height,
                    width,
                    height,
                    x + width // 2,
                    FLOOR - height - 4,
                    start + (slot // 2 if second else 0),
                    TOP - 14,
                    slot // 2,
                    FLOOR - TOP + 14,
                    value,
                    href,
                    _words(week, second),
                    second,
                )
            )
        labels.append(Mark(start + slot // 2, FLOOR + 20, _day(week.period.start)))
    grid = [Mark(LEFT, FLOOR - quarter * (FLOOR - TOP) // 4, str(top * quarter // 4)) for quarter in range(5)]
    return Chart(WIDE, HIGH, bars, labels, grid, summary(weeks))


def rows(weeks: list[Week]) -> Chart:
    """The trend as pairs of horizontal bars, the newest week first, for a phone."""
    top = max([1, *(max(week.found, week.closed) for week in weeks)])
    bars, labels = [], []
    for place, week in enumerate(reversed(weeks)):
        y = place * ROW
        for second, value, href in (
            (False, week.found, week.found_url),
            (True, week.closed, week.closed_url),
        ):
            width = value * (BAR_RIGHT - BAR_LEFT) // top
            line = y + 3 + (12 if second else 0)
            bars.append(
                Bar(
                    BAR_LEFT,
                    line,
                    width,
                    10,
                    BAR_LEFT + width + 4,
                    line + 9,
                    0,
                    y + (ROW // 2 if second else 0),
                    NARROW,
                    ROW // 2,
                    value,
                    href,
                    _words(week, second),
                    second,
                )
            )
        labels.append(Mark(BAR_LEFT - 8, y + 18, _day(week.period.start)))
    return Chart(NARROW, ROW * len(weeks), bars, labels, [], summary(weeks))


@dataclass(frozen=True)
class PhaseBar:
    """One phase along the campaign, in per mille of its length. `state` is a word to show."""

    phase: Phase
    x: int
    width: int
    state: str
    current: bool


@dataclass(frozen=True)
class Timeline:
    """The campaign's phases, and where today stands among them."""

    phases: list[PhaseBar]
    today: int | None
    day: int
    days: int
    words: str


def timeline(campaign: Campaign, today: date) -> Timeline:
    """The phases of the campaign on one scale. One without a start or end is drawn to the edge."""
    start, end = campaign.starts_on, campaign.ends_on
    days = (end - start).days + 1

    def place(day: date) -> int:
        return max(0, min(1000, (day - start).days * 1000 // days))

    bars = []
    for phase in campaign.phases.all():
        first, last = phase.starts_on or start, phase.ends_on or end
        x = place(first)
        width = max(8, place(last) + 1000 // days - x)
        state, current = state_of(phase, today)
        bars.append(PhaseBar(phase, x, width, state, current))
    inside = start <= today <= end
    number = (today - start).days + 1
    words = (
        f"第 {number} 天，共 {days} 天"
        if inside
        else f"距开始还有 {-number + 1} 天"
        if today < start
        else "行动期已结束"
    )
    return Timeline(bars, place(today) if inside else None, number, days, words)


def state_of(phase: Phase, today: date) -> tuple[str, bool]:
    """未开始, 进行中 or 已结束, as far as the dates tell."""
    if phase.starts_on is None and phase.ends_on is None:
        return "日期未定", False
    if phase.starts_on and today < phase.starts_on:
        return "未开始", False
    if phase.ends_on and today > phase.ends_on:
        return "已结束", False
    return "进行中", True
