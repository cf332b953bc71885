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
    """A park with its task force's unit, and the addresses of their pages."""

    park: Park
    unit: str
    url: str
    unit_url: str = ""


def parks_to_show(scope: Scope, campaign: Campaign, with_hazards: set[int]) -> list[ShownPark]:
    """Those of the person's task forces, and any with hazards that the person sees."""
    forces = TaskForce.objects.filter(
        Q(pk__in=task_forces_in(scope).order_by().values("pk")) | Q(park__in=with_hazards), campaign=campaign
    ).select_related("park", "department")
    shown = [
        ShownPark(
            force.park,
            force.department.label,
            reverse("parks:detail", args=[force.park_id]),
            reverse("campaign:unit", args=[force.department_id]),
        )
        for force in forces
    ]
    if missing := with_hazards - {one.park.pk for one in shown}:
        others = Park.objects.filter(pk__in=missing)
        shown += [ShownPark(park, "", reverse("parks:detail", args=[park.pk])) for park in others]
    return shown
