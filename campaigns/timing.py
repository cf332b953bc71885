"""Deadlines of measures and work as plans word them, turned into a rhythm. Pure.

Nothing is corrected silently: what a plan leaves open is taken in the plainest way and marked with a
question for a person; what cannot be read raises DateFault.
"""

import re
from dataclasses import dataclass
from datetime import date

from campaigns.dates import DateFault, Deadline, Span, clean_text, parse_deadline
from campaigns.enums import Precision, Rhythm
from campaigns.recurrence import MONTHS, Timing

_EVERY = re.compile(
    r"(?:每|按|^(?=半月$))(?:隔)?(\d+|[一两二三六])?个?(周|星期|半个?月|月|季度?|半年|年)(?:度|底|末|底前|末前)?"
)
_WEEKDAY = re.compile(r"每个?(?:周|星期|礼拜)([一二三四五六日天])(?=$|上午|下午|中午|之?前|下班|\d)")
_A_WEEK = re.compile(r"每(?:周|星期|礼拜)(?=[一两二三四五六]次)")
_WEEKDAYS = {name: number for number, name in enumerate("一二三四五六日", start=1)} | {"天": 7}
_HOUR = re.compile(r"上午|下午|中午|\d{1,2}[:点时](?:\d{1,2}分?|整|半)?")
_KNOCKING_OFF = re.compile(r"(?:上午|下午)?下班")
_FROM_NOW = re.compile(r"^\s*(?:自|从)?(?:即日|印发之日|发文之日)起\s*(?:至|到)\s*")
_ONCE_A = re.compile(r"^\s*(?:一|1|([两二三六]|\d+))?(个?(?:周|月|半年|年))\s*(?=[一1]次\s*$)")
_TIMES = re.compile(r"(\d+|[一两二三四五六七八九十])(?:[-~至到](?:\d+|[一两二三四五六七八九十]))?次")
_DAY = re.compile(r"月?(\d{1,2})[日号]|([上中下])旬")
_THIRDS = {"上": 10, "中": 20, "下": None}
_PLAIN = re.compile(
    r"至少|不少于|不低于|以上|各|开展|组织|进行|完成|填报|上报|报送|之?前|以前|年?[底末]|的|[,.;、()]"
)
"""Words around a rhythm that change nothing of it."""
_MOST_TIMES = 999
_NO_START = "没有写明起算时间"
_DIGITS = {name: number for number, name in enumerate("一二三四五六七八九十", start=1)} | {"两": 2}
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

_BY_YEARS = (Rhythm.YEARLY, Rhythm.THREE_YEARLY)
"""A day of these without its month means nothing."""


@dataclass(frozen=True)
class Reading:
    """A deadline as read: the timing, its precision, how many times a span, what a person must confirm."""

    timing: Timing
    precision: Precision
    quota: int = 1
    question: str = ""

    @property
    def question_but_for_start(self) -> str:
        """What is left to confirm once somebody has said from which day the work counts."""
        return "；".join(doubt for doubt in self.question.split("；") if _NO_START not in doubt)


def read_timing(text: str, span: Span) -> Reading:
    """Read 2023年7月30日前, 2021年9月, 常态化, 每月, 每2月, 每月4次, 每周五上午下班前, 8月中旬、11月中旬.

    The time of day is another column's. Raises DateFault.
    """
    text = _ONCE_A.sub(r"每\1\2", _FROM_NOW.sub("", _KNOCKING_OFF.sub("", text)))
    if weekday := _WEEKDAY.search(text):
        rest = clean_text(text[weekday.end() :]).replace(" ", "")
        quota, rest = _quota(text, _HOUR.sub("", rest))
        timing = Timing(Rhythm.WEEKLY, anchor=_WEEKDAYS[weekday[1]])
        return Reading(timing, Precision.DAY, quota, _doubts(text, Rhythm.WEEKLY, rest))
    compact = clean_text(_A_WEEK.sub("每周 ", text)).replace(" ", "").strip(".,;、")
    if not compact:
        raise DateFault("没有填写时限")
    if every := _EVERY.search(compact):
        return _recurring(compact, every, span)
    if "每" in compact:
        raise _unknown_rhythm(compact)
    return _on_days([part for part in _AND.split(compact) if part] or [compact], compact, span)


def _on_days(parts: list[str], text: str, span: Span) -> Reading:
    """One day or several: 8月中旬、11月中旬. What is to go on for ever besides is asked about."""
    read = [parse_deadline(part, span) for part in parts]
    days = [deadline for deadline in read if deadline.day]
    if not days:
        return Reading(Timing(Rhythm.STANDING), Precision.STANDING)
    question = f"“{_short(text)}”既有时限又要求长期坚持，暂按时限" if len(days) < len(read) else ""
    return _dated(days, question)


