"""Deadlines of measures and work as a form words them, beside those that are stored."""

import re
from typing import Any

from campaigns.enums import Precision, Rhythm
from campaigns.models import Measure, WorkItem
from campaigns.timing import Reading, shown_deadline, shown_rhythm
from parks.names import name_key
from reports.plan_forms.desk import Desk, Diff
from reports.plan_forms.facts import ItemFact, Place, Timed

_TIMES = re.compile(r"(?:[2-9]|[1-9]\d|[两二三四五六七八九十])次")
_NO_SPANS = (Rhythm.ONCE, Rhythm.DATES, Rhythm.STANDING)


def times_doubt(fact: ItemFact) -> str:
    """每月 as deadline beside 每月至少4次 as requirement: how often is then for a person to say."""
    reading, times = fact.deadline.reading, _TIMES.search(fact.title)
    once = reading is None or reading.quota > 1 or reading.timing.rhythm in _NO_SPANS
    if once or times is None:
        return ""
    return f"工作要求写有“{times[0]}”，时限中没有写次数，暂按每期1次"


def timing_change(
    desk: Desk, row: Measure | WorkItem, at: Place, timed: Timed
) -> tuple[dict[str, Any], Diff | None] | None:
    """The columns that a deadline changes; None when it is a fault."""
    label = desk.spec.finder.heading_of("deadline")
    reading = timed.reading
    if reading is None:
        # A wording that only a person could read stays what that person made of it.
        if row.pk and name_key(row.raw_deadline) == name_key(timed.text):
            return {}, None
        desk.fault(at, "deadline", timed.why)
        return None
    measured = isinstance(row, Measure)
    if measured and reading.timing.rhythm not in (Rhythm.ONCE, Rhythm.STANDING):
        why = f"“{timed.text}”不是一个时限：措施须写日期或“常态化”，定期开展的工作请列入工作清单"
        desk.fault(at, "deadline", why)
        return None
    same = _same_measure(row, reading) if isinstance(row, Measure) else _same_item(row, reading)
    if row.pk and same:
        return {}, None
    values = _measure_values(timed, reading) if measured else _item_values(row, timed, reading)
    _tell_outside(desk, at, reading)
    return values, Diff(label, _shown_timing(row), _as_read(timed.text, reading))


def _as_read(text: str, reading: Reading) -> str:
    """The wording, and what it is taken for where that is not the same words: 9.30（即2021年9月30日）."""
    timing = reading.timing
    if timing.rhythm == Rhythm.DATES:
        words = "、".join(shown_deadline(day, reading.precision) for day in timing.dates)
    elif timing.rhythm in _NO_SPANS:
        words = shown_deadline(timing.due_on, reading.precision)
    else:
        words = shown_rhythm(timing, reading.quota)
    return text if name_key(words) in name_key(text) else f"{text}（即{words}）"


def _tell_outside(desk: Desk, at: Place, reading: Reading) -> None:
    """A slip in the year is taken as written, yet not in silence: plans do name days before their issue."""
    days = [day for day in (reading.timing.due_on, *reading.timing.dates) if day]
    span = (desk.campaign.starts_on, desk.campaign.ends_on)
    if outside := [day for day in days if not span[0] <= day <= span[1]]:
        words = "、".join(shown_deadline(day, Precision.DAY) for day in outside[:3])
        desk.remarks.append(
            f"工作表“{at.sheet}”第 {at.row} 行的时限{words}不在行动起止日期之内，按所写的日期导入，请核对年份"
        )


def _same_measure(row: Measure, reading: Reading) -> bool:
    return (row.due_on, row.precision) == (reading.timing.due_on, reading.precision)


def _same_item(row: WorkItem, reading: Reading) -> bool:
    """A quota may stand in the requirement instead of the deadline: then the deadline does not end it."""
    timing = reading.timing
    if row.rhythm != timing.rhythm or reading.quota not in (1, row.quota):
        return False
    if timing.rhythm == Rhythm.ONCE:
        return (row.due_on, row.precision) == (timing.due_on, reading.precision)
    if timing.anchor not in (None, row.anchor):
        return False
    return timing.rhythm != Rhythm.DATES or sorted(row.dates) == sorted(map(str, timing.dates))


def _measure_values(timed: Timed, reading: Reading) -> dict[str, Any]:
    return {
        "due_on": reading.timing.due_on,
        "precision": reading.precision,
        "raw_deadline": timed.text,
        "needs_confirmation": bool(reading.question),
    }


def _item_values(row: Measure | WorkItem, timed: Timed, reading: Reading) -> dict[str, Any]:
    assert isinstance(row, WorkItem)
    timing = reading.timing
    moved = row.pk is None or row.rhythm != timing.rhythm
    return _measure_values(timed, reading) | {
        "rhythm": timing.rhythm,
        "dates": [day.isoformat() for day in timing.dates],
        "quota": reading.quota if moved or reading.quota > 1 else row.quota,
        "anchor": reading.timing.anchor or (None if moved else row.anchor),
        "question": reading.question,
    }


def _shown_timing(row: Measure | WorkItem) -> str:
    if row.pk is None:
        return ""
    if isinstance(row, WorkItem) and row.rhythm not in (Rhythm.ONCE, Rhythm.STANDING):
        return row.raw_deadline or row.get_rhythm_display()
    return shown_deadline(row.due_on, row.precision)
