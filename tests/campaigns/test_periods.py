"""Weeks by cut-off day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from campaigns.periods import Period, last_full_week, week_of


def test_a_week_ends_on_its_cutoff():
    assert week_of(date(2021, 11, 28), 7) == Period(date(2021, 11, 22), date(2021, 11, 28))
    assert week_of(date(2021, 11, 29), 7) == Period(date(2021, 11, 29), date(2021, 12, 5))
    assert week_of(date(2021, 11, 26), 4) == Period(date(2021, 11, 26), date(2021, 12, 2))
    assert last_full_week(date(2021, 12, 1), 7) == Period(date(2021, 11, 22), date(2021, 11, 28))
    assert str(week_of(date(2021, 11, 28), 7)) == "2021年11月22日至2021年11月28日"


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 7))
def test_weeks_tile_the_calendar(day, cutoff):
    week = week_of(day, cutoff)
    assert day in week
    assert (week.end - week.start).days == 6
    assert week.end.isoweekday() == cutoff
    assert week_of(week.end + timedelta(days=1), cutoff).start == week.end + timedelta(days=1)
    assert last_full_week(day, cutoff).end < day
