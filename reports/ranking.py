"""The ranking of task forces 专班 on the home page."""

from dataclasses import dataclass

from campaigns.enums import Light
from campaigns.periods import Period
from hazards.enums import Status
from hazards.tallies import Tally, rate
from parks.models import Park
from reports.links import list_url
from reports.shown_parks import MOST_ROWS, ShownPark


@dataclass(frozen=True)
class Rank:
    """One task force in the ranking; equal rates share a place."""

    place: int | None
    park: Park
    park_url: str
    unit: str
    unit_url: str
    tally: Tally
    found_url: str
    closed_url: str
    overdue_url: str


def ranking_of(tallies: dict[int, Tally], parks: list[ShownPark], cumulative: Period) -> list[Rank]:
    """Task forces by rate, the best first; where nothing was found there is no rate and no place."""
    rows = [(shown, tallies.get(shown.park.pk, Tally())) for shown in parks]
    rows.sort(key=lambda row: (not row[1].found, -(rate(row[1].closed, row[1].found) or 0), row[1].overdue))
    ranks: list[Rank] = []
    for position, (shown, tally) in enumerate(rows[:MOST_ROWS], start=1):
        place: int | None = position if tally.found else None
        if ranks and tally.found and ranks[-1].tally.rate == tally.rate:
            place = ranks[-1].place
        ranks.append(_rank(place, shown, tally, cumulative))
    return ranks


def _rank(place: int | None, shown: ShownPark, tally: Tally, cumulative: Period) -> Rank:
    pk, span = shown.park.pk, {"found_from": cumulative.start, "found_to": cumulative.end}
    return Rank(
        place,
        shown.park,
        shown.url,
        shown.unit,
        shown.unit_url,
        tally,
        found_url=list_url(park=pk, **span),
        closed_url=list_url(park=pk, status=Status.CLOSED.value, **span),
        overdue_url=list_url(park=pk, light=Light.RED.value),
    )
