"""Who may do what to a hazard, as sentences over a person's scope."""

from accounts.models import User
from campaigns.enums import Extra
from campaigns.models import Campaign, TaskForce
from campaigns.queries import Scope
from hazards.enums import Action, Given, Level, Outcome, Party, ReportStage
from hazards.models import Commitments, Hazard, Photo
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


def givens_of(hazard: Hazard) -> frozenset[Given]:
    """Everything that is so of the hazard beside its status: see enums.Given."""
    referred = hazard.referrals.filter(outcome=Outcome.WAITING).exists()
    extending = hazard.extensions.filter(outcome=Outcome.WAITING).exists()
    listed = hazard.supervisions.filter(lifted_on=None).exists()
    found = {
        Given.REFERRAL_WAITING if referred else Given.NO_REFERRAL_WAITING,
        Given.EXTENSION_WAITING if extending else Given.NO_EXTENSION_WAITING,
        Given.LISTED if listed else Given.NOT_LISTED,
    }
    if hazard.joint_asked_on is None:
        found.add(Given.JOINT_NOT_ASKED)
    return frozenset(found | _givens_of_major(hazard)) if hazard.level == Level.MAJOR else frozenset(found)


def _givens_of_major(hazard: Hazard) -> set[Given]:
    """What the law asks of a major hazard; the double report where the campaign's plan asks for it (P3)."""
    found = set()
    if hazard.clause and Commitments.objects.filter(hazard=hazard).exists():
        found.add(Given.COMMITTED)
    told = set(hazard.double_reports.values_list("stage", flat=True))
    asked = Extra.DOUBLE_REPORT in hazard.campaign.extras
    if ReportStage.DISCOVERY in told or not asked:
        found.add(Given.TOLD_ON_DISCOVERY)
    if ReportStage.COMPLETION in told or not asked:
        found.add(Given.TOLD_ON_COMPLETION)
    return found


def missing_given(action: Action, hazard: Hazard) -> Given | None:
    """The first thing that the table asks for beside the status and that is not so."""
    needed = STEPS[action].needs(hazard.level)
    return first_missing(action, hazard.level, givens_of(hazard) if needed else frozenset())


def first_missing(action: Action, level: str, found: frozenset[Given]) -> Given | None:
    """The same, of what givens_of has found."""
    return next((given for given in STEPS[action].needs(level) if given not in found), None)


def is_same_person_as_submitter(user: User, hazard: Hazard) -> bool:
    """The one who repaired does not accept."""
    return hazard.submitted_by_id == user.pk


def is_of_submitters_unit(user: User, hazard: Hazard) -> bool:
    """A major hazard is accepted by another unit than the one that submitted it.

    Who accepts acts for the lead bureau, in whichever unit they work or when none is entered for them.
    """
    own = {user.department_id, hazard.campaign.lead_department_id}
    return hazard.submitted_by is not None and hazard.submitted_by.department_id in own - {None}


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


def actions_open_to(
    user: User, scope: Scope, hazard: Hazard, found: frozenset[Given] | None = None
) -> list[Action]:
    """The actions to offer to this person on this hazard now; `found` when givens_of was asked already."""
    actions = steps_from(hazard.status, hazard.level, parties_towards(scope, hazard))
    if found is None:
        found = givens_of(hazard) if actions else frozenset()
    refused = {
        Action.ACCEPT: bool(why_not_accept(user, hazard)),
        Action.EXTEND: is_asker_of_extension(user, hazard),
        Action.REFUSE_EXTENSION: is_asker_of_extension(user, hazard),
    }
    return [
        action
        for action in actions
        if found.issuperset(given for given in STEPS[action].given) and not refused.get(action, False)
    ]


def is_asker_of_extension(user: User, hazard: Hazard) -> bool:
    """Who asks for a later day does not grant it."""
    return hazard.extensions.filter(outcome=Outcome.WAITING, asked_by=user).exists()


def may_take_original(user: User, scope: Scope, photo: Photo) -> bool:
    """The untouched file, position included: the lead bureau and the one who uploaded it."""
    return photo.uploaded_by_id == user.pk or photo.hazard.campaign_id in scope.led_campaigns
