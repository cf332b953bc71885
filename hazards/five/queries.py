"""Reads of the five lists: which records the address asks for, by the same filters for each."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from campaigns.http import CampaignRequest
from campaigns.models import Campaign
from hazards.enums import Level, Status
from hazards.filters import HazardFilter, filtered
from hazards.five.lists import FiveList
from hazards.list_queries import hazards_of
from hazards.models import Inspection, InspectionResult
from hazards.paging import Order, order_of, ordered
from hazards.queries import inspections_for

OF_A_VISIT = ("park", "department", "found_from", "found_to", "q", "mine", "sort", "cursor", "view")
"""What a visit has itself; by anything else it is found through the hazards that it brought to light."""
VISIT_ORDERS = {"found_on": Order(("inspected_on", "id"))}


@dataclass
class Asked:
    """What an address asks for: the records in scope, and the filter that found them."""

    rows: QuerySet[Any]
    filter: HazardFilter


def asked_of(request: CampaignRequest, campaign: Campaign, wanted: FiveList) -> Asked:
    """The records of this list, as the address filters them."""
    chosen = filtered(request)
    if wanted.of_visits:
        return Asked(_visits(request, campaign, chosen), chosen)
    return Asked(wanted.takes(chosen.qs), chosen)


def with_related(wanted: FiveList, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The records with all that their rows say beside the record itself."""
    if wanted.of_visits:
        return rows.select_related("park", "enterprise", "department", "recorded_by")
    # To plan a join of eight tables takes PostgreSQL longer than to read a page of it: these are few.
    near = rows.select_related("park", "enterprise", "category", "responsible_department")
    return near.prefetch_related("campaign", "reported_by", "accepted_by")


def _visits(request: CampaignRequest, campaign: Campaign, chosen: HazardFilter) -> QuerySet[Inspection]:
    found = chosen.form.cleaned_data
    wanted = {
        "park": found.get("park"),
        "department": found.get("department"),
        "inspected_on__gte": found.get("found_from"),
        "inspected_on__lte": found.get("found_to"),
        "recorded_by": request.user if found.get("mine") else None,
    }
    rows = inspections_for(request.user).filter(campaign=campaign, voided_on=None)
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    for word in (found.get("q") or "").split():
        rows = rows.filter(
            Q(park__name__icontains=word) | Q(enterprise__name__icontains=word) | Q(note__icontains=word)
        )
    others = request.GET.copy()
    for name in OF_A_VISIT:
        others.pop(name, None)
    hazards = HazardFilter(others, hazards_of(request.scope, campaign), request=request)
    hazards.form.is_valid()
    if hazards.narrows:
        turned = InspectionResult.objects.filter(inspection=OuterRef("pk"), hazard__in=hazards.qs.order_by())
        rows = rows.filter(Exists(turned))
    return rows


def in_order(wanted: FiveList, rows: QuerySet[Any], sort: str) -> QuerySet[Any]:
    """All rows in the order in which the pages show them."""
    if not wanted.of_visits:
        return ordered(rows, sort)
    falling = order_of(sort, VISIT_ORDERS)[0].startswith("-")
    return rows.order_by(*(("-inspected_on", "-pk") if falling else ("inspected_on", "pk")))


def totals_of(wanted: FiveList, rows: QuerySet[Any]) -> list[tuple[str, int, str]]:
    """What the list comes to, in the words and units of the campaign's figures (reports/indicators.py)."""
    rows = rows.order_by()
    if wanted.of_visits:
        one = rows.aggregate(visits=Count("enterprise"), firms=Count("enterprise", distinct=True))
        return [("检查企业", one["visits"], "家次"), ("受检企业", one["firms"], "家")]
    one = rows.aggregate(
        all=Count("pk"),
        major=Count("pk", filter=Q(level=Level.MAJOR)),
        closed=Count("pk", filter=Q(status=Status.CLOSED)),
    )
    counted = [("合计", one["all"], "项"), ("其中重大隐患", one["major"], "项")]
    return [*counted, ("其中已销号", one["closed"], "项")]
