"""Working days: which days people work, and what to say of a day off. No date is ever shifted.

Rows of CalendarDay win; then the State Council's holidays as chinesecalendar knows them; then the plain
week, marked as estimated, for years of which neither tells (the library raises there: domain §4).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Self

from chinese_calendar.constants import Holiday, holidays, workdays

from campaigns.models import CalendarDay

KNOWN_YEARS = range(min(holidays).year, max(holidays).year + 1)
"""Years whose holidays the library knows."""
_SHORTENED = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}
_NAMES = {holiday.value: _SHORTENED.get(holiday.chinese, holiday.chinese) for holiday in Holiday}
_WEEKEND = {6: "周六", 7: "周日"}
ESTIMATED = "周末（暂按周末推算）"
MADE_UP_FOR = "调休上班"


def holiday_name(day: date) -> str:
    """Chinese name of the holiday for which people are off, or work another day; empty for a plain day."""
    name = holidays.get(day) or workdays.get(day) or ""
    return _NAMES.get(name, "")


@dataclass(frozen=True)
class Calendar:
    """The days of some years, read in one query. Ask it of any day: it never fails."""

    rows: dict[date, CalendarDay] = field(default_factory=dict)

    @classmethod
    def between(cls, first: date, last: date) -> Self:
        """The calendar of the years from `first` to `last`."""
        rows = CalendarDay.objects.filter(day__range=(date(first.year, 1, 1), date(last.year, 12, 31)))
        return cls({row.day: row for row in rows})

    @classmethod
    def of(cls, days: Iterable[date | None]) -> Self:
        """The calendar for what a page shows: the days may be missing, or be none at all."""
        known = [day for day in days if day is not None]
        return cls.between(min(known), max(known)) if known else cls()

    def is_workday(self, day: date) -> bool:
        """Whether people work on that day."""
        if row := self.rows.get(day):
            return row.working
        return day in workdays or (day.isoweekday() < 6 and day not in holidays)

    def is_estimated(self, day: date) -> bool:
        """Whether nobody has told the holidays of that year yet."""
        return day.year not in KNOWN_YEARS and all(told.year != day.year for told in self.rows)

    def remark(self, day: date) -> str:
        """What to say of a day: why nobody works on it, or that a weekend day is worked. Often nothing."""
        weekend = _WEEKEND.get(day.isoweekday(), "")
        if self.is_workday(day):
            return MADE_UP_FOR if weekend else ""
        row = self.rows.get(day)
        name = (row.name if row else "") or holiday_name(day)
        if name:
            return name if name.endswith("放假") else f"{name}放假"
        if not weekend:
            return "放假"
        return ESTIMATED if self.is_estimated(day) else weekend

    def day_off(self, day: date | None) -> str:
        """Why nobody works on that day; empty for a working day, and for none."""
        return "" if day is None or self.is_workday(day) else self.remark(day)

    def workdays_between(self, first: date, last: date) -> int:
        """How many working days there are from `first` to `last`, both included; 0 when they are reversed."""
        return sum(self.is_workday(first + timedelta(days=n)) for n in range((last - first).days + 1))


def workdays_between(first: date, last: date) -> int:
    """How many working days there are from `first` to `last`, both included."""
    return Calendar.between(first, last).workdays_between(first, last) if first <= last else 0


def add_workdays(day: date, count: int) -> date:
    """The working day that comes `count` working days after the day; before it when `count` is negative."""
    step = timedelta(days=1 if count > 0 else -1)
    # Weekends double the count; a year more covers the holidays and whatever a place adds to them.
    reach = timedelta(days=2 * abs(count) + 366)
    calendar = Calendar.between(day - reach, day + reach)
    left = abs(count)
    while left:
        day += step
        left -= calendar.is_workday(day)
    return day
