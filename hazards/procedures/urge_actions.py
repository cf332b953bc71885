"""催办: the lead bureau urges those at whose door a hazard lies; the history tells of it, the notices say it.

Errors as in hazards/actions.py.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from hazards.actions import begin, move
from hazards.checks import check_lengths
from hazards.enums import Action
from hazards.models import Hazard

LIMIT = 200


@transaction.atomic
def urge(hazard_id: int, *, by: User, note: str = "", version: int | None = None) -> Hazard:
    """催办: once a day a hazard; whom it reaches follows from where it stands (notices/actions.py)."""
    hazard = begin(hazard_id, Action.URGE, by, version)
    if urged_on(hazard, hazard.campaign.today()):
        raise ValidationError("今天已经催办过，明天可以再催", code="urged_today")
    faults: dict[str, str] = {}
    check_lengths(faults, limit=LIMIT, note=note)
    if faults:
        raise ValidationError(dict(faults))
    return move(hazard, Action.URGE, by=by, note=note).hazard


def urged_on(hazard: Hazard, day: date) -> bool:
    """Whether anybody has urged it on that day: a second call says nothing new."""
    return hazard.changes.filter(action=Action.URGE, on=day).exists()
