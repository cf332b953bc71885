"""Whom to tell: the people around a campaign's hazards."""

from dataclasses import dataclass

from accounts.enums import Role
from accounts.models import Membership
from campaigns.models import Campaign, TaskForceMember
from hazards.enums import Level
from hazards.models import Hazard


@dataclass(frozen=True)
class People:
    """Whom to tell, as ids of active users."""

    officers: dict[int, set[int]]
    """By unit: those who act for it."""
    members: dict[int, set[int]]
    """By task force."""
    lead: set[int]

    def of(self, hazard: Hazard) -> set[int]:
        """Those who must repair: the responsible unit and the task force."""
        task_force = self.members.get(hazard.task_force_id or 0, set())
        if hazard.by_task_force:
            return task_force
        return task_force | self.officers.get(hazard.responsible_department_id or 0, set())

    def accepting(self, hazard: Hazard) -> set[int]:
        """Those who may accept: the lead bureau a major one, else the task force, but not who submitted."""
        task_force = self.members.get(hazard.task_force_id or 0, set())
        people = self.lead if hazard.level == Level.MAJOR or not task_force else task_force
        return people - {hazard.submitted_by_id or 0}


def people_of(campaign: Campaign) -> People:
    """Everybody who may have to be told something of the campaign's hazards."""
    officers: dict[int, set[int]] = {}
    rows = Membership.objects.filter(role=Role.DEPARTMENT, user__is_active=True)
    for unit, user in rows.values_list("department_id", "user_id"):
        officers.setdefault(unit or 0, set()).add(user)
    members: dict[int, set[int]] = {}
    staff = TaskForceMember.objects.filter(task_force__campaign=campaign, user__is_active=True)
    for task_force, user in staff.values_list("task_force_id", "user_id"):
        members.setdefault(task_force, set()).add(user)
    lead = Membership.objects.filter(
        role=Role.LEAD, department=campaign.lead_department_id, user__is_active=True
    )
    return People(officers, members, set(lead.values_list("user_id", flat=True)))
