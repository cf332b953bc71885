"""By when: the deadline to propose, and which deadlines press nobody."""

from datetime import date, timedelta

from campaigns.models import Campaign
from hazards.enums import Level


def default_due_on(campaign: Campaign, level: str, found_on: date) -> date:
    """The deadline to propose: the campaign's days for the level, counted from today or the finding."""
    days = campaign.major_days if level == Level.MAJOR else campaign.general_days
    return max(campaign.today(), found_on) + timedelta(days=days)


def is_backfilled(campaign: Campaign, due_on: date | None) -> bool:
    """A deadline before the campaign was issued is a back-fill 补录, never overdue (domain §4)."""
    return due_on is not None and due_on < (campaign.issued_on or campaign.starts_on)
