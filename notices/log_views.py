"""发送记录: messages that left the system or failed to, for the lead bureau, admins, and each his own."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST, require_safe

from accounts.rules import is_system_admin
from campaigns.http import CampaignRequest
from campaigns.pages import pager_of
from campaigns.setup.views import led_campaign
from notices.channels import available
from notices.digests import subject_of
from notices.enums import Channel, DeliveryState
from notices.log_queries import deliveries_in, deliveries_of, words_for
from notices.models import Delivery
from notices.outbox import retry
from notices.pages import tabs_of

PAGE = 50


@require_safe
def log(request: CampaignRequest) -> HttpResponse:
    """The current campaign's messages to its lead bureau, everybody's to a system admin; newest first."""
    if is_system_admin(request.user):
        return _list(request, deliveries_in(request.user, request.scope), "log")
    return _list(request, deliveries_of(request.user, led_campaign(request)), "log")


@require_safe
def mine(request: CampaignRequest) -> HttpResponse:
    """已发邮件: the person's own."""
    return _list(request, Delivery.objects.filter(user=request.user).select_related("user"), "mine")


def _list(request: CampaignRequest, found: QuerySet[Delivery], here: str) -> HttpResponse:
    kept: dict[str, str] = {}
    if (day := _day(request.GET.get("day", ""))) is not None:
        found, kept["day"] = found.filter(day=day), day.isoformat()
    counts = dict(found.order_by().values_list("state").annotate(count=Count("pk")))
    state = request.GET.get("state", "")
    if state in DeliveryState.values:
        found, kept["state"] = found.filter(state=state), state
    page = Paginator(found.order_by("-created_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    context = {
        "here": here,
        "sends_mail": available(Channel.EMAIL),
        "rows": page.object_list,
        "kept": kept,
        "states": _chips(counts, kept),
        "pager": pager_of(page, kept),
        **tabs_of(request),
    }
    return render(request, "notices/log.html", context)


def _day(text: str) -> Any:
    try:
        return parse_date(text[:10])
    except ValueError:
        return None


def _chips(counts: dict[str, int], kept: dict[str, str]) -> list[dict[str, Any]]:
    """All, and each state with how many are in it."""
    day = f"&day={kept['day']}" if "day" in kept else ""
    chips = [
        {
            "label": "全部",
            "url": f"?{day[1:]}",
            "count": sum(counts.values()),
            "active": "state" not in kept,
            "alarm": False,
        }
    ]
    for state in DeliveryState:
        chips.append(
            {
                "label": state.label,
                "url": f"?state={state.value}{day}",
                "count": counts.get(state.value, 0),
                "active": kept.get("state") == state.value,
                "alarm": state == DeliveryState.FAILED,
            }
        )
    return chips


def _delivery(request: CampaignRequest, key: UUID) -> Delivery:
    return get_object_or_404(deliveries_in(request.user, request.scope), pk=key)


def _may_retry(request: CampaignRequest, delivery: Delivery) -> bool:
    """Not for its mere addressee: those who look after the sending."""
    if is_system_admin(request.user):
        return True
    led = request.scope.led_campaigns
    if delivery.robot:
        return delivery.robot.campaign_id in led
    return delivery.notices.filter(campaign__in=led).exists()


@require_safe
def message(request: CampaignRequest, key: UUID) -> HttpResponse:
    """One message: what became of it, and as much of its words as the person may read."""
    found = _delivery(request, key)
    context = {
        "delivery": found,
        "subject": subject_of(found),
        "words": words_for(request.user, request.scope, found),
        "own": found.user_id == request.user.pk,
        "may_retry": found.state == DeliveryState.FAILED and _may_retry(request, found),
        **tabs_of(request),
    }
    return render(request, "notices/message.html", context)


@require_POST
def retry_message(request: CampaignRequest, key: UUID) -> HttpResponse:
    """Try again what was given up."""
    found = _delivery(request, key)
    if not _may_retry(request, found):
        raise PermissionDenied("发送失败的消息由牵头单位或系统管理员重新发送。")
    try:
        retry(found, by=request.user)
    except ValidationError as fault:
        messages.warning(request, "；".join(fault.messages))
    else:
        messages.success(request, "已重新排队，几分钟内再次发送，结果请稍后在这里查看。")
    return redirect("notices:message", key)
