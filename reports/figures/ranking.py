"""The ranking of task forces 专班 on the home page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from campaigns.enums import Light
from campaigns.periods import Period
from hazards.enums import Status
from hazards.tallies import Tally, rate
from reports.figures.links import list_url
from reports.figures.shown_parks import MOST_ROWS, ShownPark


@dataclass(frozen=True)
class Rank:
    """One task force in the ranking; equal rates share a place."""

    place: int | None
    park: ShownPark
    tally: Tally
    found_url: str
    closed_url: str
    overdue_url: str


def ranking_of(tallies: dict[int, Tally], parks: list[ShownPark], cumulative: Period) -> list[Rank]:
    """Task forces by rate, the best first; where nothing was found there is no rate and no place."""
    rows = [(shown, tallies.get(shown.pk, Tally())) for shown in parks]
    placed = in_places(rows, lambda row: (row[1].closed, row[1].found, row[1].overdue))
    return [_rank(place, *row, cumulative) for place, row in placed[:MOST_ROWS]]


Ranked = TypeVar("Ranked")


def in_places(
    rows: Iterable[Ranked], counts: Callable[[Ranked], tuple[int, int, int]]
) -> list[tuple[int | None, Ranked]]:
    """(place, row) by rate, the best first, then by fewer overdue; equal rates share a place.

    counts: closed, found and overdue of a row. Where nothing was found there is no rate and no place: these
    come last.
    """
    ranked = [(row, *counts(row)) for row in rows]
    ranked.sort(key=lambda one: (not one[2], -(rate(one[1], one[2]) or 0), one[3]))
    places: list[tuple[int | None, Ranked]] = []
    last: tuple[int, Decimal] | None = None
    for position, (row, closed, found, _) in enumerate(ranked, start=1):
        reached = rate(closed, found)
        if reached is None:
            places.append((None, row))
            continue
        if last is None or last[1] != reached:
            last = (position, reached)
        places.append((last[0], row))
    return places


def _rank(place: int | None, shown: ShownPark, tally: Tally, cumulative: Period) -> Rank:
    pk, span = shown.pk, {"found_from": cumulative.start, "found_to": cumulative.end}
    return Rank(
        place,
        shown,
        tally,
        found_url=list_url(park=pk, **span),
        closed_url=list_url(park=pk, status=Status.CLOSED.value, **span),
        overdue_url=list_url(park=pk, light=Light.RED.value),
    )
