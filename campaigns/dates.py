"""Dates as offices write them, turned into days. Pure.

A day is exact; a deadline may be vague and then means the last day of its span (中旬 = the 20th).
Nothing is corrected silently: what is no date raises DateFault with a Chinese reason.
"""

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from campaigns.enums import Precision

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""Years outside are slips of the pen (1900 is an empty cell shown as a date)."""

SERIAL_EPOCH = date(1899, 12, 30)
FIRST_SERIAL = (date(FIRST_YEAR, 1, 1) - SERIAL_EPOCH).days
LAST_SERIAL = (date(LAST_YEAR, 12, 31) - SERIAL_EPOCH).days

_HALF = r"(?:上午|下午|晚上|凌晨|[AaPp][Mm])"
_TIME = rf"(?:\s*T?\s*{_HALF}?\s*\d{{1,2}}\s*[:时点].{{0,20}}|\s*{_HALF})?\s*\.?"
_DAY = re.compile(r"(?:(\d{4})\s*[年./-]\s*)?(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?" + _TIME)
_RUN = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(
    r"(?:(\d{4})\s*[年./-]\s*)?(\d{1,2})\s*(月)?\s*(?:份)?\s*(上旬|中旬|下旬|底|末|月底|月末)?"
)
_YEAR = re.compile(r"(\d{4})\s*年?\s*(年?底|年?末|上半年|下半年)?")
_QUARTER = re.compile(r"(?:(\d{4})\s*年?\s*)?第?\s*([1-4一二三四])\s*季度\s*[底末]?")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SHORT_YEAR = re.compile(r"(\d{2})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?" + _TIME)
_WEEKDAY = re.compile(r"\(?(?:星期|周|礼拜)[一二三四五六日天]\)?")
_BEFORE = re.compile(
    r"\s*(?:之前|以前|前|止)?\s*(?:完成(?:整改|整治|销号)?|(?:整改|整治)(?:完毕|完成|到位)|整改|整治)?[.,;]?$"
)
_AIM = re.compile(r"^(?:预计|计划|拟定?|力争|争取|要求|限期?|截止|截至)?\s*(?:于|在|到|至)?\s*:?\s*(?=\d)")
_STANDING = ("常态化", "长期", "持续", "日常")
_AT_ONCE = re.compile(
    r"(?:立即|立刻|马上|即时|即刻|当场|现场)(?:整改|整治|改正)?(?:完成|到位)?|(?:即|立|边)[知查行]?(?:即|立|边)[改整]"
)
_DASHES = str.maketrans({"—": "-", "–": "-", "‐": "-", "−": "-", "。": ".", "·": ".", "〜": "-", "\\": "/"})


class DateFault(ValueError):
    """What was written is not a date; the message is Chinese and fit to show."""


@dataclass(frozen=True)
class Span:
    """First and last day of the campaign: the year of 7月5日 is the one that falls within."""

    first: date
    last: date


@dataclass(frozen=True)
class Deadline:
    """A deadline at a precision: `day` is None for standing work 常态化, else the last day of its span."""

    day: date | None
    precision: Precision

    @property
    def exact(self) -> bool:
        """Whether the very day was named."""
        return self.precision == Precision.DAY


def clean_text(value: str) -> str:
    """Half-width, single blanks, one kind of dash, no weekday: the form that the patterns expect."""
    text = unicodedata.normalize("NFKC", value).translate(_DASHES)
    return " ".join(_WEEKDAY.sub(" ", text).split())


def parse_day(value: object, span: Span) -> date:
    """Read an exact day from a cell's value.

    Takes real dates, spreadsheet serials (as number or text), 20210705, and text such as 2021.7.5,
    2021-07-05, 2021/7/5, 2021年7月5日, 7月5日, with a time behind it or not. Raises DateFault.
    """
    if isinstance(value, datetime):
        return _in_range(value.date())
    if isinstance(value, date):
        return _in_range(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise DateFault("不是日期")
    text = clean_text(str(value))
    if not text:
        raise DateFault("没有填写日期")
    compact = text.replace(" ", "")
    if _NUMBER.fullmatch(compact) and (day := _from_number(compact)):
        return day
    # As a number 7.1 may have been 7.10: only its text says which day is meant.
    if isinstance(value, str) and (match := _DAY.fullmatch(text)):
        return _build(match[1], match[2], match[3], span, text)
    if match := _SHORT_YEAR.fullmatch(text):
        # 21.7.5 is taken only when the campaign itself says which century and which of the three is the year.
        if span.first.year <= 2000 + int(match[1]) <= span.last.year:
            return _build(f"20{match[1]}", match[2], match[3], span, text)
        raise DateFault(f"“{_shown(text)}”的年份不完整，请写四位年份")
    if _vague(text, span):
        raise DateFault(f"“{_shown(text)}”没有写到日，请写明年月日")
    raise DateFault(f"“{_shown(text)}”不是能识别的日期，请写成 2021年7月5日 的样子")


def parse_deadline(value: object, span: Span) -> Deadline:
    """Read a deadline: an exact day, or a vague one as the last day of its span (domain §4).

    2021年9月, 9月底, 9月中旬, 三季度, 2021年底; 常态化 has no day, nor has 立即整改: when 立即 ends is
    for a person to say. 9月30日前完成并长期坚持 says both and is asked about. Raises DateFault.
    """
    if isinstance(value, str):
        if _says_no_day(clean_text(value)):
            return Deadline(None, Precision.STANDING)
        text = _AIM.sub("", _BEFORE.sub("", clean_text(value)))
        text = text if len(text) > 1 else clean_text(value)
        if not _DAY.fullmatch(text) and (vague := _vague(text, span)):
            return vague
        return Deadline(parse_day(text, span), Precision.DAY)
    if isinstance(value, int | float) and not isinstance(value, bool) and _is_month_run(str(value)):
        return _vague(str(int(value)), span) or Deadline(parse_day(value, span), Precision.DAY)
    return Deadline(parse_day(value, span), Precision.DAY)


def _says_no_day(text: str) -> bool:
    standing = any(word in text for word in _STANDING) and not re.search(r"\d", text)
    return standing or bool(_AT_ONCE.fullmatch(text.replace(" ", "").rstrip(".,;")))


def _is_month_run(text: str) -> bool:
    """202109 as a number: a year and a month."""
    return bool(re.fullmatch(r"20\d\d(0[1-9]|1[0-2])(\.0)?", text))


def _from_number(text: str) -> date | None:
    """20210705, or a serial of days since 1899-12-30 such as 44382; None when neither."""
    if match := _RUN.fullmatch(text.removesuffix(".0")):
        return _exact(int(match[1]), int(match[2]), int(match[3]), text)
    try:
        days = int(Decimal(text))
    except (InvalidOperation, ValueError, OverflowError):
        return None
    if FIRST_SERIAL <= days <= LAST_SERIAL and len(text.split(".")[0]) == 5:
        return SERIAL_EPOCH + timedelta(days=days)
    return None


def _vague(text: str, span: Span) -> Deadline | None:
    """The last day of a month, a third of a month, a quarter or a year; None when the text is none."""
    compact = text.replace(" ", "")
    if _is_month_run(compact):
        return Deadline(_month_end(int(compact[:4]), int(compact[4:6])), Precision.MONTH)
    if match := _QUARTER.fullmatch(compact):
        month = 3 * ("1234".find(match[2]) + 1 or "一二三四".find(match[2]) + 1)
        return Deadline(_month_end(_year(match[1], month, span, text), month), Precision.QUARTER)
    if match := _MONTH.fullmatch(compact):
        return _end_of_month_part(match, span, text)
    if (match := _YEAR.fullmatch(compact)) and compact != match[1]:
        year = _year(match[1], 12, span, text)
        if match[2] == "上半年":
            return Deadline(date(year, 6, 30), Precision.HALF_YEAR)
        precision = Precision.HALF_YEAR if match[2] == "下半年" else Precision.YEAR
        return Deadline(date(year, 12, 31), precision)
    return None


def _end_of_month_part(match: re.Match[str], span: Span, text: str) -> Deadline | None:
    year_text, month, word, part = match[1], int(match[2]), match[3], match[4] or ""
    if not (year_text or word):
        return None
    if not 1 <= month <= 12:
        raise DateFault(f"“{_shown(text)}”没有这个月份")
    day = {"上旬": 10, "中旬": 20}.get(part)
    year = _year(year_text, month, span, text)
    precision = Precision.TEN_DAYS if part.endswith("旬") else Precision.MONTH
    return Deadline(date(year, month, day) if day else _month_end(year, month), precision)


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _build(year: str | None, month: str, day: str, span: Span, text: str) -> date:
    return _exact(_year(year, int(month), span, text), int(month), int(day), text)


def _exact(year: int, month: int, day: int, text: str) -> date:
    try:
        return _in_range(date(year, month, day))
    except DateFault:
        raise
    except ValueError as fault:
        raise DateFault(f"没有这一天：{_shown(text)}") from fault


def _in_range(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise DateFault(f"年份 {day.year} 不合常理，请核对")
    return day


def _year(year: str | None, month: int, span: Span, text: str) -> int:
    """The year written, else the only one that puts the month into the campaign, else the nearest."""
    if year:
        if not FIRST_YEAR <= int(year) <= LAST_YEAR:
            raise DateFault(f"“{_shown(text)}”的年份不合常理，请核对")
        return int(year)
    months = {y: y * 12 + month for y in range(span.first.year, span.last.year + 1)}
    low, high = span.first.year * 12 + span.first.month, span.last.year * 12 + span.last.month
    inside = [y for y, count in months.items() if low <= count <= high]
    if len(inside) > 1:
        raise DateFault(f"“{_shown(text)}”没有写年份，而本行动跨越多年，请写明年份")
    if inside:
        return inside[0]
    return min(months, key=lambda y: min(abs(months[y] - low), abs(months[y] - high)))


def _shown(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:30]}…"
