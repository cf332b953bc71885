"""Dates as offices write them."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.dates import DateFault, Deadline, Span, parse_day, parse_deadline
from campaigns.enums import Precision

SPAN = Span(date(2021, 7, 1), date(2021, 12, 31))
OVER_NEW_YEAR = Span(date(2019, 10, 25), date(2020, 6, 30))
THREE_YEARS = Span(date(2020, 6, 1), date(2022, 12, 31))


@pytest.mark.parametrize(
    "value",
    [
        date(2021, 7, 5),
        datetime(2021, 7, 5, 23, 59),
        44382,
        44382.0,
        44382.75,
        "44382",
        "44 382",
        "44382.5",
        20210705,
        20210705.0,
        "20210705",
        "2021.7.5",
        "2021．7．5",
        "2021-07-05",
        "2021－07－05",
        "2021—7—5",
        "2021/7/5",
        "2021/07/05 ",
        "2021年7月5日",
        "2021 年 7 月 5 日",
        "\u30002021年7月5号\u3000",
        "2021年7月5",
        "2021。7。5",
        "2021年7月5日（周一）",
        "２０２１年７月５日",
        "2021-07-05 10:30",
        "2021-07-05T10:30:00",
        "2021/7/5 上午9:05",
        "2021年7月5日 9时30分",
        "7月5日",
        "7.5",
        "7/5",
        "7月5号",
        "21.7.5",
        "21年7月5日",
        "2021年7月5日上午",
        "2021年7月5日。",
        "2021、7、5",
        "七月五日",
        "2021年七月五号",
        "二〇二一年七月五日",
    ],
)
def test_a_day(value):
    assert parse_day(value, SPAN) == date(2021, 7, 5)


def test_every_day_survives_each_way_of_writing():
    for day in (date(2021, 1, 1), date(2020, 2, 29), date(2021, 12, 31), date(2024, 10, 9)):
        for form in (
            "{:%Y-%m-%d}",
            "{:%Y/%m/%d}",
            "{:%Y.%m.%d}",
            "{:%Y%m%d}",
            "{0.year}年{0.month}月{0.day}日",
        ):
            assert parse_day(form.format(day), SPAN) == day


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("2021年9月31日", "没有这一天：2021年9月31日"),
        ("2021-02-29", "没有这一天"),
        ("2021.13.1", "没有这一天"),
        ("20210931", "没有这一天"),
        ("9月31日", "没有这一天"),
        ("19.7.5", "请写四位年份"),
        ("1900-1-1", "不合常理"),
        (date(1900, 1, 1), "不合常理"),
        ("2021年9月", "没有写到日"),
        ("9月底", "没有写到日"),
        ("2021月12月", "不是能识别的日期"),
        ("尽快", "不是能识别的日期"),
        ("", "没有填写日期"),
        ("\u3000", "没有填写日期"),
        (0, "不是能识别的日期"),
        (7.1, "不是能识别的日期"),
        (7.5e300, "不是能识别的日期"),
        (float("nan"), "不是能识别的日期"),
        (True, "不是日期"),
        (None, "不是日期"),
        ("长" * 300, "…"),
    ],
)
def test_no_day(value, reason):
    with pytest.raises(DateFault, match=reason):
        parse_day(value, SPAN)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2021年9月", date(2021, 9, 30)),
        ("2021年9月份", date(2021, 9, 30)),
        ("2021.9", date(2021, 9, 30)),
        ("2021-09", date(2021, 9, 30)),
        ("202109", date(2021, 9, 30)),
        (202109, date(2021, 9, 30)),
        ("9月底", date(2021, 9, 30)),
        ("9月", date(2021, 9, 30)),
        ("2020年2月底前", date(2020, 2, 29)),
        ("9月上旬", date(2021, 9, 10)),
        ("9月中旬", date(2021, 9, 20)),
        ("2021年9月下旬", date(2021, 9, 30)),
        ("三季度", date(2021, 9, 30)),
        ("2021年第4季度", date(2021, 12, 31)),
        ("2021年底", date(2021, 12, 31)),
        ("2021年", date(2021, 12, 31)),
        ("2022年上半年", date(2022, 6, 30)),
        ("常态化工作", None),
        ("长期坚持", None),
        ("立即整改", None),
        ("即知即改", None),
        ("立行立改。", None),
        ("预计9月底完成整改", date(2021, 9, 30)),
        ("九月底", date(2021, 9, 30)),
        ("十二月底前", date(2021, 12, 31)),
        ("十月中旬", date(2021, 10, 20)),
        ("年底前", date(2021, 12, 31)),
        ("当日整改", None),
        ("2021年10月1日-2021年10月15日", date(2021, 10, 15)),
        ("2021.10.1-10.15", date(2021, 10, 15)),
        ("2021-10-01至2021-10-15", date(2021, 10, 15)),
    ],
)
def test_a_vague_deadline_is_the_last_day_of_its_span(value, day):
    deadline = parse_deadline(value, SPAN)
    assert (deadline.day, deadline.exact) == (day, False)


@pytest.mark.parametrize(
    "value",
    [
        "2021年9月30日前",
        "9月30日前完成",
        "2021-09-30之前",
        "预计9月30日",
        "拟于9月30日前整改到位",
        date(2021, 9, 30),
        44469,
    ],
)
def test_an_exact_deadline(value):
    assert parse_deadline(value, SPAN) == Deadline(date(2021, 9, 30), Precision.DAY)


@pytest.mark.parametrize(
    "value",
    [
        "10月15日至10月1日",
        "十十月",
        "三十二日",
        "二三月",
        "10日内",
        "9月31日前",
        "13月",
        "",
        "1850年",
        "第五季度",
        "已整改",
        "尽快",
        "9月30日前完成并长期坚持",
    ],
)
def test_no_deadline(value):
    with pytest.raises(DateFault):
        parse_deadline(value, SPAN)


def test_the_year_is_the_one_within_the_campaign():
    assert parse_day("11月5日", OVER_NEW_YEAR) == date(2019, 11, 5)
    assert parse_day("3月5日", OVER_NEW_YEAR) == date(2020, 3, 5)
    assert parse_day("7月5日", OVER_NEW_YEAR) == date(2020, 7, 5)
    assert parse_day("9月5日", OVER_NEW_YEAR) == date(2019, 9, 5)
    assert parse_day("1月5日", SPAN) == date(2021, 1, 5)


def test_a_year_that_could_be_several_is_asked_for():
    with pytest.raises(DateFault, match="跨越多年"):
        parse_day("7月5日", THREE_YEARS)
    with pytest.raises(DateFault):
        parse_deadline("年底前", THREE_YEARS)


CELLS = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789年月日号.-/ \u3000上中下旬底末前第一季度:", max_size=20),
    st.integers(),
    st.floats(),
    st.dates(),
    st.datetimes(),
    st.booleans(),
    st.none(),
    st.times(),
)


@given(CELLS)
def test_never_raises_anything_but_its_own_fault(value):
    for parse in (parse_day, parse_deadline):
        try:
            result = parse(value, SPAN)
        except DateFault as fault:
            assert str(fault)
        else:
            assert isinstance(result, date | Deadline)


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_serials_and_text_agree(day):
    serial = (day - date(1899, 12, 30)).days
    assert parse_day(serial, SPAN) == parse_day(str(serial), SPAN) == day
    assert parse_day(f"{day:%Y%m%d}", SPAN) == parse_day(f"{day.year}年{day.month}月{day.day}日", SPAN) == day
