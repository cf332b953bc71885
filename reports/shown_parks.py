"""The parks that the home page has a row for."""

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from campaigns.models import Campaign, TaskForce
from campaigns.queries import Scope, task_forces_in
from parks.models import Park

MOST_ROWS = 40
"""Rows of one table: more would be a list, which has a page of its own."""


@dataclass(frozen=True)
class ShownPark:
    """A park with its task force's unit, and the address of its page."""

    park: Park
    unit: str
    url: str


def parks_to_show(scope: Scope, campaign: Campaign, with_hazards: set[int]) -> list[ShownPark]:
    """Those of the person's task forces, and any with hazards that the person sees."""
    forces = TaskForce.objects.filter(
        Q(pk__in=task_forces_in(scope).order_by().values("pk")) | Q(park__in=with_hazards), campaign=campaign
    ).select_related("park", "department")
    parks = [(force.park, force.department.label) for force in forces]
    if missing := with_hazards - {park.pk for park, _ in parks}:
        parks += [(park, "") for park in Park.objects.filter(pk__in=missing)]
    return [ShownPark(park, unit, reverse("parks:detail", args=[park.pk])) for park, unit in parks]
