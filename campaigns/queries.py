"""What a person may see of campaigns, parks, units and task forces: every list starts here."""

from dataclasses import dataclass, field, replace

from django.db.models import Q, QuerySet

from accounts.enums import Role
from accounts.models import User
from campaigns.enums import PartyGroup, UnitKind
from campaigns.models import Campaign, CampaignUnit, TaskForce, TaskForceMember
from campaigns.parties import group_named
from parks.models import Department, DepartmentAlias, Park
from parks.names import name_key


@dataclass(frozen=True)
class Scope:
    """Everything that decides what a person sees and may do, as sets of ids. Empty sets see nothing."""

    led_campaigns: frozenset[int] = field(default_factory=frozenset)
    read_campaigns: frozenset[int] = field(default_factory=frozenset)
    acting_departments: frozenset[int] = field(default_factory=frozenset)
    read_departments: frozenset[int] = field(default_factory=frozenset)
    task_forces: frozenset[int] = field(default_factory=frozenset)
    led_task_forces: frozenset[int] = field(default_factory=frozenset)
    operated_parks: frozenset[int] = field(default_factory=frozenset)

    @property
    def whole_campaigns(self) -> frozenset[int]:
        """Campaigns of which every record is visible."""
        return self.led_campaigns | self.read_campaigns

    @property
    def departments(self) -> frozenset[int]:
        """Units whose hazards are visible."""
        return self.acting_departments | self.read_departments

    @property
    def all_task_forces(self) -> frozenset[int]:
        """Task forces whose hazards are visible: one's own, and those one's unit leads."""
        return self.task_forces | self.led_task_forces

    def without_operating(self) -> "Scope":
        """The same person, but for the parks they operate."""
        return replace(self, operated_parks=frozenset())

    @property
    def may_write(self) -> bool:
        """False for leaders, assessors, auditors and system admins."""
        return bool(self.led_campaigns or self.acting_departments or self.task_forces or self.operated_parks)


def with_descendants(department_ids: set[int]) -> frozenset[int]:
    """The units and all below them in the tree. The tree is small: it is read whole."""
    if not department_ids:
        return frozenset()
    below: dict[int, list[int]] = {}
    for pk, parent in Department.objects.filter(parent__isnull=False).values_list("pk", "parent_id"):
        below.setdefault(parent, []).append(pk)
    found, todo = set(department_ids), list(department_ids)
    while todo:
        for child in below.get(todo.pop(), []):
            if child not in found:
                found.add(child)
                todo.append(child)
    return frozenset(found)


def scope_of(user: User) -> Scope:
    """Read the person's memberships afresh: a demotion acts on the next request (security N6)."""
    if not user.is_active or not user.pk:
        return Scope()
    by_role: dict[str, set[int]] = {}
    for role, department, park in user.memberships.values_list("role", "department_id", "park_id"):
        by_role.setdefault(role, set()).add(department or park or 0)
    acting = with_descendants(by_role.get(Role.DEPARTMENT, set()))
    reading = with_descendants(by_role.get(Role.LEADER, set()))
    both = acting | reading
    return Scope(
        led_campaigns=frozenset(
            Campaign.objects.filter(lead_department__in=by_role.get(Role.LEAD, ())).values_list(
                "pk", flat=True
            )
        ),
        read_campaigns=frozenset(_campaigns_read_by(by_role.get(Role.LEADER, set()))),
        acting_departments=acting,
        read_departments=reading,
        task_forces=frozenset(
            TaskForceMember.objects.filter(user=user).values_list("task_force_id", flat=True)
        ),
        led_task_forces=frozenset(
            TaskForce.objects.filter(department__in=both).values_list("pk", flat=True) if both else ()
        ),
        operated_parks=frozenset(by_role.get(Role.OPERATOR, ())),
    )


def _campaigns_read_by(departments: set[int]) -> QuerySet[Campaign, int]:
    """Campaigns that leaders of these units read whole: those they lead or assess."""
    return (
        Campaign.objects.filter(
            Q(lead_department__in=departments)
            | Q(unit_rows__department__in=departments, unit_rows__kind=UnitKind.ASSESSOR)
        )
        .values_list("pk", flat=True)
        .distinct()
    )


def campaigns_for(user: User) -> QuerySet[Campaign]:
    """Campaigns in which the person has any part."""
    return campaigns_in(scope_of(user))


def campaigns_in(scope: Scope) -> QuerySet[Campaign]:
    """Campaigns inside a scope: see campaigns_for."""
    part = Q(pk__in=scope.whole_campaigns)
    # Asked on every request: what a person is no part of is not even put into the query.
    if scope.departments:
        units = CampaignUnit.objects.filter(department__in=scope.departments)
        part |= Q(pk__in=units.values("campaign_id"))
    if scope.all_task_forces:
        part |= Q(pk__in=TaskForce.objects.filter(pk__in=scope.all_task_forces).values("campaign_id"))
    if scope.operated_parks:
        part |= Q(pk__in=TaskForce.objects.filter(park__in=scope.operated_parks).values("campaign_id"))
    return Campaign.objects.filter(part)


def task_forces_for(user: User) -> QuerySet[TaskForce]:
    """Task forces the person belongs to, whose unit is theirs, or of a campaign they see whole."""
    return task_forces_in(scope_of(user))


def task_forces_in(scope: Scope) -> QuerySet[TaskForce]:
    """Task forces inside a scope: see task_forces_for."""
    return TaskForce.objects.filter(
        Q(campaign__in=scope.whole_campaigns)
        | Q(pk__in=scope.all_task_forces)
        | Q(park__in=scope.operated_parks)
    )


def parks_for(user: User) -> QuerySet[Park]:
    """Parks whose task forces the person sees, and parks they operate."""
    return parks_in(scope_of(user))


def parks_in(scope: Scope) -> QuerySet[Park]:
    """Parks inside a scope: see parks_for."""
    return Park.objects.filter(
        Q(pk__in=task_forces_in(scope).values("park_id")) | Q(pk__in=scope.operated_parks)
    )


def units_of(campaign: Campaign) -> QuerySet[Department]:
    """Units that can be given a hazard: the lead, the members, those that lead task forces."""
    return Department.objects.filter(
        Q(pk=campaign.lead_department_id)
        | Q(campaign_rows__campaign=campaign, campaign_rows__kind=UnitKind.MEMBER)
        | Q(task_forces__campaign=campaign)
    ).distinct()


def units_by_name(campaign: Campaign) -> dict[str, list[Department]]:
    """Units of the campaign by each of their names, short names and aliases, as parks.names.name_key."""
    found: dict[str, list[Department]] = {}
    for unit in units_of(campaign).prefetch_related("aliases"):
        names = {unit.name_key, name_key(unit.short_name), *(alias.name_key for alias in unit.aliases.all())}
        for key in names - {""}:
            found.setdefault(key, []).append(unit)
    return found


def find_units(campaign: Campaign, name: str) -> list[Department]:
    """Units of the campaign called exactly so, by name, short name or alias; never by similarity.

    One hit is an answer; none or several is a question for a person.
    """
    return units_by_name(campaign).get(name_key(name), [])


def remember_alias(department: Department, name: str) -> DepartmentAlias:
    """Keep an answer, so that the question is asked once."""
    alias, _ = DepartmentAlias.objects.get_or_create(
        department=department, name_key=name_key(name), defaults={"name": name.strip()}
    )
    return alias


def means_task_force(name: str) -> bool:
    """Whether a unit cell means the park's own task force (P0: 专班工作组, 整治专班)."""
    return group_named(name) == PartyGroup.TASK_FORCES
