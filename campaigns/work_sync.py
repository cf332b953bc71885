"""Writes: what falls due from whom, kept in step with the plan."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction

from campaigns.enums import Part, PartyGroup, Rhythm, UnitKind
from campaigns.models import (
    Campaign,
    Completion,
    Measure,
    Occurrence,
    ReportDuty,
    Responsibility,
    TaskForce,
    WorkItem,
)
from campaigns.recurrence import ONCE, STANDING, Due, Timing, occurrences
from campaigns.work_rules import done_on_by

Source = Measure | WorkItem | ReportDuty
Holder = tuple[int | None, int | None]
"""(department, task force), one of them None."""
Key = tuple[int | None, int | None, int | None, str, int | None, int | None]
DAY = timedelta(days=1)


@transaction.atomic
def sync_occurrences(campaign: Campaign) -> int:
    """Make the campaign's occurrences those that its plan asks for; returns how many were added.

    Safe to run at any time, again, and by two at once. What is done stays as it is, and so does what
    somebody has worked on and the plan no longer asks for; all else moves with the plan or goes with it.
    """
    # One at a time, and after the change of plan that another may be making just now.
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    wanted = {_key(row): row for row in _wanted(campaign)}
    stored = {_key(row): row for row in Occurrence.objects.select_for_update().filter(campaign=campaign)}
    touched = set(
        Occurrence.objects.filter(campaign=campaign, completions__isnull=False).values_list("pk", flat=True)
    )
    _leave_out_done(wanted, stored)
    gone = [row.pk for key, row in stored.items() if key not in wanted and row.pk not in touched]
    Occurrence.objects.filter(pk__in=gone).delete()
    moved = [
        row
        for key, row in stored.items()
        if key in wanted and row.done_on is None and _take_over(row, wanted[key])
    ]
    _settle(moved)
    Occurrence.objects.bulk_update(moved, ["starts_on", "due_on", "quota", "done_on"], batch_size=500)
    missing = [row for key, row in wanted.items() if key not in stored]
    Occurrence.objects.bulk_create(missing, ignore_conflicts=True, batch_size=500)
    return len(missing)


def _leave_out_done(wanted: dict[Key, Occurrence], stored: dict[Key, Occurrence]) -> None:
    """Ask for nothing again that was done under another period: another day ends the weeks now, or the
    work begins in another month, and the spans are cut anew.
    """
    done: dict[Key, list[Occurrence]] = {}
    for key, row in stored.items():
        if key not in wanted and row.done_on is not None:
            done.setdefault(_series(key), []).append(row)
    for key in [key for key in wanted if key not in stored or stored[key].done_on is None]:
        if any(_same_span(row, wanted[key]) for row in done.get(_series(key), ())):
            del wanted[key]


def _series(key: Key) -> Key:
    """What the occurrences of one thing owed by one holder have in common."""
    return (*key[:3], "", *key[4:])


def _same_span(one: Occurrence, other: Occurrence) -> bool:
    """Whether two spans share at least half of the longer one; what is no span shares nothing."""
    if not (one.starts_on and one.due_on and other.starts_on and other.due_on):
        return False
    shared = min(one.due_on, other.due_on) - max(one.starts_on, other.starts_on) + DAY
    longer = max(one.due_on - one.starts_on, other.due_on - other.starts_on) + DAY
    return 2 * shared >= longer


def _settle(rows: list[Occurrence]) -> None:
    """What was done often enough for a lowered quota is done."""
    days: dict[int, list[date]] = {}
    for pk, day in Completion.objects.filter(occurrence__in=rows, revoked_at=None).values_list(
        "occurrence", "on"
    ):
        days.setdefault(pk, []).append(day)
    for row in rows:
        row.done_on = done_on_by(row, days.get(row.pk, ()))


def _key(row: Occurrence) -> Key:
    return (
        row.measure_id,
        row.item_id,
        row.report_id,
        row.period,
        row.department_id,
        row.task_force_id,
    )


def _take_over(row: Occurrence, wanted: Occurrence) -> bool:
    """Bring the row's dates and quota up to date; False when nothing differs."""
    now = (wanted.starts_on, wanted.due_on, wanted.quota)
    if (row.starts_on, row.due_on, row.quota) == now:
        return False
    row.starts_on, row.due_on, row.quota = now
    return True


def _wanted(campaign: Campaign) -> Iterator[Occurrence]:
    """Every occurrence that the plan as it stands asks for."""
    units = campaign.unit_rows.filter(kind=UnitKind.MEMBER).values_list("department_id", flat=True)
    groups: dict[str, list[Holder]] = {
        PartyGroup.UNITS: [(unit, None) for unit in units],
        PartyGroup.TASK_FORCES: [
            (None, pk) for pk in TaskForce.objects.filter(campaign=campaign).values_list("pk", flat=True)
        ],
    }
    sources: Iterable[Source] = [
        *campaign.measures.prefetch_related("responsibilities"),
        *campaign.work_items.prefetch_related("responsibilities"),
        *campaign.report_duties.prefetch_related("responsibilities"),
    ]
    for source in sources:
        dues = list(dues_of(source, campaign))
        for department, task_force in holders_of(source, groups, campaign):
            for due in dues:
                yield Occurrence(
                    campaign=campaign,
                    measure=source if isinstance(source, Measure) else None,
                    item=source if isinstance(source, WorkItem) else None,
                    report=source if isinstance(source, ReportDuty) else None,
                    period=due.period,
                    starts_on=due.starts_on,
                    due_on=due.due_on,
                    department_id=department,
                    task_force_id=task_force,
                    quota=source.quota if isinstance(source, WorkItem) else 1,
                )


def dues_of(source: Source, campaign: Campaign) -> Iterable[Due]:
    """When a measure, an item or a report falls due within its campaign."""
    if isinstance(source, Measure):
        return [Due(ONCE, None, source.due_on) if source.due_on else Due(STANDING, None, None)]
    timing = timing_of(source)
    first = source.starts_on or campaign.starts_on
    last = source.ends_on or campaign.ends_on
    dues = occurrences(timing, first, last, campaign.week_cutoff)
    wait = timedelta(days=source.days_after if isinstance(source, ReportDuty) else 0)
    return [replace(due, due_on=due.due_on + wait) if due.due_on else due for due in dues]


def timing_of(row: WorkItem | ReportDuty) -> Timing:
    """The row's columns as a timing."""
    days = tuple(date.fromisoformat(day) for day in row.dates)
    return Timing(Rhythm(row.rhythm), row.due_on, days, row.anchor)


def holders_of(source: Source, groups: dict[str, list[Holder]], campaign: Campaign) -> list[Holder]:
    """Who owes an occurrence of it, each once, in the plan's order.

    Enterprises hold no accounts: what they owe is followed up and told by the lead bureau (P3 附件1).
    """
    holders: dict[Holder, None] = {}
    for row in source.responsibilities.all():
        if row.part == Part.RESPONSIBLE:
            holders |= dict.fromkeys(_holders(row, groups, campaign))
    return list(holders)


def _holders(row: Responsibility, groups: dict[str, list[Holder]], campaign: Campaign) -> list[Holder]:
    if row.department_id:
        return [(row.department_id, None)]
    return groups.get(row.group, [(campaign.lead_department_id, None)])
