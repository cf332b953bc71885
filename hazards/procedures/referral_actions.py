"""抄告: a hazard handed to the unit whose matter it is, with that unit's receipt or refusal (P1 §五（三）).

From the referral on the receiving unit answers for it, so that it stands under exactly one unit at
any time; declined, it returns to the sender. Errors as in hazards/actions.py.
"""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from campaigns.queries import units_of
from hazards.actions import begin, move
from hazards.checks import check_lengths, need_reason
from hazards.enums import Action, Outcome
from hazards.models import Hazard, Referral
from parks.models import Department

LIMIT = 500


@transaction.atomic
def refer(
    hazard_id: int, *, by: User, receiver: Department, reason: str, version: int | None = None
) -> Hazard:
    """抄告: to another unit of the campaign, with the reason."""
    hazard = begin(hazard_id, Action.REFER, by, version)
    faults: dict[str, str] = {}
    if not units_of(hazard.campaign).filter(pk=receiver.pk).exists():
        faults["receiver"] = "接收单位须是本专项行动的单位"
    elif receiver.pk == hazard.responsible_department_id:
        faults["receiver"] = "该隐患已由这个单位负责，请选择其他单位"
    if not reason.strip():
        faults["reason"] = "请填写抄告原因"
    check_lengths(faults, limit=LIMIT, reason=reason)
    if faults:
        raise ValidationError(dict(faults))
    sender = hazard.responsible_department
    Referral.objects.create(
        hazard=hazard,
        sender=sender,
        receiver=receiver,
        reason=reason.strip(),
        referred_by=by,
        referred_on=hazard.campaign.today(),
    )
    # A waiting wish for more time was about another unit's work.
    hazard.extensions.filter(outcome=Outcome.WAITING).update(outcome=Outcome.WITHDRAWN)
    hazard.responsible_department, hazard.by_task_force = receiver, False
    facts = {"sender": sender.name if sender else "", "receiver": receiver.name}
    return move(hazard, Action.REFER, by=by, note=reason, facts=facts).hazard


@transaction.atomic
def receive(hazard_id: int, *, by: User, version: int | None = None, note: str = "") -> Hazard:
    """签收抄告: the unit takes it; it waits to be assigned a day."""
    hazard = begin(hazard_id, Action.RECEIVE, by, version)
    _answer(hazard, Outcome.AGREED, by, note)
    return move(hazard, Action.RECEIVE, by=by, note=note).hazard


@transaction.atomic
def decline(hazard_id: int, *, by: User, note: str, version: int | None = None) -> Hazard:
    """退回抄告: not this unit's matter; the hazard returns to who sent it."""
    hazard = begin(hazard_id, Action.DECLINE, by, version)
    need_reason(note, "请填写退回抄告的原因")
    referral = _answer(hazard, Outcome.REFUSED, by, note)
    hazard.responsible_department = referral.sender
    facts = {"department": referral.sender.name} if referral.sender else {}
    return move(hazard, Action.DECLINE, by=by, note=note, facts=facts).hazard


def _answer(hazard: Hazard, outcome: Outcome, by: User, note: str) -> Referral:
    faults: dict[str, str] = {}
    check_lengths(faults, limit=LIMIT, note=note)
    if faults:
        raise ValidationError(dict(faults))
    referral = hazard.referrals.get(outcome=Outcome.WAITING)
    referral.outcome, referral.answered_by = outcome, by
    referral.answered_on, referral.answer_note = hazard.campaign.today(), note.strip()
    referral.save()
    return referral
