"""Numbers of hazards: given in one transaction, never reused."""

from django.db.models import F

from campaigns.models import Campaign
from hazards.models import NumberSequence


def format_number(campaign: Campaign, year: int, serial: int) -> str:
    """`{campaign}-{year}-{0001…}`; the 序号 of a printed list is something else."""
    return f"{campaign.number_prefix}-{year}-{serial:04d}"


def next_number(campaign: Campaign, year: int) -> str:
    """Take the next number, inside the caller's transaction."""
    return format_number(campaign, year, take_numbers(campaign, year, 1))


def take_numbers(campaign: Campaign, year: int, count: int) -> int:
    """Reserve `count` serials and return the first. The row lock makes others wait their turn."""
    NumberSequence.objects.get_or_create(campaign=campaign, year=year)
    NumberSequence.objects.filter(campaign=campaign, year=year).update(last=F("last") + count)
    return NumberSequence.objects.get(campaign=campaign, year=year).last - count + 1
