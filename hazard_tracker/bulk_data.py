"""Test data by the million for measurements: made up, the same for the same seed.

Rows go straight into the table (COPY on PostgreSQL): neither the verbs nor the histories of daily work
would be fast enough. Proportions are believable: a few parks hold most hazards, most are closed, one word
(RARE_WORD) occurs in about twenty descriptions only.
"""

import io
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, islice
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from accounts.enums import Role
from accounts.models import Membership, User
from campaigns.enums import PartyGroup, Rhythm
from campaigns.models import (
    Campaign,
    CampaignUnit,
    Category,
    ReportDuty,
    Responsibility,
    TaskForce,
    TaskForceMember,
)
from hazard_tracker.bulk_history import write_history
from hazard_tracker.bulk_indexes import lifted
from hazard_tracker.bulk_work import lay_plan, lay_work
from hazard_tracker.demo.texts import PATTERNS, Pattern
from hazards.enums import Level, Source, Status
from hazards.models import Hazard, NumberSequence
from hazards.numbers import format_number
from parks.models import Department, Enterprise, Park, Region
from parks.names import name_key

RARE_WORD = "氨罐"
RARE_ROWS = 20
UNITS = 10
TODAY = date(2021, 12, 1)
FIRST_DAY = date(2021, 7, 1)
CHUNK = 50_000
SOURCES = [Source.PATROL] * 5 + [Source.SELF_CHECK] * 3 + [Source.INSPECTION] * 2
WITH_MEASURE = 0.6
"""Share of the hazards that hang on a measure of their kind."""
SPREAD = 1.0
"""Exponent of the Zipf law by which parks differ in size."""

COLUMNS = (
    "campaign_id",
    "number",
    "park_id",
    "task_force_id",
    "enterprise_id",
    "place",
    "description",
    "category_id",
    "measure_id",
    "level",
    "source",
    "found_on",
    "responsible_department_id",
    "by_task_force",
    "due_on",
    "original_due_on",
    "backfilled",
    "on_the_spot",
    "status",
    "version",
    "latest_note",
    "difficulty",
    "measure_taken",
    "done_on",
    "closed_on",
    "reported_by_id",
    "reported_at",
    "submitted_by_id",
    "accepted_by_id",
    "import_key",
)


GroundPark = tuple[int, int, int, int, int, list[int]]
"""Keys of a park, its task force, department and two members, and its enterprises."""


@dataclass(frozen=True)
class Ground:
    """The keys that hazards refer to."""

    campaign: Campaign
    lead: int
    categories: dict[int, int]
    measures: dict[int, list[int]]
    parks: list[GroundPark]
    departments: list[int]


