"""The measurements: each does the product's own work and, by turns, the same work bare."""

from collections.abc import Callable, Collection
from typing import Any

from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bench.clock import compare
from bench.files import measure_export, measure_import
from bench.memory import measure_memory
from bench.notices import measure_looks
from bench.sql import COUNTIES, FIGURES, LIKE
from bench.work import measure_first_sync, measure_second_sync
from campaigns.models import Campaign
from campaigns.queries import scope_of
from hazard_tracker.bulk_data import RARE_WORD
from hazards.models import Hazard
from hazards.paging import PAGE_SIZE, Cursor
from hazards.search import search
from hazards.views import hazard_list
from reports.figures.counting import span_of
from reports.figures.groups import figures_by

HOST = "localhost"
PAGE = 2000


def measure(slug: str, only: Collection[str] = ()) -> list[dict[str, Any]]:
    """Measurements on the generated campaign, all of them or those groups alone."""
    campaign = Campaign.objects.get(slug=slug)
    lead = User.objects.get(username=f"{slug}-lead")
    client = Client()
    client.force_login(lead)
    pages: tuple[tuple[str, str, float | None], ...] = (
        ("dashboard / its SQL", "/", None),
        ("hazard list, page 1 / its SQL", "/hazards/", 2.5),
        ("campaign's page / its SQL", "/campaign/", None),
        ("work list, lead bureau / its SQL", "/campaigns/work/", None),
        ("work list, what is done / its SQL", "/campaigns/work/?state=done", None),
        ("work list by unit / its SQL", "/campaigns/work/?view=matrix", None),
        ("report centre / its SQL", "/reports/", None),
    )
    groups: dict[str, Callable[[], list[dict[str, Any]]]] = {
        "figures": lambda: [
            measure_figures(campaign, "department", FIGURES),
            measure_figures(campaign, "region", COUNTIES),
        ],
        "files": lambda: [measure_export(campaign), measure_import(campaign, lead)],
        "memory": lambda: [measure_memory(slug)],
        "notices": lambda: measure_looks(campaign),
        "search": lambda: [measure_search(campaign)],
        "pages": lambda: [
            *(measure_page(name, client, address, aim) for name, address, aim in pages),
            measure_view(campaign, lead),
            measure_page_2000(client, campaign),
        ],
        "work": lambda: [measure_second_sync(campaign), measure_first_sync(campaign)],
    }
    return [row for name, take in groups.items() if not only or name in only for row in take()]


def fetch(address: str, client: Client) -> None:
    """One page as a browser would get it."""
    answer = client.get(address, headers={"host": HOST})
    assert answer.status_code == 200, answer.status_code


def replay(statements: list[str]) -> Callable[[], None]:
    """The same statements straight through psycopg2, rows fetched as tuples."""

    def run() -> None:
        with connection.connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
                cursor.fetchall()

    return run


def selects(address: str, client: Client) -> list[str]:
    """The SELECTs of one request."""
    fetch(address, client)
    with CaptureQueriesContext(connection) as seen:
        fetch(address, client)
    return [query["sql"] for query in seen.captured_queries if query["sql"].startswith("SELECT")]


def measure_page(name: str, client: Client, address: str, aim: float | None = None) -> dict[str, Any]:
    """A whole request in process against its own SELECTs."""
    bare = replay(selects(address, client))
    return compare(name, lambda: fetch(address, client), bare, aim=aim)


def measure_view(campaign: Campaign, user: User) -> dict[str, Any]:
    """The list's view and template alone, with the person known: what no middleware adds to."""
    request: Any = RequestFactory().get("/hazards/")
    request.user, request.session = user, {}
    request.scope, request.campaigns, request.campaign = scope_of(user), [campaign], campaign

    def ours() -> None:
        answer = hazard_list(request)
        assert answer.status_code == 200, answer.status_code

    with CaptureQueriesContext(connection) as seen:
        ours()
    bare = replay([query["sql"] for query in seen.captured_queries if query["sql"].startswith("SELECT")])
    return compare("the same without middleware / its SQL", ours, bare)


def measure_page_2000(client: Client, campaign: Campaign) -> dict[str, Any]:
    """A page far down the ledger against the first one; the last page when there are fewer."""
    rows = Hazard.objects.filter(campaign=campaign).exclude(status="void").order_by("-found_on", "-id")
    before = min(PAGE - 1, rows.count() // PAGE_SIZE - 1) * PAGE_SIZE
    last = rows[before - 1]
    cursor = Cursor("-found_on", 0, (last.found_on, last.pk)).encode()
    return compare(
        f"hazard list, page {before // PAGE_SIZE + 1} / page 1",
        lambda: fetch(f"/hazards/?cursor={cursor}", client),
        lambda: fetch("/hazards/", client),
        aim=1.3,
    )


def measure_search(campaign: Campaign) -> dict[str, Any]:
    """The first page of a rare two-character word against LIKE over the same fields."""
    hazards = Hazard.objects.filter(campaign=campaign).order_by("-found_on", "-id")
    like = f"%{RARE_WORD}%"

    def ours() -> list[int]:
        return list(search(hazards, RARE_WORD).values_list("pk", flat=True)[: PAGE_SIZE + 1])

    def bare() -> list[int]:
        with connection.connection.cursor() as cursor:
            cursor.execute(LIKE, [campaign.pk, like, like, like, like, PAGE_SIZE + 1])
            return [pk for (pk,) in cursor.fetchall()]

    assert ours() == bare() != []
    return compare(f"search “{RARE_WORD}” / LIKE scan", ours, bare, aim=1 / 50, aim_text="<=1/50")


def measure_figures(campaign: Campaign, by: str, statement: str) -> dict[str, Any]:
    """The eleven figures of ten units or counties, cumulative, against one statement written by hand."""
    as_of = campaign.today()
    span = span_of(campaign, as_of)
    given = {"campaign": campaign.pk, "start": span.start, "end": span.end, "origin": span.origin}

    def bare() -> dict[int, tuple[Any, ...]]:
        with connection.connection.cursor() as cursor:
            cursor.execute(statement, given)
            return {row[0]: row[1:] for row in cursor.fetchall()}

    def ours() -> dict[Any, Any]:
        return figures_by(campaign, as_of, by)

    mine, theirs = {key: tuple(numbers.values()) for key, numbers in ours().items()}, bare()
    assert {key: mine[key] for key in theirs} == theirs, "the figures differ from the hand-written ones"
    return compare(f"11 figures of 10 by {by} / one SQL", ours, bare, times=7, aim=1.5)
