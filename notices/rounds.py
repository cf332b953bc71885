"""What the schedule does each minute, and `manage.py send_notices` by hand: look, put together, send.

Nothing waits for a moment to come: each round looks at the records as they stand and does what is lacking.
So a round that was missed, broken off, run twice or by two at once neither loses nor repeats anything.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone

from campaigns.models import Campaign
from notices.actions import collect
from notices.models import NoticeSettings
from notices.outbox import Send, claim, deliver
from notices.sending import moment_of, write_digests

logger = logging.getLogger(__name__)

FULL_EVERY = timedelta(minutes=5)
"""News is looked for each minute, deadlines only so often."""
SCAN_LEASE = timedelta(seconds=90)
"""One that was begun and not ended by then is taken for killed, and begun anew."""
SENDING_TIME = timedelta(seconds=50)
"""How long one round sends; the next, a minute later, goes on."""


@dataclass
class Done:
    """What a round did."""

    added: int = 0
    written: int = 0
    sent: int = 0
    failed_campaigns: int = 0


def run(at: datetime, send: Send, only: Campaign | None = None) -> Done:
    """Everything at once, deadlines too, until nothing that is due is left; or for one campaign."""
    done = Done()
    for campaign in [only] if only else Campaign.objects.filter(active=True):
        _look(campaign, at, done, full=True)
    done.written = write_digests(at, only)
    done.sent = send_waiting(send, limit=None, at=at)
    return done


def look(at: datetime) -> Done:
    """Add to every active campaign's inboxes what is lacking; put the day's messages together."""
    done = Done()
    for campaign in Campaign.objects.filter(active=True):
        _look(campaign, at, done, full=_begin(campaign))
    done.written = write_digests(at)
    return done


def _look(campaign: Campaign, at: datetime, done: Done, *, full: bool) -> None:
    """One campaign's failure is logged and does not stop the others."""
    today, now = moment_of(campaign, at)
    try:
        done.added += collect(campaign, today=today, now=now, news_only=not full)
    except Exception:
        done.failed_campaigns += 1
        logger.exception("notices of %s", campaign.slug)
        NoticeSettings.objects.filter(campaign=campaign).update(scan_begun_at=None)


def _begin(campaign: Campaign) -> bool:
    """Whether it is for this worker to look through the deadlines: one at a time, every so often."""
    wall = timezone.now()
    row, _ = NoticeSettings.objects.get_or_create(campaign=campaign)
    ended = Q(scan_ended_at__gte=F("scan_begun_at"))
    # A stamp of the future was set before the clock was put right.
    free = Q(scan_begun_at=None) | Q(scan_begun_at__gt=wall)
    free |= ended & Q(scan_begun_at__lte=wall - FULL_EVERY)
    free |= Q(scan_begun_at__lte=wall - SCAN_LEASE) & (Q(scan_ended_at=None) | ~ended)
    return bool(NoticeSettings.objects.filter(free, pk=row.pk).update(scan_begun_at=wall))


def send_waiting(send: Send, *, limit: timedelta | None = SENDING_TIME, at: datetime | None = None) -> int:
    """Send what is due until nothing is, or until the time is over; returns how many went out.

    at: the hour that decides what is quiet, for a round by hand.
    """
    begun, sent = timezone.now(), 0
    while limit is None or timezone.now() - begun < limit:
        delivery = claim(timezone.now(), at)
        if delivery is None:
            break
        sent += deliver(delivery, send, clock=timezone.now)
    return sent
