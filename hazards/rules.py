"""Who may do what to a hazard, as sentences over a person's scope."""

from accounts.models import User
from campaigns.models import Campaign, TaskForce
from campaigns.queries import Scope
from hazards.enums import Action, Level, Party
from hazards.models import Hazard, Photo
from hazards.workflow import STEPS, steps_from
from parks.models import Park


def parties_towards(scope: Scope, hazard: Hazard) -> frozenset[Party]:
    """Every side on which the person stands towards the hazard; empty for a mere reader."""
    sides = set()
    if hazard.campaign_id in scope.led_campaigns:
        sides.add(Party.LEAD)
    if hazard.task_force_id in scope.task_forces:
        sides.add(Party.TASK_FORCE)
        if hazard.by_task_force:
            sides.add(Party.RESPONSIBLE)
    if hazard.responsible_department_id in scope.acting_departments:
        sides.add(Party.RESPONSIBLE)
    if scope.acting_departments:
        sides.add(Party.DEPARTMENT)
    if hazard.park_id in scope.operated_parks:
        sides.add(Party.OPERATOR)
    return frozenset(sides)


def parties_in_park(
    scope: Scope, campaign: Campaign, park: Park, task_force: TaskForce | None
) -> frozenset[Party]:
    """The sides from which the person may report a hazard in this park."""
    sides = set()
    if campaign.pk in scope.led_campaigns:
        sides.add(Party.LEAD)
    if task_force is not None and task_force.pk in scope.task_forces:
        sides.add(Party.TASK_FORCE)
    if scope.acting_departments and (
        (task_force is not None and task_force.pk in scope.led_task_forces)
        or campaign.unit_rows.filter(department__in=scope.acting_departments).exists()
    ):
        sides.add(Party.DEPARTMENT)
    if park.pk in scope.operated_parks:
        sides.add(Party.OPERATOR)
    return frozenset(sides)


def may_report(
    scope: Scope, campaign: Campaign, park: Park, task_force: TaskForce | None, level: str
) -> bool:
    """Task force, member unit, lead bureau or the park's operator (domain §3)."""
    return bool(STEPS[Action.REPORT].parties(level) & parties_in_park(scope, campaign, park, task_force))


def may_take(scope: Scope, action: Action, hazard: Hazard) -> bool:
    """Whether the person is of a side that the table names for this action and level."""
    return bool(STEPS[action].parties(hazard.level) & parties_towards(scope, hazard))


def is_same_person_as_submitter(user: User, hazard: Hazard) -> bool:
    """The one who repaired does not accept."""
    return hazard.submitted_by_id == user.pk


def is_of_submitters_unit(user: User, hazard: Hazard) -> bool:
    """A major hazard is accepted by another unit than the one that submitted it."""
    return (
        hazard.submitted_by is not None
        and user.department_id is not None
        and hazard.submitted_by.department_id == user.department_id
    )


def why_not_accept(user: User, hazard: Hazard) -> str:
    """The Chinese reason for which this person may not accept the hazard; empty when they may.

    On the spot the enterprise did the work, so the recorder may accept (general only, domain §3).
    """
    if is_same_person_as_submitter(user, hazard) and not (
        hazard.on_the_spot and hazard.level == Level.GENERAL
    ):
        return "验收人不能是申请验收的本人，请由专班其他人员或牵头单位验收"
    if hazard.level == Level.MAJOR and is_of_submitters_unit(user, hazard):
        return "重大隐患须由申请单位以外的单位验收"
    return ""


def actions_open_to(user: User, scope: Scope, hazard: Hazard) -> list[Action]:
    """The actions to offer to this person on this hazard now."""
    actions = steps_from(hazard.status, hazard.level, parties_towards(scope, hazard))
    if Action.ACCEPT in actions and why_not_accept(user, hazard):
        actions.remove(Action.ACCEPT)
    return actions


def may_take_original(user: User, scope: Scope, photo: Photo) -> bool:
    """The untouched file, position included: the lead bureau and the one who uploaded it."""
    return photo.uploaded_by_id == user.pk or photo.hazard.campaign_id in scope.led_campaigns
