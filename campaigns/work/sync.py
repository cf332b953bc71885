"""Writes: what falls due from whom, kept in step with the plan."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet

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
from campaigns.work.rules import done_on_by

Source = Measure | WorkItem | ReportDuty
KINDS = (Measure, WorkItem, ReportDuty)
Holder = tuple[int | None, int | None]
"""(department, task force), one of them None."""
Key = tuple[int | None, int | None, int | None, str, int | None, int | None]
"""(measure, item, report, period, department, task force)."""
DAY = timedelta(days=1)
BATCH = 2000
"""Rows of one statement."""


class Asked(NamedTuple):
    """What is asked for once of one holder: of tens of thousands, most as they were, no objects are made."""

    measure_id: int | None
    item_id: int | None
    report_id: int | None
    period: str
    department_id: int | None
    task_force_id: int | None
    starts_on: date | None
    due_on: date | None
    quota: int

    @property
    def key(self) -> Key:
        """What makes it this occurrence and no other."""
        return self[:6]

    @property
    def series(self) -> tuple[int | None, ...]:
        """What the occurrences of one thing owed by one holder have in common."""
        return (*self[:3], *self[4:6])


class Stored(NamedTuple):
    """An occurrence of the table."""

    asked: Asked
    pk: int
    done_on: date | None


@dataclass(frozen=True)
class Steps:
    """What brings the table in line with the plan."""

    gone: set[int]
    moved: dict[int, Asked]
    missing: list[Asked]


@transaction.atomic
def sync_occurrences(campaign: Campaign) -> int:
    """Make the campaign's occurrences those that its plan asks for; returns how many were added.

    Safe to run at any time, again, and by two at once. What is done stays as it is, and so does what
    somebody has worked on and the plan no longer asks for; all else moves with the plan or goes with it.
    """
    # One at a time, and after the change of plan that another may be making just now.
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    asked = dict.fromkeys(asked_by(campaign))
    rows = list(_columns(Occurrence.objects.filter(campaign=campaign)))
    if len(rows) == len(asked) and all(row[:9] in asked for row in rows):
        return 0
    stored = {row.asked.key: row for row in map(_stored, rows)}
    steps = _lock({row.key: row for row in asked}, stored)
    Occurrence.objects.filter(pk__in=steps.gone).delete()
    _move(steps.moved)
    Occurrence.objects.bulk_create(
        [Occurrence(**row._asdict(), campaign_id=campaign.pk) for row in steps.missing],
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    return len(steps.missing)


def _columns(rows: QuerySet[Occurrence]) -> QuerySet[Occurrence, tuple[Any, ...]]:
    return rows.order_by().values_list(*Asked._fields, "pk", "done_on")


def _stored(row: tuple[Any, ...]) -> Stored:
    return Stored(Asked._make(row[:9]), *row[9:])


def _lock(wanted: dict[Key, Asked], stored: dict[Key, Stored]) -> Steps:
    """Lock what will change, and no more, and decide by what it is then: somebody may have recorded work
    on it meanwhile, and so done what another row asks for.
    """
    locked: set[int] = set()
    while new := ((steps := _steps(wanted, stored)).gone | steps.moved.keys()) - locked:
        locked |= new
        found = _columns(Occurrence.objects.select_for_update().filter(pk__in=new))
        now = {row.asked.key: row for row in map(_stored, found)}
        for key in [key for key, row in stored.items() if row.pk in new]:
            del stored[key]
        stored |= now
    return steps


def _steps(wanted: dict[Key, Asked], stored: dict[Key, Stored]) -> Steps:
    """What is to be done, as things are stored now."""
    covered = _done_otherwise(wanted, stored)
    missing = [row for key, row in wanted.items() if key not in stored and key not in covered]
    moved: dict[int, Asked] = {}
    dropped: set[int] = set()
    for key, row in stored.items():
        asked = wanted.get(key)
        if asked is None or key in covered:
            dropped.add(row.pk)
        elif row.done_on is None and row.asked != asked:
            moved[row.pk] = asked
    return Steps(dropped - _worked_on(dropped), moved, missing)


def _worked_on(keys: set[int]) -> set[int]:
    """Those with a record of work, even one that was taken back."""
    if not keys:
        return set()
    return set(Completion.objects.filter(occurrence__in=keys).order_by().values_list("occurrence", flat=True))


def _done_otherwise(wanted: dict[Key, Asked], stored: dict[Key, Stored]) -> set[Key]:
    """What was done under another period and is asked for again by none: another day ends the weeks now,
    or the work begins in another month, and the spans are cut anew.
    """
    done: dict[tuple[int | None, ...], list[Asked]] = {}
    for key, row in stored.items():
        if row.done_on is not None and key not in wanted:
            done.setdefault(row.asked.series, []).append(row.asked)
    if not done:
        return set()
    return {
        key
        for key, asked in wanted.items()
        if (key not in stored or stored[key].done_on is None)
        and any(_same_span(other, asked) for other in done.get(asked.series, ()))
    }


def _same_span(one: Asked, other: Asked) -> bool:
    """Whether two spans share at least half of the longer one; what is no span shares nothing."""
    if not (one.starts_on and one.due_on and other.starts_on and other.due_on):
        return False
    shared = min(one.due_on, other.due_on) - max(one.starts_on, other.starts_on) + DAY
    longer = max(one.due_on - one.starts_on, other.due_on - other.starts_on) + DAY
    return 2 * shared >= longer


def _move(moved: dict[int, Asked]) -> None:
    """Bring dates and quotas up to date; what was done often enough for a lowered quota is done."""
    days: dict[int, list[date]] = {}
    standing = Completion.objects.filter(occurrence__in=moved, revoked_at=None)
    for pk, day in standing.order_by().values_list("occurrence", "on"):
        days.setdefault(pk, []).append(day)
    # Of thousands most move to the same day, that of a whole line: one statement for all that become alike.
    alike: dict[tuple[Any, ...], list[int]] = {}
    for pk, asked in moved.items():
        row = Occurrence(pk=pk, starts_on=asked.starts_on, due_on=asked.due_on, quota=asked.quota)
        done_on = done_on_by(row, days.get(pk, ()))
        alike.setdefault((asked.starts_on, asked.due_on, asked.quota, done_on), []).append(pk)
    for values, keys in alike.items():
        becomes = dict(zip(("starts_on", "due_on", "quota", "done_on"), values, strict=True))
        for start in range(0, len(keys), BATCH):
            Occurrence.objects.filter(pk__in=keys[start : start + BATCH]).update(**becomes)


def asked_by(campaign: Campaign) -> Iterator[Asked]:
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
        measure, item, report = (source.pk if isinstance(source, kind) else None for kind in KINDS)
        quota = source.quota if isinstance(source, WorkItem) else 1
        for holder in holders_of(source, groups, campaign):
            for due in dues:
                yield Asked(measure, item, report, due.period, *holder, due.starts_on, due.due_on, quota)


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
