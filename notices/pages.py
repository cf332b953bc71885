"""What the pages of notices share: their tabs."""

from accounts.rules import is_system_admin
from campaigns.http import CampaignRequest
from campaigns.rules import may_edit_plan


def tabs_of(request: CampaignRequest) -> dict[str, bool]:
    """Which tabs the person is offered: rules and preview to the lead bureau, the log to admins too."""
    campaign = request.campaign
    leads = bool(campaign and may_edit_plan(request.scope, campaign))
    return {"leads_campaign": leads, "reads_log": leads or is_system_admin(request.user)}
