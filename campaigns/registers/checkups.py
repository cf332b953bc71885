"""Evaluations and drills of parks: when last done, when due next (P2: every three years, every year)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from campaigns.enums import WorkKind
from campaigns.lights import light_of_due
from campaigns.models import Campaign, Occurrence

KINDS = (WorkKind.EVALUATION, WorkKind.DRILL)


@dataclass
class Checkup:
    """One kind of check-up of one park."""

    kind: WorkKind
    last_on: date | None = None
    next_on: date | None = None
    occurrence: int | None = None
    light: str = "grey"
    words: str = "方案未安排"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return str(self.kind.label)


def checkups_of(campaign: Campaign, parks: Iterable[int], today: date) -> dict[int, list[Checkup]]:
    """By park, both kinds in order; one query. What a plan does not ask for says so."""
    found = {park: {kind.value: Checkup(kind) for kind in KINDS} for park in parks}
    rows = Occurrence.objects.filter(
        campaign=campaign, item__kind__in=KINDS, task_force__park__in=found
    ).order_by("due_on", "pk")
    for pk, park, kind, due_on, done_on in rows.values_list(
        "pk", "task_force__park", "item__kind", "due_on", "done_on"
    ):
        _take(found[park][kind], pk, due_on, done_on)
    for row in (row for kinds in found.values() for row in kinds.values()):
        if row.next_on:
            row.light, row.words = light_of_due(row.next_on, None, today, campaign.yellow_days)
        elif row.last_on:
            row.light, row.words = "on_time", "已完成"
    return {park: list(kinds.values()) for park, kinds in found.items()}


def _take(row: Checkup, pk: int, due_on: date | None, done_on: date | None) -> None:
    """Keep the latest that was done and the earliest that is open."""
    if done_on:
        row.last_on = max(done_on, row.last_on or done_on)
    elif due_on and row.next_on is None:
        row.next_on, row.occurrence = due_on, pk
