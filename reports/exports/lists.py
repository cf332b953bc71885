"""The lists that can be had as a workbook: the hazard list as filtered or ticked, and each of the five lists.

A list is asked for by an address' parameters. The keys of its records are read by one statement, so that
they are those of one moment; the records are then read a chunk at a time by their keys alone. What changes
while a long list is written neither drops a row from the file nor brings one in, and a row that is gone
shows as one too few (docs/decisions/0059).
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from accounts.models import User
from campaigns.http import CampaignRequest
from campaigns.models import Campaign
from campaigns.queries import Scope
from hazards.bulk.actions import picked_of
from hazards.filters import HazardFilter, filtered
from hazards.five.lists import FIVE, FiveList
from hazards.five.queries import asked_of, in_order, with_related
from hazards.models import Hazard, Inspection
from hazards.paging import ordered
from reports.figures.standing import entries
from reports.layouts import five_lists, longgang_4
from reports.workbook import Book

AT_ONCE = 2_000
"""Rows up to which a list is sent at once: a second or two. More are written in the background."""
SHEET_ROWS = 1_048_576
"""Rows that a sheet of the format holds (ECMA-376 part 1, 18.3.1.73)."""
AROUND = 6
"""Rows of a sheet that are none of the list: title, heads, what it was narrowed by, signatures, stamp."""
MOST_ROWS = SHEET_ROWS - AROUND
CHUNK = 500
LEDGER = "ledger"
"""The hazard list in the form of P0 附件4; the others go by the slugs of hazards/five/lists.py."""
PICKED, SORT = "picked", "sort"
"""Parameters beside the filters: ids of ticked hazards with commas between, and the order."""

Rows = Iterable[Any]


@dataclass(frozen=True)
class Listing:
    """A list as asked for.

    rows: the records found, in order. faults: labels of filters that cannot be read and were left out.
    said: what it was narrowed by, "" for nothing. chunk: the records of these keys in order, as `fill`
    writes them into a book.
    """

    label: str
    title: str
    unit: str
    campaign: Campaign
    rows: QuerySet[Any]
    faults: tuple[str, ...]
    said: str
    chunk: Callable[[Sequence[int]], Rows]
    fill: Callable[[Book, Rows], None]

    def count(self) -> int:
        """How many records there are now."""
        return self.rows.order_by().count()

    def keys(self) -> "array[int]":
        """The keys of the records in order, 8 bytes each."""
        return array("q", self.rows.values_list("pk", flat=True).iterator(chunk_size=10_000))

    def book(self, keys: "array[int]", told: Callable[[Rows], Rows] = iter) -> Book:
        """The list of these records as a workbook not yet written; `told` hears of every row.

        What goes wrong leaves no temporary file behind.
        """
        book = Book(
            title=self.title, campaign=self.campaign.name, unit=self.unit, as_of=self.campaign.today()
        )
        try:
            self.fill(book, told(self._stream(keys)))
        except BaseException:
            book.discard()
            raise
        return book

    def _stream(self, keys: "array[int]") -> Iterator[Any]:
        for start in range(0, len(keys), CHUNK):
            yield from self.chunk(keys[start : start + CHUNK].tolist())


def known(what: str) -> bool:
    """Whether there is such a list."""
    return what == LEDGER or what in FIVE


def asking(user: User, scope: Scope, campaign: Campaign, query: str) -> CampaignRequest:
    """A request as the filters want one: of this person, in this campaign, with these parameters."""
    request = cast(CampaignRequest, HttpRequest())
    request.GET = QueryDict(query)
    request.user, request.scope, request.campaign = user, scope, campaign
    return request


def listing_of(asked: CampaignRequest, campaign: Campaign, what: str) -> Listing:
    """The list `what` as these parameters ask for it, of what this person may see."""
    return _ledger(asked, campaign) if what == LEDGER else _five(asked, campaign, FIVE[what])


def with_picked(params: QueryDict, values: Iterable[str]) -> str:
    """The parameters with the hazards that were ticked; "" when none was."""
    picked = picked_of(values)
    if not picked:
        return ""
    given = params.copy()
    given[PICKED] = ",".join(map(str, picked))
    return given.urlencode()


def kept_query(asked: CampaignRequest) -> str:
    """The parameters to be kept: filters that can be read, the order, the ticked ones, in a fixed order."""
    wrong = filtered(asked).form.errors
    names = [name for name in HazardFilter.base_filters if name not in wrong]
    kept = QueryDict(mutable=True)
    for name in (*names, SORT, PICKED):
        if values := [value for value in asked.GET.getlist(name) if value != ""]:
            kept.setlist(name, values)
    return kept.urlencode()


def _unit(asked: CampaignRequest) -> str:
    return str(asked.user.department or "")


def _ledger(asked: CampaignRequest, campaign: Campaign) -> Listing:
    chosen, sort = filtered(asked), asked.GET.get(SORT, "")
    found: QuerySet[Hazard] = chosen.qs
    picked = _picked(asked.GET)
    if picked is not None:
        found = found.filter(pk__in=picked)
    unit, title, today = _unit(asked), longgang_4.title_for(campaign), campaign.today()

    def chunk(keys: Sequence[int]) -> Rows:
        return entries(ordered(Hazard.objects.filter(pk__in=keys), sort))

    def fill(book: Book, rows: Rows) -> None:
        longgang_4.write(book, rows, day=today, unit=unit, title=title)

    said = "；".join(
        part for part in (chosen.in_words(), f"勾选的 {len(picked)} 条" if picked else "") if part
    )
    rows, faults = ordered(found, sort), _faults(chosen)
    return Listing(longgang_4.SHEET, title, unit, campaign, rows, faults, said, chunk, fill)


def _five(asked: CampaignRequest, campaign: Campaign, wanted: FiveList) -> Listing:
    found, sort = asked_of(asked, campaign, wanted), asked.GET.get(SORT, "")
    said, unit, today = found.filter.in_words(), _unit(asked), campaign.today()
    title = five_lists.title_of(campaign, wanted)
    model = Inspection if wanted.of_visits else Hazard
    every = with_related(wanted, model._default_manager.all())

    def chunk(keys: Sequence[int]) -> Rows:
        records = list(in_order(wanted, every.filter(pk__in=keys), sort))
        return wanted.says(records, today, campaign.yellow_days)

    def fill(book: Book, rows: Rows) -> None:
        narrowed = f"筛选条件：{said}。" if said else ""
        five_lists.write(book, wanted, rows, title=title, unit=unit, asked=narrowed)

    rows, faults = in_order(wanted, found.rows, sort), _faults(found.filter)
    return Listing(wanted.label, title, unit, campaign, rows, faults, said, chunk, fill)


def _picked(params: QueryDict) -> list[int] | None:
    """Ids of the ticked hazards; None when none were ticked: then all are meant."""
    given = params.get(PICKED)
    return None if given is None else list(picked_of(f"{one}.0" for one in given.split(",")))


def _faults(chosen: HazardFilter) -> tuple[str, ...]:
    return tuple(str(chosen.filters[name].label) for name in chosen.form.errors if name in chosen.filters)
