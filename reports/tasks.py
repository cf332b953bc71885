"""Background work: compile each week's reports. Safe to run twice; a missed run is caught up by the next."""

from celery import shared_task
from celery.utils.log import get_task_logger

from campaigns.models import Campaign
from reports.actions import compile_report
from reports.queries import due_units

logger = get_task_logger(__name__)


@shared_task(ignore_result=True)
def compile_due_reports() -> int:
    """Compile the last full week for every unit that owes it and has none yet; return how many.

    After an outage only the latest week is compiled, once: earlier ones can be had at the press of a
    button. One unit's failure is logged and does not stop the others; the next hour tries again.
    """
    return sum(compile_due(campaign) for campaign in Campaign.objects.filter(active=True))


def compile_due(campaign: Campaign) -> int:
    """Compile what the campaign's units still owe of the last full week."""
    week = campaign.last_full_week(campaign.today())
    first = campaign.figures_from or campaign.starts_on
    if week.end < first or week.start > campaign.ends_on:
        return 0
    made = 0
    for unit in due_units(campaign, week):
        try:
            _, new = compile_report(campaign, unit, week)
        except Exception:
            logger.exception(
                "weekly report of %s, unit %s, week to %s", campaign.slug, unit and unit.pk, week.end
            )
        else:
            made += new
    return made
