"""The list of small enterprises that a figure leads to."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from campaigns.http import CampaignRequest
from hazards.filters import querystring
from hazards.paging import Order, page_of
from hazards.queries import parks_in_sight
from reports.drilldown.enterprise_list import enterprises_asked_for

ORDERS = {"park": Order(("park_id", "id"))}


@require_safe
def enterprises(request: CampaignRequest) -> HttpResponse:
    """Small enterprises of the campaign's parks on a day, those that the person sees."""
    rows, form = enterprises_asked_for(request)
    page = page_of(
        rows.select_related("park").prefetch_related("traits"),
        sort="park",
        cursor=request.GET.get("cursor", ""),
        orders=ORDERS,
    )
    linked = set(parks_in_sight(request.scope).values_list("pk", flat=True)) if page.rows else set()
    context: dict[str, Any] = {
        "rows": [(row, row.park_id in linked) for row in page.rows],
        "form": form,
        "total": rows.order_by().count(),
        "pager": {
            "total": None,
            "first_url": "" if page.first else _address(request, ""),
            "prev_url": page.previous and _address(request, page.previous),
            "next_url": page.next and _address(request, page.next),
        },
    }
    return render(request, "reports/enterprises.html", context)


def _address(request: CampaignRequest, cursor: str) -> str:
    return f"?{querystring(request.GET, drop=('cursor',), cursor=cursor)}"
