"""Due work in the words of its pages: what it is, by when and at what precision, how it stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count

from campaigns.calendar import Calendar
from campaigns.enums import Light, Precision
from campaigns.lights import light_of_occurrence
from campaigns.models import Campaign, Completion, Measure, Occurrence, ReportDuty, WorkItem
from campaigns.queries import Scope
from campaigns.recurrence import ONCE, STANDING
from campaigns.timing import shown_deadline
from campaigns.work.rules import is_of_holder, may_complete

KINDS = {Measure: "管控措施", WorkItem: "工作清单", ReportDuty: "报送材料"}


@dataclass(frozen=True)
class Shown:
    """An occurrence as a row of a page."""

    row: Occurrence
    light: Light
    words: str
    deadline: str
    remark: str
    """Why nobody works on the due day; often empty."""
    times: int
    """How often it was recorded as done, without what was taken back."""
    may: bool
    """Whether this person may record it as done today."""
    own: bool
    """Whether the person acts for the holder; the lead bureau may also do it in a holder's stead."""
    begun: bool

    @property
    def holder(self) -> str:
        """Who owes it."""
        return holder_name(self.row)

    @property
    def heading(self) -> str:
        """What it stands under in the plan."""
        return heading_of(self.row)

    @property
    def verb(self) -> str:
        """What the button says."""
        if not self.own:
            return "代为填报"
        if self.row.due_on is None:
            return "填报一次"
        return "完成一次" if self.row.quota > 1 else "完成"

    @property
    def progress(self) -> str:
        """2/4 次 where more than one is asked for; the number of records of standing work."""
        if self.row.quota > 1:
            return f"{min(self.times, self.row.quota)}/{self.row.quota} 次"
        return f"已填报 {self.times} 次" if self.row.due_on is None and self.times else ""


def holder_name(row: Occurrence) -> str:
    """The unit's name, or the task force's."""
    return str(row.task_force) if row.task_force else str(row.department)


def kind_of(row: Occurrence) -> str:
    """What kind of part of the plan it comes from."""
    return KINDS[type(row.source)]


def heading_of(row: Occurrence) -> str:
    """What the work stands under in the plan: the kind of hazard, or the task."""
    if row.measure:
        return row.measure.category.name
    return row.item.task or row.item.action if row.item else ""


def deadline_of(row: Occurrence) -> str:
    """Its day at the precision of the plan; a report with its hour."""
    source = row.source
    # A rhythm's own days are exact, whatever the plan's column says of a single day.
    exact = not isinstance(source, Measure) and row.period not in (ONCE, STANDING) and row.starts_on
    text = shown_deadline(row.due_on, Precision.DAY if exact else source.precision)
    if isinstance(source, ReportDuty) and row.due_on:
        return f"{text} {source.due_time:%H:%M} 前"
    return text


def span_of(row: Occurrence) -> str:
    """本期 of recurring work: 11月29日至12月5日; empty for what is due once or stands."""
    if row.starts_on is None or row.due_on is None or row.period in (ONCE, STANDING):
        return ""
    source = row.source
    # A report is handed in some days after the span that it tells of.
    end = row.due_on - timedelta(days=source.days_after if isinstance(source, ReportDuty) else 0)
    return f"{row.starts_on.month}月{row.starts_on.day}日至{end.month}月{end.day}日"


def times_done(rows: Iterable[Occurrence]) -> dict[int, int]:
    """How often each was recorded as done, where that is told; one query or none."""
    told = [row.pk for row in rows if row.quota > 1 or row.due_on is None]
    if not told:
        return {}
    standing = Completion.objects.filter(occurrence__in=told, revoked_at=None).order_by()
    return dict(standing.values_list("occurrence").annotate(n=Count("*")))


def show(rows: Sequence[Occurrence], campaign: Campaign, scope: Scope, today: date) -> dict[int, Shown]:
    """The rows by id, in two queries."""
    calendar = Calendar.of(row.due_on for row in rows)
    times = times_done(rows)
    return {
        row.pk: _shown(row, campaign, scope, today=today, calendar=calendar, times=times.get(row.pk, 0))
        for row in rows
    }


def _shown(
    row: Occurrence, campaign: Campaign, scope: Scope, *, today: date, calendar: Calendar, times: int
) -> Shown:
    light, words = light_of_occurrence(row, campaign, today)
    begun = row.starts_on is None or row.starts_on <= today
    exact = row.due_on and deadline_of(row).startswith(shown_deadline(row.due_on, Precision.DAY))
    day_off = calendar.day_off(row.due_on) if exact else ""
    return Shown(
        row=row,
        light=light,
        words=words,
        deadline=deadline_of(row),
        remark=f"逢{day_off}" if day_off else "",
        times=times,
        may=row.done_on is None and begun and may_complete(scope, row),
        own=is_of_holder(scope, row),
        begun=begun,
    )
