"""Downloads of lists as workbooks: short ones at once, long ones in the background."""

from axes.helpers import get_client_ip_address
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit
from campaigns.http import CampaignRequest
from campaigns.models import Campaign
from hazards.five.lists import FIVE
from reports.downloads import book_download, file_name
from reports.exports.actions import MADE, Wish, ask
from reports.exports.lists import (
    AT_ONCE,
    LEDGER,
    MOST_ROWS,
    asking,
    kept_query,
    listing_of,
    with_picked,
)
from reports.exports.tasks import write_export
from reports.ledger.tasks import sent

NO_BROKER = "后台服务暂时不可用，清单已排队，恢复后自动生成，不必重新申请。"


@require_http_methods(["GET", "HEAD", "POST"])
def export_hazards(request: CampaignRequest) -> HttpResponse | FileResponse:
    """The hazard list as shown, in the form of P0 附件4: same filters, same order, same rights.

    A POST takes the ticked ones of the page alone.
    """
    campaign = _campaign(request)
    query, back = request.GET.urlencode(), f"{reverse('hazards:list')}?{request.GET.urlencode()}"
    if request.method == "POST":
        query = with_picked(request.GET, request.POST.getlist("hazard"))
        if not query:
            messages.error(request, "请先勾选要下载的隐患。")
            return redirect(back)
    return _listed(request, campaign, LEDGER, query=query, back=back)


@require_safe
def five_list(request: CampaignRequest, which: str) -> HttpResponse | FileResponse:
    """One of the five lists as its page shows it, whole."""
    campaign = _campaign(request)
    if which not in FIVE:
        raise Http404
    query = request.GET.urlencode()
    return _listed(
        request, campaign, which, query=query, back=f"{reverse('hazards:five_list', args=[which])}?{query}"
    )


def _campaign(request: CampaignRequest) -> Campaign:
    if not request.campaign:  # lazy: "is None" does not tell
        raise Http404
    return request.campaign


def _listed(
    request: CampaignRequest, campaign: Campaign, what: str, *, query: str, back: str
) -> HttpResponse | FileResponse:
    """The list as a file, or the page on which it is being written; `back`: where to go when it cannot be."""
    asked = asking(request.user, request.scope, campaign, query)
    listing = listing_of(asked, campaign, what)
    count = listing.count()
    name = file_name(listing.label, f"{campaign.today():%Y%m%d}")
    if count > MOST_ROWS:
        said = f"符合条件的记录有 {count} 条，一张工作表最多容纳 {MOST_ROWS} 条"
        messages.error(request, f"{said}，请缩小筛选范围（如按发现日期分段）后再下载。")
        return redirect(back)
    if count > AT_ONCE:
        if request.method == "HEAD":  # who only looks puts nothing in the queue
            return redirect("reports:exports")
        return begin(request, Wish(campaign, what, kept_query(asked), name, count, listing.said))
    book = listing.book(listing.keys())
    audit.record(MADE, user=request.user, target=name, request=request, rows=count)
    return book_download(book, name)


def begin(request: CampaignRequest, wish: Wish) -> HttpResponse:
    """Put a list in the queue, have it written, and show its page."""
    try:
        address = get_client_ip_address(request) or ""
        export = ask(wish, by=request.user, now=timezone.now(), address=address)
    except ValidationError as fault:
        messages.error(request, "；".join(fault.messages))
        return redirect("reports:exports")
    if not sent(write_export, str(export.pk)):
        messages.warning(request, NO_BROKER)
    return redirect("reports:export", export.pk)
