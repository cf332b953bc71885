"""The picture of the phases: rows apart, open ends, today, months, a campaign of any length."""

from datetime import date

import pytest

from campaigns.models import Campaign, Phase
from reports.campaign.phases import DESK, EDGE, PHONE, dates_of, in_words, picture


def campaign(first=date(2021, 7, 1), last=date(2021, 12, 31)):
    return Campaign(starts_on=first, ends_on=last)


def phase(first, last, name="排查整治"):
    return Phase(name=name, starts_on=first, ends_on=last)


LONGGANG = [
    phase(None, date(2021, 7, 10), "动员部署"),
    phase(date(2021, 7, 1), date(2021, 9, 30), "排查整治"),
    phase(date(2021, 10, 1), date(2021, 11, 30), "集中攻坚"),
    phase(date(2021, 12, 1), None, "巩固提升"),
]


def corners(row):
    return [tuple(map(int, point.split(","))) for point in row.points.split()]


@pytest.mark.parametrize("frame", [DESK, PHONE])
def test_overlapping_phases_stand_on_rows_of_their_own(frame):
    drawn = picture(campaign(), LONGGANG, date(2021, 9, 15), frame)
    tops = [min(y for _, y in corners(row)) for row in drawn.rows]
    assert tops == sorted(set(tops)) and len(tops) == 4
    assert all(EDGE <= x <= frame.width - EDGE for row in drawn.rows for x, _ in corners(row))


def test_an_open_start_or_end_reaches_the_edge_in_a_tip():
    first, second, _, last = picture(campaign(), LONGGANG, date(2021, 9, 15), DESK).rows
    assert len(corners(first)) == 5 and min(x for x, _ in corners(first)) == EDGE
    assert len(corners(last)) == 5 and max(x for x, _ in corners(last)) == DESK.width - EDGE
    assert len(corners(second)) == 4


def test_states_and_today():
    drawn = picture(campaign(), LONGGANG, date(2021, 9, 15), DESK)
    assert [row.state for row in drawn.rows] == ["已结束", "进行中", "未开始", "未开始"]
    assert drawn.today_words == "今天 9月15日"
    start, end = (min(x for x, _ in corners(drawn.rows[1])), max(x for x, _ in corners(drawn.rows[1])))
    assert start < drawn.today < end


@pytest.mark.parametrize("today", [date(2021, 6, 30), date(2022, 1, 1)])
def test_a_day_outside_is_not_marked(today):
    assert picture(campaign(), LONGGANG, today, DESK).today is None


def test_months_are_named_and_the_year_once():
    ticks = picture(campaign(), LONGGANG, date(2021, 9, 15), DESK).ticks
    assert [tick.month for tick in ticks] == ["7月", "8月", "9月", "10月", "11月", "12月"]
    assert [tick.year for tick in ticks] == ["2021年", "", "", "", "", ""]


def test_three_years_name_quarters_on_a_desk_and_fewer_on_a_phone():
    long = campaign(date(2020, 4, 15), date(2022, 12, 31))
    desk = picture(long, [], date(2021, 1, 1), DESK).ticks
    phone = picture(long, [], date(2021, 1, 1), PHONE).ticks
    assert len(desk) <= DESK.months and len(phone) <= PHONE.months
    assert [tick.year for tick in desk if tick.year] == ["2020年", "2021年", "2022年"]


@pytest.mark.parametrize("frame", [DESK, PHONE])
def test_one_day_is_a_campaign_too(frame):
    day = date(2021, 7, 5)
    drawn = picture(campaign(day, day), [phase(day, day)], day, frame)
    [row] = drawn.rows
    assert [tick.month for tick in drawn.ticks] == ["7月5日"]
    xs = [x for x, _ in corners(row)]
    assert min(xs) == EDGE and max(xs) == frame.width - EDGE and min(xs) < drawn.today < max(xs)


def test_a_phase_of_one_day_in_a_long_campaign_stays_visible():
    long = campaign(date(2020, 1, 1), date(2039, 12, 31))
    [row] = picture(long, [phase(date(2025, 5, 5), date(2025, 5, 5))], date(2025, 5, 5), PHONE).rows
    xs = [x for x, _ in corners(row)]
    assert max(xs) - min(xs) >= 2


def test_the_scale_holds_phases_outside_the_campaign():
    early = phase(date(2021, 3, 1), date(2021, 4, 30))
    drawn = picture(campaign(), [early, *LONGGANG], date(2021, 9, 15), DESK)
    assert drawn.ticks[0].month == "3月"
    assert min(x for x, _ in corners(drawn.rows[0])) == EDGE


def test_a_long_name_is_cut_in_the_picture_only():
    [row] = picture(campaign(), [phase(None, None, "名" * 40)], date(2021, 9, 15), PHONE).rows
    assert row.name == "名" * PHONE.letters + "…" and row.dates == "日期未定" and row.state == "日期未定"


def test_dates_as_people_say_them():
    assert [dates_of(one, years=False) for one in LONGGANG] == [
        "7月10日前",
        "7月1日至9月30日",
        "10月1日至11月30日",
        "12月1日起",
    ]
    words = in_words(campaign(), LONGGANG, date(2021, 9, 15))
    assert "今天 2021-09-15" in words and "巩固提升，2021年12月1日起，未开始" in words
