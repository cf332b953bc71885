"""Reads of joint enforcement records, and of the hazards that wait for one."""

from django.db.models import Q, QuerySet

from campaigns.models import Campaign
from campaigns.queries import Scope
from hazards.models import OPEN, Hazard, JointEnforcement
from hazards.queries import hazards_in


def joints_in(scope: Scope) -> QuerySet[JointEnforcement]:
    """Records the person may see: of whole campaigns, of their units, and those about hazards they see.

    The hazards of a record that are none of the person's business stay hidden: see hazards_of_joint.
    """
    rows = JointEnforcement.objects.all()
    if not (scope.departments or scope.all_task_forces or scope.operated_parks):
        return rows.filter(campaign__in=scope.whole_campaigns)
    part = JointEnforcement.units.through.objects.filter(department__in=scope.departments)
    about = JointEnforcement.hazards.through.objects.filter(hazard__in=hazards_in(scope).values("pk"))
    return rows.filter(
        Q(campaign__in=scope.whole_campaigns)
        | Q(pk__in=part.values("jointenforcement_id"))
        | Q(pk__in=about.values("jointenforcement_id"))
    )


def hazards_of_joint(scope: Scope, row: JointEnforcement) -> QuerySet[Hazard]:
    """Those of the record's hazards that the person may see."""
    return hazards_in(scope).filter(joint_enforcements=row).order_by("number")


def waiting_for_joint(campaign: Campaign) -> QuerySet[Hazard]:
    """Hazards for which a task force asked for a joint enforcement, the oldest request first."""
    asked = Hazard.objects.filter(OPEN, campaign=campaign, joint_asked_on__isnull=False)
    return asked.order_by("joint_asked_on", "number")
