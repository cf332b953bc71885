"""联合执法: a task force asks, the lead bureau convenes; one record covers several hazards (P0 二.8).

Errors as in hazards/actions.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet

from accounts.audit import record
from accounts.models import User
from campaigns.models import Campaign
from campaigns.queries import scope_of, units_of
from hazards.actions import begin, move
from hazards.checks import check_lengths
from hazards.enums import Action
from hazards.models import Hazard, JointEnforcement
from parks.models import Department

LIMIT = 500


@dataclass(frozen=True)
class Gathering:
    """A joint enforcement as it is recorded: when, who took part, what came of it, on which hazards."""

    title: str
    held_on: date
    units: Sequence[Department]
    hazards: Sequence[Hazard]
    outcome: str = ""


@transaction.atomic
def ask_joint(hazard_id: int, *, by: User, reason: str, version: int | None = None) -> Hazard:
    """提请联合执法: what the task force cannot solve alone goes to the lead bureau."""
    hazard = begin(hazard_id, Action.ASK_JOINT, by, version)
    faults = {} if reason.strip() else {"reason": "请说明为什么需要联合执法"}
    check_lengths(faults, limit=LIMIT, reason=reason)
    if faults:
        raise ValidationError(dict(faults))
    hazard.joint_asked_on = hazard.campaign.today()
    return move(hazard, Action.ASK_JOINT, by=by, note=reason).hazard


@transaction.atomic
def convene(campaign: Campaign, gathering: Gathering, *, by: User) -> JointEnforcement:
    """Record a joint enforcement; each hazard's history tells of it, and a waiting request is answered."""
    if campaign.pk not in scope_of(by).led_campaigns:
        raise PermissionDenied("联合执法由牵头单位组织和录入")
    # One after the other, so that a form sent twice is met by the check for its twin.
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    _check(campaign, gathering)
    row = JointEnforcement.objects.create(
        campaign=campaign,
        title=gathering.title.strip(),
        held_on=gathering.held_on,
        outcome=gathering.outcome.strip(),
        recorded_by=by,
        recorded_at=campaign.now(),
    )
    row.units.set(gathering.units)
    facts = {
        "joint": row.title,
        "held_on": row.held_on.isoformat(),
        "units": [u.name for u in gathering.units],
    }
    for pk in sorted(hazard.pk for hazard in gathering.hazards):
        hazard = begin(pk, Action.JOINT, by, None)
        hazard.joint_asked_on = None
        move(hazard, Action.JOINT, by=by, note=gathering.outcome, facts=facts)
        row.hazards.add(hazard)
    record("录入联合执法", user=by, target=str(row), id=row.pk, hazards=len(gathering.hazards))
    return row


def _check(campaign: Campaign, gathering: Gathering) -> None:
    faults: dict[str, str] = {}
    today = campaign.today()
    if not gathering.title.strip():
        faults["title"] = "请填写联合执法名称"
    elif _twins(campaign, gathering).exists():
        faults["title"] = "当天已录入同名的联合执法，请核对；确是另一次请换一个名称"
    if gathering.held_on > today:
        faults["held_on"] = f"日期不能晚于今天（{today:%Y-%m-%d}）"
    units = set(units_of(campaign).values_list("pk", flat=True))
    if len(gathering.units) < 2:
        faults["units"] = "联合执法至少有两个单位参加"
    elif any(unit.pk not in units for unit in gathering.units):
        faults["units"] = "参加单位须是本专项行动的单位"
    if not gathering.hazards:
        faults["hazards"] = "请至少选择一条隐患"
    elif any(hazard.campaign_id != campaign.pk for hazard in gathering.hazards):
        faults["hazards"] = "所选隐患不属于本专项行动"
    elif early := [h.number for h in gathering.hazards if h.found_on > gathering.held_on]:
        faults["held_on"] = f"日期不能早于隐患的发现日期：{'、'.join(early[:3])}"
    check_lengths(faults, limit=120, title=gathering.title)
    check_lengths(faults, outcome=gathering.outcome)
    if faults:
        raise ValidationError(dict(faults))


def _twins(campaign: Campaign, gathering: Gathering) -> QuerySet[JointEnforcement]:
    return JointEnforcement.objects.filter(
        campaign=campaign, title=gathering.title.strip(), held_on=gathering.held_on, voided_on=None
    )


@transaction.atomic
def void_joint(joint_id: int, *, by: User, reason: str) -> JointEnforcement:
    """Strike a record made by mistake: the histories of its hazards keep telling of it."""
    scope = scope_of(by)
    row = JointEnforcement.objects.select_for_update().get(
        pk=joint_id, campaign__in=scope.whole_campaigns, voided_on=None
    )
    if row.campaign_id not in scope.led_campaigns:
        raise PermissionDenied("联合执法记录由牵头单位作废")
    faults = {} if reason.strip() else {"reason": "请填写作废原因"}
    check_lengths(faults, limit=200, reason=reason)
    if faults:
        raise ValidationError(dict(faults))
    row.voided_on, row.void_reason = row.campaign.today(), reason.strip()
    row.save(update_fields=["voided_on", "void_reason"])
    record("作废联合执法", user=by, target=str(row), id=row.pk)
    return row