@transaction.atomic
def generate(
    slug: str,
    *,
    hazards: int,
    parks: int,
    enterprises: int,
    seed: int,
    history: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> Campaign:
    """Create a campaign of that slug with so many rows; `progress` hears how many hazards are written.

    Raises ValueError when the slug is in use.
    """
    if Campaign.objects.filter(slug=slug).exists():
        raise ValueError(slug)
    rng = random.Random(seed)  # noqa: S311 (made-up data, nothing secret)
    ground = _lay_ground(slug, parks, enterprises, rng)
    rows = _rows(ground, hazards, rng)
    write = _copy if connection.vendor == "postgresql" else _insert
    done = 0
    with lifted(Hazard._meta.db_table):
        while chunk := list(islice(rows, CHUNK)):
            write(chunk)
            done += len(chunk)
            progress(done)
    NumberSequence.objects.create(campaign=ground.campaign, year=TODAY.year, last=hazards)
    lay_work(ground.campaign, TODAY, rng)
    if history:
        write_history(ground.campaign)
    return ground.campaign


def _lay_ground(slug: str, parks: int, enterprises: int, rng: random.Random) -> Ground:
    """Ten regions under one, ten units, people, parks with a task force each, enterprises."""
    top = Region.objects.create(name=f"{slug}市", code="990000")
    regions = [
        Region.objects.create(name=f"{slug}第{place}县", code=f"9901{place:02d}", parent=top)
        for place in range(1, UNITS + 1)
    ]
    lead = Department.objects.create(name=f"{slug}牵头局", region=top)
    campaign = Campaign.objects.create(
        slug=slug,
        name=f"测量用专项行动 {slug}",
        number_prefix=slug.upper()[:20],
        issued_on=FIRST_DAY,
        starts_on=FIRST_DAY,
        ends_on=date(2021, 12, 31),
        clock=TODAY,
        lead_department=lead,
    )
    departments = [Department.objects.create(name=f"{slug}责任局", region=region) for region in regions]
    CampaignUnit.objects.bulk_create(
        CampaignUnit(campaign=campaign, department=unit, order=place)
        for place, unit in enumerate(departments, start=1)
    )
    weekly = ReportDuty.objects.create(
        campaign=campaign, name="周报表", rhythm=Rhythm.WEEKLY, form="taizhou-2", days_after=1
    )
    Responsibility.objects.create(report=weekly, group=PartyGroup.UNITS)
    categories = {
        number: Category.objects.create(campaign=campaign, order=number, name=f"整治内容{number}").pk
        for number in range(1, 9)
    }
    officer = _person(f"{slug}-lead", lead, Role.LEAD)
    for place, unit in enumerate(departments, start=1):
        _person(f"{slug}-department-{place}", unit, Role.DEPARTMENT)
    return Ground(
        campaign=campaign,
        lead=officer.pk,
        categories=categories,
        measures=lay_plan(campaign, categories),
        parks=_lay_parks(campaign, regions, departments, parks=parks, enterprises=enterprises, rng=rng),
        departments=[unit.pk for unit in departments],
    )


def _person(username: str, department: Department, role: Role | None = None) -> User:
    """Somebody to act as in a measurement; no password fits."""
    user = User.objects.create(
        username=username, full_name=username, department=department, password=make_password(None)
    )
    if role:
        Membership.objects.create(user=user, role=role, department=department)
    return user


def _lay_parks(
    campaign: Campaign,
    regions: Sequence[Region],
    departments: Sequence[Department],
    *,
    parks: int,
    enterprises: int,
    rng: random.Random,
) -> list[GroundPark]:
    members = [
        (_person(f"{campaign.slug}-a{place}", unit), _person(f"{campaign.slug}-b{place}", unit))
        for place, unit in enumerate(departments, start=1)
    ]
    park_rows = Park.objects.bulk_create(
        [
            Park(
                name=f"{campaign.slug}园{place:05d}",
                name_key=name_key(f"{campaign.slug}园{place:05d}"),
                region=regions[place % UNITS],
            )
            for place in range(parks)
        ],
        batch_size=500,
    )
    task_forces = _lay_task_forces(campaign, park_rows, departments, members)
    inside = _lay_enterprises(park_rows, enterprises, rng)
    return [
        (
            park.pk,
            task_force.pk,
            task_force.department_id,
            members[place % UNITS][0].pk,
            members[place % UNITS][1].pk,
            inside.get(park.pk, []),
        )
        for place, (park, task_force) in enumerate(zip(park_rows, task_forces, strict=True))
    ]


def _lay_task_forces(
    campaign: Campaign,
    parks: Sequence[Park],
    departments: Sequence[Department],
    members: Sequence[tuple[User, User]],
) -> list[TaskForce]:
    """A task force a park, units and members in turn."""
    task_forces = TaskForce.objects.bulk_create(
        [
            TaskForce(campaign=campaign, park=park, order=place + 1, department=departments[place % UNITS])
            for place, park in enumerate(parks)
        ],
        batch_size=500,
    )
    TaskForceMember.objects.bulk_create(
        [
            TaskForceMember(task_force=task_force, user=user)
            for place, task_force in enumerate(task_forces)
            for user in members[place % UNITS]
        ],
        batch_size=500,
    )
    return task_forces


def _lay_enterprises(parks: Sequence[Park], count: int, rng: random.Random) -> dict[int, list[int]]:
    """Enterprises spread as the hazards are; keys by park."""
    words = sorted({pattern.spot.format(b=1, f=1) for pattern in PATTERNS})
    rows = [
        Enterprise(
            park=park,
            name=f"{rng.choice(words)}测试厂{place:06d}",
            name_key=name_key(f"{rng.choice(words)}测试厂{place:06d}"),
            employees=rng.randint(5, 320),
            is_micro=True,
        )
        for place, park in enumerate(rng.choices(parks, cum_weights=zipf(len(parks)), k=count))
    ]
    for row in rows:
        row.name_key = name_key(row.name)
        row.is_micro = bool(row.micro_by_size())
    inside: dict[int, list[int]] = {}
    for row in Enterprise.objects.bulk_create(rows, batch_size=1000):
        inside.setdefault(row.park_id, []).append(row.pk)
    return inside


def zipf(count: int) -> list[float]:
    """Cumulative weights of `count` ranks."""
    return list(accumulate(1 / rank**SPREAD for rank in range(1, count + 1)))


def _rows(ground: Ground, count: int, rng: random.Random) -> Iterator[tuple[Any, ...]]:
    """One tuple a hazard, in the order of COLUMNS, oldest first."""
    weights = zipf(len(ground.parks))
    patterns = [pattern for pattern in PATTERNS if RARE_WORD not in pattern.text]
    rare = set(rng.sample(range(count), min(RARE_ROWS, count)))
    days = (TODAY - FIRST_DAY).days
    for serial in range(count):
        park = rng.choices(ground.parks, cum_weights=weights)[0]
        found = FIRST_DAY + timedelta(days=serial * days // count)
        yield _row(
            ground, serial, found, park=park, pattern=rng.choice(patterns), rare=serial in rare, rng=rng
        )


def _row(
    ground: Ground,
    serial: int,
    found: date,
    *,
    park: GroundPark,
    pattern: Pattern,
    rare: bool,
    rng: random.Random,
) -> tuple[Any, ...]:
    park_pk, task_force, unit, first, second, firms = park
    place, text, remedy = _words(pattern, rare, rng)
    category = ground.categories[pattern.category]
    dice = rng.random()
    major, on_the_spot = dice < 0.02, dice > 0.8
    life = _life(found, 60 if major else rng.choice((7, 10, 15, 15, 30)), on_the_spot, rng)
    status, due, done, closed, version = life
    repaired = status in (Status.SUBMITTED, Status.CLOSED)
    note = remedy if repaired else ""
    return (
        ground.campaign.pk,
        format_number(ground.campaign, TODAY.year, serial + 1),
        park_pk,
        task_force,
        rng.choice(firms) if firms and pattern.inside else None,
        place,
        text,
        category,
        rng.choice(ground.measures[category]) if rng.random() < WITH_MEASURE else None,
        Level.MAJOR.value if major else Level.GENERAL.value,
        rng.choice(SOURCES).value,
        found,
        unit if dice < 0.7 or on_the_spot else rng.choice(ground.departments),
        on_the_spot,
        due,
        due,
        False,
        on_the_spot,
        status.value,
        version,
        note,
        "",
        note,
        done,
        closed,
        first,
        datetime(found.year, found.month, found.day, serial % 9, serial % 60, tzinfo=UTC),
        first if repaired else None,
        (ground.lead if major else second) if closed else None,
        "",
    )


def _words(pattern: Pattern, rare: bool, rng: random.Random) -> tuple[str, str, str]:
    """Place, description and remedy."""
    number, larger, floor = rng.randint(2, 9), rng.randint(10, 99), rng.randint(1, 6)
    text = pattern.text.format(n=number, m=larger, b=number, f=floor)
    if rare:
        text = f"制冷机房{RARE_WORD}{number}号阀门渗漏，{text}"
    place = f"{number}号楼{floor}层{pattern.spot.format(b=number, f=floor)}"
    return place, text, pattern.remedy.format(n=number, m=larger)


Life = tuple[Status, date | None, date | None, date | None, int]


def _life(found: date, limit: int, on_the_spot: bool, rng: random.Random) -> Life:
    """Status, due, done, closed day and number of steps, as far as things have gone by TODAY."""
    if on_the_spot:
        closed = found + timedelta(days=rng.randint(0, 2))
        if closed < TODAY:
            return Status.CLOSED, None, found, closed, 2
        return Status.SUBMITTED, None, found, None, 1
    due = found + timedelta(days=limit + rng.randint(0, 2))
    dice = rng.random()
    if dice < 0.003:
        return Status.VOID, None, None, None, 2
    if dice < 0.01 or found > TODAY - timedelta(days=2):
        return Status.REPORTED, None, None, None, 1
    late = dice > 0.9
    done = due + timedelta(days=rng.randint(1, 20)) if late else found + (due - found) * rng.random()
    closed = done + timedelta(days=rng.randint(1, 5))
    if dice < 0.04 or done >= TODAY:
        return Status.RECTIFYING, due, None, None, 2
    if closed >= TODAY:
        return Status.SUBMITTED, due, done, None, 3
    return Status.CLOSED, due, done, closed, 4


def _constants() -> dict[str, Any]:
    """What every generated row holds in the columns that COLUMNS leaves out: the table has no defaults."""
    return {
        field.attname: field.get_default()
        for field in Hazard._meta.concrete_fields
        if not (field.primary_key or field.null or field.attname in COLUMNS)
    }


def _copy(rows: Sequence[tuple[Any, ...]]) -> None:
    """COPY; no text of ours holds a tab, a line break or a backslash."""
    rest = _constants()
    names = ", ".join((*COLUMNS, *rest))
    end = "".join(f"\t{value}" for value in rest.values()) + "\n"
    lines = ("\t".join("\\N" if value is None else str(value) for value in row) + end for row in rows)
    with connection.cursor() as cursor:
        table = Hazard._meta.db_table
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", io.StringIO("".join(lines)))


def _insert(rows: Sequence[tuple[Any, ...]]) -> None:
    Hazard.objects.bulk_create(
        [Hazard(**dict(zip(COLUMNS, row, strict=True))) for row in rows], batch_size=1000
    )
