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
    r"(?:立即|立刻|马上|即时|即刻|当场|现场|当天|当日)(?:整改|整治|改正)?(?:完成|到位)?|(?:即|立|边)[知查行]?(?:即|立|边)[改整]"
)
_YEAR_END = re.compile(r"(?<!\d)(?:本|今)?年(?=[底末])")
_TO = re.compile(r"至|到|~|-")
_COMMAS = re.compile(r"(\d{4})\s*、\s*(\d{1,2})\s*、\s*(?=\d)")
_DIGITS = {name: number for number, name in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}
_WORD = re.compile(
    r"([〇零○一二三四五六七八九]{4})(?=年)|([一二三四五六七八九]?)(十?)([一二三四五六七八九]?)(?=[月日号])"
)
"""A year, a month or a day in Chinese figures: 二〇二一年, 十二月, 二十五日."""
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
    """A deadline at a precision: `day` is None for standing work 常态化, else the last day of its span.

    first: the first day, where the deadline was written as one day to another.
    """

    day: date | None
    precision: Precision
    first: date | None = None

    @property
    def exact(self) -> bool:
        """Whether the very day was named, and nothing else."""
        return self.precision == Precision.DAY and self.first is None


def clean_text(value: str) -> str:
    """Half-width, single blanks, one kind of dash, no weekday: the form that the patterns expect."""
    text = unicodedata.normalize("NFKC", value).translate(_DASHES)
    return " ".join(_WEEKDAY.sub(" ", text).split())


def _in_figures(text: str) -> str:
    """Cleaned, 二〇二一年十月五日 as 2021年10月5日 and 2021、7、5 as 2021.7.5."""
    return _COMMAS.sub(r"\1.\2.", _WORD.sub(_figures, clean_text(text)))


def _figures(match: re.Match[str]) -> str:
    year, tens, ten, ones = match.groups(default="")
    if year:
        return "".join(str(_DIGITS[digit]) for digit in year)
    if not (ten or bool(tens) != bool(ones)):
        return match[0]
    number = (_DIGITS[tens] if tens else 1) * 10 if ten else _DIGITS[tens or ones]
    return str(number + (_DIGITS[ones] if ten and ones else 0))


def parse_day(value: object, span: Span) -> date:
    """Read an exact day from a cell's value.

    Takes real dates, spreadsheet serials (as number or text), 20210705, and text such as 2021.7.5,
    2021-07-05, 2021/7/5, 2021年7月5日, 7月5日, 七月五日, with a time behind it or not. Raises DateFault.
    """
    if isinstance(value, datetime):
        return _in_range(value.date())
    if isinstance(value, date):
        return _in_range(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise DateFault("不是日期")
    text = _in_figures(str(value))
    if not text:
        raise DateFault("没有填写日期")
    compact = text.replace(" ", "")
    if _NUMBER.fullmatch(compact) and (day := _from_number(compact)):
        return day
    # As a number 7.1 may have been 7.10: only its text says which day is meant.
    if isinstance(value, str) and (match := _DAY.fullmatch(text)):
        return _build(match[1], match[2], match[3], span=span, text=text)
    if match := _SHORT_YEAR.fullmatch(text):
        # 21.7.5 is taken only when the campaign itself says which century and which of the three is the year.
        if span.first.year <= 2000 + int(match[1]) <= span.last.year:
            return _build(f"20{match[1]}", match[2], match[3], span=span, text=text)
        raise DateFault(f"“{_shown(text)}”的年份不完整，请写四位年份")
    if _vague(text, span):
        raise DateFault(f"“{_shown(text)}”没有写到日，请写明年月日")
    raise DateFault(f"“{_shown(text)}”不是能识别的日期，请写成 2021年7月5日 的样子")


def parse_deadline(value: object, span: Span) -> Deadline:
    """Read a deadline: an exact day, or a vague one as the last day of its span (domain §4).

    2021年9月, 9月底, 9月中旬, 三季度, 2021年底, 7月5日至7月20日; 常态化 has no day, nor has 立即整改: when
    立即 ends is for a person to say. 9月30日前完成并长期坚持 says both and is asked about. Raises DateFault.
    """
    if isinstance(value, str):
        cleaned = _with_year(_in_figures(value), span)
        if _says_no_day(cleaned):
            return Deadline(None, Precision.STANDING)
        text = _AIM.sub("", _BEFORE.sub("", cleaned))
        text = text if len(text) > 1 else cleaned
        if not _DAY.fullmatch(text) and (deadline := _vague(text, span) or _to_day(text, span)):
            return deadline
        return Deadline(parse_day(text, span), Precision.DAY)
    if isinstance(value, int | float) and not isinstance(value, bool) and _is_month_run(str(value)):
        return _vague(str(int(value)), span) or Deadline(parse_day(value, span), Precision.DAY)
    return Deadline(parse_day(value, span), Precision.DAY)


def _with_year(text: str, span: Span) -> str:
    """年底 of a campaign within one year names that year."""
    return _YEAR_END.sub(f"{span.first.year}年", text) if span.first.year == span.last.year else text


def _to_day(text: str, span: Span) -> Deadline | None:
    """2021.7.5-7.20: the later of two days is the deadline; None when it is not two days."""
    for sign in _TO.finditer(text):
        try:
            first, last = parse_day(text[: sign.start()], span), parse_day(text[sign.end() :], span)
        except DateFault:
            continue
        if first < last:
            return Deadline(last, Precision.DAY, first)
    return None


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


def _build(year: str | None, month: str, day: str, *, span: Span, text: str) -> date:
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
