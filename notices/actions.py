"""Writes: keep what people should know, and mark as read.

No task waits for a moment to come: each scan looks at the records as they stand and adds what is missing.
The unique constraint makes that safe to repeat, also by two at once.
"""

from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from campaigns.models import Campaign
from notices.models import SUBJECTS, Notice, NoticeSettings
from notices.planning import key_of, plan
from notices.queries import notices_for


def collect(campaign: Campaign, *, today: date, now: datetime, news_only: bool = False) -> int:
    """Add the notices that the campaign's people lack; returns how many. A second run adds nothing."""
    missing = plan(campaign, today=today, now=now, news_only=news_only)
    # In one order: two scans at once wait for each other's rows, not crosswise.
    missing.sort(key=lambda notice: [part or 0 for part in key_of(notice)])
    Notice.objects.bulk_create(missing, ignore_conflicts=True, batch_size=500)
    if not news_only:
        # Only now: a scan that died before is made up for by the next one as if it had not run. News
        # alone leaves it as it is, so that deadlines that passed meanwhile are still seen to be late.
        stamps = {"scanned_at": now, "scan_ended_at": timezone.now()}
        NoticeSettings.objects.update_or_create(campaign=campaign, defaults=stamps)
    return len(missing)


def mark_read(notices: QuerySet[Notice], *, now: datetime) -> int:
    """Mark those still unread; returns how many."""
    return notices.filter(read_at__isnull=True).update(read_at=now)


def mark_unread(notices: QuerySet[Notice]) -> int:
    """Take the mark back from those that were read; returns how many."""
    return notices.filter(read_at__isnull=False).update(read_at=None)


def read_one(user: User, notice_id: int, *, now: datetime) -> Notice:
    """Mark one of the person's own as read. Raises Notice.DoesNotExist for any other."""
    notice = notices_for(user).select_related(*SUBJECTS).get(pk=notice_id)
    mark_read(Notice.objects.filter(pk=notice.pk), now=now)
    return notice
