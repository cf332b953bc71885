"""Several hazards at once, each by its own verb: what decides something in one transaction or not at all,
what only reminds each for itself.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import User
from hazards import actions
from hazards.models import Hazard
from hazards.procedures import urge_actions
from parks.models import Department

Picked = Sequence[tuple[int, int]]
"""Ids of hazards, each with its version as the person saw it."""


@dataclass(frozen=True)
class Refusal:
    """One hazard that could not be changed, and why, in words."""

    hazard_id: int
    reason: str


class Refused(Exception):
    """Nothing was changed, because some could not be; carries every refusal."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__(f"{len(refusals)} refused")
        self.refusals = list(refusals)


def picked_of(values: Iterable[str]) -> dict[int, int]:
    """Ids of the ticked hazards with the versions that the person saw; what is no such pair is dropped."""
    picked: dict[int, int] = {}
    for value in values:
        hazard_id, _, version = value.partition(".")
        if hazard_id.isascii() and hazard_id.isdigit() and version.isascii() and version.isdigit():
            picked[int(hazard_id[:18])] = int(version[:9])
    return picked


def assign_many(
    picked: Picked, *, by: User, department: Department, due_on: date, note: str = ""
) -> list[Hazard]:
    """交办 all of them to one unit with one day."""
    return _all_or_none(
        picked,
        lambda hazard_id, version: actions.assign(
            hazard_id, by=by, department=department, due_on=due_on, version=version, note=note
        ),
    )


def accept_many(picked: Picked, *, by: User, note: str = "") -> list[Hazard]:
    """验收销号 all of them with one opinion: what a ledger brought in as done waits by the hundred."""
    return _all_or_none(
        picked, lambda hazard_id, version: actions.accept(hazard_id, by=by, version=version, note=note)
    )


def urge_many(picked: Picked, *, by: User, note: str = "") -> tuple[list[Hazard], list[Refusal]]:
    """催办 each for itself: who was urged already today does not keep the others from being urged."""
    done: list[Hazard] = []
    refusals: list[Refusal] = []
    for hazard_id, version in picked:
        _try(lambda pk, seen: urge_actions.urge(pk, by=by, version=seen, note=note), hazard_id, version,
             done=done, refusals=refusals)  # fmt: skip
    return done, refusals


def _all_or_none(picked: Picked, act: Callable[[int, int], Hazard]) -> list[Hazard]:
    """Do it to each; Refused with all the reasons at once when any cannot be, and then none is changed."""
    refusals: list[Refusal] = []
    done: list[Hazard] = []
    with transaction.atomic():
        for hazard_id, version in picked:
            _try(act, hazard_id, version, done=done, refusals=refusals)
        if refusals:
            raise Refused(refusals)
    return done


def _try(
    act: Callable[[int, int], Hazard],
    hazard_id: int,
    version: int,
    *,
    done: list[Hazard],
    refusals: list[Refusal],
) -> None:
    """One of them: what was done, or why not."""
    try:
        done.append(act(hazard_id, version))
    except Hazard.DoesNotExist:
        refusals.append(Refusal(hazard_id, "没有找到，或不在您的权限范围内"))
    except PermissionDenied as denied:
        refusals.append(Refusal(hazard_id, str(denied)))
    except actions.StaleVersion as stale:
        status = stale.hazard.get_status_display()
        refusals.append(Refusal(hazard_id, f"页面打开后已被处理过，现为“{status}”"))
    except ValidationError as fault:
        refusals.append(Refusal(hazard_id, "；".join(fault.messages)))
