"""Who may record, strike and complete visits and enforcement, as sentences over a person's scope."""

from accounts.models import User
from campaigns.models import Campaign, TaskForce
from campaigns.queries import Scope
from hazards import rules
from hazards.enums import CheckOutcome, EnforcementKind, Party, Status
from hazards.models import Enforcement, Inspection, InspectionResult
from parks.models import Park

RECORDERS = frozenset({Party.LEAD, Party.DEPARTMENT, Party.TASK_FORCE})
"""Those who inspect; the park's own people are the ones inspected."""


def may_record(scope: Scope, campaign: Campaign, park: Park) -> bool:
    """Whether the person may record visits and enforcement in this park."""
    task_force = TaskForce.objects.filter(campaign=campaign, park=park).first()
    return bool(RECORDERS & rules.parties_in_park(scope, campaign, park, task_force))


def may_void(scope: Scope, user: User, row: Inspection | Enforcement) -> bool:
    """The lead bureau, and whoever recorded it while still at work here."""
    if row.voided_on is not None:
        return False
    return row.campaign_id in scope.led_campaigns or (row.recorded_by_id == user.pk and scope.may_write)


def is_cut(row: Enforcement) -> bool:
    """Whether this is a power cut that lasts."""
    return row.kind == EnforcementKind.POWER_CUT and row.voided_on is None and row.restored_on is None


def may_restore(scope: Scope, user: User, row: Enforcement) -> bool:
    """Who may say that the power is back: those who may strike the record, and the unit that cut it."""
    return is_cut(row) and (may_void(scope, user, row) or row.department_id in scope.acting_departments)


def is_turned(result: InspectionResult) -> bool:
    """Whether a failed item stands as a hazard: one that was logged by mistake does not count, but one
    merged into another does.
    """
    hazard = result.hazard
    return hazard is not None and (hazard.status != Status.VOID or hazard.same_as_id is not None)


def may_turn(scope: Scope, result: InspectionResult) -> bool:
    """Whether the person may log a failed item as a hazard now."""
    visit = result.inspection
    return (
        result.outcome == CheckOutcome.FAIL
        and visit.voided_on is None
        and not is_turned(result)
        and may_record(scope, visit.campaign, visit.park)
    )
