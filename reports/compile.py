"""Put together the weekly workbook of a unit, or of the whole campaign, from the ledger.

Reads only. What it returns depends on nothing but the ledger and the arguments, so compiling twice gives
equal content and equal bytes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from campaigns.enums import Light
from campaigns.models import Campaign
from campaigns.periods import Period
from hazards.enums import Action
from hazards.models import Hazard, StatusChange
from parks.models import Department
from reports.groups import figures_by_name
from reports.indicators import INDICATORS, Figures, Indicator, Ledger, figures, records
from reports.layouts import weekly
from reports.layouts.form import Ask
from reports.standing import Entry, entries, ledger_on, pressed_on
from reports.workbook import Book

MAX_LEDGER_ROWS = 50_000
"""A ledger longer than this is listed without what was closed before the week."""
MAX_NAMED_RECORDS = 2_000
"""Records behind one figure that 数据来源 names one by one."""
MAX_KEPT_IDS = 20_000
"""Ids of records that are kept with a report for each figure."""
SHOWN_ACTIONS = (Action.ASSIGN, Action.SUBMIT, Action.REJECT)
"""Steps listed under 本周变化 besides found and closed, which follow the dates that figures count by."""


@dataclass
class Compiled:
    """A workbook ready to be written, and its figures as kept with the report (JSON values)."""

    book: Book
    figures: dict[str, Any]


def compile_weekly(campaign: Campaign, unit: Department | None, period: Period, as_of: date) -> Compiled:
    """The weekly workbook as of a day; `unit` None is the roll-up of the lead bureau."""
    ask = Ask(campaign, as_of, unit, Period(period.start, min(period.end, as_of)))
    before = Period(period.start - timedelta(days=7), period.start - timedelta(days=1))
    total = figures(campaign, as_of, unit=unit)
    this_week = figures(campaign, as_of, ask.period, unit)
    groups = [] if unit else figures_by_name(campaign, as_of, "department")
    ledger, note = _ledger(ask)
    content = weekly.Weekly(
        total=total,
        rows=[(name, numbers) for _, name, numbers in groups],
        period=this_week,
        period_before=figures(campaign, before.end, before, unit),
        ledger=entries(ledger, ask.then),
        ledger_note=note,
        pressed=_pressed(ask),
        changes=_changes(ask),
        sources=[_source(indicator, ask) for indicator in INDICATORS],
    )
    book = Book(title=_title(ask), campaign=campaign.name, unit=ask.unit_name, as_of=as_of)
    try:
        weekly.write(book, ask, content)
    except BaseException:
        book.discard()
        raise
    kept = {
        "cumulative": jsonable(total),
        "period": jsonable(this_week),
        "before": jsonable(content.period_before),
        "rows": [{"unit": key, "name": name, "figures": jsonable(numbers)} for key, name, numbers in groups],
        "records": _kept_ids(ask),
        "content": book.fingerprint,
    }
    return Compiled(book, kept)


def jsonable(numbers: Figures) -> dict[str, int | str]:
    """Figures as JSON keeps them: whole numbers, and decimals as text so that none is rounded."""
    return {slug: str(n) if isinstance(n, Decimal) else n for slug, n in numbers.items()}


def _title(ask: Ask) -> str:
    return f"{ask.campaign.label}周报（{ask.unit_name if ask.unit else '汇总'}）"


def _ledger(ask: Ask) -> tuple[QuerySet[Hazard], str]:
    """The hazards to list and the line that says what is not listed or not counted."""
    hazards = ledger_on(ask.campaign, ask.as_of, ask.unit)
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


def _pressed(ask: Ask) -> list[Entry]:
    """Overdue first, then due soon, each by date."""
    day, yellow = ask.as_of, ask.campaign.yellow_days
    until = day + timedelta(days=yellow)
    hazards = pressed_on(ledger_on(ask.campaign, day, ask.unit), day).filter(due_on__lte=until)
    rows = list(entries(hazards[:MAX_LEDGER_ROWS], ask.then))
    lights = [(row.light_on(day, yellow)[0], row) for row in rows]
    return [row for light, row in lights if light is Light.RED] + [
        row for light, row in lights if light is Light.YELLOW
    ]


def _changes(ask: Ask) -> list[weekly.Change]:
    """What happened within the period, by day: found, assigned, submitted, sent back, closed."""
    assert ask.period is not None
    days = (ask.period.start, ask.period.end)
    hazards = ledger_on(ask.campaign, ask.as_of, ask.unit)
    steps = StatusChange.objects.filter(on__range=days, action__in=SHOWN_ACTIONS)
    moved = hazards.filter(
        Q(found_on__range=days) | Q(closed_on__range=days) | Exists(steps.filter(hazard=OuterRef("pk")))
    )
    by_number = {entry.number: entry for entry in entries(moved[:MAX_LEDGER_ROWS], ask.then)}
    changes = [
        weekly.Change(on, str(Action(action).label), by_number[number])
        for number, on, action in steps.filter(hazard__in=moved.order_by())
        .order_by("id")
        .values_list("hazard__number", "on", "action")
        if number in by_number
    ]
    for entry in by_number.values():
        if entry.found_on in ask.period:
            changes.append(weekly.Change(entry.found_on, "新发现", entry))
        if entry.closed_on and entry.closed_on in ask.period:
            changes.append(weekly.Change(entry.closed_on, "销号", entry))
    order = {"新发现": 0, str(Action.ASSIGN.label): 1, str(Action.SUBMIT.label): 2, "销号": 4}
    return sorted(changes, key=lambda change: (change.on, order.get(change.what, 3), change.hazard.number))


def _source(indicator: Indicator, ask: Ask) -> weekly.Source:
    return weekly.Source(
        indicator,
        _named(indicator, records(indicator, ask.campaign, ask.as_of, None, ask.unit)),
        _named(indicator, records(indicator, ask.campaign, ask.as_of, ask.period, ask.unit)),
    )


def _named(indicator: Indicator, rows: QuerySet[Any]) -> Sequence[str]:
    """The records by what a person knows them by; a sentence when they are too many."""
    if indicator.ledger is Ledger.ENTERPRISES:
        parks = rows.order_by().values_list("park__name").annotate(count=Count("pk")).order_by("park")
        return [f"{park}{count}家" for park, count in parks]
    count = rows.count()
    if count > MAX_NAMED_RECORDS:
        return [f"共{count}条记录，编号见系统内同条件清单"]
    return list(_labels(indicator, rows))


def _labels(indicator: Indicator, rows: QuerySet[Any]) -> Iterator[str]:
    if indicator.ledger is Ledger.HAZARDS:
        yield from rows.order_by("found_on", "pk").values_list("number", flat=True)
        return
    day = "inspected_on" if indicator.ledger is Ledger.VISITS else "acted_on"
    for on, name in rows.order_by(day, "pk").values_list(day, "enterprise__name"):
        yield f"{on.month}月{on.day}日{name}"


def _kept_ids(ask: Ask) -> dict[str, list[int]]:
    """Ids of the records behind each cumulative figure."""
    return {
        indicator.slug: list(
            records(indicator, ask.campaign, ask.as_of, None, ask.unit)
            .order_by("pk")
            .values_list("pk", flat=True)[:MAX_KEPT_IDS]
        )
        for indicator in INDICATORS
    }
