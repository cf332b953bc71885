"""Background work: what falls due kept in step with the plans. Safe to run twice, and by two at once."""

from celery import shared_task
from celery.utils.log import get_task_logger

from campaigns.models import Campaign
from campaigns.work.sync import sync_occurrences

logger = get_task_logger(__name__)


@shared_task(ignore_result=True)
def sync_work() -> int:
    """Add the occurrences that are missing in any active campaign; return how many.

    Each change of a plan does so itself: this catches what a change behind the pages left undone, such
    as a unit added in the admin. One campaign's failure is logged and does not stop the others.
    """
    added = 0
    for campaign in Campaign.objects.filter(active=True):
        try:
            added += sync_occurrences(campaign)
        except Exception:
            logger.exception("due work of %s", campaign.slug)
    return added
