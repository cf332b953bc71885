"""A plan for generated campaigns, what falls due by it, and how it was done: a part of bulk_data.

Rows go straight into their tables, as in bulk_data; what falls due is reckoned as the product does it.
"""

import random
from datetime import date, timedelta

from django.db import connection

from campaigns.enums import PartyGroup, Precision, Rhythm
from campaigns.models import Campaign, Completion, Measure, Occurrence, Responsibility, WorkItem
from campaigns.work.sync import asked_by
from hazard_tracker.bulk_indexes import lifted

MEASURES = 3
"""Measures a category; the last has no deadline."""
DEADLINES = (date(2021, 9, 30), date(2021, 12, 20), None)

ITEMS: tuple[tuple[Rhythm, PartyGroup, int, int | None], ...] = (
    # rhythm, who owes it, times a span, day within a span
    (Rhythm.WEEKLY, PartyGroup.TASK_FORCES, 1, None),
    (Rhythm.HALF_MONTHLY, PartyGroup.TASK_FORCES, 1, None),
    (Rhythm.MONTHLY, PartyGroup.TASK_FORCES, 2, None),
    (Rhythm.MONTHLY, PartyGroup.TASK_FORCES, 1, 25),
    (Rhythm.STANDING, PartyGroup.TASK_FORCES, 1, None),
    (Rhythm.WEEKLY, PartyGroup.UNITS, 1, 5),
    (Rhythm.HALF_MONTHLY, PartyGroup.UNITS, 1, None),
    (Rhythm.MONTHLY, PartyGroup.UNITS, 4, None),
)
"""In half a year some sixty occurrences a task force, the measures among them."""

DONE, LATE = 0.92, 0.08
"""Share of the work that is done of what has fallen due, and of that what was done after its day."""

RECORDS = (
    # of which work, on which day
    *((f"done_on IS NOT NULL AND quota >= {time}", "done_on") for time in range(1, 5)),
    ("done_on IS NULL AND starts_on <= %(today)s AND (quota > 1 OR due_on IS NULL)", "starts_on"),
)
"""What was done as often as asked, and what was begun."""


def lay_work(campaign: Campaign, today: date, rng: random.Random) -> None:
    """What falls due, most of what is past done in time, some late, with a record of each time."""
    rows = [Occurrence(**row._asdict(), campaign=campaign) for row in asked_by(campaign)]
    for row in rows:
        row.done_on = _done_on(row, today, rng)
    with lifted(Occurrence._meta.db_table):
        Occurrence.objects.bulk_create(rows, batch_size=2000)
    with lifted(Completion._meta.db_table):
        _record(campaign, today)


def _done_on(row: Occurrence, today: date, rng: random.Random) -> date | None:
    if row.due_on is None or rng.random() > DONE:
        return None
    day = row.due_on + timedelta(days=rng.randint(1, 9) if rng.random() < LATE else -rng.randint(0, 3))
    day = max(day, row.starts_on or day)
    return day if day <= today else None


def _record(campaign: Campaign, today: date) -> None:
    """The database writes them from the occurrences, by a member of the task force or unit."""
    if connection.vendor == "postgresql":
        moment = "({day} + time '16:00') AT TIME ZONE 'Asia/Shanghai'"
    else:
        moment = "datetime({day} || ' 16:00', '-8 hours')"
    with connection.cursor() as cursor:
        for where, day in RECORDS:
            # Every part comes from the tables above.
            cursor.execute(
                f"""
                INSERT INTO campaigns_completion (occurrence_id, "on", note, by_id, at)
                SELECT o.id, {day}, '', coalesce(
                    (SELECT min(m.user_id) FROM campaigns_taskforcemember m
                     WHERE m.task_force_id = o.task_force_id),
                    (SELECT min(m.user_id) FROM accounts_membership m
                     WHERE m.department_id = o.department_id)
                ), {moment.format(day=day)}
                FROM campaigns_occurrence o WHERE campaign_id = %(campaign)s AND {where} ORDER BY o.id
                """,  # noqa: S608
                {"campaign": campaign.pk, "today": today},
            )


def lay_plan(campaign: Campaign, categories: dict[int, int]) -> dict[int, list[int]]:
    """Measures and work list of the campaign; returns the keys of the measures by category."""
    measures = Measure.objects.bulk_create(
        Measure(
            campaign=campaign,
            category_id=category,
            order=place,
            title=f"整治内容{number}措施{place}",
            due_on=DEADLINES[place - 1],
            precision=Precision.DAY if DEADLINES[place - 1] else Precision.STANDING,
        )
        for number, category in categories.items()
        for place in range(1, MEASURES + 1)
    )
    items = WorkItem.objects.bulk_create(
        WorkItem(
            campaign=campaign,
            order=place,
            title=f"{rhythm.label}工作{place}",
            rhythm=rhythm,
            quota=quota,
            anchor=anchor,
        )
        for place, (rhythm, _, quota, anchor) in enumerate(ITEMS, start=1)
    )
    Responsibility.objects.bulk_create(
        [
            *(
                Responsibility(
                    measure=one, group=PartyGroup.TASK_FORCES if one.order == 1 else PartyGroup.UNITS
                )
                for one in measures
            ),
            *(
                Responsibility(item=one, group=group)
                for one, (_, group, _, _) in zip(items, ITEMS, strict=True)
            ),
        ]
    )
    found: dict[int, list[int]] = {}
    for one in measures:
        found.setdefault(one.category_id, []).append(one.pk)
    return found
