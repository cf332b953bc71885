"""Keyset pages: every row once, in order, both ways, whatever stands in the address."""

import base64
import json
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hazards.models import Hazard
from hazards.paging import COUNT_CAP, ORDERS, Page, count_up_to_cap, decode, order_of, ordered, page_of
from hazards.rows import plain
from tests.factories import HazardFactory, ParkFactory, TaskForceFactory

SORTS = sorted([*ORDERS, *(f"-{name}" for name in ORDERS)])


@pytest.fixture
def ledger(world):
    """23 hazards with equal days, empty deadlines and empty units among them."""
    forces = [world.task_force_a, world.task_force_b]
    for number in range(23):
        HazardFactory(
            task_force=forces[number % 2],
            reported_by=world.tf_a,
            found_on=date(2021, 9, 1) + timedelta(days=number % 4),
            due_on=None if number % 3 == 0 else date(2021, 9, 10) + timedelta(days=number % 2),
            responsible_department=None if number % 5 == 0 else forces[number % 2].department,
            level="major" if number % 7 == 0 else "general",
        )
    return Hazard.objects.filter(campaign=world.campaign)


def walk(rows, sort, size):
    """All rows from the first page on, and all the pages."""
    pages, cursor = [], ""
    while True:
        page = page_of(rows, sort=sort, cursor=cursor, size=size)
        pages.append(page)
        cursor = page.next
        if not cursor:
            return [row["id"] for page in pages for row in page.rows], pages


@pytest.mark.parametrize("size", [1, 4, 5, 23, 50])
@pytest.mark.parametrize("sort", SORTS)
def test_walking_gives_every_row_once_in_order(ledger, sort, size):
    ids, _ = walk(plain(ledger), sort, size)
    assert ids == list(ordered(ledger, sort).values_list("id", flat=True))
    assert len(set(ids)) == 23


@pytest.mark.parametrize("sort", SORTS)
def test_walking_back_gives_the_same_pages(ledger, sort):
    _, pages = walk(plain(ledger), sort, 4)
    cursor, back = pages[-1].previous, []
    while cursor:
        page = page_of(plain(ledger), sort=sort, cursor=cursor, size=4)
        back.append([row["id"] for row in page.rows])
        cursor = page.previous
    assert back[::-1] == [[row["id"] for row in page.rows] for page in pages[:-1]]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_property_any_ledger_is_walked_whole(world, data):
    Hazard.objects.all().delete()
    days = st.integers(0, 3)
    rows = data.draw(st.lists(st.tuples(days, st.none() | days), max_size=12))
    for found, due in rows:
        HazardFactory(
            task_force=world.task_force_a,
            reported_by=world.tf_a,
            found_on=date(2021, 9, 1) + timedelta(days=found),
            due_on=None if due is None else date(2021, 9, 10) + timedelta(days=due),
        )
    sort, size = data.draw(st.sampled_from(SORTS)), data.draw(st.integers(1, 5))
    everything = Hazard.objects.all()
    ids, _ = walk(plain(everything), sort, size)
    assert ids == list(ordered(everything, sort).values_list("id", flat=True))


def test_rows_that_arrive_do_not_shift_the_pages_behind(ledger, world):
    first = page_of(plain(ledger), sort="-found_on", size=5)
    expected = [row["id"] for row in page_of(plain(ledger), sort="-found_on", cursor=first.next, size=5).rows]
    HazardFactory(task_force=world.task_force_a, reported_by=world.tf_a, found_on=date(2021, 9, 9))
    after = page_of(plain(ledger), sort="-found_on", cursor=first.next, size=5)
    assert [row["id"] for row in after.rows] == expected


def test_going_back_to_the_beginning_shows_what_arrived_there(ledger, world):
    first = page_of(plain(ledger), sort="-found_on", size=5)
    second = page_of(plain(ledger), sort="-found_on", cursor=first.next, size=5)
    new = HazardFactory(task_force=world.task_force_a, reported_by=world.tf_a, found_on=date(2021, 9, 9))
    back = page_of(plain(ledger), sort="-found_on", cursor=second.previous, size=6)
    assert back.rows[0]["id"] == new.pk and back.first and len(back.rows) == 6


def forged(*content):
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


BROKEN = [
    "x",
    "=",
    "%00",
    "中文",
    "A" * 5000,
    forged(),
    forged("-found_on"),
    forged("-found_on", 0, ["2021-09-01"], 0),
    forged("-found_on", 0, ["2021-13-45", 5], 0),
    forged("-found_on", 0, ["2021-09-01", 10**30], 0),
    forged("-found_on", 0, [None, None], 0),
    forged("-found_on", 0, [["2021-09-01"], {}], 0),
    forged("-found_on", 7, ["2021-09-01", 5], 0),
    forged("-found_on", -1, ["2021-09-01", 5], 0),
    forged("-found_on", "0", ["2021-09-01", 5], 0),
    forged("due_on", 0, ["2021-09-01", 5], 0),
    forged("level", 0, ["a\x00b", "2021-09-01", 5], 0),
    base64.urlsafe_b64encode(b'["-found_on",0,["2021-09-01",1e999],0]').decode(),
    base64.urlsafe_b64encode(b"[" * 3000).decode(),
]


@pytest.mark.parametrize("cursor", BROKEN)
def test_a_damaged_cursor_is_the_first_page(ledger, cursor):
    page = page_of(plain(ledger), sort="-found_on", cursor=cursor, size=5)
    assert page.first and page.rows == page_of(plain(ledger), sort="-found_on", size=5).rows


@given(st.text(max_size=60))
def test_no_text_at_all_breaks_the_cursor(text):
    decode(Hazard, text, "-found_on")


@given(st.binary(max_size=60), st.sampled_from(SORTS))
def test_no_bytes_at_all_break_the_cursor(raw, sort):
    decode(Hazard, base64.urlsafe_b64encode(raw).decode(), sort)


def test_half_a_character_in_a_cursor_is_refused():
    raw = b'["level",0,["\\ud800","2021-09-01",5],0]'
    assert decode(Hazard, base64.urlsafe_b64encode(raw).decode(), "level") is None


def test_a_cursor_of_another_order_is_the_first_page(ledger):
    cursor = page_of(plain(ledger), sort="due_on", size=5).next
    assert page_of(plain(ledger), sort="-found_on", cursor=cursor, size=5).first


def test_an_unknown_sort_is_the_usual_one():
    assert order_of("description; drop")[0] == "-found_on"
    assert order_of("--found_on")[0] == "-found_on"


def test_a_page_costs_one_query(ledger, django_assert_num_queries):
    cursor = page_of(plain(ledger), sort="-found_on", size=5).next
    with django_assert_num_queries(1):
        page_of(plain(ledger), sort="-found_on", cursor=cursor, size=5)


def test_the_count_stops_at_the_cap():
    assert Page([], total=COUNT_CAP).total_text == "共 10000 条"
    assert Page([], total=COUNT_CAP + 1).total_text == "10000 条以上"


def test_the_count_counts(ledger):
    assert count_up_to_cap(ledger) == 23
    park = ParkFactory()
    assert count_up_to_cap(ledger.filter(park=park)) == 0
    HazardFactory(task_force=TaskForceFactory(park=park))
    assert count_up_to_cap(Hazard.objects.filter(park=park)) == 1
