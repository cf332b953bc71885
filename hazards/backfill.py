"""Whole histories at once: for made-up data, where the past must be written in one go.

Daily work never comes here: it goes through hazards/actions.py, one verb at a time. This module only
inserts new hazards, never touches one that exists, and takes each status from the same workflow table;
a history that the table, the order of time or the evidence rules forbid is refused as a whole.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby, pairwise
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from campaigns.models import Campaign
from hazards import rules
from hazards.backfill_procedures import Beside, ImpossibleHistory
from hazards.enums import Action, PhotoKind, Status
from hazards.models import Hazard, Photo, StatusChange
from hazards.numbers import format_number, take_numbers
from hazards.workflow import STEPS, target_of
from parks.models import Department


@dataclass(frozen=True)
class StoredPhoto:
    """A photo whose files lie in the storage already; several rows may show the same file."""

    key: uuid.UUID
    kind: PhotoKind
    image: str
    thumbnail: str
    original: str
    width: int
    height: int
    sha256: str


@dataclass(frozen=True)
class PastStep:
    """One step as it was taken: by whom, when, and what it set.

    given: what the verbs beside the status take in, by the names of their arguments.
    """

    action: Action
    by: User
    at: datetime
    note: str = ""
    department: Department | None = None
    by_task_force: bool = False
    helping: tuple[Department, ...] = ()
    due_on: date | None = None
    done_on: date | None = None
    difficulty: str = ""
    photos: tuple[StoredPhoto, ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Story:
    """A hazard as found (not saved, without number and status) and every step since, the report first."""

    hazard: Hazard
    steps: list[PastStep] = field(default_factory=list)


@transaction.atomic
def add_stories(campaign: Campaign, stories: Sequence[Story]) -> list[Hazard]:
    """Insert hazards with their histories and photos; numbers follow the time of report.

    Raises ImpossibleHistory before anything is written.
    """
    ordered = sorted(stories, key=lambda story: story.steps[0].at)
    beside = {id(story): Beside(story.hazard) for story in ordered}
    told = [(story, _tell(story, beside[id(story)])) for story in ordered]
    _number(campaign, [story.hazard for story in ordered])
    Hazard.objects.bulk_create([story.hazard for story in ordered], batch_size=500)
    changes = sorted((c for _, rows in told for c in rows), key=lambda c: (c.at, c.hazard.number, c.version))
    StatusChange.objects.bulk_create(changes, batch_size=500)
    for rows in beside.values():
        rows.save()
    photos = [
        _photo(change, stored)
        for story, rows in told
        for step, change in zip(story.steps, rows, strict=True)
        for stored in step.photos
    ]
    Photo.objects.bulk_create(photos, batch_size=500)
    through = Hazard.helping_departments.through
    through.objects.bulk_create(
        [
            through(hazard_id=story.hazard.pk, department_id=unit.pk)
            for story in ordered
            for unit in _helpers(story)
        ],
        batch_size=500,
    )
    return [story.hazard for story in ordered]


def _tell(story: Story, beside: Beside) -> list[StatusChange]:
    """Walk through the steps, leaving the hazard as the last one left it; returns its history rows."""
    hazard, rows, status = story.hazard, [], ""
    if any(later.at < earlier.at for earlier, later in pairwise(story.steps)):
        raise ImpossibleHistory(f"{hazard.description}: steps go back in time")
    for version, step in enumerate(story.steps, start=1):
        target = _target(hazard, step, status)
        facts = beside.tell(step.action, step.by, step.at, step.note, step.given)
        _apply(hazard, step)
        rows.append(_row(hazard, step, status, after=target, version=version, facts=facts))
        status = target
    hazard.status, hazard.version = status, len(story.steps)
    return rows


def _target(hazard: Hazard, step: PastStep, status: str) -> Status:
    rule = STEPS[step.action]
    fits = Status(status) in rule.sources if status else not rule.sources
    if not fits or not rule.parties(hazard.level):
        raise ImpossibleHistory(f"{hazard.description}: {step.action} does not follow {status!r}")
    if "photos" in rule.asks and not any(photo.kind == PhotoKind.AFTER for photo in step.photos):
        raise ImpossibleHistory(f"{hazard.description}: {step.action} without a photo of the result")
    if "note" in rule.asks and not step.note.strip():
        raise ImpossibleHistory(f"{hazard.description}: {step.action} without a word")
    if step.action == Action.ACCEPT and (reason := rules.why_not_accept(step.by, hazard)):
        raise ImpossibleHistory(f"{hazard.description}: {reason}")
    return target_of(step.action, status)


def _apply(hazard: Hazard, step: PastStep) -> None:
    """Set what the verb of the same name in hazards/actions.py sets."""
    on = timezone.localdate(step.at)
    if step.action in (Action.REPORT, Action.REPORT_FIXED):
        hazard.reported_by, hazard.reported_at = step.by, step.at
    if step.action == Action.REPORT_FIXED:
        hazard.on_the_spot = hazard.by_task_force = True
        hazard.measure_taken, hazard.done_on, hazard.submitted_by = step.note, on, step.by
    elif step.action == Action.ASSIGN:
        hazard.responsible_department, hazard.by_task_force = step.department, step.by_task_force
        hazard.due_on = hazard.original_due_on = step.due_on
    elif step.action == Action.PROGRESS:
        hazard.latest_note, hazard.difficulty = step.note, step.difficulty or hazard.difficulty
    elif step.action == Action.SUBMIT:
        hazard.measure_taken = hazard.latest_note = step.note
        hazard.done_on, hazard.submitted_by = step.done_on or on, step.by
    elif step.action == Action.ACCEPT:
        hazard.accepted_by, hazard.closed_on = step.by, on
    elif step.action == Action.REJECT:
        hazard.latest_note = f"退回：{step.note}"
        hazard.done_on, hazard.submitted_by, hazard.on_the_spot = None, None, False


def _row(
    hazard: Hazard, step: PastStep, before: str, *, after: Status, version: int, facts: dict[str, Any]
) -> StatusChange:
    return StatusChange(
        hazard=hazard,
        action=step.action,
        from_status=before,
        to_status=after,
        by=step.by,
        department_id=step.by.department_id,
        at=step.at,
        on=timezone.localdate(step.at),
        note=step.note,
        facts=facts or _facts(hazard, step),
        version=version,
    )


def _facts(hazard: Hazard, step: PastStep) -> dict[str, Any]:
    """The same facts beside the step as daily work keeps."""
    if step.action == Action.ASSIGN and step.department and step.due_on:
        return {
            "department": step.department.name,
            "due_on": step.due_on.isoformat(),
            "helping": [unit.name for unit in step.helping],
        }
    if step.action == Action.PROGRESS:
        return {"difficulty": step.difficulty}
    if step.action == Action.SUBMIT and hazard.done_on:
        return {"done_on": hazard.done_on.isoformat()}
    return {}


def _number(campaign: Campaign, hazards: Sequence[Hazard]) -> None:
    """Give numbers in order, a block a year."""
    for year, group in groupby(hazards, key=lambda hazard: timezone.localdate(hazard.reported_at).year):
        block = list(group)
        first = take_numbers(campaign, year, len(block))
        for serial, hazard in enumerate(block, start=first):
            hazard.number = format_number(campaign, year, serial)


def _photo(change: StatusChange, stored: StoredPhoto) -> Photo:
    return Photo(
        hazard_id=change.hazard_id,
        change=change,
        uploaded_by=change.by,
        uploaded_at=change.at,
        **vars(stored),
    )


def _helpers(story: Story) -> tuple[Department, ...]:
    """The units named by the last assignment."""
    return next((s.helping for s in reversed(story.steps) if s.action == Action.ASSIGN), ())
