"""The page of one figure of a report: how it is counted, what it came to, and the very records behind it."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from campaigns.http import CampaignRequest
from reports.compile import row_word
from reports.drilldown.kept_records import CUMULATIVE, PERIOD
from reports.drilldown.page import (
    Behind,
    NoSuchFigure,
    Place,
    behind,
    number_of,
    place_of,
    rows_of_figure,
)
from reports.figures.counting import span_of
from reports.figures.links import records_link
from reports.layouts import FORMS
from reports.models import Report
from reports.queries import report_by_number, reports_for


@require_safe
def figure(request: CampaignRequest, pk: int, slug: str) -> HttpResponse:
    """One figure: `scope` cumulative or period, `row` a unit of the roll-up, `page` of its records."""
    report = reports_for(request.user).select_related("campaign", "department").filter(pk=pk).first()
    if report is None:
        raise Http404
    asked = request.GET
    try:
        place = place_of(report, slug, asked.get("scope", CUMULATIVE), asked.get("row", ""))
    except NoSuchFigure as none:
        raise Http404 from none
    shown = behind(place, request.scope, _page(asked.get("page", "1")))
    return render(request, "reports/figure.html", _context(request, place, shown))


@require_safe
def figure_by_number(request: CampaignRequest, number: str, slug: str) -> HttpResponse:
    """The same by the number that a workbook bears: its 数据来源 leads here."""
    report = report_by_number(reports_for(request.user), number)
    if report is None:
        raise Http404
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(reverse("reports:figure", args=[report.pk, slug]) + query)


def _page(text: str) -> int:
    """The page of an address; the first when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def _context(request: CampaignRequest, place: Place, shown: Behind) -> dict[str, Any]:
    report, indicator = place.report, place.indicator
    return {
        "report": report,
        "form": FORMS[report.form],
        "unit_name": str(report.department or f"{report.campaign.label}（汇总）"),
        "place": place,
        "indicator": indicator,
        "scopes": [] if indicator.stock else _scopes(place),
        "shown": shown,
        "rows": _rows(place),
        "whole_url": address(report, indicator.slug, place.scope),
        "pager": _pager(place, shown),
        "live_url": _live(request, place) if shown.missing else "",
    }


def address(report: Report, slug: str, scope: str, row: str = "", page: int = 1) -> str:
    """The address of a figure."""
    asked = {"scope": scope} | ({"row": row} if row else {}) | ({"page": str(page)} if page > 1 else {})
    return f"{reverse('reports:figure', args=[report.pk, slug])}?{urlencode(asked)}"


def _here(place: Place, scope: str, page: int = 1) -> str:
    row = row_word(place.row.key) if place.row else ""
    return address(place.report, place.indicator.slug, scope, row, page)


def _scopes(place: Place) -> list[dict[str, Any]]:
    """The same figure 累计 and 本期, each with its number."""
    found = []
    for scope, label in ((CUMULATIVE, "累计"), (PERIOD, "本期")):
        if place.row:
            rows = rows_of_figure(place.report, place.indicator, scope)
            numbers = [row.number for row in rows if row.key == place.row.key]
        else:
            numbers = [number_of(place.report, place.indicator, scope)]
        if numbers:
            found.append(
                {"label": label, "number": numbers[0], "url": _here(place, scope), "on": scope == place.scope}
            )
    return found


def _rows(place: Place) -> list[dict[str, Any]]:
    """The figure of every unit of a roll-up, the one that is shown among them."""
    report, slug = place.report, place.indicator.slug
    return [
        {
            "name": row.name,
            "number": row.number,
            "url": address(report, slug, place.scope, row_word(row.key)),
            "on": place.row is not None and place.row.key == row.key,
        }
        for row in rows_of_figure(report, place.indicator, place.scope)
    ]


def _pager(place: Place, shown: Behind) -> dict[str, Any]:
    page, pages = shown.page, shown.pages
    return {
        "total": None,
        "text": f"第 {page} 页，共 {pages} 页" if pages > 1 else "",
        "first_url": _here(place, place.scope) if page > 1 else "",
        "prev_url": _here(place, place.scope, page - 1) if page > 1 else "",
        "next_url": _here(place, place.scope, page + 1) if page < pages else "",
    }


def _live(request: CampaignRequest, place: Place) -> str:
    """Where the ledger lists the same records as they are now; only lists of the current campaign."""
    report = place.report
    if (request.campaign or None) != report.campaign:
        return ""
    period = place.period if place.scope == PERIOD else None
    span = span_of(report.campaign, report.as_of, period)
    whose = FORMS[report.form].whose(report.campaign, report.department)
    return records_link(place.indicator, span, whose)
