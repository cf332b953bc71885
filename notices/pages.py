"""What the pages of notices share: their tabs, and pages by number."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page

from accounts.rules import is_system_admin
from campaigns.http import CampaignRequest
from campaigns.rules import may_edit_plan


def tabs_of(request: CampaignRequest) -> dict[str, bool]:
    """Which tabs the person is offered: rules and preview to the lead bureau, the log to admins too."""
    campaign = request.campaign
    leads = bool(campaign and may_edit_plan(request.scope, campaign))
    return {"leads_campaign": leads, "reads_log": leads or is_system_admin(request.user)}


def pager_of(page: "Page[Any]", kept: dict[str, str]) -> dict[str, Any]:
    """For includes/pager.html; kept: the filters that every page keeps."""

    def address(number: int) -> str:
        return f"?{urlencode({**kept, 'page': str(number)})}"

    return {
        "total": page.paginator.count,
        "first_url": address(1) if page.number > 1 else "",
        "prev_url": address(page.previous_page_number()) if page.has_previous() else "",
        "next_url": address(page.next_page_number()) if page.has_next() else "",
    }
