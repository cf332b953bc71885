"""我的导出: the lists that a person had written in the background, each with its progress and its file.

A list is shown to its asker; to all others it does not exist.
"""

from typing import Any
from uuid import UUID

from axes.helpers import get_client_ip_address
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import record
from accounts.enums import AuditResult
from campaigns.http import CampaignRequest
from reports.downloads import as_download, file_name
from reports.enums import ExportState
from reports.exports.actions import DOWNLOADED, KEPT, MOST_RUNNING, RUNNING, Wish, cancel
from reports.exports.downloads import begin
from reports.exports.lists import AT_ONCE, asking, known, listing_of
from reports.exports.rules import OUT, refusal, takes_part
from reports.models import Export

PAGE = 20
NOTHING = f"还没有后台导出。在隐患清单或五张清单中点“下载清单”，超过 {AT_ONCE} 条的在后台生成。"
NO_FILE = "没有可以下载的文件：它还没有生成，或已经取消、过期。"
LOST = "服务器上的文件缺失，未提供下载。请重新导出。"


def exports_of(request: CampaignRequest) -> QuerySet[Export]:
    """The person's own, newest first."""
    return Export.objects.filter(user=request.user.pk).select_related("campaign")


def _export(request: CampaignRequest, key: UUID) -> Export:
    return get_object_or_404(exports_of(request), pk=key)


@require_safe
def exports(request: CampaignRequest) -> HttpResponse:
    """What was asked for, newest first."""
    page = Paginator(exports_of(request), PAGE).get_page(request.GET.get("page"))

    def address(number: int) -> str:
        return f"?page={number}"

    rows = list(page.object_list)
    context = {
        "rows": rows,
        "running": any(row.running for row in rows),
        "several": len({row.campaign_id for row in rows}) > 1,
        "page_number": page.number,
        "kept_days": KEPT.days,
        "most": MOST_RUNNING,
        "nothing": NOTHING,
        "pager": {
            "total": page.paginator.count,
            "first_url": address(1) if page.number > 1 else "",
            "prev_url": address(page.previous_page_number()) if page.has_previous() else "",
            "next_url": address(page.next_page_number()) if page.has_next() else "",
        },
    }
    return render(request, "reports/exports.html", context)


@require_safe
def export(request: CampaignRequest, key: UUID) -> HttpResponse:
    """One list: how far it is, why it did not come about, or its file."""
    found = _export(request, key)
    done = found.state == ExportState.DONE
    context = {
        "export": found,
        "refused": refusal(request.scope, found.campaign, found.scope) if done else "",
        "takes_part": takes_part(request.scope, found.campaign),
        "expires_at": found.finished_at + KEPT if done and found.finished_at else None,
        "kept_days": KEPT.days,
        **_queue(found),
    }
    return render(request, "reports/export.html", context)


def _queue(found: Export) -> dict[str, Any]:
    """How many lists, of anybody, come before one that waits."""
    if found.state != ExportState.WAITING:
        return {"ahead": 0}
    return {"ahead": Export.objects.filter(state__in=RUNNING, asked_at__lt=found.asked_at).count()}


@require_safe
def export_progress(request: CampaignRequest, key: UUID) -> HttpResponse:
    """The progress bar, asked for each second; when it is over the whole page is read again."""
    found = _export(request, key)
    context = {"export": found, **_queue(found)}
    response = render(request, "reports/includes/export_progress.html", context)
    if not found.running:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def export_cancel(request: CampaignRequest, key: UUID) -> HttpResponse:
    """Call it off."""
    found, address = _export(request, key), get_client_ip_address(request) or ""
    if not cancel(found.pk, by=request.user, now=timezone.now(), address=address):
        messages.info(request, "这份清单已经不在排队或生成，没有停止。")
    return redirect("reports:export", found.pk)


@require_POST
def export_again(request: CampaignRequest, key: UUID) -> HttpResponse:
    """The same list anew, by the same filters, with the rights of now."""
    found = _export(request, key)
    if not takes_part(request.scope, found.campaign):
        raise PermissionDenied(OUT)
    if found.running or not known(found.what):
        messages.info(request, "这份清单正在排队或生成，不必重新导出。")
        return redirect("reports:export", found.pk)
    campaign = found.campaign
    asked = asking(request.user, request.scope, campaign, found.query)
    listing = listing_of(asked, campaign, found.what)
    name = file_name(listing.label, f"{campaign.today():%Y%m%d}")
    return begin(request, Wish(campaign, found.what, found.query, name, listing.count(), listing.said))


@require_safe
def export_download(request: CampaignRequest, key: UUID) -> HttpResponse | FileResponse:
    """The file, for its asker alone and as long as their rights cover what is in it."""
    found = _export(request, key)
    if found.state != ExportState.DONE:
        messages.error(request, NO_FILE)
        return redirect("reports:export", found.pk)
    if refused := refusal(request.scope, found.campaign, found.scope):
        raise PermissionDenied(refused)
    facts: dict[str, Any] = {"user": request.user, "target": found.name, "request": request}
    try:
        content = found.file.open("rb")
    except OSError:
        record(DOWNLOADED, **facts, result=AuditResult.FAILED, export=str(found.pk))
        messages.error(request, LOST)
        return redirect("reports:export", found.pk)
    record(DOWNLOADED, **facts, export=str(found.pk), rows=found.total, sha256=found.sha256)
    return as_download(content, found.name)
