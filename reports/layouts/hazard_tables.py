"""Tables and lists of hazards in reports of prose: by kind, by group, overdue ones, due ones, acts."""

from collections.abc import Iterable, Sequence
from datetime import date

from campaigns.models import TaskForce
from hazards.enums import Level
from reports.figures.counting import records
from reports.figures.groups import Key, figures_by_name
from reports.figures.hazard_figures import ACTS, OVERDUE
from reports.figures.numbers import UNITS
from reports.figures.standing import Entry, entries, ledger_on, pressed_on
from reports.indicators import Figures, Indicator
from reports.layouts import parts
from reports.layouts.form import Ask
from reports.layouts.parts import MOST_LISTED, Table
from reports.workbook import CENTRED, DATE, FIGURE, PROSE, Sheet, Value

GROUP_HEADS = {
    "department": "单位",
    UNITS: "单位",
    "park": "园区名称",
    "task_force": "专班",
    "region": "县（市、区）",
    "trait": "企业特征",
}
"""What the first column of a roll-up's rows is called."""
_SPANS = (4, 2, 2, 2, 2, 2, 2)
_LOOKS = (PROSE, FIGURE, FIGURE, FIGURE, FIGURE, FIGURE, FIGURE)
_LISTED_SPANS = (1, 3, 4, 3, 3, 2)
_LISTED_LOOKS = (CENTRED, CENTRED, PROSE, PROSE, DATE, CENTRED)
_LISTED_HEADS = ("序号", "隐患编号", "园区名称", "整治责任单位", "计划完成整治时间")

GroupFigures = tuple[Key, str, Figures, Figures]
"""Id, name, cumulative figures, figures of the period."""


def progress(first: str, now: str) -> Table:
    """Found and rectified within the period beside what they come to; `now` is what the period is called."""
    heads = (first, f"{now}发现", f"{now}销号", "累计发现", "累计已整改", "整改率", "逾期未整改")
    return Table(heads, _SPANS, _LOOKS)


def progress_row(name: str, period: Figures, cumulative: Figures, end: str = "") -> list[Value]:
    """One row of it; `end` is what follows the slugs of a part's figures."""
    slugs = [f"{slug}{end}" for slug in ("found", "rectified", "overdue")]
    found, rectified, overdue = slugs
    return [
        name,
        parts.shown(period.get(found)),
        parts.shown(period.get(rectified)),
        parts.shown(cumulative.get(found)),
        parts.shown(cumulative.get(rectified)),
        parts.rate(cumulative, rectified, found),
        parts.shown(cumulative.get(overdue)),
    ]


def by_category(ask: Ask) -> list[list[Value]]:
    """A row a kind of hazard, and the total."""
    numbers = ask.counts
    rows = [
        progress_row(category.name, numbers.period, numbers.cumulative, f"_kind_{category.pk}")
        for category in ask.campaign.categories.all()
    ]
    return [*rows, progress_row("合计", numbers.period, numbers.cumulative)]


def groups_of(ask: Ask, indicators: Sequence[Indicator], by: str) -> list[GroupFigures]:
    """The rows of the roll-up; of a unit's own report its own groups, counted within its records."""
    whole, period = ask.counts.rows, ask.counts.period_rows
    if not ask.by:
        whole = figures_by_name(
            ask.campaign, ask.as_of, by, period=None, coverage=ask.coverage, indicators=indicators
        )
        period = figures_by_name(
            ask.campaign, ask.as_of, by, period=ask.period, coverage=ask.coverage, indicators=indicators
        )
    within = {key: figures for key, _, figures in period}
    rows = [(key, name, figures, within.get(key, {})) for key, name, figures in whole]
    return rows if ask.unit is None else _own(ask, by, rows)


def _own(ask: Ask, by: str, rows: list[GroupFigures]) -> list[GroupFigures]:
    """Groups that the unit answers for, and others in which it has something."""
    forces = TaskForce.objects.filter(campaign=ask.campaign, department=ask.unit)
    led = set(forces.values_list("park" if by == "park" else "pk", flat=True))
    return [row for row in rows if row[0] in led or _any(row[2]) or _any(row[3])]


