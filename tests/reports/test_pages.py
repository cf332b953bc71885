"""Where pages end: by the rows' heights, with the lines to sign never alone."""

import pytest

from reports.pages import PAGE_FILL, Pages, page_height


def pages(*heights, heads=0.0, paged=True):
    found = Pages(100 / PAGE_FILL, paged=paged)
    if heads:
        found.add(heads)
        found.heads = heads
    for height in heights:
        found.add(height)
    return found


def test_a_wide_sheet_is_shrunk_and_holds_more():
    assert page_height([100], landscape=True) == pytest.approx(480.1)
    assert page_height([287.6], landscape=True) == pytest.approx(2 * 480.1, rel=0.01)


def test_a_page_ends_where_the_next_row_does_not_fit():
    assert pages(40, 40, 20).ends == []
    assert pages(40, 40, 21, 79, 1).ends == [2, 4]
    assert pages(40, 40, 21, paged=False).ends == []


def test_heads_take_their_room_on_every_page():
    assert pages(50, 30, 50, 30, heads=20).ends == [3]
    assert pages(50, 31, 50, 31, heads=20).ends == [2, 3, 4]


def test_lines_to_sign_take_the_row_before_with_them():
    found = pages(40, 30)
    found.keep(31, with_last=True)
    assert found.ends == [1]
    found.add(31)
    found.keep(39)
    assert found.ends == [1]
    found.keep(40)
    assert found.ends == [1, 3]


def test_a_row_that_fills_a_page_of_its_own_stays_there():
    for found in (pages(90), pages(10, 80)):
        found.keep(30, with_last=True)
        assert found.ends == [len(found.ends) and found._row]


def test_after_pages_that_programs_end_it_reckons_where_it_stands():
    found = pages(*[30] * 10, paged=False)
    found.keep(70, with_last=True)
    assert found.ends == []
    found.keep(71, with_last=True)
    assert found.ends == [10]
