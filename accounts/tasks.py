"""Background work: look after the audit trail."""

from celery import shared_task
from celery.utils.log import get_task_logger
from django.utils import timezone

from accounts.verify import faults, seal

logger = get_task_logger(__name__)
LOGGED = 20
"""So many faults are named in the log; `manage.py verify_audit` lists all of them."""


@shared_task(ignore_result=True)
def verify_audit() -> int:
    """Check the whole trail and seal what has settled; return how many faults. Safe to run twice.

    A broken trail is an error in the log and is not sealed: a seal over it would call it whole.
    """
    found = list(faults())
    if found:
        logger.error("the audit trail is broken in %d places: %s", len(found), "；".join(found[:LOGGED]))
    else:
        seal(timezone.now())
    return len(found)
