"""Whether telling people stands still: read by health checks, which do not run by the schedule."""

from datetime import datetime, timedelta

from django.db.models import Min, Q

from campaigns.models import Campaign
from notices.enums import DeliveryState
from notices.models import Delivery

DAY = timedelta(days=1)
REFUSED_TRIES = 3
LIMIT = timedelta(minutes=15)
"""Three times as long as the deadlines of a campaign should take to be looked through again."""


def standing_scans(now: datetime) -> int:
    """How many active campaigns have not been looked through for LIMIT, or never."""
    scanned = Q(notice_settings__scan_ended_at__gte=now - LIMIT)
    return Campaign.objects.filter(active=True).exclude(scanned).count()


def refused(now: datetime) -> tuple[int, str]:
    """How many messages of the last day were given up or go on being refused, and the newest reason.

    None of them waits for us: the other side does not take them, and their readers do not know.
    """
    again = Q(state=DeliveryState.WAITING, attempts__gte=REFUSED_TRIES)
    rows = Delivery.objects.filter(again | Q(state=DeliveryState.FAILED), tried_at__gte=now - DAY)
    newest = rows.order_by("-tried_at").values_list("error", flat=True).first()
    return rows.count(), newest or ""


def waiting_minutes(now: datetime) -> int:
    """Minutes for which the message that has been due the longest has waited; 0 within LIMIT.

    One that is put off after a failed try is not due before its next.
    """
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING, next_try_at__lt=now - LIMIT)
    broken_off = Delivery.objects.filter(state=DeliveryState.SENDING, lease_until__lt=now - LIMIT)
    since = [
        one
        for one in (
            waiting.aggregate(first=Min("next_try_at"))["first"],
            broken_off.aggregate(first=Min("lease_until"))["first"],
        )
        if one
    ]
    return int((now - min(since)).total_seconds() // 60) if since else 0
