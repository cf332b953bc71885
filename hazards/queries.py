"""Reads: every list, page, export and API call of hazards, visits and enforcement starts here."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from campaigns.enums import Light
from campaigns.models import Campaign, TaskForce
from campaigns.queries import Scope, parks_in, scope_of, units_of
from hazards.enums import Status
from hazards.models import OPEN, Enforcement, Hazard, Inspection, JointEnforcement, Photo, Referral
from parks.models import Department, Park


def hazards_in(scope: Scope) -> QuerySet[Hazard]:
    """Hazards inside a scope: see hazards_for."""
    if scope.whole_campaigns and not (scope.departments or scope.all_task_forces or scope.operated_parks):
        return Hazard.objects.filter(campaign__in=scope.whole_campaigns)
    visible = Q(campaign__in=scope.whole_campaigns)
    if scope.departments:
        helped = Hazard.helping_departments.through.objects.filter(department__in=scope.departments)
        visible |= Q(responsible_department__in=scope.departments) | Q(pk__in=helped.values("hazard_id"))
        # A unit keeps sight of what it referred to another, and gets it of what it was convened for.
        referred = Referral.objects.filter(sender__in=scope.departments)
        convened = JointEnforcement.objects.filter(units__in=scope.departments, voided_on=None)
        visible |= Q(pk__in=referred.values("hazard_id")) | Q(pk__in=convened.values("hazards"))
    if scope.all_task_forces:
        visible |= Q(task_force__in=scope.all_task_forces)
    if scope.operated_parks:
        visible |= Q(park__in=scope.operated_parks)
    return Hazard.objects.filter(visible)


def hazards_for(user: User) -> QuerySet[Hazard]:
    """Hazards the person may see, and nobody else's.

    A task force sees its parks; a department what it is responsible for or helps with and the
    parks whose task forces it leads; the lead bureau and its leaders the whole campaign; an operator
    its park.
    """
    return hazards_in(scope_of(user))


def imported_before(campaign: Campaign, keys: Sequence[str]) -> QuerySet[Hazard, str]:
    """Those of the import keys that stand in the campaign's ledger already.

    Both conditions of the partial index `hazard_imported_once` are said: PostgreSQL does not conclude from
    a long list that none of it is empty, and would read the whole ledger for each chunk.
    """
    kept = Hazard.objects.filter(campaign=campaign).exclude(import_key="").exclude(status=Status.VOID)
    return kept.order_by().filter(import_key__in=keys).values_list("import_key", flat=True)


def facts_on_record(
    campaign: Campaign, parks: Collection[int], days: Collection[date]
) -> Iterator[tuple[int, date, str, str | None, str]]:
    """(park, found on, place, enterprise, description) of what was found there then, however entered.

    Void ones only when they were merged into another: they are still on record, under its number.
    """
    kept = Hazard.objects.filter(campaign=campaign, park__in=parks, found_on__in=days).exclude(
        status=Status.VOID, same_as=None
    )
    facts = kept.order_by().values_list("park", "found_on", "place", "enterprise__name", "description")
    return facts.iterator()


def photos_for(user: User) -> QuerySet[Photo]:
    """Photos of hazards the person may see."""
    return Photo.objects.filter(hazard__in=hazards_for(user))


def parks_in_sight(scope: Scope) -> QuerySet[Park]:
    """Parks whose file the person may open: those of the scope itself, and every park in which a unit of
    theirs answers for a hazard or helps with one.
    """
    own = parks_in(scope)
    if not scope.departments:
        return own
    helped = Hazard.helping_departments.through.objects.filter(department__in=scope.departments)
    theirs = Hazard.objects.filter(responsible_department__in=scope.departments).order_by()
    return Park.objects.filter(
        Q(pk__in=own.order_by().values("pk"))
        | Q(pk__in=theirs.values("park"))
        | Q(pk__in=helped.values("hazard__park"))
    )


def inspections_in(scope: Scope) -> QuerySet[Inspection]:
    """Visits inside a scope: see inspections_for."""
    seen = Q(campaign__in=scope.whole_campaigns)
    if scope.departments:
        seen |= Q(department__in=scope.departments)
    if scope.all_task_forces:
        # A park can stand in several campaigns: its task force sees the visits of its own one.
        own = TaskForce.objects.filter(pk__in=scope.all_task_forces, campaign=OuterRef("campaign"))
        seen |= Q(Exists(own.filter(park=OuterRef("park"))))
    if scope.operated_parks:
        seen |= Q(park__in=scope.operated_parks)
    return Inspection.objects.filter(seen)


def inspections_for(user: User) -> QuerySet[Inspection]:
    """Visits in the person's campaigns, parks, or made by their unit."""
    return inspections_in(scope_of(user))


