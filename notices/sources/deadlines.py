"""Hazards whose deadline comes or has passed, and the ladder on which what is late is told upwards."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from django.db.models import QuerySet

from hazards.enums import Level, Status
from hazards.models import Hazard, Supervision
from hazards.queries import due_soon, overdue
from notices.enums import NoticeKind
from notices.people import People
from notices.rules import Rules, step_after, step_before
from notices.subjects import Draft, Moment, notices
from notices.words import about, day
from reports.models import LetterHazard

NEEDED = (
    "campaign", "number", "status", "level", "due_on", "place", "park", "task_force",
    "responsible_department", "by_task_force", "joint_asked_on",
)  # fmt: skip
"""Of a hazard, to say whose it is, and what a message says of it; a scan reads many."""


def _waiting(moment: Moment) -> QuerySet[Hazard]:
    """Hazards that somebody must still repair by a day."""
    waiting = Hazard.objects.filter(
        campaign=moment.campaign, status__in=[Status.REPORTED, Status.RECTIFYING], due_on__isnull=False
    )
    return waiting.only(*NEEDED).prefetch_related("park")


def coming(moment: Moment, people: People, rules: Rules) -> Iterator[Draft]:
    """Due in some days: each of the rule's days once."""
    kind = NoticeKind.DUE_SOON
    days = rules.days(kind)
    if not days or not rules.enabled(kind):
        return
    # Working days stretch: a span of so many of them is never longer than this.
    reach = 2 * days[-1] + 15
    for hazard in _waiting(moment).filter(due_soon(moment.today, reach)).iterator(chunk_size=2000):
        assert hazard.due_on
        left = rules.left(kind, moment.today, hazard.due_on)
        step = step_before(left, days)
        if step is None:
            continue
        when = "今天到期" if hazard.due_on == moment.today else f"将于 {day(hazard.due_on)} 到期"
        yield from notices(
            moment,
            people.of(hazard),
            kind,
            about(hazard, f"{when}，请按期完成整改"),
            due_on=hazard.due_on,
            step=step,
            told_on=moment.today - timedelta(days=step - left),
            hazard=hazard,
        )


class Rung(IntEnum):
    """Places on the ladder; the first one, those who repair, is told by OVERDUE.

    The number is the notice's `step`: whatever the days are changed to, a rung is told once a due date.
    """

    LEADERS = 1
    LEAD = 2
    PROPOSAL = 3


@dataclass(frozen=True)
class Pressed:
    """Hazards of a campaign on which somebody presses already."""

    listed: frozenset[int]
    """Under listed supervision 挂牌督办."""
    lettered: dict[int, date]
    """In a supervision letter that holds: the day of the last one."""


def _pressed(moment: Moment) -> Pressed:
    listed = Supervision.objects.filter(hazard__campaign=moment.campaign, lifted_on=None)
    letters = LetterHazard.objects.filter(letter__campaign=moment.campaign, letter__voided_on=None)
    return Pressed(
        frozenset(listed.values_list("hazard_id", flat=True)),
        dict(letters.order_by("letter__issued_on").values_list("hazard_id", "letter__issued_on")),
    )


def late(moment: Moment, people: People, rules: Rules) -> Iterator[Draft]:
    """Overdue: daily, then weekly, to those who repair; and up the ladder, each rung once."""
    kind = NoticeKind.OVERDUE
    pressed = _pressed(moment)
    for hazard in _waiting(moment).filter(overdue(moment.today)).iterator(chunk_size=2000):
        assert hazard.due_on
        over = (moment.today - hazard.due_on).days
        step = step_after(over, rules.days(kind))
        if step is not None and rules.enabled(kind):
            yield from notices(
                moment,
                people.of(hazard),
                kind,
                about(hazard, f"整改期限 {day(hazard.due_on)}，已逾期{over}天，请尽快整改并说明困难"),
                due_on=hazard.due_on,
                step=step,
                told_on=hazard.due_on + timedelta(days=step),
                hazard=hazard,
            )
        yield from _ladder(moment, people, rules, hazard, pressed)


def _ladder(
    moment: Moment, people: People, rules: Rules, hazard: Hazard, pressed: Pressed
) -> Iterator[Draft]:
    """The leaders of the responsible unit, the lead bureau, a proposal to it: what has come by now.

    Who would be told on two rungs at once, after an outage or by shorter days, is told the higher one.
    """
    assert hazard.due_on
    days, over = rules.settings, (moment.today - hazard.due_on).days
    proposal = _proposal(hazard, pressed)
    rungs = [
        (
            Rung.PROPOSAL,
            days.propose_after,
            NoticeKind.PROPOSED,
            people.lead if proposal else set(),
            proposal,
        ),
        (Rung.LEAD, days.lead_after, NoticeKind.ESCALATED, people.lead, "请牵头协调"),
        (Rung.LEADERS, days.leader_after, NoticeKind.ESCALATED, people.leaders_of(hazard), "请督促整改"),
    ]
    told: set[int] = set()
    for rung, after, kind, who, asked in rungs:
        if over < after or not rules.enabled(kind):
            continue
        yield from notices(
            moment,
            who - told,
            kind,
            about(hazard, f"整改期限 {day(hazard.due_on)}，已逾期{over}天，{asked}"),
            due_on=hazard.due_on,
            step=rung,
            told_on=hazard.due_on + timedelta(days=after),
            hazard=hazard,
        )
        told |= who


def _proposal(hazard: Hazard, pressed: Pressed) -> str:
    """What the lead bureau should do about it; empty when a letter since its due date has done it."""
    assert hazard.due_on
    written = pressed.lettered.get(hazard.pk)
    if written and written > hazard.due_on:
        return ""
    if hazard.level != Level.MAJOR:
        return "建议发督办函"
    return "已挂牌督办仍未整改，建议发督办函" if hazard.pk in pressed.listed else "建议挂牌督办"
