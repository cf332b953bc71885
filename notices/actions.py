"""Writes: find out who should know what, and mark as read.

No task waits for a moment to come: each scan looks at the ledger as it stands and adds what is missing.
The unique constraint makes that safe to repeat, also by two at once.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from accounts.models import User
from campaigns.models import Campaign
from hazards.enums import Action, Status
from hazards.models import Hazard, StatusChange
from hazards.queries import due_soon, overdue
from notices.enums import NoticeKind
from notices.models import Notice
from notices.people import People, people_of
from notices.procedures import PROCEDURES
from notices.queries import notices_for

LOOK_BACK = timedelta(days=7)
"""Steps older than this are no news; after a longer outage the deadlines still speak."""
LEAD_AFTER = timedelta(days=7)
"""A hazard overdue for longer is told to the lead bureau too."""
BY_ACTION = {
    Action.ASSIGN: (NoticeKind.ASSIGNED, Status.RECTIFYING),
    Action.SUBMIT: (NoticeKind.SUBMITTED, Status.SUBMITTED),
    Action.REPORT_FIXED: (NoticeKind.SUBMITTED, Status.SUBMITTED),
    Action.REJECT: (NoticeKind.RETURNED, Status.RECTIFYING),
    Action.URGE: (NoticeKind.URGED, None),
}
"""What a step is news of, as long as the hazard still stands where the step left it: the status that it
leads to, or with None the one that it found."""


def collect(campaign: Campaign, *, today: date, now: datetime) -> int:
    """Add the notices that the campaign's people lack; returns how many. A second run adds nothing."""
    people = people_of(campaign)
    wanted = [
        *_news(campaign, people, today, now),
        *_procedures(campaign, people, today, now),
        *_deadlines(campaign, people, today, now),
    ]
    hazards = {notice.hazard_id for notice in wanted}
    known = set(
        Notice.objects.filter(hazard__in=hazards).values_list("user_id", "kind", "hazard_id", "due_on")
        if hazards
        else ()
    )
    missing = [n for n in wanted if (n.user_id, n.kind, n.hazard_id, n.due_on) not in known]
    Notice.objects.bulk_create(missing, ignore_conflicts=True, batch_size=500)
    return len(missing)


def mark_read(notices: QuerySet[Notice], *, now: datetime) -> int:
    """Mark those still unread; returns how many."""
    return notices.filter(read_at__isnull=True).update(read_at=now)


def read_one(user: User, notice_id: int, *, now: datetime) -> Notice:
    """Mark one of the person's own as read. Raises Notice.DoesNotExist for any other."""
    notice = notices_for(user).select_related("hazard").get(pk=notice_id)
    mark_read(Notice.objects.filter(pk=notice.pk), now=now)
    return notice


def _news(campaign: Campaign, people: People, today: date, now: datetime) -> Iterator[Notice]:
    """Assigned, handed in for acceptance, sent back: each told once a day and hazard, not to its author."""
    changes = StatusChange.objects.filter(
        on__range=(today - LOOK_BACK, today), action__in=BY_ACTION, hazard__campaign=campaign
    ).select_related("hazard__park")
    for change in changes:
        kind, still = BY_ACTION[Action(change.action)]
        hazard = change.hazard
        if hazard.status != (still or change.to_status):
            continue
        accepts = hazard.status == Status.SUBMITTED
        recipients = people.accepting(hazard) if accepts else people.of(hazard)
        text = {
            NoticeKind.ASSIGNED: f"已交办，请于 {_day(hazard.due_on)} 前完成整改",
            NoticeKind.SUBMITTED: "已申请验收，请核实后验收或退回",
            NoticeKind.RETURNED: f"验收未通过：{change.note}",
            NoticeKind.URGED: _urging(change),
        }[kind]
        yield from _notices(recipients - {change.by_id}, kind, hazard, change.on, text, now)


def _procedures(campaign: Campaign, people: People, today: date, now: datetime) -> Iterator[Notice]:
    """What was asked for or decided beside the status: to those whose turn it is, not to its author."""
    changes = StatusChange.objects.filter(
        on__range=(today - LOOK_BACK, today), action__in=PROCEDURES, hazard__campaign=campaign
    ).select_related("hazard__park")
    for change in changes:
        news = PROCEDURES[Action(change.action)]
        hazard = change.hazard
        if hazard.is_open and news.holds(hazard):
            told = news.told(people, hazard) - {change.by_id}
            yield from _notices(told, news.kind, hazard, change.on, news.text(change), now)


def _urging(change: StatusChange) -> str:
    """What the lead bureau asks for, from those whose turn it is."""
    turn = {Status.REPORTED: "请尽快交办", Status.SUBMITTED: "请尽快验收"}
    asked = turn.get(Status(change.to_status), f"请于 {_day(change.hazard.due_on)} 前完成整改")
    if change.to_status == Status.RECTIFYING and (due := change.hazard.due_on) and due < change.on:
        asked = f"整改期限 {_day(due)}，已逾期，请尽快整改"
    return f"牵头单位催办，{asked}{f'：{change.note}' if change.note else ''}"


def _deadlines(campaign: Campaign, people: People, today: date, now: datetime) -> Iterator[Notice]:
    """Due soon: once a deadline. Overdue: once a week, after LEAD_AFTER to the lead bureau too."""
    waiting = Hazard.objects.filter(
        campaign=campaign, status__in=[Status.REPORTED, Status.RECTIFYING], due_on__isnull=False
    ).select_related("park")
    for hazard in waiting.filter(due_soon(today, campaign.yellow_days)):
        assert hazard.due_on
        text = f"将于 {_day(hazard.due_on)} 到期，请按期完成整改"
        yield from _notices(people.of(hazard), NoticeKind.DUE_SOON, hazard, hazard.due_on, text, now)
    week = campaign.week_of(today).start
    for hazard in waiting.filter(overdue(today)):
        assert hazard.due_on
        late = today - hazard.due_on
        recipients = people.of(hazard) | (people.lead if late > LEAD_AFTER else set())
        text = f"整改期限 {_day(hazard.due_on)}，已逾期，请尽快整改并说明困难"
        yield from _notices(recipients, NoticeKind.OVERDUE, hazard, week, text, now)


def _notices(
    recipients: Iterable[int], kind: NoticeKind, hazard: Hazard, day: date, text: str, now: datetime
) -> Iterator[Notice]:
    for user in sorted(recipients):
        yield Notice(
            user_id=user,
            kind=kind,
            hazard=hazard,
            due_on=day,
            text=f"{hazard.park.name} {hazard.place}：{text}"[:300],
            created_at=now,
        )


def _day(day: date | None) -> str:
    return f"{day.month}月{day.day}日" if day else "规定日期"
