"""Who may have a written list, and of what rights it was written.

A file holds what its asker was allowed to see when it was written. It is handed out only to that person, as
long as their rights still cover those: what was lost since must not be had by an old address (security Z6).
"""

from typing import Any

from campaigns.models import Campaign, TaskForce
from campaigns.queries import Scope, campaigns_in

OUT = "您已不在该专项行动中，不能再下载这份清单。"
NARROWED = "清单生成之后，您的岗位或权限有变动，这份文件不再提供下载。请按现在的权限重新导出。"


def rights_of(scope: Scope, campaign: Campaign) -> dict[str, Any]:
    """What of a scope decides which records of the campaign are seen, as JSON."""
    forces = TaskForce.objects.filter(campaign=campaign, pk__in=scope.all_task_forces)
    return {
        "whole": campaign.pk in scope.whole_campaigns,
        "departments": sorted(scope.departments),
        "task_forces": sorted(forces.order_by().values_list("pk", flat=True)),
        "parks": sorted(scope.operated_parks),
    }


def takes_part(scope: Scope, campaign: Campaign) -> bool:
    """Whether the person (still) has any part in the campaign."""
    return campaigns_in(scope).filter(pk=campaign.pk).exists()


def refusal(scope: Scope, campaign: Campaign, written: dict[str, Any]) -> str:
    """Why a list written with these rights may not be had with the scope; "" when it may."""
    if not takes_part(scope, campaign):
        return OUT
    now = rights_of(scope, campaign)
    if now["whole"]:
        return ""
    parts = ("departments", "task_forces", "parks")
    lost = written.get("whole") or any(set(written.get(part, ())) - set(now[part]) for part in parts)
    return NARROWED if lost else ""
