"""When recurring work falls due. Pure, no database; dateutil does the counting.

A rhythm cuts the campaign into spans and gives each a due day. Each span has a period, a text that
stays the same whenever it is computed, so that an occurrence is stored once (domain §4).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from dateutil.rrule import MONTHLY, WEEKLY, rrule

from campaigns.enums import Rhythm

MONTHS = {
    Rhythm.MONTHLY: 1,
    Rhythm.TWO_MONTHLY: 2,
    Rhythm.THREE_MONTHLY: 3,
    Rhythm.HALF_YEARLY: 6,
    Rhythm.YEARLY: 12,
    Rhythm.THREE_YEARLY: 36,
}
"""Length of a span in months. Spans begin with the month in which the work begins."""

ONCE, STANDING = "once", "standing"
"""Periods of what is no series."""


@dataclass(frozen=True)
class Timing:
    """How often, and when within a span. See models.Recurring for the units of each field."""

    rhythm: Rhythm
    due_on: date | None = None
    dates: tuple[date, ...] = ()
    anchor: int | None = None


@dataclass(frozen=True)
class Due:
    """One occurrence: its period, the first day of its span, its due day (None for standing work)."""

    period: str
    starts_on: date | None
    due_on: date | None


def occurrences(timing: Timing, first: date, last: date, week_cutoff: int = 7) -> Iterator[Due]:
    """Every occurrence of work that runs from `first` to `last`, both included.

    A span that `last` cuts short falls due on `last`; one whose day had passed when the work began, on
    the last day of the span. A single day or a stated one stands as the plan says, also outside the
    campaign: it is a back-fill then, not an error.
    """
    if timing.rhythm == Rhythm.STANDING:
        yield Due(STANDING, first, None)
    elif timing.rhythm == Rhythm.ONCE:
        yield Due(ONCE, None, timing.due_on)
    elif timing.rhythm == Rhythm.DATES:
        for day in sorted(set(timing.dates)):
            yield Due(day.isoformat(), None, day)
    else:
        for start, end, due in _spans(timing, first, last, week_cutoff):
            period = _period(timing.rhythm, start)
            yield Due(period, max(start, first), _within(due, first, min(end, last)))


def _period(rhythm: Rhythm, start: date) -> str:
    """2021-07-05 for a week or half a month, 2021-07x3 for three months: a July that was done does not
    stand for the quarter when the rhythm changes.
    """
    return f"{start:%Y-%m}x{MONTHS[rhythm]}" if rhythm in MONTHS else start.isoformat()


def _within(due: date, first: date, end: date) -> date:
    """The due day of a span that ends on `end`, when the work began on `first`."""
    return due if first <= due <= end else end


def _spans(timing: Timing, first: date, last: date, week_cutoff: int) -> Iterator[tuple[date, date, date]]:
    """(first day, last day, due day) of each span that touches the days from first to last."""
    if timing.rhythm == Rhythm.WEEKLY:
        yield from _weeks(timing.anchor, first, last, week_cutoff)
    elif timing.rhythm == Rhythm.HALF_MONTHLY:
        yield from _half_months(first, last)
    else:
        step = MONTHS[timing.rhythm]
        month = first.replace(day=1)
        for start in rrule(MONTHLY, interval=step, dtstart=month, until=last):
            begin = start.date()
            end = begin + relativedelta(months=step, days=-1)
            yield begin, end, _anchored(end, timing.anchor)


def _weeks(
    anchor: int | None, first: date, last: date, week_cutoff: int
) -> Iterator[tuple[date, date, date]]:
    begin = first - timedelta(days=(first.isoweekday() - week_cutoff - 1) % 7)
    for start in rrule(WEEKLY, dtstart=begin, until=last):
        day = start.date()
        end = day + timedelta(days=6)
        yield day, end, end - timedelta(days=(week_cutoff - (anchor or week_cutoff)) % 7)


def _half_months(first: date, last: date) -> Iterator[tuple[date, date, date]]:
    for start in rrule(MONTHLY, dtstart=first.replace(day=1), until=last):
        month = start.date()
        middle, end = month.replace(day=15), month + relativedelta(months=1, days=-1)
        for begin, finish in ((month, middle), (middle + timedelta(days=1), end)):
            if finish >= first and begin <= last:
                yield begin, finish, finish


def _anchored(end: date, anchor: int | None) -> date:
    """The day of that number in the month of `end`, its last day when the month is shorter."""
    return end if anchor is None else end.replace(day=min(anchor, end.day))
