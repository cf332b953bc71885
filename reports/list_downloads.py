"""Downloads of lists as workbooks: the hazard list as shown or as ticked, and each of the five lists."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit
from campaigns.http import CampaignRequest
from campaigns.models import Campaign
from hazards.bulk import picked_of
from hazards.filters import HazardFilter, filtered
from hazards.five_lists import FIVE
from hazards.five_queries import asked_of, in_order
from hazards.models import Hazard
from hazards.paging import ordered
from reports.downloads import book_download, file_name
from reports.layouts import five_lists, longgang_4
from reports.standing import entries
from reports.workbook import Book

MAX_EXPORT = 50_000
"""Rows of one downloaded list: more would take longer than a browser waits."""


@require_http_methods(["GET", "HEAD", "POST"])
def export_hazards(request: CampaignRequest) -> HttpResponse | FileResponse:
    """The hazard list as shown, in the form of P0 附件4: same filters, same order, same rights.

    A POST takes the ticked ones of the page alone.
    """
    campaign = _campaign(request)
    hazards: QuerySet[Hazard] = filtered(request).qs
    back = f"{reverse('hazards:list')}?{request.GET.urlencode()}"
    if request.method == "POST":
        picked = picked_of(request.POST.getlist("hazard"))
        if not picked:
            messages.error(request, "请先勾选要下载的隐患。")
            return redirect(back)
        hazards = hazards.filter(pk__in=list(picked))
    count = hazards.count()
    if refused := _too_many(request, count):
        return refused
    today, unit = campaign.today(), str(request.user.department or "")
    title = longgang_4.title_for(campaign)
    book = Book(title=title, campaign=campaign.name, unit=unit, as_of=today)
    rows = ordered(hazards, request.GET.get("sort", ""))
    longgang_4.write(book, entries(rows), day=today, unit=unit, title=title)
    name = file_name(longgang_4.SHEET, f"{today:%Y%m%d}")
    audit.record("导出表格", user=request.user, target=name, request=request, rows=count)
    return book_download(book, name)


@require_safe
def five_list(request: CampaignRequest, which: str) -> HttpResponse | FileResponse:
    """One of the five lists as its page shows it, whole."""
    wanted, campaign = FIVE.get(which), _campaign(request)
    if wanted is None:
        raise Http404
    asked = asked_of(request, campaign, wanted)
    count = asked.rows.order_by().count()
    if refused := _too_many(request, count, reverse("hazards:five_list", args=[which])):
        return refused
    today, unit = campaign.today(), str(request.user.department or "")
    title = five_lists.title_of(campaign, wanted)
    book = Book(title=title, campaign=campaign.name, unit=unit, as_of=today)
    rows = in_order(wanted, asked.rows, request.GET.get("sort", ""))
    cells = wanted.stream(rows, today, campaign.yellow_days)
    five_lists.write(book, wanted, cells, title=title, unit=unit, asked=_narrowed(asked.filter))
    name = file_name(wanted.label, f"{today:%Y%m%d}")
    audit.record("导出表格", user=request.user, target=name, request=request, rows=count)
    return book_download(book, name)


def _narrowed(chosen: HazardFilter) -> str:
    """What a list was narrowed by, for the line under it; "" for a whole one."""
    said = chosen.in_words()
    return f"筛选条件：{said}。" if said else ""


def _campaign(request: CampaignRequest) -> Campaign:
    if not request.campaign:  # lazy: "is None" does not tell
        raise Http404
    return request.campaign


def _too_many(request: CampaignRequest, count: int, back: str = "") -> HttpResponse | None:
    """A word instead of a file that nobody waits for."""
    if count <= MAX_EXPORT:
        return None
    said = f"符合条件的记录有 {count} 条，一次最多导出 {MAX_EXPORT} 条，请缩小筛选范围。"
    messages.error(request, said)
    return redirect(f"{back or reverse('hazards:list')}?{request.GET.urlencode()}")
