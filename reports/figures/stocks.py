"""What stands open: per park, now and as it was at the end of last week."""

from dataclasses import dataclass, fields
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet

from campaigns.models import Campaign
from campaigns.periods import Period
from hazards.enums import Level, Status
from hazards.models import OPEN, Hazard
from hazards.queries import due_soon, overdue, without_deadline


@dataclass
class Stock:
    """What stood open now and at the end of last week, in one park or in all."""

    open: int = 0
    red: int = 0
    yellow: int = 0
    grey: int = 0
    major: int = 0
    open_then: int = 0
    red_then: int = 0
    major_then: int = 0
    closed_since: int = 0

    @property
    def green(self) -> int:
        return self.open - self.red - self.yellow - self.grey

    def add(self, other: "Stock") -> None:
        """Count the other's hazards too."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


def overdue_at(day: date) -> Q:
    """Hazards that were overdue at the end of a past day, told from the dates that are kept.

    The same rule as hazards.queries.overdue, with the work's end and the closing put back in time.
    """
    done_late = Q(done_on__isnull=False, done_on__lte=day)
    not_done = Q(done_on__gt=day) | (Q(done_on__isnull=True) & ~Q(status=Status.SUBMITTED))
    late = (done_late & Q(done_on__gt=F("due_on"))) | (not_done & Q(due_on__lt=day))
    return Q(backfilled=False, found_on__lte=day) & late


def stocks_by_park(
    hazards: QuerySet[Hazard], campaign: Campaign, week: Period, cumulative: Period
) -> dict[int, Stock]:
    """Per park, what is open on the week's last day and what was at the end of the week before.

    Two queries: the open rows, from the index hazard_open_facts alone, and the few closed since then.
    They count `park`, which the index holds, and not the id, which it does not.
    """
    then = week.start - timedelta(days=1)
    at_both = _conditions_then(then)
    now = _conditions_now(week.end, campaign.yellow_days)
    since = {"closed_since": Q(found_on__range=(cumulative.start, cumulative.end))}
    newly_closed = hazards.filter(status=Status.CLOSED, closed_on__gt=then)
    stocks: dict[int, Stock] = {}
    for rows, counted in ((hazards.filter(OPEN), now | at_both), (newly_closed, since | at_both)):
        counts = {f"n_{name}": Count("park", filter=condition) for name, condition in counted.items()}
        for park, *numbers in rows.order_by().values_list("park").annotate(**counts):
            stocks.setdefault(park, Stock()).add(Stock(**dict(zip(counted, numbers, strict=True))))
    return stocks


def _conditions_then(then: date) -> dict[str, Q]:
    found = Q(found_on__lte=then)
    return {"open_then": found, "red_then": overdue_at(then), "major_then": found & Q(level=Level.MAJOR)}


def _conditions_now(today: date, yellow_days: int) -> dict[str, Q]:
    return {
        "open": OPEN,
        "red": overdue(today),
        "yellow": due_soon(today, yellow_days),
        "grey": without_deadline(),
        "major": Q(level=Level.MAJOR),
    }
