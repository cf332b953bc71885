"""The six figures at the top of the home page, each with its change and the address of its records."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from campaigns.enums import Light
from campaigns.periods import Period
from hazards.enums import Level, Status
from hazards.tallies import Tally, rate, rate_text
from reports.figures.links import list_url
from reports.figures.stocks import Stock
from reports.home.trend import Days, Week, between


@dataclass(frozen=True)
class Figure:
    """One number with its change and the address of its records."""

    label: str
    value: int | str
    unit: str
    href: str
    delta: int | Decimal | None
    period: str
    better: str = ""
    note: str = ""
    alarm: bool = False
    delta_unit: str = ""


def cards(
    weeks: list[Week], days: Days, stock: Stock, *, tallies: Iterable[Tally], cumulative: Period
) -> list[Figure]:
    """For the last of the weeks: flows against the same days of the one before, stocks against its end."""
    last, this = weeks[-2:]
    start, end = last.period.start, this.period.end - timedelta(days=7)
    found, closed = between(days.found, start, end), between(days.closed, start, end)
    late = list_url(light=Light.RED.value)
    major = list_url(status="open", level=Level.MAJOR.value)
    return [
        _flow("本周发现", this.found, found, whole_week=last.found, href=this.found_url),
        _flow("本周整改销号", this.closed, closed, whole_week=last.closed, href=this.closed_url, better="up"),
        _level("未销号", stock.open, stock.open_then, href=list_url(status="open")),
        _level("逾期", stock.red, stock.red_then, href=late, alarm=bool(stock.red)),
        _rate(this, days, stock, tallies=list(tallies), cumulative=cumulative),
        _level("重大隐患未销号", stock.major, stock.major_then, href=major),
    ]


def _flow(label: str, now: int, before: int, *, whole_week: int, href: str, better: str = "") -> Figure:
    note = f"上周全周 {whole_week} 项"
    return Figure(label, now, "项", href, now - before, "较上周同期", better, note)


def _level(label: str, now: int, then: int, *, href: str, alarm: bool = False) -> Figure:
    return Figure(label, now, "项", href, now - then, "较上周末", "down", alarm=alarm)


def _rate(this: Week, days: Days, stock: Stock, *, tallies: list[Tally], cumulative: Period) -> Figure:
    """整改率, with what it was at the end of last week: this week's found and closed taken off again."""
    found, closed = sum(tally.found for tally in tallies), sum(tally.closed for tally in tallies)
    now = rate(closed, found)
    new = between(days.found, max(this.period.start, cumulative.start), this.period.end)
    then = rate(closed - stock.closed_since, found - new)
    return Figure(
        "整改率",
        rate_text(closed, found),
        "",
        list_url(status=Status.CLOSED.value, found_from=cumulative.start, found_to=cumulative.end),
        now - then if now is not None and then is not None else None,
        "较上周",
        "up",
        note=f"销号 {closed} / 发现 {found}",
        delta_unit="个百分点",
    )
