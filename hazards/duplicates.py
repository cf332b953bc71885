"""Hazards that look like one just being entered: the same thing logged twice, or one that came back 回潮.

Alike is measured by pairs of neighbouring characters, as the ledger is searched by them: Chinese text has
no words to compare. Only the latest hazards of one park are looked at, so the answer comes while typing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from campaigns.models import Campaign
from hazards.enums import OPEN_STATUSES, Status
from hazards.models import Hazard
from parks.models import Enterprise, Park
from parks.search import pairs_of

MOST = 5
"""More than a screen of a phone holds would not be read."""
DAYS = 90
"""An open hazard found longer ago is followed by somebody already; it is seldom logged again."""
LOOKED_AT = 300
"""So many of the park's latest hazards are compared."""
FEW_PAIRS = 3
"""Of fewer pairs in common nothing can be said: 灭火器 alone stands in half the ledger."""
SAME_PLACE, ELSEWHERE = 0.25, 0.5
"""The share of the shorter description that must be in common, by whether it is the same place."""


@dataclass(frozen=True)
class Wording:
    """What is known so far of the hazard being entered."""

    description: str
    place: str = ""
    enterprise: Enterprise | None = None


@dataclass(frozen=True)
class Likeness:
    """A hazard that looks the same, and how much so."""

    hazard: Hazard
    score: float

    @property
    def closed(self) -> bool:
        """Closed ones cannot be the same one: what is found now came back."""
        return self.hazard.status == Status.CLOSED


def likely_same(
    seen: QuerySet[Hazard], campaign: Campaign, park: Park, wording: Wording, *, without: Iterable[str] = ()
) -> list[Likeness]:
    """Those among the hazards that the person sees that look the same, the likeliest first.

    Open ones found within DAYS, and closed ones of the campaign, each kind among its latest LOOKED_AT.
    `without`: numbers of those of which the person has said that they are not the same.
    """
    if len(_pairs(wording.description)) < FEW_PAIRS:
        return []
    here = seen.filter(campaign=campaign, park=park)
    since = campaign.today() - timedelta(days=DAYS)
    here = here.select_related("enterprise").order_by("-found_on", "-id")
    compared = [
        *here.filter(status__in=OPEN_STATUSES, found_on__gte=since)[:LOOKED_AT],
        *here.filter(status=Status.CLOSED)[:LOOKED_AT],
    ]
    told_apart = set(without)
    return _best(wording, [hazard for hazard in compared if hazard.number not in told_apart])


def twins_of(hazard: Hazard, seen: QuerySet[Hazard]) -> list[Hazard]:
    """Open and closed hazards with which this one may have been logged twice, the likeliest first."""
    wording = Wording(hazard.description, hazard.place, hazard.enterprise)
    others = seen.exclude(pk=hazard.pk)
    return [one.hazard for one in likely_same(others, hazard.campaign, hazard.park, wording)]


def recurrence_fault(campaign: Campaign, park: Park, found_on: date, before: Hazard | None) -> str:
    """Why a hazard found there on that day cannot be `before` come back; empty when it can."""
    if before is None:
        return ""
    if before.campaign_id != campaign.pk or before.park_id != park.pk:
        return "回潮的原隐患须在本行动的同一园区，请重新选择"
    if before.status != Status.CLOSED or before.closed_on is None:
        return f"{before.number} 尚未销号，不算回潮；如是同一隐患，请在那一条上继续办理"
    if found_on < before.closed_on:
        return f"发现日期早于 {before.number} 的销号日期（{before.closed_on:%Y-%m-%d}），不算回潮"
    return ""


def _best(wording: Wording, compared: Sequence[Hazard]) -> list[Likeness]:
    found = [Likeness(hazard, score) for hazard in compared if (score := _likeness(wording, hazard))]
    return sorted(found, key=lambda one: (one.closed, -one.score))[:MOST]


def _likeness(wording: Wording, hazard: Hazard) -> float:
    """How alike the two are, 0 where they are not."""
    mine, other = _pairs(wording.description), _pairs(hazard.description)
    common = len(mine & other)
    if common < FEW_PAIRS:
        return 0
    share = common / min(len(mine), len(other))
    same_enterprise = wording.enterprise is not None and wording.enterprise.pk == hazard.enterprise_id
    if wording.enterprise and hazard.enterprise_id and not same_enterprise:
        # Two enterprises with the same trouble are two hazards, wherever they stand.
        return 0
    if _apart(wording.place, hazard.place):
        return 0
    same_place = same_enterprise or bool(_pairs(wording.place) & _pairs(hazard.place))
    return share + same_place if share >= (SAME_PLACE if same_place else ELSEWHERE) else 0


def _apart(place: str, other: str) -> bool:
    """Whether the places bear different numbers: 3号楼 and 6号楼 do; 1层 may lie in 3号楼1层."""
    mine, theirs = set(re.findall(r"\d+", place)), set(re.findall(r"\d+", other))
    return not (mine <= theirs or theirs <= mine)


def _pairs(text: str) -> set[str]:
    """Pairs within the runs of letters and digits: what stands on both sides of a comma is no pair."""
    runs = "".join(mark if mark.isalnum() else " " for mark in text).split()
    return {pair for run in runs for pair in pairs_of(run)}
