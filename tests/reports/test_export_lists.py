"""Lists as they are asked for: rows, order, words, what of an address is kept."""

import pytest
from django.http import QueryDict

from campaigns.queries import scope_of
from hazards.five.lists import FIVE
from reports.exports.lists import (
    LEDGER,
    MOST_ROWS,
    SHEET_ROWS,
    asking,
    kept_query,
    listing_of,
    with_picked,
)
from reports.workbook import Book
from tests.factories import HazardFactory, InspectionFactory
from tests.reports.exports import descriptions, ledger_of


def listing(world, user, query="", what=LEDGER):
    asked = asking(user, scope_of(user), world.campaign, query)
    return listing_of(asked, world.campaign, what)


def printed(listing):
    return descriptions(listing.book(listing.keys()).to_bytes())


def test_rows_come_filtered_and_in_the_order_of_the_address(world, monkeypatch):
    monkeypatch.setattr("reports.exports.lists.CHUNK", 2)
    ledger_of(world, "一", "二", "三", "四", "五")
    ledger_of(world, "重大一", "重大二", level="major")
    found = listing(world, world.lead, "sort=found_on&level=general")
    assert (found.count(), printed(found)) == (5, ["一", "二", "三", "四", "五"])
    assert printed(listing(world, world.lead, "sort=-found_on&level=major")) == ["重大二", "重大一"]
    assert found.said == "等级：一般" and found.faults == ()
    assert printed(listing(world, world.tf_b)) == []


def test_rows_without_a_date_stand_last_over_all_chunks(world, monkeypatch):
    monkeypatch.setattr("reports.exports.lists.CHUNK", 2)
    for text, due_on in (("无甲", None), ("晚", "2021-10-02"), ("无乙", None), ("早", "2021-10-01")):
        HazardFactory(task_force=world.task_force_a, category=world.category, description=text, due_on=due_on)
    assert printed(listing(world, world.lead, "sort=due_on")) == ["早", "晚", "无甲", "无乙"]
    assert printed(listing(world, world.lead, "sort=-due_on")) == ["晚", "早", "无乙", "无甲"]


def test_ticked_ones_are_taken_of_what_may_be_seen(world):
    one, _, three = ledger_of(world, "一", "二", "三")
    foreign = HazardFactory(task_force=world.task_force_c)
    query = with_picked(QueryDict("sort=found_on"), [f"{h.pk}.1" for h in (one, three, foreign)])
    found = listing(world, world.lead, query)
    assert printed(found) == ["一", "三"]
    assert "勾选的 3 条" in found.said
    assert with_picked(QueryDict("sort=found_on"), ["", "x.1"]) == ""
    assert listing(world, world.lead, "picked=").count() == 0, "nothing ticked is not everything"


def test_what_an_address_says_that_is_no_filter_is_not_kept(world):
    query = "level=major&park=999999&cursor=abc&view=3&sort=-due_on&picked=5%2C7&q=&status=open&status=closed"
    asked = asking(world.lead, scope_of(world.lead), world.campaign, query)
    kept = QueryDict(kept_query(asked))
    assert dict(kept.lists()) == {
        "level": ["major"],
        "status": ["open", "closed"],
        "sort": ["-due_on"],
        "picked": ["5,7"],
    }
    assert listing(world, world.lead, query).faults == ("园区",)


@pytest.mark.parametrize("what", list(FIVE))
def test_each_of_the_five_lists_is_read_a_chunk_at_a_time(world, monkeypatch, what):
    monkeypatch.setattr("reports.exports.lists.CHUNK", 2)
    for number in range(5):
        InspectionFactory(enterprise=world.enterprise_a, campaign=world.campaign, department=world.xincheng)
        hazard = HazardFactory(task_force=world.task_force_a, status="rectifying", number=f"LG-{number}")
        steps = {"by": world.lead, "at": hazard.reported_at, "on": hazard.found_on, "to_status": "rectifying"}
        hazard.changes.create(action="assign", version=1, **steps)
        hazard.changes.create(action="urge", version=2, **steps)
    found = listing(world, world.lead, "sort=number", what)
    keys = found.keys()
    assert (len(keys), found.count()) == (5, 5)
    heard = []

    def told(rows):
        for row in rows:
            heard.append(row[0])
            yield row

    assert found.book(keys, told).to_bytes()
    if what != "inspections":
        assert heard == [f"LG-{number}" for number in range(5)]
    assert len(heard) == 5


def test_the_rows_around_a_list_fit_the_sheet_with_it(world):
    """Title, heads, filter, signatures, stamp: no list writes more around its rows than is left for it."""
    for what in (LEDGER, *FIVE):
        book = Book(title="t", campaign="c", unit="u", as_of=world.campaign.today())
        found = listing(world, world.lead, "level=major", what)
        found.fill(book, [])
        assert book.sheets[-1].height - 1 <= SHEET_ROWS - MOST_ROWS, what
        book.discard()


def test_a_book_that_breaks_off_leaves_nothing_behind(world, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ledger_of(world, "一", "二")
    found = listing(world, world.lead)

    def broken(rows):
        yield next(iter(rows))
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        found.book(found.keys(), broken)
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []
