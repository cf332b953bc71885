"""Deadlines as plans word them: read, asked about, or refused with a reason; never bent silently."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.dates import DateFault, Span
from campaigns.enums import Precision, Rhythm
from campaigns.recurrence import MONTHS, Timing
from campaigns.timing import Reading, read_timing, shown_deadline, shown_rhythm

P3 = Span(date(2023, 5, 12), date(2023, 12, 31))
P2 = Span(date(2020, 6, 1), date(2022, 12, 31))


def days(*texts: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(text) for text in texts)


@pytest.mark.parametrize(
    ("text", "rhythm", "anchor", "quota"),
    [
        ("每周", Rhythm.WEEKLY, None, 1),
        ("每周一次", Rhythm.WEEKLY, None, 1),
        ("一周一次", Rhythm.WEEKLY, None, 1),
        ("每周至少2次", Rhythm.WEEKLY, None, 2),
        ("每周五", Rhythm.WEEKLY, 5, 1),
        ("每个星期日前", Rhythm.WEEKLY, 7, 1),
        ("每周五上午下班前", Rhythm.WEEKLY, 5, 1),
        ("每周五11:30前", Rhythm.WEEKLY, 5, 1),
        ("每周三上午9点前2次", Rhythm.WEEKLY, 3, 2),
        ("半月", Rhythm.HALF_MONTHLY, None, 1),
        ("每半月1次", Rhythm.HALF_MONTHLY, None, 1),
        ("每月", Rhythm.MONTHLY, None, 1),
        ("每月底前", Rhythm.MONTHLY, None, 1),
        ("每月末上报", Rhythm.MONTHLY, None, 1),
        ("每月4次", Rhythm.MONTHLY, None, 4),
        ("每月至少开展十次", Rhythm.MONTHLY, None, 10),
        ("每月2-3次", Rhythm.MONTHLY, None, 2),
        ("一月一次", Rhythm.MONTHLY, None, 1),
        ("每月25日前", Rhythm.MONTHLY, 25, 1),
        ("每月5号", Rhythm.MONTHLY, 5, 1),
        ("每月中旬", Rhythm.MONTHLY, 20, 1),
        ("每月下旬2次", Rhythm.MONTHLY, None, 2),
    ],
)
def test_rhythms_that_leave_nothing_open(text, rhythm, anchor, quota):
    assert read_timing(text, P3) == Reading(Timing(rhythm, anchor=anchor), Precision.DAY, quota, "")


@pytest.mark.parametrize(
    ("text", "rhythm", "anchor", "quota"),
    [
        ("每2月", Rhythm.TWO_MONTHLY, None, 1),
        ("每两个月", Rhythm.TWO_MONTHLY, None, 1),
        ("每3个月", Rhythm.THREE_MONTHLY, None, 1),
        ("每季度", Rhythm.THREE_MONTHLY, None, 1),
        ("每季度末月25日前", Rhythm.THREE_MONTHLY, 25, 1),
        ("每半年至少2次", Rhythm.HALF_YEARLY, None, 2),
        ("半年一次", Rhythm.HALF_YEARLY, None, 1),
        ("每年", Rhythm.YEARLY, None, 1),
        ("每年1次", Rhythm.YEARLY, None, 1),
        ("每3年", Rhythm.THREE_YEARLY, None, 1),
        ("三年一次", Rhythm.THREE_YEARLY, None, 1),
    ],
)
def test_rhythms_that_do_not_say_when_they_begin_to_count_are_asked_about(text, rhythm, anchor, quota):
    read = read_timing(text, P3)
    assert (read.timing, read.quota) == (Timing(rhythm, anchor=anchor), quota)
    assert "没有写明起算时间" in read.question and "没有计入" not in read.question


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("2023年6月30日前，每月调度", "2023年6月30日调度"),
        ("每月15日和25日", "15日和25日"),
        ("每月20日前报送上月情况", "上月情况"),
        ("每季度第一个月", "第一个月"),
        ("每周五前向区安委办报告", "向区安委办报告"),
    ],
)
def test_words_that_were_not_understood_are_asked_about(text, left):
    assert f"“{left}”没有计入" in read_timing(text, P3).question


def test_a_start_that_is_given_settles_only_that_question():
    read = read_timing("每季度第一个月", P3)
    assert "第一个月" in read.question_but_for_start and "起算" not in read.question_but_for_start
    assert read_timing("每季度", P3).question_but_for_start == ""


def test_a_question_fits_its_column():
    read = read_timing("每季度第一个月由各部门主要负责人向园区管委会书面报告上一季度工作开展的具体情况", P3)
    assert len(read.question) <= 120 and read.question.count("；") == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023年7月30日前", days("2023-07-30")),
        ("2023年9月", days("2023-09-30")),
        ("年底前", days("2023-12-31")),
        ("2023年底前", days("2023-12-31")),
        ("即日起至2023年12月31日", days("2023-12-31")),
        ("8月中旬、11月中旬", days("2023-08-20", "2023-11-20")),
        ("8月5日、11月5日前", days("2023-08-05", "2023-11-05")),
        ("11月5日、8月5日、8月5日", days("2023-08-05", "2023-11-05")),
        ("6月底和12月底", days("2023-06-30", "2023-12-31")),
        ("每年6月底前", days("2023-06-30")),
    ],
)
def test_days(text, expected):
    timing = read_timing(text, P3).timing
    assert ((timing.due_on,) if timing.rhythm == Rhythm.ONCE else timing.dates) == expected


def test_a_month_of_every_year_falls_into_each_year_of_the_campaign():
    read = read_timing("每年6月、12月底前", P2)
    years = ("2020", "2021", "2022")
    assert read.timing.dates == days(*(f"{year}-{day}" for year in years for day in ("06-30", "12-31")))
    assert (read.timing.rhythm, read.precision) == (Rhythm.DATES, Precision.MONTH)
    assert read_timing("每年3月15日", P2).timing.dates == days("2021-03-15", "2022-03-15")


@pytest.mark.parametrize(
    "text", ["常态化", "长期坚持", "常态化、长期坚持", "常态化工作", "持续推进", "立即整改"]
)
def test_standing_work_has_no_day(text):
    assert read_timing(text, P3) == Reading(Timing(Rhythm.STANDING), Precision.STANDING)


def test_a_day_and_for_ever_is_asked_about():
    read = read_timing("9月30日前、长期坚持", P3)
    assert read.timing == Timing(Rhythm.ONCE, due_on=date(2023, 9, 30))
    assert "既有时限又要求长期坚持" in read.question


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "没有填写时限"),
        ("　、", "没有填写时限"),
        ("每两周", "频次无法识别，可写：每周、半月"),
        ("每5个月", "频次无法识别"),
        ("每日", "频次无法识别"),
        ("每旬", "频次无法识别"),
        ("每月0次", "次数不合常理"),
        ("每月40000次", "次数不合常理"),
        ("每月35日", "没有这一天：35日"),
        ("9月31日", "没有这一天：9月31日"),
        ("2021月12月", "不是能识别的日期"),
        ("即日起", "不是能识别的日期"),
        ("尽快", "不是能识别的日期"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(text, reason):
    with pytest.raises(DateFault, match=reason):
        read_timing(text, P3)


def test_a_month_without_a_year_is_asked_back_in_a_campaign_of_several_years():
    for text in ("7月30日前", "年底前", "8月中旬、11月中旬"):
        with pytest.raises(DateFault):
            read_timing(text, P2)


@given(st.text("每半周月季年度一二两三五六日前底末上中旬、和次至少0123456789个 常态化第", max_size=24))
def test_any_text_is_read_or_refused_and_nothing_else(text):
    try:
        read = read_timing(text, P2)
    except DateFault as fault:
        assert any("一" <= letter <= "龥" for letter in str(fault))
        return
    timing = read.timing
    assert 1 <= read.quota <= 999 and len(read.question) <= 120
    assert (timing.due_on is not None) == (timing.rhythm == Rhythm.ONCE)
    assert (len(timing.dates) > 1) == (timing.rhythm == Rhythm.DATES)
    assert timing.anchor is None or 1 <= timing.anchor <= (7 if timing.rhythm == Rhythm.WEEKLY else 31)


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_a_day_as_shown_reads_back(day):
    assert read_timing(shown_deadline(day, Precision.DAY), P2).timing == Timing(Rhythm.ONCE, due_on=day)


@given(st.sampled_from([Rhythm.WEEKLY, Rhythm.HALF_MONTHLY, *MONTHS]), st.integers(1, 31), st.integers(1, 99))
def test_a_rhythm_as_shown_reads_back(rhythm, anchor, quota):
    day = anchor % 7 + 1 if rhythm == Rhythm.WEEKLY else anchor
    anchored = rhythm not in (Rhythm.HALF_MONTHLY, Rhythm.YEARLY, Rhythm.THREE_YEARLY)
    for timing in (Timing(rhythm), Timing(rhythm, anchor=day) if anchored else Timing(rhythm)):
        read = read_timing(shown_rhythm(timing, quota), P2)
        assert (read.timing, read.quota) == (timing, quota)
        assert "没有计入" not in read.question
