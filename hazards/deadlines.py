"""By when: the deadline to propose."""

from datetime import date, timedelta

from campaigns.models import Campaign
from hazards.enums import Level


def default_due_on(campaign: Campaign, level: str, found_on: date) -> date:
    """The deadline to propose: the campaign's days for the level, counted from today or the finding."""
    days = campaign.major_days if level == Level.MAJOR else campaign.general_days
    return max(campaign.today(), found_on) + timedelta(days=days)
