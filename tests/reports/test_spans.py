"""Shared cells of a table, the room they need, and where its pages end."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.spans import is_torn, lay_out, page_ends, row_heights, shared_cells


def test_an_inner_cell_ends_where_the_outer_one_does():
    table = [("甲", "一"), ("甲", "一"), ("乙", "一"), ("乙", "二")]
    assert shared_cells(table, (0, 1)) == {0: [(0, 1), (2, 3)], 1: [(0, 1), (2, 2), (3, 3)]}
    assert shared_cells(table, (1,)) == {1: [(0, 2), (3, 3)]}


@pytest.mark.parametrize("blank", ["", None])
def test_blank_cells_stay_apart_and_part_nothing(blank):
    table = [(blank, "一"), (blank, "一"), ("甲", "一")]
    assert shared_cells(table, (0, 1)) == {0: [(0, 0), (1, 1), (2, 2)], 1: [(0, 1), (2, 2)]}


def test_the_same_word_further_down_is_another_cell():
    assert shared_cells([("甲",), ("乙",), ("甲",)], (0,)) == {0: [(0, 0), (1, 1), (2, 2)]}


def test_a_shared_cell_raises_its_rows_evenly_and_only_as_far_as_needed():
    assert row_heights([20, 30, 20], [((0, 1), 90.0)]) == [40, 50, 20]
    assert row_heights([20, 30], [((0, 1), 40.0)]) == [20, 30]
    # The inner cell comes first: what it adds counts for the outer one.
    assert row_heights([20, 20, 20], [((0, 2), 100.0), ((0, 0), 60.0)]) == [60, 20, 20]


def cells(*spans, text=0.0):
    return dict.fromkeys(spans, text)


def test_a_page_ends_before_what_would_be_torn():
    assert page_ends([10] * 5, [cells((0, 1), (2, 4))], 40, 100) == {2}
    assert page_ends([10] * 5, [cells((0, 1), (2, 4))], 50, 100) == set()


def test_what_fits_on_no_page_is_torn_between_its_rows():
    breaks = page_ends([10] * 7, [cells((0, 6))], 25, 30)
    assert breaks == {2, 5}
    assert is_torn((0, 6), breaks)
    assert not is_torn((0, 1), breaks)
    assert not is_torn((2, 4), breaks)


def test_an_outer_cell_moves_on_only_when_little_is_left_of_the_page():
    inner = cells(*((row, row) for row in range(8)))
    assert page_ends([10] * 8, [cells((0, 6), (7, 7)), inner], 30, 100) == {3}
    assert page_ends([10] * 8, [cells((0, 1), (2, 7)), inner], 50, 100) == {2}
    assert page_ends([10] * 8, [cells((0, 1), (2, 7)), inner], 70, 100) == {7}


@given(st.lists(st.integers(1, 60), min_size=1, max_size=30), st.integers(1, 80), st.integers(60, 120))
def test_no_page_holds_more_than_it_can(heights, first_room, room):
    rows = cells(*((row, row) for row in range(len(heights))))
    first_room = min(first_room, room)
    breaks = page_ends(heights, [rows], first_room, room)
    begins = [0, *sorted(breaks), len(heights)]
    pages = [sum(heights[a:b]) for a, b in pairwise(begins)]
    # Too high a first row goes to the next page by itself.
    assert pages[0] <= (first_room if heights[0] <= first_room else room)
    assert all(page <= room for page in pages[1:])


def test_a_cell_that_must_be_torn_begins_where_its_text_is_whole():
    long = cells((0, 1)) | cells((2, 20), text=70.0)
    assert page_ends([10] * 21, [long], 60, 100) == {2, 12}
    assert page_ends([10] * 21, [long], 90, 100) == {9, 19}
    # On no page is room for a text higher than a page.
    assert page_ends([10] * 21, [cells((0, 1)) | cells((2, 20), text=170.0)], 60, 100) == {6, 16}


def test_a_row_too_high_for_one_takes_several_of_the_sheet():
    table = [("甲", "一"), ("甲", "二"), ("乙", "三")]
    needs = {(0, 0): 10.0, (2, 0): 10.0, (0, 1): 20.0, (1, 1): 500.0, (2, 1): 20.0}
    layout = lay_out(
        table,
        (0,),
        lambda row, column: needs[row, column],
        least=24.0,
        rooms=(900.0, 900.0),
        highest=409.0,
        part=200.0,
    )
    assert layout.heights == [24, 500, 24]
    assert layout.counts == [1, 3, 1]
    assert [layout.place(row) for row in range(4)] == [0, 1, 4, 5]
    assert [layout.begins(0, row) for row in range(3)] == [True, False, True]
    assert all(layout.begins(1, row) for row in range(3))
    assert [layout.is_torn(0, row) for row in range(3)] == [True, True, False]
    assert [layout.is_torn(1, row) for row in range(3)] == [False, True, False]
