"""What a report's figures are called and how they were counted, as it was kept with the report.

A category renamed later, a check item or an alias taken away changes nothing of what was compiled before.
"""

from datetime import date
from typing import Any

from campaigns.periods import Period
from reports.figures.counting import span_of
from reports.indicators import Indicator, Ledger
from reports.layouts import FORMS
from reports.layouts.form import Indicators
from reports.models import Report

FACTS = (
    *("slug", "label", "unit", "definition", "date_rule"),
    *("sums", "distinct", "part_of", "stock", "settled", "may_be_typed"),
)
"""What the pages of a report say of an indicator, and what makes its figure out of its records again."""


def facts_of(one: Indicator) -> dict[str, Any]:
    """The indicator as JSON keeps it, without its query: the ids of its records are kept."""
    return {name: getattr(one, name) for name in FACTS} | {"ledger": one.ledger.value}


def indicators_of(report: Report) -> Indicators:
    """The report's figures in the order of its form; for reports from before they were kept, as of today."""
    kept = report.figures.get("indicators")
    if kept is None:
        return FORMS[report.form].indicators_for(report.campaign, report.department)
    return tuple(Indicator(**(facts | {"ledger": Ledger(facts["ledger"])})) for facts in kept)


def whole_of(report: Report) -> Period:
    """The days of the report's cumulative figures, whatever the campaign's first day of figures is now."""
    span = span_of(report.campaign, report.as_of)
    since = report.figures.get("since")
    return Period(date.fromisoformat(since) if since else span.start, report.as_of)


def grouping_of(report: Report) -> str:
    """What the rows of the report's roll-up are: numbers.UNITS or one of indicators.GROUPINGS."""
    return str(report.figures.get("by") or FORMS[report.form].grouping(report.campaign))
