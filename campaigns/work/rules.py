"""Who may complete due work, and take a completion back; when it is done."""

from collections.abc import Iterable
from datetime import date

from accounts.models import User
from campaigns.models import Completion, Occurrence
from campaigns.queries import Scope


def is_of_holder(scope: Scope, occurrence: Occurrence) -> bool:
    """Whether the person acts for the one who owes it.

    For a task force its members act, and staff of the unit that leads it.
    """
    if occurrence.task_force is not None:
        return (
            occurrence.task_force_id in scope.task_forces
            or occurrence.task_force.department_id in scope.acting_departments
        )
    return occurrence.department_id in scope.acting_departments


def may_complete(scope: Scope, occurrence: Occurrence) -> bool:
    """The people of the holder, and the campaign's lead bureau."""
    return occurrence.campaign_id in scope.led_campaigns or is_of_holder(scope, occurrence)


def may_revoke(scope: Scope, user: User, completion: Completion) -> bool:
    """Its author while still acting for the holder, and the lead bureau; never a second time."""
    if completion.revoked_at is not None:
        return False
    occurrence = completion.occurrence
    if occurrence.campaign_id in scope.led_campaigns:
        return True
    return completion.by_id == user.pk and is_of_holder(scope, occurrence)


def done_on_by(occurrence: Occurrence, days: Iterable[date]) -> date | None:
    """The day on which the quota was reached by work done on these days. Standing work is never done."""
    reached = sorted(days)[occurrence.quota - 1 : occurrence.quota]
    return reached[0] if reached and occurrence.due_on is not None else None
