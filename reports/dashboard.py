"""Reads of the home page: a handful of grouped queries, from which every figure on it is made.

Every figure has an address: the hazard list, filtered so that it counts exactly the records behind it
(hazards/filters.py). Void hazards are in no figure. All of it is by the campaign's business date.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from campaigns.models import Campaign, Category, TaskForce
from campaigns.periods import Period
from campaigns.queries import Scope, parks_in, task_forces_in
from hazards.enums import OPEN_STATUSES, Level, Light, Status
from hazards.models import OPEN, Hazard
from hazards.queries import due_soon, hazards_in, overdue, without_deadline
from hazards.tallies import Tally, rate, rate_text
from parks.models import Park

TREND_WEEKS = 12
WORST = 10
MOST_ROWS = 40
SHADES = 5


def list_url(**filters: Any) -> str:
    """The hazard list with these filters; a list of values repeats its name."""
    chosen = {name: value for name, value in filters.items() if value not in (None, "")}
    return f"{reverse('hazards:list')}?{urlencode(chosen, doseq=True)}"


@dataclass(frozen=True)
class Figure:
    """One number with its change and the address of its records."""

    label: str
    value: int | str
    unit: str
    href: str
    delta: int | Decimal | None
    period: str
    better: str = ""
    note: str = ""
    alarm: bool = False
    delta_unit: str = ""


@dataclass(frozen=True)
class Week:
    """One week of the trend, cut at today."""

    period: Period
    found: int
    closed: int

    @property
    def found_url(self) -> str:
        return list_url(found_from=self.period.start, found_to=self.period.end)

    @property
    def closed_url(self) -> str:
        return list_url(closed_from=self.period.start, closed_to=self.period.end, status=Status.CLOSED.value)


@dataclass(frozen=True)
class LightCount:
    """Open hazards under one deadline light, in words."""

    light: str
    label: str
    count: int
    href: str


@dataclass(frozen=True)
class HeatCell:
    """Open hazards of one park and category; `shade` 0 (none) to 5 (as many as the worst cell)."""

    count: int
    shade: int
    href: str


@dataclass(frozen=True)
class HeatRow:
    """One park's cells in the order of the categories, and its total."""

    label: str
    href: str
    cells: list[HeatCell]
    total: int
    total_url: str


@dataclass(frozen=True)
class Heat:
    """Open hazards, parks by categories, with totals both ways."""

    categories: list[Category]
    rows: list[HeatRow]
    column_totals: list[HeatCell]
    total: int
    left_out: int = 0


@dataclass(frozen=True)
class Rank:
    """One task force in the ranking; equal rates share a place."""

    place: int | None
    park: Park
    park_url: str
    unit: str
    tally: Tally
    found_url: str
    closed_url: str
    overdue_url: str


@dataclass
class Stock:
    """What stood open now and at the end of last week, in one park or in all."""

    open: int = 0
    red: int = 0
    yellow: int = 0
    grey: int = 0
    major: int = 0
    open_then: int = 0
    red_then: int = 0
    major_then: int = 0
    closed_since: int = 0

    @property
    def green(self) -> int:
        return self.open - self.red - self.yellow - self.grey


STOCK_FIELDS = tuple(name for name in vars(Stock()) if name != "green")


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
    for (_, _, level, status), number in counts.items():
        board.waiting[status, level] += number
    stocks = _stocks(hazards, board)
    for one in stocks.values():
        for name in STOCK_FIELDS:
            setattr(board.stock, name, getattr(board.stock, name) + getattr(one, name))
    found, closed = _by_day(hazards, board)
    board.weeks = _weeks(found, closed, board)
    tallies = _tallies(hazards, counts, stocks, board)
    board.figures = _figures(board, tallies, found, closed)
    board.lights = _lights(board.stock)
    parks = _parks(scope, campaign, set(tallies))
    open_pages = frozenset(parks_in(scope).order_by().values_list("pk", flat=True))
    board.heat = _heat(campaign, counts, parks, open_pages)
    board.ranking = _ranking(board, tallies, parks, open_pages)
    board.late = _worst(hazards, board)
    return board


Counts = Counter[tuple[int, int, str, str]]
"""Hazards by (park, category, level, status), void ones left out."""


def _counts(hazards: QuerySet[Hazard]) -> Counts:
    """All hazards in one query that the index hazard_heat answers alone."""
    rows = hazards.order_by().values_list("park", "category", "level", "status").annotate(n=Count("*"))
    return Counter({tuple(key): number for *key, number in rows if key[3] != Status.VOID})


def overdue_at(day: date) -> Q:
    """Hazards that were overdue at the end of a past day, told from the dates that are kept.

    The same rule as hazards.queries.overdue, with the work's end and the closing put back in time.
    """
    done_late = Q(done_on__isnull=False, done_on__lte=day)
    not_done = Q(done_on__gt=day) | (Q(done_on__isnull=True) & ~Q(status=Status.SUBMITTED))

    late = (done_late & Q(done_on__gt=F("due_on"))) | (not_done & Q(due_on__lt=day))
    return Q(backfilled=False, found_on__lte=day) & late