def enforcements_in(scope: Scope) -> QuerySet[Enforcement]:
    """Enforcement acts inside a scope: see enforcements_for."""
    seen = Q(campaign__in=scope.whole_campaigns)
    if scope.departments:
        seen |= Q(department__in=scope.departments)
    if scope.all_task_forces:
        own = TaskForce.objects.filter(pk__in=scope.all_task_forces, campaign=OuterRef("campaign"))
        seen |= Q(Exists(own.filter(park=OuterRef("enterprise__park"))))
    if scope.operated_parks:
        seen |= Q(enterprise__park__in=scope.operated_parks)
    return Enforcement.objects.filter(seen)


def enforcements_for(user: User) -> QuerySet[Enforcement]:
    """Enforcement acts in the person's campaigns, parks, or by their unit."""
    return enforcements_in(scope_of(user))


def overdue(today: date) -> Q:
    """Open hazards past their day: the same rule as the red light (hazards/lights.py)."""
    return Q(backfilled=False) & (
        Q(status__in=[Status.REPORTED, Status.RECTIFYING], due_on__lt=today)
        | Q(status=Status.SUBMITTED, done_on__gt=F("due_on"))
    )


def due_soon(today: date, yellow_days: int) -> Q:
    """Open hazards whose day is today or within `yellow_days`: the yellow light."""
    return Q(
        backfilled=False,
        status__in=[Status.REPORTED, Status.RECTIFYING],
        due_on__range=(today, today + timedelta(days=yellow_days)),
    )


def without_deadline() -> Q:
    """Open hazards that no date presses: the grey light."""
    return OPEN & (Q(due_on__isnull=True) | Q(backfilled=True))


def lit(light: str, today: date, yellow_days: int) -> Q:
    """The open hazards that show this light."""
    red, yellow, grey = overdue(today), due_soon(today, yellow_days), without_deadline()
    by_light = {
        Light.RED: red,
        Light.YELLOW: yellow,
        Light.GREY: grey,
        Light.GREEN: OPEN & ~red & ~yellow & ~grey,
    }
    return by_light[Light(light)]


def _in_order(task_forces: QuerySet[TaskForce]) -> QuerySet[Park]:
    """The parks of one campaign's task forces, in the order of its table (P0 附件3)."""
    here = Park.objects.filter(task_forces__in=task_forces)
    return here.order_by("task_forces__order", "pk")


def parks_to_report_in(scope: Scope, campaign: Campaign) -> QuerySet[Park]:
    """The campaign's parks in which the person may report: the same rule as rules.may_report."""
    task_forces = TaskForce.objects.filter(campaign=campaign, park__active=True)
    everywhere = campaign.pk in scope.led_campaigns or (
        scope.acting_departments
        and campaign.unit_rows.filter(department__in=scope.acting_departments).exists()
    )
    if not everywhere:
        led = scope.led_task_forces if scope.acting_departments else frozenset()
        task_forces = task_forces.filter(Q(pk__in=scope.task_forces | led) | Q(park__in=scope.operated_parks))
    return _in_order(task_forces)


def parks_to_filter_by(scope: Scope, campaign: Campaign) -> QuerySet[Park]:
    """The campaign's parks in which the person may find hazards. A unit's hazards can lie in any of them."""
    task_forces = TaskForce.objects.filter(campaign=campaign)
    if campaign.pk not in scope.whole_campaigns and not scope.departments:
        task_forces = task_forces.filter(Q(pk__in=scope.all_task_forces) | Q(park__in=scope.operated_parks))
    return _in_order(task_forces)


def parks_to_record_in(scope: Scope, campaign: Campaign) -> QuerySet[Park]:
    """The campaign's parks in which the person may record visits and enforcement: not as an operator."""
    return parks_to_report_in(scope.without_operating(), campaign)


def units_to_record_for(scope: Scope, campaign: Campaign, user: User) -> QuerySet[Department]:
    """Units in whose name the person may record a visit: any for the lead, else their own ones."""
    units = units_of(campaign)
    if campaign.pk in scope.led_campaigns:
        return units
    own = Q(pk__in=scope.acting_departments) | Q(task_forces__in=scope.task_forces)
    return units.filter(own | Q(pk=user.department_id) if user.department_id else own).distinct()
