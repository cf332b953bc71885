"""The home page: the campaign at a glance, for whoever looks, within their scope."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.enums import Role
from accounts.rules import holds, is_auditor, is_system_admin
from campaigns.http import CampaignRequest
from reports.home.charts import columns, rows, timeline
from reports.home.dashboard import board_for
from reports.home.waiting import tasks_for


@require_safe
def home(request: CampaignRequest) -> HttpResponse:
    """The dashboard of the current campaign; for people without one, what they can do instead."""
    campaign = request.campaign or None
    user = request.user
    if campaign is None:
        roles = {
            "is_system_admin": is_system_admin(user),
            "is_auditor": is_auditor(user),
            "leads": holds(user, Role.LEAD),
        }
        return render(request, "reports/home_without_campaign.html", roles)
    scope = request.scope
    today = campaign.today()
    board = board_for(scope, campaign, today)
    context: dict[str, Any] = {
        "board": board,
        "timeline": timeline(campaign, today),
        "whole": campaign.pk in scope.whole_campaigns,
        "leads": campaign.pk in scope.led_campaigns,
        "writes": scope.may_write,
        "tasks": tasks_for(user, scope, board),
    }
    if not board.empty:
        context |= {
            "columns": columns(board.weeks),
            "bars": rows(board.weeks),
        }
    return render(request, "reports/home.html", context)