def _stocks(hazards: QuerySet[Hazard], board: Board) -> dict[int, Stock]:
    """Per park, what is open now and what was at last week's end.

    Two queries: the open rows, from the index hazard_open_facts alone, and the few closed since then.
    They count `park`, which the index holds, and not the id, which it does not.
    """
    then = board.week.start - timedelta(days=1)
    open_then = Q(found_on__lte=then)
    at_both = {
        "open_then": open_then,
        "red_then": overdue_at(then),
        "major_then": open_then & Q(level=Level.MAJOR),
    }
    now = {
        "open": OPEN,
        "red": overdue(board.today),
        "yellow": due_soon(board.today, board.campaign.yellow_days),
        "grey": without_deadline(),
        "major": Q(level=Level.MAJOR),
    }
    since = {"closed_since": Q(found_on__range=(board.cumulative.start, board.cumulative.end))}
    stocks: dict[int, Stock] = {}
    newly_closed = hazards.filter(status=Status.CLOSED, closed_on__gt=then)
    for rows, counted in ((hazards.filter(OPEN), now | at_both), (newly_closed, since | at_both)):
        counts = {f"n_{name}": Count("park", filter=condition) for name, condition in counted.items()}
        for park, *numbers in rows.order_by().values_list("park").annotate(**counts):
            stock = stocks.setdefault(park, Stock())
            for name, number in zip(counted, numbers, strict=True):
                setattr(stock, name, getattr(stock, name) + number)
    return stocks


def _by_day(hazards: QuerySet[Hazard], board: Board) -> tuple[Counter[date], Counter[date]]:
    """Found and closed hazards by day, over the weeks of the trend."""
    span = (board.week.start - timedelta(weeks=TREND_WEEKS - 1), board.today)
    found = (
        hazards.exclude(status=Status.VOID).filter(found_on__range=span).order_by().values_list("found_on")
    )
    closed = hazards.filter(status=Status.CLOSED, closed_on__range=span).order_by().values_list("closed_on")
    return Counter(dict(found.annotate(n=Count("*")))), Counter(dict(closed.annotate(n=Count("*"))))


def _between(days: Counter[date], start: date, end: date) -> int:
    return sum(number for day, number in days.items() if start <= day <= end)


def _weeks(found: Counter[date], closed: Counter[date], board: Board) -> list[Week]:
    weeks = []
    for back in range(TREND_WEEKS - 1, -1, -1):
        start = board.week.start - timedelta(weeks=back)
        end = min(start + timedelta(days=6), board.today)
        weeks.append(Week(Period(start, end), _between(found, start, end), _between(closed, start, end)))
    return weeks


def _tallies(
    hazards: QuerySet[Hazard], counts: Counts, stocks: dict[int, Stock], board: Board
) -> dict[int, Tally]:
    """Cumulative found and closed by park (domain §5: found from the campaign's start to today).

    The whole comes from the index; the few found outside the period are taken off again.
    """
    tallies: dict[int, Tally] = {}
    for (park, _, level, status), number in counts.items():
        tallies.setdefault(park, Tally()).add(status, level, number)
    outside = Q(found_on__lt=board.cumulative.start) | Q(found_on__gt=board.cumulative.end)
    rows = (
        hazards.filter(outside).exclude(status=Status.VOID).order_by().values_list("park", "level", "status")
    )
    for park, level, status, number in rows.annotate(n=Count("*")):
        tallies[park].add(status, level, -number)
    for park, stock in stocks.items():
        tallies.setdefault(park, Tally()).overdue = stock.red
    return tallies


def _figures(
    board: Board, tallies: dict[int, Tally], found: Counter[date], closed: Counter[date]
) -> list[Figure]:
    """The six cards. Flows are set against the same days of last week, stocks against its end."""
    week, stock, total = board.week, board.stock, board.cumulative
    last = Period(week.start - timedelta(days=7), week.end - timedelta(days=7))
    last_end = week.start - timedelta(days=1)

    def flow(days: Counter[date]) -> tuple[int, int, str]:
        now, before = _between(days, week.start, week.end), _between(days, last.start, last.end)
        return now, now - before, f"上周全周 {_between(days, last.start, last_end)} 项"

    all_found = sum(tally.found for tally in tallies.values())
    all_closed = sum(tally.closed for tally in tallies.values())
    rate_now = rate(all_closed, all_found)
    found_then = all_found - _between(found, max(week.start, total.start), week.end)
    rate_then = rate(all_closed - stock.closed_since, found_then)
    change = rate_now - rate_then if rate_now is not None and rate_then is not None else None
    f_now, f_delta, f_note = flow(found)
    c_now, c_delta, c_note = flow(closed)
    this = board.weeks[-1]
    same, end = "较上周同期", "较上周末"
    closed_url = list_url(status=Status.CLOSED.value, found_from=total.start, found_to=total.end)
    return [
        Figure("本周发现", f_now, "项", this.found_url, f_delta, same, note=f_note),
        Figure("本周整改销号", c_now, "项", this.closed_url, c_delta, same, "up", c_note),
        Figure(
            "未销号", stock.open, "项", list_url(status="open"), stock.open - stock.open_then, end, "down"
        ),
        Figure(
            "逾期",
            stock.red,
            "项",
            list_url(light=Light.RED.value),
            stock.red - stock.red_then,
            end,
            "down",
            alarm=bool(stock.red),
        ),
        Figure(
            "整改率",
            rate_text(all_closed, all_found),
            "",
            closed_url,
            change,
            "较上周",
            "up",
            note=f"销号 {all_closed} / 发现 {all_found}",
            delta_unit="个百分点",
        ),
        Figure(
            "重大隐患未销号",
            stock.major,
            "项",
            list_url(status="open", level=Level.MAJOR.value),
            stock.major - stock.major_then,
            end,
            "down",
        ),
    ]


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


