"""Who may do what around a campaign, as sentences over a person's scope."""

from campaigns.models import Campaign, TaskForce, UnitContact
from campaigns.queries import Scope


def may_read_phones_of(scope: Scope, task_force: TaskForce) -> bool:
    """Numbers in full are for the lead bureau and for those who work in or lead the task force (D1)."""
    if task_force.campaign_id in scope.led_campaigns or task_force.pk in scope.task_forces:
        return True
    return task_force.department_id in scope.acting_departments


def may_read_phone_of_contact(scope: Scope, contact: UnitContact) -> bool:
    """A unit's contact in full for the lead bureau and for the unit's own staff (D1)."""
    return contact.campaign_id in scope.led_campaigns or contact.department_id in scope.acting_departments


def may_edit_plan(scope: Scope, campaign: Campaign) -> bool:
    """The plan is the lead bureau's."""
    return campaign.pk in scope.led_campaigns
