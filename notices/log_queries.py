"""Reads: which messages a person may see, and how much of what they say."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.rules import is_system_admin
from campaigns.models import Campaign
from campaigns.queries import Scope
from notices.models import Carried, Delivery, Notice

FULL, PART, NONE = "full", "part", "none"


def deliveries_in(user: User, scope: Scope) -> QuerySet[Delivery]:
    """A person's own; the lead bureau's those that tell of its campaigns; a system admin's all."""
    found = Delivery.objects.select_related("user__department", "robot")
    if is_system_admin(user):
        return found
    carried = Carried.objects.filter(delivery=OuterRef("pk"), notice__campaign__in=scope.led_campaigns)
    return found.filter(Q(user=user) | Q(robot__campaign__in=scope.led_campaigns) | Exists(carried))


def deliveries_of(user: User, campaign: Campaign) -> QuerySet[Delivery]:
    """Those that tell of one campaign, for its log."""
    carried = Carried.objects.filter(delivery=OuterRef("pk"), notice__campaign=campaign)
    found = Delivery.objects.select_related("user__department", "robot")
    return found.filter(Q(robot__campaign=campaign) | Exists(carried))


@dataclass(frozen=True)
class Words:
    """What somebody may read of a message: all, the notices of the campaigns that they lead, or nothing."""

    share: str
    notices: list[Notice]
    hidden: int = 0


def words_for(user: User, scope: Scope, delivery: Delivery) -> Words:
    """Its addressee reads all; a lead bureau what concerns its campaigns; an admin no hazard at all."""
    if delivery.user_id == user.pk:
        return Words(FULL, [])
    carried = list(delivery.notices.select_related("campaign").order_by("pk"))
    led = [one for one in carried if one.campaign_id in scope.led_campaigns]
    robots = delivery.robot and delivery.robot.campaign_id in scope.led_campaigns
    if (carried or robots) and len(led) == len(carried):
        return Words(FULL, [])
    return Words(PART if led else NONE, led, len(carried) - len(led))
