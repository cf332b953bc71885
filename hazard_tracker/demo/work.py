"""The demo's due work: most of what has fallen due was done in time, some late, some still waits."""

import random
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from django.core.files.storage import default_storage

from accounts.models import User
from campaigns.models import (
    Campaign,
    Completion,
    Evidence,
    Measure,
    Occurrence,
    ReportDuty,
    UnitContact,
)
from hazard_tracker.demo.days import later, office_time, workdays
from hazard_tracker.demo.people import Cast
from hazard_tracker.demo.photos import Picture
from hazard_tracker.demo.texts import REPORT_NOTES, SURNAMES, WORK_NOTES

OPEN_SHARE, LATE_SHARE = 0.05, 0.08
"""Of what was due before the demo's day: still open, done after its day."""
SLOW = 1.8
"""How much oftener than the others the slow ones leave something open or late."""
RECENT = timedelta(days=21)
"""What is open is mostly of the last weeks: older work was chased up."""
PICTURED = 0.12
EARLY = 0.35
"""Of what falls due this week: done already."""
POSTS = ("分管负责人", "科室负责人", "科员")


@dataclass(frozen=True)
class _Fate:
    """What became of one occurrence: the day on which it was done, by whom."""

    row: Occurrence
    on: date
    by: User


def make_work(
    campaign: Campaign,
    cast: Cast,
    pictures: dict[tuple[str, bool], Picture],
    rng: random.Random,
    *,
    without: Collection[int] = (),
) -> None:
    """Completions of the plan's occurrences before the demo's day, with notes and some pictures.

    without: ids of those that something else completes.
    """
    rows = list(
        Occurrence.objects.filter(campaign=campaign, due_on__isnull=False)
        .select_related("measure", "item", "report", "department", "task_force")
        .order_by("due_on", "pk")
    )
    slow = set(rng.sample(sorted({_holder(row) for row in rows}), 6))
    fates = [
        fate
        for row in rows
        if (fate := _fate(row, campaign, cast, slow=slow, rng=rng)) and row.pk not in without
    ]
    completions = [_completion(fate, rng) for fate in fates]
    Completion.objects.bulk_create(completions, batch_size=500)
    for fate in fates:
        fate.row.done_on = fate.on
    Occurrence.objects.bulk_update([fate.row for fate in fates], ["done_on"], batch_size=500)
    _show(completions, pictures, rng)


def _holder(row: Occurrence) -> tuple[int, int]:
    return (row.department_id or 0, row.task_force_id or 0)


def _fate(
    row: Occurrence, campaign: Campaign, cast: Cast, *, slow: set[tuple[int, int]], rng: random.Random
) -> _Fate | None:
    """None for what is not done on the demo's day. The dice fall for each row alike."""
    today, due = campaign.today(), row.due_on
    assert due is not None
    chance, by = rng.random(), _person(row, cast, rng)
    factor = SLOW if _holder(row) in slow else 0.7
    if due < today:
        # Most of what is open is recent: what is older was chased up.
        waits = OPEN_SHARE * factor * (4 if today - due <= RECENT else 0.4)
        if chance < waits:
            return None
        if chance < waits + LATE_SHARE * factor:
            return _late(row, due, today, by=by, rng=rng)
        return _Fate(row, _day_before(row, due, campaign, rng), by)
    begun = row.starts_on is not None and row.starts_on < today
    if begun and due <= campaign.week_of(today).end and chance < EARLY:
        days = workdays(row.starts_on or today, today - timedelta(days=1))
        return _Fate(row, rng.choice(days), by) if days else None
    return None


def _late(row: Occurrence, due: date, today: date, *, by: User, rng: random.Random) -> _Fate | None:
    """Done some working days after its day, unless that is still to come."""
    day = later(due, rng.choice((1, 1, 2, 2, 3, 4, 6)))
    return _Fate(row, day, by) if day < today else None


def _day_before(row: Occurrence, due: date, campaign: Campaign, rng: random.Random) -> date:
    """A working day shortly before the due day, within the span that it belongs to."""
    first = max(row.starts_on or due - timedelta(days=20), campaign.starts_on)
    days = workdays(first, due) or [due]
    return rng.choice(days[-4:])


def _person(row: Occurrence, cast: Cast, rng: random.Random) -> User:
    if row.task_force_id:
        return rng.choice(cast.members[row.task_force_id])
    assert row.department_id is not None
    return cast.officers.get(row.department_id, cast.lead)


def _completion(fate: _Fate, rng: random.Random) -> Completion:
    at = office_time(fate.on, rng)
    return Completion(occurrence=fate.row, on=fate.on, note=_note(fate.row, rng), by=fate.by, at=at)


def _note(row: Occurrence, rng: random.Random) -> str:
    """A short sentence that fits the work; reports often go without one."""
    if isinstance(row.source, ReportDuty):
        return rng.choice(REPORT_NOTES)
    title = str(row.source)
    fitting = next((notes for word, notes in WORK_NOTES.items() if word in title), WORK_NOTES[""])
    note = rng.choice(fitting).format(n=rng.randint(2, 9), m=rng.randint(11, 38))
    return note if isinstance(row.source, Measure) or rng.random() < 0.85 else ""


def _show(
    completions: Sequence[Completion], pictures: dict[tuple[str, bool], Picture], rng: random.Random
) -> None:
    """Pictures of what the notes tell, from those drawn for the hazards."""
    kept = list(pictures.values())
    sizes = {picture.image: default_storage.size(picture.image) for picture in kept}
    rows = []
    for completion in completions:
        if isinstance(completion.occurrence.source, ReportDuty) or rng.random() > PICTURED:
            continue
        for place, picture in enumerate(rng.sample(kept, rng.choice((1, 1, 2))), start=1):
            rows.append(
                Evidence(
                    key=uuid.UUID(int=rng.getrandbits(128), version=4),
                    completion=completion,
                    name=f"现场照片{place}.jpg",
                    file=picture.image,
                    thumbnail=picture.thumbnail,
                    size=sizes[picture.image],
                    sha256=picture.sha256,
                )
            )
    Evidence.objects.bulk_create(rows, batch_size=500)


def make_contacts(campaign: Campaign, cast: Cast) -> None:
    """Whom each unit names for the campaign: its officer, and two more made-up people."""
    serial = count(900)
    rows: list[UnitContact] = []
    for unit in cast.units.values():
        officer = cast.officers[unit.pk]
        people = [(officer.full_name, officer.phone), *_spare_people(serial)]
        rows += [
            UnitContact(campaign=campaign, department=unit, order=order, name=name, post=post, phone=phone)
            for order, ((name, phone), post) in enumerate(
                zip(people, reversed(POSTS), strict=True), start=len(rows) + 1
            )
        ]
    UnitContact.objects.bulk_create(rows)


def _spare_people(serial: Iterable[int]) -> list[tuple[str, str]]:
    """Two people with a number each who have no account."""
    numbers = [next(iter(serial)) for _ in range(2)]
    return [(f"{SURNAMES[number % len(SURNAMES)]}某{'甲乙'[place]}", f"1380000{number:04d}")
            for place, number in enumerate(numbers)]  # fmt: skip
