"""Background work of lists: ids in, one verb called. Safe to run twice: who comes second finds it taken."""

from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from reports.exports import actions as export_actions
from reports.exports import writing as export_writing
from reports.ledger.tasks import sent

SENT_AGAIN_AFTER = timedelta(minutes=1)
LOST_AFTER = 55
"""Seconds after which a task that the clock sent is void: the next minute sends another."""


@shared_task(ignore_result=True)
def write_export(key: str) -> None:
    """Write one list."""
    export_writing.write(UUID(key))


@shared_task(ignore_result=True)
def tend_exports() -> None:
    """Each minute: what is stuck goes back, what nobody took is sent again, what is old is removed."""
    now = timezone.now()
    export_actions.take_back_stuck(now=now)
    export_actions.expire(now=now)
    for key in export_actions.waiting_since(now - SENT_AGAIN_AFTER):
        if not sent(write_export, str(key), expires=LOST_AFTER):
            return
