"""The tree of regions."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from parks.models import Park, Region


def with_subregions(regions: Iterable[int | None]) -> frozenset[int]:
    """The regions and all below them, None left out. The tree is small: it is read whole."""
    found = {region for region in regions if region is not None}
    if not found:
        return frozenset()
    below: dict[int, list[int]] = {}
    for pk, parent in Region.objects.filter(parent__isnull=False).values_list("pk", "parent_id"):
        below.setdefault(parent, []).append(pk)
    todo = list(found)
    while todo:
        for child in below.get(todo.pop(), ()):
            if child not in found:
                found.add(child)
                todo.append(child)
    return frozenset(found)


def parks_below(region: Region) -> QuerySet[Park, Any]:
    """Ids of the parks in the region and all below it, to ask for in another query."""
    return Park.objects.order_by().filter(region__in=with_subregions({region.pk})).values("pk")
