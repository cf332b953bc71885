"""The light of a deadline: pure, today is an argument. Hazards use the same rule (hazards/lights.py)."""

from datetime import date

from campaigns.enums import Light
from campaigns.models import Campaign, Occurrence


def is_backfilled(campaign: Campaign, due_on: date | None) -> bool:
    """A deadline before the campaign was issued is a back-fill 补录, never overdue (domain §4)."""
    return due_on is not None and due_on < (campaign.issued_on or campaign.starts_on)


def light_of_open(due_on: date, today: date, yellow_days: int) -> tuple[Light, int]:
    """The light of what is still open, and its days: days left, or days over when it is red.

    On the due day itself it is yellow with 0 days left; it is red from the day after.
    """
    left = (due_on - today).days
    if left < 0:
        return Light.RED, -left
    return (Light.YELLOW, left) if left <= yellow_days else (Light.GREEN, left)


def light_of_done(due_on: date, done_on: date) -> tuple[Light, int | None]:
    """The light of what is done, and by how many days it was late."""
    over = (done_on - due_on).days
    return (Light.LATE, over) if over > 0 else (Light.ON_TIME, None)


def light_of_due(
    due_on: date | None,
    done_on: date | None,
    today: date,
    yellow_days: int,
    *,
    backfilled: bool = False,
) -> tuple[Light, str]:
    """The light of due work with its words.

    Standing work has no day and stays grey; so does a back-fill, which nobody was late for (domain §4).
    """
    if due_on is None:
        return Light.GREY, "已完成" if done_on else "常态化"
    if backfilled:
        return Light.GREY, "已完成（补录）" if done_on else "补录"
    if done_on is not None:
        light, over = light_of_done(due_on, done_on)
        return light, f"逾期 {over} 天完成" if over else "按期完成"
    light, days = light_of_open(due_on, today, yellow_days)
    if light == Light.RED:
        return light, f"逾期 {days} 天"
    return light, f"还有 {days} 天" if days else "今日到期"


def light_of_occurrence(occurrence: Occurrence, campaign: Campaign, today: date) -> tuple[Light, str]:
    """The light of an occurrence of the campaign, with its words."""
    return light_of_due(
        occurrence.due_on,
        occurrence.done_on,
        today,
        campaign.yellow_days,
        backfilled=is_backfilled(campaign, occurrence.due_on),
    )
