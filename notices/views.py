"""The page of a person's notices."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from campaigns.http import CampaignRequest
from notices.actions import mark_read, read_one
from notices.models import Notice
from notices.queries import notices_in

PAGE = 50


@require_safe
def notice_list(request: CampaignRequest) -> HttpResponse:
    """Newest first; `unread=1` leaves out what was read; `before` is the number that a page begins below."""
    mine = notices_in(request.user, request.scope)
    unread = request.GET.get("unread") == "1"
    shown = mine.filter(read_at__isnull=True) if unread else mine
    before = request.GET.get("before", "")
    rows = shown.select_related("hazard")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    page = list(rows[: PAGE + 1])
    kept = {"unread": "1"} if unread else {}
    more = {**kept, "before": str(page[PAGE - 1].pk)} if len(page) > PAGE else {}
    context = {
        "notices": page[:PAGE],
        "unread": unread,
        "total": mine.count(),
        "total_unread": mine.filter(read_at__isnull=True).count(),
        "pager": {
            "total": shown.count(),
            "first_url": f"?{urlencode(kept)}" if before else "",
            "prev_url": "",
            "next_url": f"?{urlencode(more)}" if more else "",
        },
    }
    return render(request, "notices/list.html", context)


@require_POST
def read(request: CampaignRequest, pk: int) -> HttpResponse:
    """Mark one as read, then show its hazard, or the list again with `stay`."""
    try:
        notice = read_one(request.user, pk, now=timezone.now())
    except Notice.DoesNotExist as error:
        raise Http404 from error
    if request.POST.get("stay"):
        return redirect("notices:list")
    return redirect("hazards:detail", notice.hazard_id)


@require_POST
def read_all(request: CampaignRequest) -> HttpResponse:
    """Mark all of the person's notices as read."""
    mark_read(notices_in(request.user, request.scope), now=timezone.now())
    return redirect("notices:list")
