"""Which records of a ledger one row of a roll-up counts."""

from typing import Any

from django.db.models import F, QuerySet

from campaigns.models import Campaign, TaskForce
from parks.models import Department
from parks.regions import with_subregions
from reports.figures.counting import PATHS, coverage_of, coverage_of_rest, covered, row_units
from reports.figures.groups import Key, column_of
from reports.figures.numbers import UNITS
from reports.indicators import Ledger


def of_row(rows: QuerySet[Any], ledger: Ledger, campaign: Campaign, by: str, key: Key) -> QuerySet[Any]:
    """Rows of the ledger that groups.figures_by or numbers.rows_by count for the row; None: for no group."""
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
