"""The list of hazards."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from campaigns.http import CampaignRequest
from campaigns.models import Campaign
from campaigns.queries import Scope
from hazards.bulk.forms import BULK_FORMS
from hazards.enums import Status
from hazards.filters import HazardFilter, filtered, querystring
from hazards.list_queries import hazards_of
from hazards.models import Hazard
from hazards.paging import COUNT_CAP, count_up_to_cap, order_of, page_of
from hazards.queries import parks_to_report_in
from hazards.row_html import table_body
from hazards.rows import plain, rows_of
from hazards.saved.words import EVERYTHING, chips, default_address, outdated

HEADS = (
    ("编号 / 发现日期", "number"),
    ("园区", "park"),
    ("发生位置（企业）", ""),
    ("隐患描述", ""),
    ("类型 / 等级", "level"),
    ("责任单位", "department"),
    ("整改期限", "due_on"),
    ("状态", ""),
)
TABS: tuple[tuple[str, dict[str, str]], ...] = (
    ("逾期", {"light": "red"}),
    ("即将到期", {"light": "yellow"}),
    ("正常", {"light": "green"}),
    ("无期限", {"light": "grey"}),
    ("待交办", {"status": Status.REPORTED.value}),
    ("待验收", {"status": Status.SUBMITTED.value}),
    ("全部", {}),
)


@require_safe
def hazard_list(request: CampaignRequest) -> HttpResponse:
    """The hazards in scope, as the address filters, sorts and pages them."""
    campaign = request.campaign
    if not campaign:
        return render(request, "hazards/no_campaign.html")
    if to_default := default_address(request):
        return redirect(to_default)
    chosen = filtered(request)
    sort, _ = order_of(request.GET.get("sort", ""))
    page = page_of(plain(chosen.qs), sort=sort, cursor=request.GET.get("cursor", ""))
    page.total = count_up_to_cap(chosen.qs)
    scope = request.scope
    rows = rows_of(page.rows, scope=scope, today=campaign.today(), yellow_days=campaign.yellow_days)
    offered = {action for row in rows for action in row.bulk_actions}
    context = {
        "filter": chosen,
        "rows": rows,
        "table_body": table_body(rows),
        "pager": pager_of(request, page),
        "heads": _heads(request, sort),
        "tabs": _tabs(request),
        "sort": sort,
        "querystring": querystring(request.GET),
        "export_url": _export_url(request),
        "outdated": outdated(request, chosen),
        "may_report": _may_report(scope, campaign, chosen),
        "bulk_forms": [
            form(campaign, units=chosen.units) for action, form in BULK_FORMS.items() if action in offered
        ],
    }
    return render(request, "hazards/list.html", context)


def _may_report(scope: Scope, campaign: Campaign, chosen: HazardFilter) -> bool:
    """Whether there is a park to report in; a query of its own only where the filter's parks do not tell."""
    reads_more = scope.departments or campaign.pk in scope.read_campaigns
    if campaign.pk in scope.led_campaigns or not reads_more:
        return scope.may_write and bool(chosen.parks)
    return scope.may_write and parks_to_report_in(scope, campaign).exists()


@require_safe
def list_tabs(request: CampaignRequest) -> HttpResponse:
    """The quick tabs with their counts: fetched after the page, so that a big ledger opens at once."""
    tabs = _tabs(request)
    for tab in tabs:
        chosen = _narrowed(request, tab["params"])
        count = count_up_to_cap(chosen.qs)
        tab["count"] = f"{COUNT_CAP}+" if count > COUNT_CAP else str(count)
    context = {"tabs": tabs, "counted": True, "views": chips(request)}
    return render(request, "hazards/includes/tabs.html", context)


def _narrowed(request: CampaignRequest, params: dict[str, str]) -> HazardFilter:
    given = request.GET.copy()
    for name in ("light", "status", "cursor"):
        given.pop(name, None)
    given.update(params)
    scope, campaign = request.scope, request.campaign
    seen = hazards_of(scope, campaign) if campaign else Hazard.objects.none()
    return HazardFilter(given, seen, request=request)


def _tabs(request: CampaignRequest) -> list[dict[str, Any]]:
    """The tabs over the filters that are set: a tab changes only light and status."""
    base, every = reverse("hazards:list"), f"view={EVERYTHING}"
    now = {name: request.GET.get(name, "") for name in ("light", "status")}
    tabs = []
    for label, params in TABS:
        query = querystring(request.GET, drop=("cursor", "light", "status", "view"), **params)
        wanted = {"light": "", "status": "", **params}
        tabs.append(
            {
                "label": label,
                "url": f"{base}?{query or every}",
                "params": params,
                "active": now == wanted,
                "alarm": label == "逾期",
            }
        )
    return tabs


def pager_of(request: CampaignRequest, page: Any) -> dict[str, Any]:
    """What templates/includes/pager.html shows of a page of a list, at the list's own address."""

    def at(cursor: str) -> str:
        return f"?{querystring(request.GET, cursor=cursor)}" if cursor else ""

    return {
        "total": None,
        "text": page.total_text,
        "first_url": "" if page.first else f"?{querystring(request.GET)}",
        "prev_url": at(page.previous),
        "next_url": at(page.next),
    }


def _heads(request: CampaignRequest, sort: str) -> list[dict[str, str]]:
    """Table heads; one that sorts links to its order, or to the other direction when it is the order."""
    heads = []
    for label, key in HEADS:
        if not key:
            heads.append({"label": label, "url": "", "aria": ""})
            continue
        now = "ascending" if sort == key else "descending" if sort == f"-{key}" else "none"
        to = f"-{key}" if now == "ascending" else key
        heads.append({"label": label, "url": f"?{querystring(request.GET, sort=to)}", "aria": now})
    return heads


def _export_url(request: CampaignRequest) -> str:
    """The download belongs to the reports, which stand above this app: linked by name only."""
    try:
        return f"{reverse('reports:export_hazards')}?{querystring(request.GET)}"
    except NoReverseMatch:
        return ""
