"""Weeks, months and other spans for which reports are made, as pairs of dates. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from campaigns.enums import Rhythm
from campaigns.recurrence import MONTHS


@dataclass(frozen=True)
class Period:
    """Days from `start` to `end`, both included."""

    start: date
    end: date

    def __str__(self) -> str:
        return f"{_long(self.start)}至{_long(self.end)}"

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end


def _long(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def week_of(day: date, cutoff: int) -> Period:
    """The seven days that end on the next ISO weekday `cutoff` (1 = Monday) on or after `day`."""
    end = day + timedelta(days=(cutoff - day.isoweekday()) % 7)
    return Period(end - timedelta(days=6), end)


def last_full_week(day: date, cutoff: int) -> Period:
    """The latest week whose last day lies before `day`."""
    return week_of(day - timedelta(days=7), cutoff)


def period_of(rhythm: Rhythm, day: date, cutoff: int) -> Period:
    """The span of that rhythm that holds the day: a campaign's week, else a part of the calendar year.

    Half months end on the 15th and on the month's last day; quarters are natural ones (P4 §五).
    """
    if rhythm == Rhythm.WEEKLY:
        return week_of(day, cutoff)
    first = day.replace(day=1)
    if rhythm == Rhythm.HALF_MONTHLY:
        if day.day <= 15:
            return Period(first, day.replace(day=15))
        return Period(day.replace(day=16), first + relativedelta(months=1, days=-1))
    months = MONTHS[rhythm]
    start = first.replace(month=(day.month - 1) // months * months + 1)
    return Period(start, start + relativedelta(months=months, days=-1))


def period_before(rhythm: Rhythm, period: Period, cutoff: int) -> Period:
    """The span before this one."""
    return period_of(rhythm, period.start - timedelta(days=1), cutoff)
