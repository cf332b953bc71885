"""Shared cells of a table, the room they need, and where its pages end."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.spans import is_torn, page_ends, row_heights, shared_cells, starts_of


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


def test_a_page_ends_before_what_would_be_torn():
    assert page_ends([10] * 5, [[(0, 1), (2, 4)]], 40, 100) == {2}
    assert page_ends([10] * 5, [[(0, 1), (2, 4)]], 50, 100) == set()


def test_what_fits_on_no_page_is_torn_between_its_rows():
    breaks = page_ends([10] * 7, [[(0, 6)]], 25, 30)
    assert breaks == {2, 5}
    assert is_torn((0, 6), breaks)
    assert not is_torn((0, 1), breaks)
    assert not is_torn((2, 4), breaks)


def test_an_outer_cell_moves_on_only_when_little_is_left_of_the_page():
    inner = [(row, row) for row in range(8)]
    assert page_ends([10] * 8, [[(0, 6), (7, 7)], inner], 30, 100) == {3}
    assert page_ends([10] * 8, [[(0, 1), (2, 7)], inner], 50, 100) == {2}
    assert page_ends([10] * 8, [[(0, 1), (2, 7)], inner], 70, 100) == {7}


@given(st.lists(st.integers(1, 60), min_size=1, max_size=30), st.integers(1, 80), st.integers(60, 120))
def test_no_page_holds_more_than_it_can(heights, first_room, room):
    rows = [(row, row) for row in range(len(heights))]
    first_room = min(first_room, room)
    breaks = page_ends(heights, [rows], first_room, room)
    begins = [0, *sorted(breaks), len(heights)]
    pages = [sum(heights[a:b]) for a, b in pairwise(begins)]
    # Too high a first row goes to the next page by itself.
    assert pages[0] <= (first_room if heights[0] <= first_room else room)
    assert all(page <= room for page in pages[1:])


def test_rows_of_the_sheet_for_rows_of_the_table():
    assert starts_of([1, 3, 1]) == [0, 1, 4, 5]
