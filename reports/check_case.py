"""What the checks of a report look at, gathered: its own figures, and what was issued before."""

from datetime import timedelta
from typing import Any

from reports.checks import Case, Earlier
from reports.compile import from_json
from reports.enums import ReportState
from reports.figures.counting import figures
from reports.figures.groups import Key, Row
from reports.figures.numbers import UNITS
from reports.indicators import Figures
from reports.layouts import FORMS
from reports.layouts.form import Form
from reports.models import Report
from reports.queries import last_issued

OVERLAPPING = ("region", "trait")
"""Groupings in which one record can stand in several rows."""


def case_of(report: Report) -> Case:
    """The report as it was compiled, among the others."""
    form, kept = FORMS[report.form], report.figures
    return Case(
        indicators=form.indicators_for(report.campaign, report.department),
        cumulative=from_json(kept["cumulative"]),
        period=from_json(kept["period"]),
        rows=_rows(kept["rows"]),
        period_rows=_rows(kept.get("period_rows", [])),
        typed=frozenset(kept["typed"]),
        counted=_counted(report, form),
        of_area=form.whose(report.campaign, report.department).unit is None,
        adds_up=form.rows_by not in OVERLAPPING,
        previous=_previous(report, form),
        issued=_issued(report, form),
    )


def _rows(kept: list[dict[str, Any]]) -> list[Row]:
    return [(row["key"], row["name"], from_json(row["figures"])) for row in kept]


def _counted(report: Report, form: Form) -> Figures:
    """What records show of the figures that were typed in."""
    typed = [
        one
        for one in form.indicators_for(report.campaign, report.department)
        if one.slug in report.figures["typed"]
    ]
    if not typed:
        return {}
    coverage = form.whose(report.campaign, report.department)
    return figures(report.campaign, report.as_of, None, coverage, typed)


def _previous(report: Report, form: Form) -> Earlier | None:
    """The newest issued report of an earlier period."""
    found = last_issued(report.campaign, report.department, form, report.period_end)
    if found is None:
        return None
    ended = report.period_start - timedelta(days=1)
    return _earlier(found, adjoins=found.period_end == found.as_of == ended)


def _issued(report: Report, form: Form) -> dict[Key, Earlier]:
    """What units issued for the period of a roll-up, each one's newest issue."""
    if report.department is not None or form.rows_by != UNITS:
        return {}
    rows = Report.objects.filter(
        campaign=report.campaign,
        form=report.form,
        period_end=report.period_end,
        state=ReportState.ISSUED,
        department__isnull=False,
    )
    return {row.department_id: _earlier(row) for row in rows.order_by("issue")}


def _earlier(report: Report, *, adjoins: bool = False) -> Earlier:
    return Earlier(
        from_json(report.figures["cumulative"]),
        report.as_of,
        adjoins=adjoins,
        typed=frozenset(report.figures["typed"]),
    )
