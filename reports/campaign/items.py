"""The work list of a plan as rows: when, who, how far, what comes next. Counted within the scope."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min, Q

from campaigns.calendar import Calendar
from campaigns.enums import Part, Rhythm
from campaigns.models import Campaign, WorkItem
from campaigns.queries import Scope
from campaigns.timing import shown_deadline
from campaigns.work.queries import occurrences_in, overdue
from reports.campaign.measures import Party, linked_units, parties
from reports.figures.links import work_url


@dataclass(frozen=True)
class ItemRow:
    """One line of the work list. `total` counts what has fallen due so far, or is due at no certain day."""

    item: WorkItem
    when: str
    responsible: list[Party]
    total: int
    done: int
    late: int
    next_on: date | None
    day_off: str
    href: str
    late_url: str

    @property
    def words(self) -> str:
        """12/15; a single one is done or is not."""
        if self.total == 1:
            return "已完成" if self.done else "未完成"
        return f"{self.done}/{self.total}" if self.total else ""


def item_rows(scope: Scope, campaign: Campaign, today: date) -> list[ItemRow]:
    """All items in the plan's order: six queries however many there are."""
    items = list(campaign.work_items.prefetch_related("responsibilities__department"))
    so_far = Q(due_on__lte=today) | Q(due_on__isnull=True) | Q(done_on__isnull=False)
    done = Q(done_on__isnull=False)
    counted = (
        occurrences_in(scope)
        .filter(campaign=campaign, item__isnull=False)
        .order_by()
        .values_list("item_id")
        .annotate(
            total=Count("pk", filter=so_far),
            done=Count("pk", filter=done),
            late=Count("pk", filter=overdue(today)),
            next=Min("due_on", filter=~done & Q(due_on__gte=today)),
        )
    )
    facts = {item: tuple(rest) for item, *rest in counted}
    calendar = Calendar.of(next_on for *_, next_on in facts.values())
    linked = linked_units(campaign) if items else set()
    rows = []
    for item in items:
        total, ready, late, next_on = facts.get(item.pk, (0, 0, 0, None))
        named = parties(item.responsibilities.all(), Part.RESPONSIBLE, linked)
        href = work_url(of=f"i{item.pk}", state="all", who="all")
        late_url = work_url(of=f"i{item.pk}", state="late", who="all")
        rows.append(
            ItemRow(
                item,
                when_of(item),
                named,
                total,
                ready,
                late,
                next_on,
                calendar.day_off(next_on),
                href,
                late_url,
            )
        )
    return rows


def when_of(item: WorkItem) -> str:
    """The plan's own words where it has any."""
    if item.raw_deadline:
        return item.raw_deadline
    if item.rhythm == Rhythm.ONCE:
        return shown_deadline(item.due_on, item.precision)
    times = f" {item.quota} 次" if item.quota > 1 else ""
    return f"{item.get_rhythm_display()}{times}"
