"""What a person may still take back, kept in their session for half an hour."""

from typing import Any

from django.utils import timezone

from campaigns.http import CampaignRequest
from campaigns.models import Campaign

SECONDS = 1800


def keep_undo(request: CampaignRequest, key: str, campaign: Campaign, **what: Any) -> None:
    """Remember what puts the last thing done under this key back; the one before is forgotten."""
    request.session[key] = {"campaign": campaign.pk, "at": timezone.now().timestamp(), **what}


def kept_undo(request: CampaignRequest, key: str, campaign: Campaign) -> dict[str, Any] | None:
    """What was kept; None when there is nothing, it is of another campaign, or its time is over."""
    kept: dict[str, Any] | None = request.session.get(key)
    if not kept or kept["campaign"] != campaign.pk:
        return None
    return kept if timezone.now().timestamp() - kept["at"] <= SECONDS else None
