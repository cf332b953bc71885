"""Whom to tell: the people around a campaign's hazards."""

from dataclasses import dataclass, field

from accounts.enums import Role
from accounts.models import Membership
from campaigns.models import Campaign, Occurrence, TaskForceMember
from hazards.enums import Level
from hazards.models import Hazard
from parks.models import Department


@dataclass(frozen=True)
class People:
    """Whom to tell, as ids of active users."""

    officers: dict[int, set[int]]
    """By unit: those who act for it."""
    members: dict[int, set[int]]
    """By task force."""
    lead: set[int]
    leaders: dict[int, set[int]]
    """By unit: its leaders, who read and urge."""

    lead_unit: int
    """The lead bureau's id: what it owes is for its staff to do."""
    above: dict[int, int] = field(default_factory=dict)
    """By unit: the one above it in the tree."""

    def holding(self, row: Occurrence) -> set[int]:
        """Those who owe a piece of due work."""
        if row.task_force_id:
            return self.members.get(row.task_force_id, set())
        own = self.officers.get(row.department_id or 0, set())
        return own | self.lead if row.department_id == self.lead_unit else own

    def leaders_of(self, hazard: Hazard) -> set[int]:
        """Leaders of the unit that is responsible: see leaders_over."""
        return self.leaders_over(hazard.responsible_department_id)

    def leaders_over(self, unit: int | None) -> set[int]:
        """The unit's leaders; where it has none, those of the next unit above that has some."""
        climbed: set[int] = set()
        while unit and unit not in climbed:
            if found := self.leaders.get(unit):
                return found
            climbed.add(unit)
            unit = self.above.get(unit)
        return set()

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
    officers, leaders = _by_unit(Role.DEPARTMENT), _by_unit(Role.LEADER)
    members: dict[int, set[int]] = {}
    staff = TaskForceMember.objects.filter(task_force__campaign=campaign, user__is_active=True)
    for task_force, user in staff.values_list("task_force_id", "user_id"):
        members.setdefault(task_force, set()).add(user)
    lead = Membership.objects.filter(
        role=Role.LEAD, department=campaign.lead_department_id, user__is_active=True
    )
    above = Department.objects.filter(parent__isnull=False).values_list("pk", "parent_id")
    return People(
        officers,
        members,
        set(lead.values_list("user_id", flat=True)),
        leaders,
        campaign.lead_department_id,
        dict(above),
    )


def _by_unit(role: Role) -> dict[int, set[int]]:
    """Active users in that role by unit."""
    found: dict[int, set[int]] = {}
    rows = Membership.objects.filter(role=role, user__is_active=True)
    for unit, user in rows.values_list("department_id", "user_id"):
        found.setdefault(unit or 0, set()).add(user)
    return found
