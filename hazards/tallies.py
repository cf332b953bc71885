"""Counts of hazards by park, as the park pages and the dashboard show them.

Each question is one grouped query that an index answers: totals from `hazard_heat` alone, overdue ones
from the open rows only. Void hazards are in no count.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, QuerySet

from hazards.enums import OPEN_STATUSES, Level, Status
from hazards.models import OPEN, Hazard
from hazards.queries import overdue


def rate(closed: int, found: int) -> Decimal | None:
    """整改率 in per cent, half-up to one place, from raw counts; None for 0/0 (domain §5)."""
    if not found:
        return None
    return (Decimal(closed) * 100 / Decimal(found)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def rate_text(closed: int, found: int) -> str:
    """The rate as printed: 81.3%, or "/" when nothing was found."""
    value = rate(closed, found)
    return "/" if value is None else f"{value}%"


@dataclass
class Tally:
    """Hazards of one park (or of anything else that is counted alike)."""

    open: int = 0
    overdue: int = 0
    major_open: int = 0
    closed: int = 0

    @property
    def found(self) -> int:
        return self.open + self.closed

    @property
    def rate(self) -> str:
        """整改率 as printed."""
        return rate_text(self.closed, self.found)

    def add(self, status: str, level: str, number: int) -> None:
        """Count `number` hazards of that status and level."""
        if status == Status.CLOSED:
            self.closed += number
        elif status in OPEN_STATUSES:
            self.open += number
            self.major_open += number if level == Level.MAJOR else 0


def tallies_by(hazards: QuerySet[Hazard], key: str, today: date) -> dict[int | None, Tally]:
    """Tallies by a foreign key of the hazard, such as "park" or "enterprise"; two queries."""
    found: dict[int | None, Tally] = {}
    grouped = hazards.order_by().values_list(key, "level", "status").annotate(n=Count("*"))
    for row, level, status, number in grouped:
        found.setdefault(row, Tally()).add(status, level, number)
    late = hazards.filter(OPEN & overdue(today)).order_by().values_list(key).annotate(n=Count("*"))
    for row, number in late:
        found.setdefault(row, Tally()).overdue = number
    return found
