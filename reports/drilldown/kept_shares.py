"""Which of the records kept with a roll-up count for one of its rows; and what its units typed in.

A roll-up keeps the records of the whole. Whose they are is read from the records as they are today.
"""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import F, QuerySet

from campaigns.enums import Counting
from campaigns.models import TaskForce
from parks.models import Department
from parks.regions import with_subregions
from reports.drilldown.kept_records import rows_of
from reports.figures.counting import (
    OF_ROWS,
    PATHS,
    WHOLE,
    coverage_of,
    coverage_of_rest,
    covered,
    row_units,
)
from reports.figures.groups import Key, column_of
from reports.figures.numbers import UNITS
from reports.indicators import Indicator, Ledger
from reports.layouts import FORMS
from reports.models import Report, TypedFigure


def share_of(ids: Sequence[int], indicator: Indicator, report: Report, key: Key) -> list[int]:
    """Those of the ids that count for one row of the roll-up; None is what belongs to none."""
    by = FORMS[report.form].grouping(report.campaign)
    return _among(ids, indicator, report, lambda rows: _of_row(rows, indicator.ledger, report, by, key))


def without_units(
    ids: Sequence[int], indicator: Indicator, report: Report, units: Collection[int]
) -> list[int]:
    """The ids without those that make room for what units typed in (numbers.with_units)."""
    rows = report.campaign.unit_rows.filter(department__in=units).exclude(counting=Counting.TYPED)
    keeping = list(rows.select_related(*OF_ROWS))
    if not keeping:
        return list(ids)
    less = WHOLE.less(keeping)
    return _among(ids, indicator, report, lambda rows: covered(rows, indicator.ledger, report.campaign, less))


def _among(ids: Sequence[int], indicator: Indicator, report: Report, choose: Any) -> list[int]:
    if not ids:
        return []
    # One span of keys instead of a million of them: what is chosen between them is then picked out.
    between = rows_of(indicator, report).order_by().filter(pk__gte=min(ids), pk__lte=max(ids))
    chosen = set(choose(between).values_list("pk", flat=True))
    return [one for one in ids if one in chosen]


def _of_row(rows: QuerySet[Any], ledger: Ledger, report: Report, by: str, key: Key) -> QuerySet[Any]:
    """Rows of the ledger that groups.figures_by or numbers.rows_by count for the row."""
    campaign = report.campaign
    if by == UNITS:
        if members := row_units(campaign):
            unit = Department.objects.get(pk=key) if key is not None else None
            whose = coverage_of(campaign, unit) if unit else coverage_of_rest(members)
            return covered(rows, ledger, campaign, whose)
        by = "department"
    if by == "region":
        inside = {"__in": with_subregions({key})} if key is not None else {"__isnull": True}
        return rows.filter(**{f"{PATHS[ledger].region}{how}": value for how, value in inside.items()})
    column = column_of(ledger, by)
    if by in ("department", "task_force") and column == PATHS[ledger].park:
        forces = TaskForce.objects.filter(campaign=campaign)
        if key is None:
            return rows.exclude(**{f"{column}__in": forces.values("park")})
        holder = {"department" if by == "department" else "pk": key}
        return rows.filter(**{f"{column}__in": forces.filter(**holder).values("park")})
    return rows.annotate(group=F(column) if isinstance(column, str) else column).filter(group=key)


def typed_by_units_then(report: Report, slug: str) -> dict[int, TypedFigure]:
    """By unit id, what units had typed into their reports of the period when this roll-up was compiled."""
    if report.department_id is not None:
        return {}
    rows = TypedFigure.objects.filter(
        report__campaign=report.campaign,
        report__form=report.form,
        report__period_end=report.period_end,
        report__department__isnull=False,
        slug=slug,
        at__lte=report.compiled_at,
    )
    latest: dict[int, TypedFigure] = {}
    for row in rows.select_related("by", "report__department").order_by("report__issue", "pk"):
        latest[row.report.department_id or 0] = row
    given = {unit: row for unit, row in latest.items() if row.value is not None}
    if not by_units(report):
        return given
    # What a bureau types of the whole city is in no county's row.
    shown = {row["key"] for row in report.figures.get("rows", ())}
    return {unit: row for unit, row in given.items() if unit in shown}


def by_units(report: Report) -> bool:
    """Whether the rows of the report are units."""
    return FORMS[report.form].rows_by in (UNITS, "department")
