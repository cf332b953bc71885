"""Work that the plan asks for, reports to hand in, evaluations and drills: before their day and after it."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import QuerySet

from campaigns.enums import WorkKind
from campaigns.models import Occurrence
from campaigns.work.queries import due_between, open_on, overdue
from notices.enums import NoticeKind
from notices.people import People
from notices.rules import Rules, step_after, step_before
from notices.subjects import Draft, Moment, notices
from notices.words import day
from reports.queries import handed_in_occurrences

LATE_DAYS = (1, 7)
"""Work past its day is told of on the day after, after a week, and then weekly."""
CHECKUPS = (WorkKind.EVALUATION, WorkKind.DRILL)


def kind_of(row: Occurrence) -> NoticeKind:
    """What a notice about it is called before its day."""
    if row.report_id:
        return NoticeKind.REPORT_DUE
    if row.item and row.item.kind in CHECKUPS:
        return NoticeKind.CHECKUP_DUE
    return NoticeKind.WORK_DUE


def coming(moment: Moment, people: People, rules: Rules) -> Iterator[Draft]:
    """Due in some days: each of the days of its kind once."""
    kinds = (NoticeKind.REPORT_DUE, NoticeKind.WORK_DUE, NoticeKind.CHECKUP_DUE)
    longest = max((days[-1] for kind in kinds if (days := rules.days(kind))), default=0)
    reach = moment.today + timedelta(days=2 * longest + 15)
    rows = _rows(moment).filter(open_on(moment.today), due_between(moment.today, reach))
    handed_in = handed_in_occurrences(moment.campaign)
    for row in rows.iterator(chunk_size=2000):
        assert row.due_on
        kind = kind_of(row)
        left = rules.left(kind, moment.today, row.due_on)
        step = step_before(left, rules.days(kind))
        if step is None or row.pk in handed_in:
            continue
        when = "今天到期" if row.due_on == moment.today else f"将于 {day(row.due_on)} 到期"
        yield from notices(
            moment,
            people.holding(row),
            kind,
            f"{row.source}：{when}{_by_time(row)}",
            due_on=row.due_on,
            step=step,
            told_on=moment.today - timedelta(days=step - left),
            occurrence=row,
        )


def late(moment: Moment, people: People, rules: Rules) -> Iterator[Draft]:
    """Past its day: a report by the days of its rule, also to the lead bureau; other work weekly."""
    handed_in = handed_in_occurrences(moment.campaign)
    for row in _rows(moment).filter(overdue(moment.today)).iterator(chunk_size=2000):
        assert row.due_on
        over = (moment.today - row.due_on).days
        kind = NoticeKind.REPORT_MISSING if row.report_id else kind_of(row)
        days = rules.days(kind) if row.report_id else LATE_DAYS
        step = step_after(over, days)
        if step is None or row.pk in handed_in:
            continue
        told = people.holding(row) | (people.lead if row.report_id else set())
        yield from notices(
            moment,
            told,
            kind,
            f"{_holder(row)}{row.source}：应于 {day(row.due_on)} 完成，已逾期{over}天",
            due_on=row.due_on,
            step=-step,
            told_on=row.due_on + timedelta(days=step),
            occurrence=row,
        )


def _rows(moment: Moment) -> QuerySet[Occurrence]:
    # Many rows have few sources and holders: these are read once for many, not again with each row.
    return Occurrence.objects.filter(campaign=moment.campaign).prefetch_related(
        "measure", "item", "report", "department", "task_force__park"
    )


def _by_time(row: Occurrence) -> str:
    """A report is due at a time of its day."""
    return f"（{row.report.due_time:%H:%M} 前报送）" if row.report else "，请按期完成"


def _holder(row: Occurrence) -> str:
    return f"{row.holder} "
