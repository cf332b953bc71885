"""Who may import ledgers, as sentences over a person's scope."""

from campaigns.models import Campaign, TaskForce
from campaigns.queries import Scope
from hazards.enums import Party
from hazards.rules import parties_in_park

IMPORTERS = frozenset({Party.LEAD, Party.TASK_FORCE, Party.DEPARTMENT})
"""A park's operator reports one by one; leaders and assessors write nothing."""


def may_import(scope: Scope, campaign: Campaign) -> bool:
    """The lead bureau, the member units and the task forces of the campaign."""
    return (
        campaign.pk in scope.led_campaigns
        or campaign.unit_rows.filter(department__in=scope.acting_departments).exists()
        or campaign.task_forces.filter(pk__in=scope.task_forces).exists()
        or campaign.task_forces.filter(department__in=scope.acting_departments).exists()
    )


def may_import_into(scope: Scope, campaign: Campaign, task_force: TaskForce) -> bool:
    """Whether the person may bring hazards of this park: task-force members, those of their own parks."""
    return bool(IMPORTERS & parties_in_park(scope, campaign, task_force.park, task_force))


def may_import_plan(scope: Scope, campaign: Campaign) -> bool:
    """Parts of the plan come from the bureau that leads it."""
    return campaign.pk in scope.led_campaigns