def _dated(days: list[Deadline], question: str = "", quota: int = 1) -> Reading:
    """Work due on these days, at the vaguest of their precisions."""
    dates = tuple(sorted({deadline.day for deadline in days if deadline.day}))
    precision = max((deadline.precision for deadline in days), key=list(Precision).index)
    once = len(dates) == 1
    timing = Timing(Rhythm.ONCE, due_on=dates[0]) if once else Timing(Rhythm.DATES, dates=dates)
    return Reading(timing, precision, quota, question)


def _unknown_rhythm(text: str) -> DateFault:
    known = "每周、半月、每月、每2月、每3个月、每半年、每年、每3年"
    return DateFault(f"“{_short(text)}”的频次无法识别，可写：{known}")


def _recurring(text: str, every: re.Match[str], span: Span) -> Reading:
    count, unit = _number(every[1]), every[2].replace("个", "").removesuffix("度")
    rhythm = _RHYTHMS.get((count, unit))
    if rhythm is None:
        raise _unknown_rhythm(text)
    quota, rest = _quota(text, text[every.end() :])
    if rhythm == Rhythm.YEARLY and (days := _days_of_years(rest, span)):
        return _dated(days, quota=quota)
    anchor, rest = _anchor(rest) if rhythm in MONTHS and rhythm not in _BY_YEARS else (None, rest)
    return Reading(
        Timing(rhythm, anchor=anchor),
        Precision.DAY,
        quota,
        _doubts(text, rhythm, text[: every.start()] + rest),
    )


def _quota(text: str, rest: str) -> tuple[int, str]:
    """How many times a span, and what else was said."""
    times = _TIMES.search(rest)
    if times is None:
        return 1, rest
    quota = _number(times[1])
    if not 1 <= quota <= _MOST_TIMES:
        raise DateFault(f"“{_short(text)}”的次数不合常理，请核对")
    return quota, rest[: times.start()] + rest[times.end() :]


def _anchor(rest: str) -> tuple[int | None, str]:
    """The day of the month that 每月25日前 and 每月中旬 name, and what else was said."""
    days = list(_DAY.finditer(rest))
    if len(days) != 1:
        return None, rest
    number = int(days[0][1]) if days[0][1] else _THIRDS[days[0][2]]
    if number is not None and not 1 <= number <= 31:
        raise DateFault(f"没有这一天：{days[0][0]}")
    return number, rest[: days[0].start()] + rest[days[0].end() :]


def _days_of_years(rest: str, span: Span) -> list[Deadline]:
    """每年6月底前、12月底前 in each year of the campaign; none when no month is named."""
    parts = [part for part in _AND.split(rest) if part]
    if not parts or not all(re.match(r"\d{1,2}月", part) for part in parts):
        return []
    years = range(span.first.year, span.last.year + 1)
    days = [parse_deadline(f"{year}年{part}", span) for year in years for part in parts]
    return [deadline for deadline in days if deadline.day and span.first <= deadline.day <= span.last]


def _doubts(text: str, rhythm: Rhythm, rest: str) -> str:
    """What a person must confirm of a rhythm: when it begins to count, and words that were not understood."""
    doubts = []
    if rhythm not in (Rhythm.WEEKLY, Rhythm.HALF_MONTHLY, Rhythm.MONTHLY):
        doubts.append(f"“{_short(text)}”{_NO_START}，暂从行动开始的月份起算，每期最后一天到期")
    if left := _PLAIN.sub("", rest):
        doubts.append(f"“{_short(text)}”中的“{_short(left)}”没有计入，请核对")
    return "；".join(doubts)


def _short(text: str) -> str:
    """Short enough for two doubts in one column (models.Recurring.question)."""
    return text if len(text) <= 14 else f"{text[:13]}…"


def _number(text: str | None) -> int:
    if not text:
        return 1
    return _DIGITS.get(text) or int(text)


def shown_rhythm(timing: Timing, quota: int = 1) -> str:
    """A rhythm in words that read back to it: 每月4次, 每周五, 每3个月25日前."""
    words = timing.rhythm.label
    if timing.rhythm == Rhythm.WEEKLY and timing.anchor:
        words += "一二三四五六日"[(timing.anchor - 1) % 7]
    elif timing.anchor and timing.rhythm in MONTHS and timing.rhythm not in _BY_YEARS:
        words += f"{timing.anchor}日前"
    return f"{words}{quota}次" if quota > 1 else words


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
