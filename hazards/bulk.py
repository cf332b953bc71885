"""Several hazards at once: each by its own verb, all in one transaction or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import User
from hazards import actions
from hazards.models import Hazard
from parks.models import Department


@dataclass(frozen=True)
class Refusal:
    """One hazard that could not be assigned, and why, in words."""

    hazard_id: int
    reason: str


class Refused(Exception):
    """Nothing was changed, because some could not be; carries every refusal."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__(f"{len(refusals)} refused")
        self.refusals = list(refusals)


def assign_many(
    picked: Sequence[tuple[int, int]], *, by: User, department: Department, due_on: date, note: str = ""
) -> list[Hazard]:
    """交办 all of them to one unit with one day. `picked` holds (id, version as the person saw it).

    Raises Refused with all the reasons at once; then none is assigned.
    """
    refusals: list[Refusal] = []
    done: list[Hazard] = []
    with transaction.atomic():
        for hazard_id, version in picked:
            try:
                done.append(
                    actions.assign(
                        hazard_id, by=by, department=department, due_on=due_on, version=version, note=note
                    )
                )
            except Hazard.DoesNotExist:
                refusals.append(Refusal(hazard_id, "没有找到，或不在您的权限范围内"))
            except PermissionDenied as denied:
                refusals.append(Refusal(hazard_id, str(denied)))
            except actions.StaleVersion as stale:
                status = stale.hazard.get_status_display()
                refusals.append(Refusal(hazard_id, f"刚被别人处理过，现为“{status}”"))
            except ValidationError as fault:
                refusals.append(Refusal(hazard_id, "；".join(fault.messages)))
        if refusals:
            raise Refused(refusals)
    return done
