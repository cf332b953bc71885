"""One hazard logged twice, and one that came back. Errors as in hazards/actions.py."""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from hazards.actions import begin, end_procedures, move
from hazards.checks import check_note
from hazards.enums import Action, Status
from hazards.models import Hazard
from hazards.queries import hazards_for


@transaction.atomic
def merge(hazard_id: int, *, by: User, same_as: str, version: int | None = None, note: str = "") -> Hazard:
    """并入同一隐患: void this one as the same as another, named by its number; both point at each other."""
    hazard = begin(hazard_id, Action.MERGE, by, version)
    check_note(note)
    kept = (
        hazards_for(by)
        .filter(campaign=hazard.campaign_id, number__iexact=same_as.strip())
        .exclude(pk=hazard.pk)
        .exclude(status=Status.VOID)
        .first()
    )
    if kept is None:
        raise ValidationError({"same_as": "本行动中没有这个编号的有效隐患，请核对编号"})
    if kept.park_id != hazard.park_id:
        raise ValidationError({"same_as": "两条隐患不在同一园区，不能合并"})
    hazard.same_as = kept
    end_procedures(hazard, by, hazard.campaign.today(), f"并入 {kept.number}，同时摘牌")
    return move(hazard, Action.MERGE, by=by, note=note, facts={"same_as": kept.number}).hazard
