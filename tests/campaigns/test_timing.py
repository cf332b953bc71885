"""Deadlines as plans word them, read as rhythms."""

from datetime import date

import pytest

from campaigns.dates import DateFault, Span
from campaigns.enums import Precision, Rhythm
from campaigns.timing import read_timing

TAIZHOU = Span(date(2019, 10, 25), date(2020, 6, 30))


@pytest.mark.parametrize(
    ("text", "rhythm", "anchor", "quota"),
    [
        ("每周", Rhythm.WEEKLY, None, 1),
        ("每周五上午下班前", Rhythm.WEEKLY, 5, 1),
        ("每周五", Rhythm.WEEKLY, 5, 1),
        ("每星期天前", Rhythm.WEEKLY, 7, 1),
        ("每周一次", Rhythm.WEEKLY, None, 1),
        ("每周二次", Rhythm.WEEKLY, None, 2),
        ("每周3次", Rhythm.WEEKLY, None, 3),
        ("每半月", Rhythm.HALF_MONTHLY, None, 1),
        ("半月", Rhythm.HALF_MONTHLY, None, 1),
        ("每月底前", Rhythm.MONTHLY, None, 1),
        ("每月4次", Rhythm.MONTHLY, None, 4),
        ("每月至少开展4次", Rhythm.MONTHLY, None, 4),
        ("每2月", Rhythm.TWO_MONTHLY, None, 1),
        ("每3个月", Rhythm.THREE_MONTHLY, None, 1),
        ("每季度", Rhythm.THREE_MONTHLY, None, 1),
        ("每半年", Rhythm.HALF_YEARLY, None, 1),
        ("每年", Rhythm.YEARLY, None, 1),
        ("每3年", Rhythm.THREE_YEARLY, None, 1),
        ("常态化工作", Rhythm.STANDING, None, 1),
    ],
)
def test_rhythms(text, rhythm, anchor, quota):
    reading = read_timing(text, TAIZHOU)
    assert (reading.timing.rhythm, reading.timing.anchor, reading.quota) == (rhythm, anchor, quota)


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("10月28日上午下班前", date(2019, 10, 28), Precision.DAY),
        ("2020年6月25日前", date(2020, 6, 25), Precision.DAY),
        ("2019年12月20日（周五）前", date(2019, 12, 20), Precision.DAY),
        ("11月底前", date(2019, 11, 30), Precision.MONTH),
        ("2020年2月中旬", date(2020, 2, 20), Precision.TEN_DAYS),
    ],
)
def test_single_days(text, day, precision):
    reading = read_timing(text, TAIZHOU)
    assert (reading.timing.rhythm, reading.timing.due_on) == (Rhythm.ONCE, day)
    assert reading.precision == precision


def test_several_days_in_one_cell():
    reading = read_timing("11月中旬、2020年1月底前和2020年3月5日", TAIZHOU)
    assert reading.timing.rhythm == Rhythm.DATES
    assert reading.timing.dates == (date(2019, 11, 20), date(2020, 1, 31), date(2020, 3, 5))


@pytest.mark.parametrize("text", ["每2月", "每季度", "每3年"])
def test_a_rhythm_without_a_beginning_is_asked_about(text):
    assert "没有写明起算时间" in read_timing(text, TAIZHOU).question


@pytest.mark.parametrize("text", ["", "尽快", "下班前", "每5年", "9月31日", "今年12月底前"])
def test_what_says_no_day_is_refused(text):
    with pytest.raises(DateFault):
        read_timing(text, TAIZHOU)
