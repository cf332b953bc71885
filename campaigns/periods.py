"""Weeks and months of a campaign as pairs of dates. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta


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