def _parks(scope: Scope, campaign: Campaign, with_hazards: set[int]) -> list[tuple[Park, str]]:
    """Parks to show, with their task force's unit: those of the person's task forces and any with hazards."""
    forces = TaskForce.objects.filter(
        Q(pk__in=task_forces_in(scope).order_by().values("pk")) | Q(park__in=with_hazards), campaign=campaign
    ).select_related("park", "department")
    parks = [(force.park, force.department.label) for force in forces]
    known = {park.pk for park, _ in parks}
    if missing := with_hazards - known:
        parks += [(park, "") for park in Park.objects.filter(pk__in=missing)]
    return parks


def _park_url(park: Park, open_pages: frozenset[int]) -> str:
    """The park's page; for a unit that only helps there, whose page it is not, nothing."""
    return reverse("parks:detail", args=[park.pk]) if park.pk in open_pages else ""


def _heat(
    campaign: Campaign, counts: Counts, parks: list[tuple[Park, str]], open_pages: frozenset[int]
) -> Heat:
    """Open hazards by park and category, parks with the most first when there are too many to show."""
    opened: Counter[tuple[int, int]] = Counter()
    for (park, category, _, status), number in counts.items():
        if status in OPEN_STATUSES:
            opened[park, category] += number
    used = {category for _, category in opened}
    categories = [row for row in campaign.categories.all() if row.pk in used]
    by_park: Counter[int] = Counter()
    by_category: Counter[int] = Counter()
    for (park_id, category_id), number in opened.items():
        by_park[park_id] += number
        by_category[category_id] += number
    shown = [park for park, _ in parks if by_park[park.pk]]
    if len(shown) > MOST_ROWS:
        shown = sorted(shown, key=lambda park: -by_park[park.pk])[:MOST_ROWS]
    most = max(opened.values(), default=0)

    def cell(number: int, scale: int, **filters: Any) -> HeatCell:
        shade = -(-number * SHADES // scale) if scale else 0
        return HeatCell(number, shade, list_url(status="open", **filters))

    rows = [
        HeatRow(
            park.name,
            _park_url(park, open_pages),
            [cell(opened[park.pk, c.pk], most, park=park.pk, category=c.pk) for c in categories],
            by_park[park.pk],
            list_url(status="open", park=park.pk),
        )
        for park in shown
    ]
    totals = [cell(by_category[c.pk], 0, category=c.pk) for c in categories]
    return Heat(categories, rows, totals, sum(by_park.values()), len(by_park) - len(shown))


def _ranking(
    board: Board, tallies: dict[int, Tally], parks: list[tuple[Park, str]], open_pages: frozenset[int]
) -> list[Rank]:
    """Task forces by rate, the best first; where nothing was found there is no rate and no place."""
    rows = [(park, unit, tallies.get(park.pk, Tally())) for park, unit in parks]
    rows.sort(key=lambda row: (not row[2].found, -(rate(row[2].closed, row[2].found) or 0), row[2].overdue))
    span = {"found_from": board.cumulative.start, "found_to": board.cumulative.end}
    ranks: list[Rank] = []
    for position, (park, unit, tally) in enumerate(rows[:MOST_ROWS], start=1):
        place: int | None = position if tally.found else None
        if ranks and tally.found and ranks[-1].tally.rate == tally.rate:
            place = ranks[-1].place
        ranks.append(
            Rank(
                place,
                park,
                _park_url(park, open_pages),
                unit,
                tally,
                list_url(park=park.pk, **span),
                list_url(park=park.pk, status=Status.CLOSED.value, **span),
                list_url(park=park.pk, light=Light.RED.value),
            )
        )
    return ranks


def _worst(hazards: QuerySet[Hazard], board: Board) -> list[Hazard]:
    """The hazards whose day has been over for longest, with the light as shown."""
    late = (
        hazards.filter(OPEN & overdue(board.today))
        .select_related("park", "enterprise", "responsible_department")
        .order_by("due_on", "id")
    )
    rows = list(late[:WORST])
    for row in rows:
        row.shown_light, row.shown_days = row.light(board.today, board.campaign.yellow_days)  # type: ignore[attr-defined]
    return rows
