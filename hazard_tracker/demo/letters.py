"""The demo's supervision letter: to the unit with most overdue hazards, answered a few days later."""

from collections import Counter
from datetime import datetime, time

from django.utils import timezone

from campaigns.calendar import add_workdays
from campaigns.clock import done_at
from campaigns.models import Campaign
from hazard_tracker.demo.days import workdays
from hazard_tracker.demo.people import Cast
from hazards.enums import Status
from hazards.models import Hazard
from reports.letters.actions import Wish, issue, reply
from reports.letters.words import REQUIREMENT

ISSUED, ANSWERED = -6, -3
"""Working days before the business date, counted from the end."""
MOST = 3
ANSWER = "已约谈相关园区业主和企业负责人，逐项明确责任人和完成时间，隐患部位专人值守；12月上旬完成整改。"


def make_letter(campaign: Campaign, cast: Cast) -> None:
    """Issue the letter and have it answered by the acts of daily work; none where nobody is in arrears."""
    days = workdays(campaign.starts_on, campaign.today())
    issued = timezone.make_aware(datetime.combine(days[ISSUED], time(10, 20)))
    late = Hazard.objects.filter(
        campaign=campaign,
        status=Status.RECTIFYING,
        due_on__lt=days[ISSUED],
        backfilled=False,
        responsible_department__in=cast.officers,
    ).exclude(responsible_department=campaign.lead_department)
    resting = list(late.exclude(changes__at__gte=issued).order_by("due_on", "number"))
    units = Counter(one.responsible_department for one in resting if one.responsible_department)
    if not units:
        return
    unit = max(units, key=lambda one: (units[one], -one.pk))
    listed = [one for one in resting if one.responsible_department == unit][:MOST]
    with done_at(issued):
        by = add_workdays(campaign.today(), campaign.reply_days)
        letter = issue(campaign, Wish(unit, listed, REQUIREMENT, by), by=cast.lead)
    with done_at(timezone.make_aware(datetime.combine(days[ANSWERED], time(15, 40)))):
        reply(letter.pk, by=cast.officers[unit.pk], text=ANSWER, on=days[ANSWERED])
