"""延期: those who repair ask for a later day, somebody else decides; both dates are kept for ever.

Errors as in hazards/actions.py, whose lock and history these verbs use.
"""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import User
from hazards.actions import begin, move
from hazards.checks import check_lengths
from hazards.enums import Action, Outcome
from hazards.models import Extension, Hazard

LIMIT = 500


@transaction.atomic
def ask_extension(
    hazard_id: int, *, by: User, to_due_on: date, reason: str, interim: str, version: int | None = None
) -> Hazard:
    """申请延期: a later day, why, and what keeps people safe until then."""
    hazard = begin(hazard_id, Action.ASK_EXTENSION, by, version)
    if hazard.due_on is None:
        raise ValidationError("该隐患没有整改期限，不需要延期")
    faults = {"to_due_on": fault} if (fault := extension_fault(hazard, to_due_on)) else {}
    if not reason.strip():
        faults["reason"] = "请填写延期原因"
    if not interim.strip():
        faults["interim"] = "请填写延期期间的管控措施"
    check_lengths(faults, limit=LIMIT, reason=reason, interim=interim)
    if faults:
        raise ValidationError(dict(faults))
    extension = Extension.objects.create(
        hazard=hazard,
        from_due_on=hazard.due_on,
        to_due_on=to_due_on,
        reason=reason.strip(),
        interim=interim.strip(),
        asked_by=by,
        asked_on=hazard.campaign.today(),
    )
    facts = {"to_due_on": to_due_on.isoformat(), "interim": extension.interim}
    return move(hazard, Action.ASK_EXTENSION, by=by, note=reason, facts=facts).hazard


def extension_fault(hazard: Hazard, to_due_on: date) -> str:
    """Why the deadline cannot be moved to that day; empty when it can be asked for."""
    campaign = hazard.campaign
    granted = hazard.extensions.filter(outcome=Outcome.AGREED).count()
    if granted >= campaign.extension_limit:
        return f"已延期 {granted} 次，达到本行动规定的上限（{campaign.extension_limit} 次），不能再延期"
    if hazard.due_on and to_due_on <= hazard.due_on:
        return f"延期后的日期须晚于现在的期限（{hazard.due_on:%Y-%m-%d}）"
    if to_due_on <= campaign.today():
        return f"延期后的日期须晚于今天（{campaign.today():%Y-%m-%d}）"
    if to_due_on > campaign.ends_on:
        return f"延期后的日期不能晚于行动结束日（{campaign.ends_on:%Y-%m-%d}）"
    return ""


@transaction.atomic
def extend(hazard_id: int, *, by: User, version: int | None = None, note: str = "") -> Hazard:
    """同意延期: the deadline moves; the first one stays beside it."""
    hazard = begin(hazard_id, Action.EXTEND, by, version)
    extension = _decide(hazard, Outcome.AGREED, by, note)
    hazard.due_on = extension.to_due_on
    facts = {
        "from_due_on": extension.from_due_on.isoformat(),
        "due_on": extension.to_due_on.isoformat(),
    }
    return move(hazard, Action.EXTEND, by=by, note=note, facts=facts).hazard


@transaction.atomic
def refuse_extension(hazard_id: int, *, by: User, note: str, version: int | None = None) -> Hazard:
    """不同意延期: the deadline stays; the reason is for those who asked."""
    hazard = begin(hazard_id, Action.REFUSE_EXTENSION, by, version)
    if not note.strip():
        raise ValidationError({"note": "请填写不同意的理由"})
    _decide(hazard, Outcome.REFUSED, by, note)
    return move(hazard, Action.REFUSE_EXTENSION, by=by, note=note).hazard


def _decide(hazard: Hazard, outcome: Outcome, by: User, note: str) -> Extension:
    extension = hazard.extensions.get(outcome=Outcome.WAITING)
    if extension.asked_by_id == by.pk:
        raise PermissionDenied("延期须由申请人以外的人审批")
    faults: dict[str, str] = {}
    check_lengths(faults, limit=LIMIT, note=note)
    if faults:
        raise ValidationError(dict(faults))
    extension.outcome, extension.decided_by = outcome, by
    extension.decided_on, extension.decision_note = hazard.campaign.today(), note.strip()
    extension.save()
    return extension
