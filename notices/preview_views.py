"""明天将发出什么、发给谁: for the lead bureau, before it goes out."""

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.http import CampaignRequest
from campaigns.models import Campaign
from campaigns.pages import pager_of
from campaigns.setup.views import led_campaign
from notices.channels import available
from notices.enums import Channel
from notices.forecast import MOST_DAYS, forecast
from notices.pages import tabs_of

PAGE = 50


@require_safe
def preview(request: CampaignRequest) -> HttpResponse:
    """One day of the coming week; `ahead` in days, 1 is tomorrow."""
    campaign = led_campaign(request)
    ahead = _ahead(request.GET.get("ahead", "1"))
    context: dict[str, Any] = {"days": _days(campaign, ahead), "ahead": ahead, **tabs_of(request)}
    if campaign.active:
        found = forecast(campaign, ahead, timezone.now())
        page = Paginator(found.told, PAGE).get_page(request.GET.get("page"))
        context |= {
            "forecast": found,
            "rows": list(page.object_list),
            "sends_mail": available(Channel.EMAIL),
            "first_page": page.number == 1,
            "pager": pager_of(page, {"ahead": str(ahead)}),
        }
    return render(request, "notices/preview.html", context)


def _ahead(text: str) -> int:
    """Any other word is tomorrow."""
    return int(text) if len(text) == 1 and text in "01234567"[: MOST_DAYS + 1] else 1


def _days(campaign: Campaign, ahead: int) -> list[dict[str, Any]]:
    """Chips: what still goes out today, and the days of the coming week."""
    today = campaign.today()
    named = {0: "现在", 1: "明天", 2: "后天"}
    return [
        {
            "ahead": days,
            "day": today + timedelta(days=days),
            "name": named.get(days, f"周{'一二三四五六日'[(today + timedelta(days=days)).weekday()]}"),
            "active": days == ahead,
        }
        for days in range(MOST_DAYS + 1)
    ]