def _any(figures: Figures) -> bool:
    return any(figures.values())


def by_group(ask: Ask, rows: Sequence[GroupFigures]) -> list[list[Value]]:
    """Their table, where they are too many those with most overdue and most found, and the total."""
    shown = list(rows)
    if len(rows) > MOST_LISTED:
        pressing = sorted(rows, key=lambda row: (-_n(row[2], "overdue"), -_n(row[3], "found")))
        kept = {id(row) for row in pressing[:MOST_LISTED]}
        shown = [row for row in rows if id(row) in kept]
    table = [progress_row(name, period, cumulative) for _, name, cumulative, period in shown]
    return [*table, progress_row("合计", ask.counts.period, ask.counts.cumulative)] if table else []


def _n(figures: Figures, slug: str) -> int:
    return int(figures.get(slug) or 0)


def write_groups(sheet: Sheet, ask: Ask, rows: Sequence[GroupFigures], *, by: str, now: str) -> None:
    """The table of groups with a line on those left out."""
    progress(GROUP_HEADS[by], now).write(sheet, by_group(ask, rows))
    if len(rows) > MOST_LISTED:
        parts.note(sheet, f"注：共{len(rows)}行，列逾期和新增较多的{MOST_LISTED}行；合计为全部。")


def write_overdue(sheet: Sheet, ask: Ask, indicator: Indicator = OVERDUE) -> None:
    """The records behind the figure of overdue hazards, the longest overdue first."""
    rows = records(indicator, ask.campaign, ask.as_of, None, ask.coverage)
    listed = list(entries(rows.order_by("due_on", "pk")[:MOST_LISTED], ask.then))
    table = Table((*_LISTED_HEADS, "逾期天数"), _LISTED_SPANS, _LISTED_LOOKS)
    values = [[*_hazard(n, one), days_over(one, ask.as_of)] for n, one in enumerate(listed, 1)]
    table.write_listed(sheet, values, rows.count(), "逾期未整改隐患")


def days_over(entry: Entry, on: date) -> int:
    """Days by which it is late: up to the day on which the work was done, else up to today."""
    done = entry.done_on if entry.done_on and entry.done_on <= on else None
    return ((done or on) - entry.due_on).days if entry.due_on else 0


def write_due(sheet: Sheet, ask: Ask, until: date) -> None:
    """Hazards still to be rectified whose day comes after the report's, up to `until`."""
    rows = pressed_on(ledger_on(ask.campaign, ask.as_of, ask.coverage), ask.as_of)
    rows = rows.filter(due_on__gt=ask.as_of, due_on__lte=until)
    rows = rows.exclude(done_on__isnull=False, done_on__lte=ask.as_of)
    levels = dict(rows.values_list("number", "level")[:MOST_LISTED])
    listed = list(entries(rows[:MOST_LISTED], ask.then))
    table = Table((*_LISTED_HEADS, "隐患等级"), _LISTED_SPANS, _LISTED_LOOKS)
    values = [
        [*_hazard(n, one), str(Level(levels[one.number]).label)]
        for n, one in enumerate(listed, 1)
        if one.number in levels
    ]
    table.write_listed(sheet, values, rows.count(), "到期隐患")


def _hazard(serial: int, entry: Entry) -> list[Value]:
    return [str(serial), entry.number, entry.park, entry.responsible, entry.due_on]


def write_acts(sheet: Sheet, ask: Ask, now: str, acts: Iterable[Indicator] = ACTS) -> None:
    """Enforcement measures of which there was any, each in its own unit."""
    numbers = ask.counts
    rows: list[list[Value]] = [
        [one.label, one.unit, parts.shown(numbers.period[one.slug]), parts.shown(total)]
        for one in acts
        if (total := numbers.cumulative[one.slug]) or numbers.period[one.slug]
    ]
    looks = (PROSE, CENTRED, FIGURE, FIGURE)
    Table(("执法措施", "单位", now, "累计"), (7, 3, 3, 3), looks).write(sheet, rows)
