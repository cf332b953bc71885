"""Working days of the demo."""

from datetime import date

from hazard_tracker.demo.days import later, workdays


def test_holidays_and_weekends_worked_instead_are_known() -> None:
    # National Day 2021: off from the 1st to the 7th, Saturday the 9th is worked.
    assert workdays(date(2021, 9, 30), date(2021, 10, 9)) == [
        date(2021, 9, 30),
        date(2021, 10, 8),
        date(2021, 10, 9),
    ]
    assert later(date(2021, 9, 30), 2) == date(2021, 10, 9)


def test_years_without_known_holidays_go_by_the_plain_week() -> None:
    assert later(date(2031, 1, 3), 1) == date(2031, 1, 6)
    assert len(workdays(date(2031, 1, 1), date(2031, 1, 7))) == 5
