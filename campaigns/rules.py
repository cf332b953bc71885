"""Who may do what around a campaign, as sentences over a person's scope."""

from campaigns.models import TaskForce
from campaigns.queries import Scope


def may_read_phones_of(scope: Scope, task_force: TaskForce) -> bool:
    """Numbers in full are for the lead bureau and for those who work in or lead the task force (D1)."""
    if task_force.campaign_id in scope.led_campaigns or task_force.pk in scope.task_forces:
        return True
    return task_force.department_id in scope.acting_departments
