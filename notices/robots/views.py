"""Pages of a campaign's group robots. For its lead bureau."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.edit_pages import edit_page, posted, sent
from campaigns.http import CampaignRequest
from campaigns.setup.views import led_campaign
from notices.channels.robots import masked
from notices.enums import DeliveryState
from notices.models import Delivery, Robot
from notices.outbox import SendError
from notices.pages import tabs_of
from notices.robots.actions import save_robot, switch_robot, test_robot
from notices.robots.forms import RobotForm


def _robot(request: CampaignRequest, pk: int) -> Robot:
    return get_object_or_404(led_campaign(request).robots, pk=pk)


@require_safe
def robot_list(request: CampaignRequest) -> HttpResponse:
    """The campaign's robots with their last message, and how to make one."""
    campaign = led_campaign(request)
    tried = Delivery.objects.filter(robot=OuterRef("pk")).order_by("-created_at")
    rows = campaign.robots.annotate(
        **{f"last_{name}": Subquery(tried.values(name)[:1]) for name in ("day", "state", "error")}
    )
    robots = [
        {
            "row": row,
            "address": masked(row.address),
            "last_day": row.last_day,  # type: ignore[attr-defined]
            "last_state": DeliveryState(row.last_state).label if row.last_state else "",  # type: ignore[attr-defined]
            "last_error": row.last_error,  # type: ignore[attr-defined]
        }
        for row in rows
    ]
    return render(request, "notices/robots.html", {"robots": robots, **tabs_of(request)})


@require_http_methods(["GET", "HEAD", "POST"])
def robot_edit(request: CampaignRequest, pk: int | None = None) -> HttpResponse:
    """Add one, or change it."""
    campaign = led_campaign(request)
    row = _robot(request, pk) if pk else Robot(campaign=campaign)
    form = RobotForm(sent(request), instance=row)
    back = reverse("notices:robots")

    def save(values: dict[str, Any], opened: str) -> Robot:
        return save_robot(row, values, by=request.user, opened=opened, request=request)

    context = {
        "title": "修改群机器人" if pk else "添加群机器人",
        "back": back,
        "crumb": "群机器人",
        "wide": ("address", "secret"),
    }
    return edit_page(
        request,
        form,
        save,
        template="campaigns/register_edit.html",
        done=lambda _: back,
        said="已保存，请发一条测试消息核对",
        context=context,
    )


@require_POST
def robot_switch(request: CampaignRequest, pk: int) -> HttpResponse:
    """On or off, as the button says."""
    row = _robot(request, pk)
    active = request.POST.get("to") == "on"
    return posted(
        request,
        lambda: switch_robot(row, active=active, by=request.user, request=request),
        back=reverse("notices:robots"),
        done=f"已启用“{row.name}”。" if active else f"已停用“{row.name}”，不再向这个群发送提醒。",
        failed="没有更改",
    )


@require_POST
def robot_test(request: CampaignRequest, pk: int) -> HttpResponse:
    """Send a test message now, and say what came back."""
    row = _robot(request, pk)
    try:
        test_robot(row, by=request.user, request=request)
    except SendError as fault:
        messages.error(request, f"测试消息没有发到“{row.name}”：{fault}。")
    except ValidationError as fault:
        messages.error(request, "没有发送：" + "；".join(fault.messages) + "。")
    else:
        messages.success(request, f"测试消息已发到“{row.name}”，请到群里查看。")
    return redirect("notices:robots")
