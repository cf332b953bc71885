"""Reads of the home page: a handful of grouped queries, from which every figure on it is made.

Every figure has an address: the hazard list, filtered so that it counts exactly the records behind it
(reports/figures/links.py). Void hazards are in no figure. All of it is by the campaign's business date.
The parts stand in stocks, trend, cards, heat and ranking; here they are put together.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q, QuerySet

from campaigns.enums import Light
from campaigns.models import Campaign
from campaigns.periods import Period
from campaigns.queries import Scope
from hazards.enums import OPEN_STATUSES, Status
from hazards.models import OPEN, Hazard
from hazards.queries import hazards_in, overdue
from hazards.tallies import Tally
from hazards.wording import with_light_shown
from reports.figures.links import list_url
from reports.figures.ranking import Rank, ranking_of
from reports.figures.shown_parks import parks_to_show
from reports.figures.stocks import Stock, stocks_by_park
from reports.home.cards import Figure, cards
from reports.home.heat import Heat, heat_of
from reports.home.trend import Week, days_until, weeks_until

WORST = 10


@dataclass(frozen=True)
class LightCount:
    """Open hazards under one deadline light, in words."""

    light: str
    label: str
    count: int
    href: str


@dataclass
class Board:
    """Everything the home page shows of hazards."""

    campaign: Campaign
    today: date
    week: Period
    cumulative: Period
    empty: bool = True
    figures: list[Figure] = field(default_factory=list)
    lights: list[LightCount] = field(default_factory=list)
    weeks: list[Week] = field(default_factory=list)
    heat: Heat | None = None
    ranking: list[Rank] = field(default_factory=list)
    late: list[Hazard] = field(default_factory=list)
    stock: Stock = field(default_factory=Stock)
    waiting: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Hazards by (status, level), for the box of what waits for the lead."""


def board_for(scope: Scope, campaign: Campaign, today: date) -> Board:
    """The home page's figures of what the person sees in the campaign on the business date `today`."""
    week = Period(campaign.week_of(today).start, today)
    board = Board(campaign, today, week, campaign.cumulative(today))
    hazards = hazards_in(scope).filter(campaign=campaign)
    counts = _counts(hazards)
    board.empty = not counts
    if board.empty:
        return board
    stocks = stocks_by_park(hazards, campaign, week, board.cumulative)
    for one in stocks.values():
        board.stock.add(one)
    days = days_until(week, hazards)
    tallies = _tallies(hazards, counts, stocks, board.cumulative)
    parks = parks_to_show(scope, campaign, set(tallies))
    board.waiting = _waiting(counts)
    board.weeks = weeks_until(week, days)
    board.figures = cards(
        board.weeks, days, board.stock, tallies=tallies.values(), cumulative=board.cumulative
    )
    board.lights = _lights(board.stock)
    board.heat = heat_of(_opened(counts), list(campaign.categories.all()), parks)
    board.ranking = ranking_of(tallies, parks, board.cumulative)
    board.late = _worst(hazards, board)
    return board


Counts = Counter[tuple[int, int, str, str]]
"""Hazards by (park, category, level, status), void ones left out."""


def _counts(hazards: QuerySet[Hazard]) -> Counts:
    """All hazards in one query that the index hazard_heat answers alone."""
    rows = hazards.order_by().values_list("park", "category", "level", "status").annotate(n=Count("*"))
    return Counter({tuple(key): number for *key, number in rows if key[3] != Status.VOID})


def _waiting(counts: Counts) -> Counter[tuple[str, str]]:
    waiting = Counter[tuple[str, str]]()
    for (_, _, level, status), number in counts.items():
        waiting[status, level] += number
    return waiting


def _opened(counts: Counts) -> Counter[tuple[int, int]]:
    """Open hazards by park and category."""
    opened = Counter[tuple[int, int]]()
    for (park, category, _, status), number in counts.items():
        if status in OPEN_STATUSES:
            opened[park, category] += number
    return opened


def _tallies(
    hazards: QuerySet[Hazard], counts: Counts, stocks: dict[int, Stock], cumulative: Period
) -> dict[int, Tally]:
    """Cumulative found and closed by park (domain §5: found from the campaign's start to today).

    The whole comes from the index; the few found outside the period are taken off again.
    """
    tallies: dict[int, Tally] = {}
    for (park, _, level, status), number in counts.items():
        tallies.setdefault(park, Tally()).add(status, level, number)
    outside = Q(found_on__lt=cumulative.start) | Q(found_on__gt=cumulative.end)
    rows = (
        hazards.filter(outside).exclude(status=Status.VOID).order_by().values_list("park", "level", "status")
    )
    for park, level, status, number in rows.annotate(n=Count("*")):
        tallies[park].add(status, level, -number)
    for park, stock in stocks.items():
        tallies.setdefault(park, Tally()).overdue = stock.red
    return tallies


def _lights(stock: Stock) -> list[LightCount]:
    return [
        LightCount(light.value, str(light.label), number, list_url(light=light.value))
        for light, number in (
            (Light.RED, stock.red),
            (Light.YELLOW, stock.yellow),
            (Light.GREEN, stock.green),
            (Light.GREY, stock.grey),
        )
    ]


def _worst(hazards: QuerySet[Hazard], board: Board) -> list[Hazard]:
    """The hazards whose day has been over for longest, with the light as shown."""
    late = (
        hazards.filter(OPEN & overdue(board.today))
        .select_related("park", "enterprise", "responsible_department")
        .order_by("due_on", "id")
    )
    return with_light_shown(late[:WORST], board.today, board.campaign.yellow_days)
