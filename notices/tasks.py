"""Background work: look for what people should know."""

from celery import shared_task
from celery.utils.log import get_task_logger

from campaigns.models import Campaign
from notices.actions import collect

logger = get_task_logger(__name__)


@shared_task(ignore_result=True)
def send_due_notices() -> int:
    """Add missing notices in every active campaign; return how many. Safe to run twice.

    One campaign's failure is logged and does not stop the others.
    """
    added = 0
    for campaign in Campaign.objects.filter(active=True):
        try:
            added += collect(campaign, today=campaign.today(), now=campaign.now())
        except Exception:
            logger.exception("notices of %s", campaign.slug)
    return added
