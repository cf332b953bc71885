"""Deadlines of measures and work as plans word them, turned into a rhythm. Pure.

Nothing is corrected silently: what a plan leaves open is taken in the plainest way and marked with a
question for a person; what cannot be read raises DateFault.
"""

import re
from dataclasses import dataclass
from datetime import date

from campaigns.dates import DateFault, Deadline, Span, clean_text, parse_deadline
from campaigns.enums import Precision, Rhythm
from campaigns.recurrence import Timing

_EVERY = re.compile(
    r"(?:每|按|^(?=半月$))(?:隔)?(\d+|[一两二三六])?个?(周|星期|半个?月|月|季度?|半年|年)(?:度|底|末|底前|末前)?"
)
_WEEKDAY = re.compile(r"每(?:周|星期|礼拜)([一二三四五六日天])(?=$|上午|下午|中午|之?前|下班|\d)")
_A_WEEK = re.compile(r"每(?:周|星期|礼拜)(?=[一两二三四五六]次)")
_WEEKDAYS = {name: number for number, name in enumerate("一二三四五六日", start=1)} | {"天": 7}
_KNOCKING_OFF = re.compile(r"(?:上午|下午)?下班")
_TIMES = re.compile(r"(?:至少|不少于|各)?(?:开展|组织|进行)?(\d+|[一两二三四五六])次")
_DIGITS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}
_AND = re.compile(r"[、,;]|和|及")
_RHYTHMS = {
    (1, "周"): Rhythm.WEEKLY,
    (1, "星期"): Rhythm.WEEKLY,
    (1, "半月"): Rhythm.HALF_MONTHLY,
    (1, "月"): Rhythm.MONTHLY,
    (2, "月"): Rhythm.TWO_MONTHLY,
    (3, "月"): Rhythm.THREE_MONTHLY,
    (1, "季"): Rhythm.THREE_MONTHLY,
    (6, "月"): Rhythm.HALF_YEARLY,
    (1, "半年"): Rhythm.HALF_YEARLY,
    (12, "月"): Rhythm.YEARLY,
    (1, "年"): Rhythm.YEARLY,
    (3, "年"): Rhythm.THREE_YEARLY,
}


@dataclass(frozen=True)
class Reading:
    """A deadline as read: the timing, its precision, how many times a span, what a person must confirm."""

    timing: Timing
    precision: Precision
    quota: int = 1
    question: str = ""


def read_timing(text: str, span: Span) -> Reading:
    """Read 2023年7月30日前, 2021年9月, 常态化, 每月, 每2月, 每月4次, 每周五上午下班前, 8月中旬、11月中旬.

    The time of day is another column's. Raises DateFault.
    """
    text = _KNOCKING_OFF.sub("", text)
    if weekday := _WEEKDAY.search(text):
        return Reading(Timing(Rhythm.WEEKLY, anchor=_WEEKDAYS[weekday[1]]), Precision.DAY)
    compact = clean_text(_A_WEEK.sub("每周 ", text)).replace(" ", "").strip(".,;、")
    if not compact:
        raise DateFault("没有填写时限")
    if every := _EVERY.search(compact):
        return _recurring(compact, every)
    days = _several(compact, span)
    if days:
        precisions = {deadline.precision for deadline in days}
        dates = tuple(deadline.day for deadline in days if deadline.day)
        return Reading(Timing(Rhythm.DATES, dates=dates), max(precisions, key=list(Precision).index))
    deadline = parse_deadline(text, span)
    if deadline.day is None:
        return Reading(Timing(Rhythm.STANDING), Precision.STANDING)
    return Reading(Timing(Rhythm.ONCE, due_on=deadline.day), deadline.precision)


def _several(text: str, span: Span) -> list[Deadline]:
    """The deadlines of 8月中旬、11月中旬; empty when the text is a single one."""
    parts = [part for part in _AND.split(text) if part]
    return [parse_deadline(part, span) for part in parts] if len(parts) > 1 else []


def _recurring(text: str, every: re.Match[str]) -> Reading:
    count, unit = _number(every[1]), every[2].replace("个", "").removesuffix("度")
    rhythm = _RHYTHMS.get((count, unit))
    if rhythm is None:
        known = "每周、半月、每月、每2月、每3个月、每半年、每年、每3年"
        raise DateFault(f"“{text}”的频次无法识别，可写：{known}")
    rest = text[: every.start()] + text[every.end() :]
    times = _TIMES.search(rest)
    question = ""
    if rhythm not in (Rhythm.WEEKLY, Rhythm.HALF_MONTHLY, Rhythm.MONTHLY, Rhythm.YEARLY):
        question = f"“{text}”没有写明起算时间，暂从行动开始的月份起算，每期最后一天到期"
    return Reading(Timing(rhythm), Precision.DAY, _number(times[1]) if times else 1, question)


def _number(text: str | None) -> int:
    if not text:
        return 1
    return _DIGITS.get(text) or int(text)


def shown_deadline(day: date | None, precision: str) -> str:
    """A deadline at its precision: 2021年9月30日, 2021年9月, 8月中旬 as 2023年8月中旬, 常态化."""
    if day is None or precision == Precision.STANDING:
        return "常态化"
    if precision == Precision.MONTH:
        return f"{day.year}年{day.month}月"
    if precision == Precision.TEN_DAYS:
        return f"{day.year}年{day.month}月{'上旬' if day.day <= 10 else '中旬' if day.day <= 20 else '下旬'}"
    if precision == Precision.QUARTER:
        return f"{day.year}年第{(day.month + 2) // 3}季度"
    if precision == Precision.HALF_YEAR:
        return f"{day.year}年{'上' if day.month <= 6 else '下'}半年"
    if precision == Precision.YEAR:
        return f"{day.year}年"
    return f"{day.year}年{day.month}月{day.day}日"
