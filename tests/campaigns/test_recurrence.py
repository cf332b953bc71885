"""Recurring work: spans tile the time in which it runs, each due once, whatever the rhythm and the year."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from campaigns.enums import Rhythm
from campaigns.recurrence import MONTHS, Due, Timing, occurrences

DAY = timedelta(days=1)
MONTH_ENDS = "05-31 06-30 07-31 08-31 09-30 10-31 11-30 12-31"
SERIES = [Rhythm.WEEKLY, Rhythm.HALF_MONTHLY, *MONTHS]
LONGEST = {Rhythm.WEEKLY: 7, Rhythm.HALF_MONTHLY: 16} | {r: 31 * months for r, months in MONTHS.items()}
days = st.dates(date(2019, 1, 1), date(2060, 12, 31))
lengths = st.integers(0, 1500).map(lambda n: timedelta(days=n))


@st.composite
def timings(draw):
    rhythm = draw(st.sampled_from(SERIES))
    anchors = st.integers(1, 7) if rhythm == Rhythm.WEEKLY else st.integers(1, 31)
    anchor = draw(st.none() | anchors) if rhythm != Rhythm.HALF_MONTHLY else None
    return Timing(rhythm, anchor=anchor)


def due_days(
    rhythm: Rhythm, first: date, last: date, anchor: int | None = None, cutoff: int = 7
) -> list[str]:
    found = occurrences(Timing(rhythm, anchor=anchor), first, last, cutoff)
    return [f"{due.due_on:%Y-%m-%d}" for due in found if due.due_on]


@given(timings(), days, lengths, st.integers(1, 7))
def test_spans_tile_the_time_without_gap_or_overlap(timing, first, length, cutoff):
    last = first + length
    found = list(occurrences(timing, first, last, cutoff))
    assert found[0].starts_on == first
    ends = [due.starts_on - DAY for due in found[1:] if due.starts_on] + [last]
    for due, end in zip(found, ends, strict=True):
        assert due.starts_on and due.due_on
        assert first <= due.starts_on <= due.due_on <= end <= last
        assert (end - due.starts_on).days < LONGEST[timing.rhythm]
    assert len({due.period for due in found}) == len(found)
    assert [due.due_on for due in found] == sorted(due.due_on for due in found if due.due_on)


@given(timings(), days, lengths, lengths, st.integers(1, 7))
def test_a_later_end_keeps_every_period_and_moves_only_the_one_that_was_cut(
    timing, first, length, more, cutoff
):
    before = list(occurrences(timing, first, first + length, cutoff))
    after = list(occurrences(timing, first, first + length + more, cutoff))
    assert before[:-1] == after[: len(before) - 1]
    assert before[-1].period == after[len(before) - 1].period
    assert before[-1].starts_on == after[len(before) - 1].starts_on


@given(timings(), days, lengths, st.integers(1, 7))
def test_without_an_anchor_each_span_is_due_on_its_last_day(timing, first, length, cutoff):
    last = first + length
    found = list(occurrences(Timing(timing.rhythm), first, last, cutoff))
    following = [due.starts_on for due in found[1:]] + [last + DAY]
    assert [due.due_on for due in found] == [day - DAY for day in following if day]


@given(st.integers(1, 7), st.integers(1, 7), days)
def test_weekly_work_is_due_on_its_weekday_once_a_week(anchor, cutoff, first):
    found = list(occurrences(Timing(Rhythm.WEEKLY, anchor=anchor), first, first + 69 * DAY, cutoff))
    assert {due.due_on.isoweekday() for due in found[1:-1] if due.due_on} == {anchor}
    assert len(found[1:-1]) == len({due.due_on for due in found[1:-1]}) >= 8


def test_the_week_ends_on_the_campaign_s_day():
    """P1 hands in on Fridays: a week from Saturday to Friday. 2019-10-25 was a Friday."""
    assert due_days(Rhythm.WEEKLY, date(2019, 10, 25), date(2019, 11, 10), cutoff=5) == [
        "2019-10-25",
        "2019-11-01",
        "2019-11-08",
        "2019-11-10",
    ]


def test_half_months_end_on_the_fifteenth_and_the_last():
    assert due_days(Rhythm.HALF_MONTHLY, date(2024, 1, 16), date(2024, 3, 15)) == [
        "2024-01-31",
        "2024-02-15",
        "2024-02-29",
        "2024-03-15",
    ]


@pytest.mark.parametrize(
    ("rhythm", "expected"),
    [
        (Rhythm.MONTHLY, [f"2023-{day}" for day in MONTH_ENDS.split()]),
        (Rhythm.TWO_MONTHLY, ["2023-06-30", "2023-08-31", "2023-10-31", "2023-12-31"]),
        (Rhythm.THREE_MONTHLY, ["2023-07-31", "2023-10-31", "2023-12-31"]),
        (Rhythm.HALF_YEARLY, ["2023-10-31", "2023-12-31"]),
        (Rhythm.YEARLY, ["2023-12-31"]),
    ],
)  # fmt: skip
def test_months_are_counted_from_the_month_in_which_the_work_begins(rhythm, expected):
    """P3 runs from May to December 2023; its last spans are cut short."""
    assert due_days(rhythm, date(2023, 5, 12), date(2023, 12, 31)) == expected


def test_every_third_year():
    assert due_days(Rhythm.THREE_YEARLY, date(2020, 6, 1), date(2027, 1, 31)) == [
        "2023-05-31",
        "2026-05-31",
        "2027-01-31",
    ]


def test_an_anchor_is_the_day_of_the_last_month_or_its_last_day():
    assert due_days(Rhythm.MONTHLY, date(2024, 1, 1), date(2024, 4, 30), anchor=31) == [
        "2024-01-31",
        "2024-02-29",
        "2024-03-31",
        "2024-04-30",
    ]
    assert due_days(Rhythm.THREE_MONTHLY, date(2024, 1, 1), date(2024, 6, 30), anchor=25) == [
        "2024-03-25",
        "2024-06-25",
    ]


def test_leap_days():
    assert due_days(Rhythm.MONTHLY, date(2028, 2, 29), date(2028, 2, 29)) == ["2028-02-29"]
    assert due_days(Rhythm.YEARLY, date(2024, 2, 29), date(2028, 2, 29)) == [
        "2025-01-31",
        "2026-01-31",
        "2027-01-31",
        "2028-01-31",
        "2028-02-29",
    ]
    assert due_days(Rhythm.MONTHLY, date(2023, 2, 1), date(2024, 2, 29), anchor=29)[0] == "2023-02-28"


def test_a_day_that_had_passed_when_the_work_began_is_the_last_of_its_span():
    """Monthly by the 5th from 12 May: May is owed by its end, never on a day before the work began."""
    assert due_days(Rhythm.MONTHLY, date(2023, 5, 12), date(2023, 7, 31), anchor=5) == [
        "2023-05-31",
        "2023-06-05",
        "2023-07-05",
    ]
    assert due_days(Rhythm.WEEKLY, date(2021, 7, 1), date(2021, 7, 11), anchor=3) == [
        "2021-07-04",
        "2021-07-07",
    ]


def test_what_is_no_series_stands_as_the_plan_says_also_before_the_campaign():
    first, last = date(2023, 5, 22), date(2023, 12, 31)
    once = Timing(Rhythm.ONCE, due_on=date(2023, 5, 20))
    assert list(occurrences(once, first, last)) == [Due("once", None, date(2023, 5, 20))]
    dates = Timing(Rhythm.DATES, dates=(date(2023, 11, 5), date(2023, 8, 5), date(2023, 8, 5)))
    assert list(occurrences(dates, first, last)) == [
        Due("2023-08-05", None, date(2023, 8, 5)),
        Due("2023-11-05", None, date(2023, 11, 5)),
    ]
    assert list(occurrences(Timing(Rhythm.STANDING), first, last)) == [Due("standing", first, None)]


@given(timings(), days, st.integers(0, 40))
def test_a_start_moved_within_its_span_keeps_the_periods(timing, first, shift):
    last = first + relativedelta(years=1)
    early = [due.period for due in occurrences(timing, first, last)]
    late = [due.period for due in occurrences(timing, first + shift * DAY, last)]
    if timing.rhythm in (Rhythm.WEEKLY, Rhythm.HALF_MONTHLY, Rhythm.MONTHLY):
        assert late == early[-len(late) :]
    elif (first + shift * DAY).month == first.month:
        assert late == early
