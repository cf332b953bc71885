"""The parks that the home page has a row for."""

from dataclasses import dataclass

from django.db.models import Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse

from campaigns.models import Campaign, TaskForce
from campaigns.queries import Scope, task_forces_in
from parks.models import Park

MOST_ROWS = 40
"""Rows of one table: more would be a list, which has a page of its own."""


@dataclass(frozen=True, slots=True)
class ShownPark:
    """A park with its task force's unit. Of thousands few get a row: addresses are made for those only."""

    pk: int
    name: str
    unit: str = ""
    unit_pk: int | None = None

    @property
    def url(self) -> str:
        """The park's page."""
        return reverse("parks:detail", args=[self.pk])

    @property
    def unit_url(self) -> str:
        """The unit's page."""
        return reverse("campaign:unit", args=[self.unit_pk]) if self.unit_pk else ""


def parks_to_show(scope: Scope, campaign: Campaign, with_hazards: set[int]) -> list[ShownPark]:
    """Those of the person's task forces, and any with hazards that the person sees."""
    forces = TaskForce.objects.filter(
        Q(pk__in=task_forces_in(scope).order_by().values("pk")) | Q(park__in=with_hazards), campaign=campaign
    )
    label = Coalesce(NullIf("department__short_name", Value("")), "department__name")
    shown = [ShownPark(*row) for row in forces.values_list("park", "park__name", label, "department")]
    if missing := with_hazards - {one.pk for one in shown}:
        shown += [ShownPark(*row) for row in Park.objects.filter(pk__in=missing).values_list("pk", "name")]
    return shown
