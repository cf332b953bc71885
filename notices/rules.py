"""The rules by which a campaign's people are told: defaults of kinds.py, and what the campaign changed."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from campaigns.calendar import Calendar
from campaigns.models import Campaign
from notices.enums import NoticeKind
from notices.kinds import KINDS
from notices.models import NoticeRule, NoticeSettings


@dataclass(frozen=True)
class Rules:
    """What holds in one campaign. Read once a scan."""

    settings: NoticeSettings
    changed: dict[str, NoticeRule] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)

    def enabled(self, kind: NoticeKind) -> bool:
        """Whether the kind is told at all."""
        row = self.changed.get(kind)
        return row is None or row.enabled

    def days(self, kind: NoticeKind) -> tuple[int, ...]:
        """Days before or after, ascending."""
        row = self.changed.get(kind)
        return tuple(sorted(set(row.days if row and row.days else KINDS[kind].days)))

    def left(self, kind: NoticeKind, today: date, due_on: date) -> int:
        """Days from today to the due day, working days where the rule counts them; negative when late."""
        row = self.changed.get(kind)
        if row and row.working_days and due_on >= today:
            return self.calendar.workdays_between(today + timedelta(days=1), due_on)
        return (due_on - today).days


def rules_of(campaign: Campaign, today: date) -> Rules:
    """The campaign's rules; settings that nobody has touched are the defaults, not yet saved."""
    settings = NoticeSettings.objects.filter(campaign=campaign).first() or NoticeSettings(campaign=campaign)
    changed = {row.kind: row for row in NoticeRule.objects.filter(campaign=campaign)}
    counted = any(row.working_days for row in changed.values())
    around = timedelta(days=400)
    return Rules(settings, changed, Calendar.between(today, today + around) if counted else Calendar())


def step_before(left: int, days: tuple[int, ...]) -> int | None:
    """Which of the days before is due to be told when so many days are left; None: it is too early.

    The one nearest to the due day that has come: after an outage only the latest is told.
    """
    place = bisect_left(days, left)
    return days[place] if left >= 0 and place < len(days) else None


def step_after(over: int, days: tuple[int, ...]) -> int | None:
    """Which of the days after: the latest that has come, and from the last on once a week."""
    if not days or over < days[0]:
        return None
    last = days[-1]
    if over <= last:
        return max(day for day in days if day <= over)
    return last + (over - last) // 7 * 7


def is_quiet(settings: NoticeSettings, now: datetime) -> bool:
    """Whether it is the hour in which nothing goes out; a span may reach over midnight."""
    return _within(settings.quiet_from, settings.quiet_to, now.time())


def after_quiet(all_settings: Iterable[NoticeSettings], at: datetime) -> datetime:
    """The first moment from `at` on that is quiet in none of them."""
    rows = list(all_settings)
    local = timezone.localtime(at)
    for _ in range(2 * len(rows)):
        for row in rows:
            if is_quiet(row, local):
                end = local.replace(hour=row.quiet_to.hour, minute=row.quiet_to.minute, second=0)
                local = end if end > local else end + timedelta(days=1)
    return local


def _within(start: time, end: time, at: time) -> bool:
    if start == end:
        return False
    return start <= at < end if start < end else at >= start or at < end
