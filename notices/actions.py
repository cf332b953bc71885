"""Writes: keep what people should know, and mark as read.

No task waits for a moment to come: each scan looks at the records as they stand and adds what is missing.
The unique constraint makes that safe to repeat, also by two at once.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from accounts.models import User
from campaigns.models import Campaign
from hazards.enums import OPEN_STATUSES
from notices.batches import batches
from notices.models import SUBJECTS, Notice, NoticeSettings
from notices.obsolete import SERIES, series_of
from notices.planning import lacking, saving_order
from notices.queries import notices_for

RENEW = timedelta(seconds=20)


def collect(campaign: Campaign, *, today: date, now: datetime, news_only: bool = False) -> int:
    """Add the notices that the campaign's people lack; returns how many. A second run adds nothing."""
    added = 0
    for missing in lacking(campaign, today=today, now=now, news_only=news_only):
        missing.sort(key=saving_order)
        with transaction.atomic():
            Notice.objects.bulk_create(missing, ignore_conflicts=True, batch_size=500)
            _replace_earlier(missing)
        added += len(missing)
        if not news_only:
            _still_at_it(campaign)
    if not news_only:
        _put_away_settled(campaign)
        # Only now: a scan that died before is made up for by the next one as if it had not run. News
        # alone leaves it as it is, so that deadlines that passed meanwhile are still seen to be late.
        stamps = {"scanned_at": now, "scan_ended_at": timezone.now()}
        NoticeSettings.objects.update_or_create(campaign=campaign, defaults=stamps)
    return added


def _still_at_it(campaign: Campaign) -> None:
    """A scan of a great ledger takes longer than its lease: nobody begins another beside it."""
    wall = timezone.now()
    mine = NoticeSettings.objects.filter(campaign=campaign, scan_begun_at__lt=wall - RENEW)
    mine.update(scan_begun_at=wall)


def _replace_earlier(added: list[Notice]) -> None:
    """What a person was told before of the same thing counts as read: the newest says it all."""
    told = [one for one in added if series_of(one)]
    for subject in ("hazard_id", "occurrence_id"):
        about = {getattr(one, subject) for one in told} - {None}
        people = {one.user_id for one in told if getattr(one, subject)}
        open_rows = Notice.objects.filter(
            **{f"{subject}__in": about}, user__in=people, kind__in=list(SERIES), obsolete_at=None
        )
        newest = {series_of(one): one.pk for one in open_rows.order_by("pk")}
        series = {series_of(one) for one in told}
        _mark(
            [one.pk for one in open_rows if (key := series_of(one)) in series and newest[key] != one.pk],
            obsolete_at=Now(),
        )


def _put_away_settled(campaign: Campaign) -> None:
    """What is unread of hazards that are closed or void and of work that is done: nobody need open it.

    It is not obsolete by that: work may be taken back, and what was told of it then still has to go out.
    """
    unread = Notice.objects.filter(campaign=campaign, read_at=None, obsolete_at=None)
    settled = Q(occurrence__done_on__isnull=False)
    settled |= Q(hazard__isnull=False) & ~Q(hazard__status__in=list(OPEN_STATUSES))
    _mark(list(unread.filter(settled).order_by().values_list("pk", flat=True)))


def _mark(numbers: list[int], **facts: Any) -> None:
    """As read, if they are not, and with these facts."""
    for part in batches(sorted(numbers)):
        with transaction.atomic():
            # Not those that their reader is marking just now: the two would wait for each other, crosswise.
            free = Notice.objects.select_for_update(skip_locked=True).filter(pk__in=part)
            rows = Notice.objects.filter(pk__in=list(free.values_list("pk", flat=True)))
            rows.update(read_at=Coalesce(F("read_at"), Now()), **facts)


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
