"""What was found and closed, day by day and in the weeks of the trend."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, QuerySet

from campaigns.periods import Period
from hazards.enums import Status
from hazards.models import Hazard
from reports.figures.links import list_url

TREND_WEEKS = 12


@dataclass(frozen=True)
class Days:
    """Found and closed hazards by day, over the weeks of the trend."""

    found: Counter[date]
    closed: Counter[date]


@dataclass(frozen=True)
class Week:
    """One week of the trend, cut at today."""

    period: Period
    found: int
    closed: int

    @property
    def found_url(self) -> str:
        return list_url(found_from=self.period.start, found_to=self.period.end)

    @property
    def closed_url(self) -> str:
        return list_url(closed_from=self.period.start, closed_to=self.period.end, status=Status.CLOSED.value)


def days_until(week: Period, hazards: QuerySet[Hazard]) -> Days:
    """By day, over the weeks of the trend that ends with `week`: two queries."""
    span = (week.start - timedelta(weeks=TREND_WEEKS - 1), week.end)
    found = hazards.exclude(status=Status.VOID).filter(found_on__range=span).order_by()
    closed = hazards.filter(status=Status.CLOSED, closed_on__range=span).order_by()
    return Days(
        Counter(dict(found.values_list("found_on").annotate(n=Count("*")))),
        Counter(dict(closed.values_list("closed_on").annotate(n=Count("*")))),
    )


def between(days: Counter[date], start: date, end: date) -> int:
    """The number over the days from `start` to `end`, both included."""
    return sum(number for day, number in days.items() if start <= day <= end)


def weeks_until(week: Period, days: Days) -> list[Week]:
    """The weeks of the trend, the oldest first; the last is `week`, which may be cut short."""
    weeks = []
    for back in range(TREND_WEEKS - 1, -1, -1):
        start = week.start - timedelta(weeks=back)
        end = min(start + timedelta(days=6), week.end)
        weeks.append(
            Week(Period(start, end), between(days.found, start, end), between(days.closed, start, end))
        )
    return weeks
