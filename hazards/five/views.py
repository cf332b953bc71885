"""五张清单: one page for each, by the same filters, with what it comes to and its workbook."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from campaigns.http import CampaignRequest
from hazards.enums import Status
from hazards.filters import querystring
from hazards.five.lists import FIVE, Cells, FiveList, Head
from hazards.five.queries import VISIT_ORDERS, asked_of, totals_of, with_related
from hazards.models import Inspection
from hazards.paging import COUNT_CAP, DEFAULT_SORT, ORDERS, count_up_to_cap, order_of, page_of
from hazards.views import pager_of

FIRST = "hazards"


@require_safe
def five(request: CampaignRequest, which: str = FIRST) -> HttpResponse:
    """One of the five lists; the address filters and pages it as it does the hazard list."""
    wanted, campaign = FIVE.get(which), request.campaign
    if wanted is None:
        raise Http404
    if not campaign:
        return render(request, "hazards/no_campaign.html")
    asked = asked_of(request, campaign, wanted)
    orders = VISIT_ORDERS if wanted.of_visits else ORDERS
    # A visit has no deadline and no number: an order that it does not know is the default one.
    sort, _ = order_of(request.GET.get("sort", ""), orders)
    rows = with_related(wanted, asked.rows)
    page = page_of(rows, sort=sort, cursor=request.GET.get("cursor", ""), orders=orders)
    page.total = count_up_to_cap(asked.rows)
    cells = wanted.rows(page.rows, campaign.today(), campaign.yellow_days)
    query = querystring(request.GET)
    context = {
        "wanted": wanted,
        "tabs": _tabs(wanted, query),
        "filter": asked.filter,
        "rows": [_row(wanted, record, values) for record, values in zip(page.rows, cells, strict=True)],
        "totals": totals_of(wanted, asked.rows) if page.total <= COUNT_CAP else [],
        "sort": request.GET.get("sort", DEFAULT_SORT),
        "pager": pager_of(request, page),
        "download_url": _download_url(wanted, query),
        "by_hazards": wanted.of_visits and asked.filter.narrows,
    }
    return render(request, "hazards/five.html", context)


def _tabs(wanted: FiveList, query: str) -> list[dict[str, Any]]:
    """The five over the filters that are set."""
    return [
        {
            "label": one.label,
            "url": f"{reverse('hazards:five_list', args=[one.slug])}{'?' if query else ''}{query}",
            "active": one is wanted,
        }
        for one in FIVE.values()
    ]


def _row(wanted: FiveList, record: Any, values: Cells) -> dict[str, Any]:
    """The cells under their heads; the first one leads to the record."""
    return {
        "url": _address(record),
        "cells": [
            (head.label, value.isoformat() if isinstance(value, date) else value or "", _room(head))
            for head, value in zip(wanted.heads, values, strict=True)
        ],
        "ended": not isinstance(record, Inspection) and record.status == Status.CLOSED,
    }


def _room(head: Head) -> str:
    """The class of a column's cells, by how much text they hold."""
    if head.day or head.width < 13:
        return "short"
    return "long" if head.width >= 24 else "some"


def _address(record: Any) -> str:
    if not isinstance(record, Inspection):
        return reverse("hazards:detail", args=[record.pk])
    try:
        return reverse("hazards:inspection", args=[record.pk])
    except NoReverseMatch:
        return ""


def _download_url(wanted: FiveList, query: str) -> str:
    """The download belongs to the reports, which stand above this app: linked by name only."""
    try:
        return f"{reverse('reports:five_list', args=[wanted.slug])}?{query}"
    except NoReverseMatch:
        return ""
