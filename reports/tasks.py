"""Background work: compile reports as they fall due. Safe to run twice; a missed run is caught up."""

from celery import shared_task
from celery.utils.log import get_task_logger

from campaigns.models import Campaign
from reports.actions import Asked, compile_report
from reports.layouts.form import Form
from reports.queries import due_units
from reports.series import last_full_period, reported_forms, within_campaign

logger = get_task_logger(__name__)


@shared_task(ignore_result=True)
def compile_due_reports() -> int:
    """Compile the last full period of each report for whom there is none yet; return how many.

    After an outage only the latest period is compiled, once: earlier ones can be had at the press of a
    button. One unit's failure is logged and does not stop the others; the next hour tries again.
    """
    return sum(
        compile_due(campaign, form)
        for campaign in Campaign.objects.filter(active=True)
        for form in reported_forms(campaign)
    )


def compile_due(campaign: Campaign, form: Form) -> int:
    """Compile what the campaign's units still owe of the report's last full period."""
    period = last_full_period(form, campaign, campaign.today())
    if not within_campaign(campaign, period, campaign.today()):
        return 0
    made = 0
    for unit in due_units(campaign, form, period):
        try:
            compile_report(Asked(campaign, unit, form, period))
        except Exception:
            logger.exception(
                "report %s of %s, unit %s, to %s", form.slug, campaign.slug, unit and unit.pk, period.end
            )
        else:
            made += 1
    return made
