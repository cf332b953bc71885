"""The history row of a step. The database refuses to change it afterwards."""

from typing import Any

from accounts.models import User
from hazards.enums import Action
from hazards.models import Hazard, StatusChange


def history_row(
    hazard: Hazard,
    action: Action,
    before: str,
    *,
    by: User,
    note: str = "",
    facts: dict[str, Any] | None = None,
) -> StatusChange:
    """The row, not saved, of a step that led the hazard from the status `before` to its present one."""
    return StatusChange(
        hazard=hazard,
        action=action,
        from_status=before,
        to_status=hazard.status,
        by=by,
        department_id=by.department_id,
        at=hazard.campaign.now(),
        on=hazard.campaign.today(),
        note=note.strip(),
        facts=facts or {},
        version=hazard.version,
    )
