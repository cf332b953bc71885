"""What the weekly workbook lists beside its figures: the ledger, what presses, what changed, what is behind.

Reads only. What it returns depends on nothing but the records and the arguments, so compiling twice gives
equal content and equal bytes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from campaigns.enums import Light
from hazards.enums import Action
from hazards.models import Hazard, StatusChange
from reports.figures.counting import records
from reports.figures.standing import Entry, entries, ledger_on, pressed_on
from reports.indicators import Indicator, Ledger
from reports.layouts.form import Ask

MAX_LEDGER_ROWS = 50_000
"""A ledger longer than this is listed without what was closed before the week."""
MAX_NAMED_RECORDS = 2_000
"""Records behind one figure that 数据来源 names one by one."""
_ON = {
    Ledger.VISITS: ("inspected_on", "enterprise__name"),
    Ledger.ACTS: ("acted_on", "enterprise__name"),
    Ledger.RESULTS: ("inspection__inspected_on", "inspection__enterprise__name"),
}
"""Day and enterprise by which a record without a number is known."""
SHOWN_ACTIONS = (Action.ASSIGN, Action.SUBMIT, Action.REJECT)
"""Steps listed under 本周变化 besides found and closed, which follow the dates that figures count by."""


@dataclass(frozen=True)
class Change:
    """One event of the period: what happened to which hazard on which day."""

    on: date
    what: str
    hazard: Entry


@dataclass(frozen=True)
class Source:
    """What lies behind one figure: the records by name, or a sentence where there are too many."""

    indicator: Indicator
    cumulative: Sequence[str]
    period: Sequence[str]


def ledger(ask: Ask) -> tuple[QuerySet[Hazard], str]:
    """The hazards to list and the line that says what is not listed or not counted."""
    hazards = ledger_on(ask.campaign, ask.as_of, ask.coverage)
    first = ask.campaign.cumulative(ask.as_of).start
    counts = hazards.aggregate(all=Count("pk"), early=Count("pk", filter=Q(found_on__lt=first)))
    notes = []
    if counts["early"]:
        notes.append(f"含行动起算日之前发现的补录隐患{counts['early']}项，不计入周报表。")
    if counts["all"] > MAX_LEDGER_ROWS:
        assert ask.period is not None
        hazards = hazards.filter(Q(closed_on__isnull=True) | Q(closed_on__gte=ask.period.start))
        listed = hazards.count()
        notes.append(
            f"本表列未销号及本周销号的隐患{min(listed, MAX_LEDGER_ROWS)}项，全部{counts['all']}项见系统。"
        )
        hazards = hazards[:MAX_LEDGER_ROWS]
    return hazards, "注：" + "".join(notes) if notes else ""


def pressed(ask: Ask) -> list[Entry]:
    """Overdue first, then due soon, each by date."""
    day, yellow = ask.as_of, ask.campaign.yellow_days
    until = day + timedelta(days=yellow)
    hazards = pressed_on(ledger_on(ask.campaign, day, ask.coverage), day).filter(due_on__lte=until)
    rows = list(entries(hazards[:MAX_LEDGER_ROWS], ask.then))
    lights = [(row.light_on(day, yellow)[0], row) for row in rows]
    return [row for light, row in lights if light is Light.RED] + [
        row for light, row in lights if light is Light.YELLOW
    ]


def changes(ask: Ask) -> list[Change]:
    """What happened within the period, by day: found, assigned, submitted, sent back, closed."""
    assert ask.period is not None
    days = (ask.period.start, ask.period.end)
    hazards = ledger_on(ask.campaign, ask.as_of, ask.coverage)
    steps = StatusChange.objects.filter(on__range=days, action__in=SHOWN_ACTIONS)
    moved = hazards.filter(
        Q(found_on__range=days) | Q(closed_on__range=days) | Exists(steps.filter(hazard=OuterRef("pk")))
    )
    by_number = {entry.number: entry for entry in entries(moved[:MAX_LEDGER_ROWS], ask.then)}
    changes = [
        Change(on, str(Action(action).label), by_number[number])
        for number, on, action in steps.filter(hazard__in=moved.order_by())
        .order_by("id")
        .values_list("hazard__number", "on", "action")
        if number in by_number
    ]
    for entry in by_number.values():
        if entry.found_on in ask.period:
            changes.append(Change(entry.found_on, "新发现", entry))
        if entry.closed_on and entry.closed_on in ask.period:
            changes.append(Change(entry.closed_on, "销号", entry))
    order = {"新发现": 0, str(Action.ASSIGN.label): 1, str(Action.SUBMIT.label): 2, "销号": 4}
    return sorted(changes, key=lambda change: (change.on, order.get(change.what, 3), change.hazard.number))


def source(indicator: Indicator, ask: Ask) -> Source:
    return Source(
        indicator,
        _named(indicator, records(indicator, ask.campaign, ask.as_of, None, ask.coverage)),
        _named(indicator, records(indicator, ask.campaign, ask.as_of, ask.period, ask.coverage)),
    )


def _named(indicator: Indicator, rows: QuerySet[Any]) -> Sequence[str]:
    """The records by what a person knows them by; a sentence when they are too many."""
    if indicator.ledger is Ledger.ENTERPRISES:
        parks = rows.order_by().values_list("park__name").annotate(count=Count("pk")).order_by("park")
        return [f"{park}{count}家" for park, count in parks]
    count = rows.count()
    if not count:
        return []
    if count > MAX_NAMED_RECORDS:
        return [f"共{count}条记录，编号见系统内同条件清单"]
    return list(labels(indicator, rows))


def labels(indicator: Indicator, rows: QuerySet[Any]) -> Iterator[str]:
    """What a person knows each record by: a hazard's number, day and enterprise, else what it is called."""
    if indicator.ledger is Ledger.HAZARDS:
        yield from rows.order_by("found_on", "pk").values_list("number", flat=True)
        return
    if indicator.ledger is Ledger.LISTINGS:
        numbers = rows.order_by("published_on", "pk").values_list("hazard__number", flat=True)
        yield from dict.fromkeys(numbers)
        return
    if indicator.ledger not in _ON:
        yield from map(str, rows.order_by("pk"))
        return
    day, name_of = _ON[indicator.ledger]
    for on, name in rows.order_by(day, "pk").values_list(day, name_of):
        yield f"{on.month}月{on.day}日{name}"
