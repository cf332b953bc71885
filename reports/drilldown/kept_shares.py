"""What units had typed in when a roll-up was compiled: of that there are no records."""

from reports.figures.numbers import UNITS
from reports.kept_indicators import grouping_of
from reports.models import Report, TypedFigure


def typed_by_units_then(report: Report, slug: str) -> dict[int, TypedFigure]:
    """By unit id, what the roll-up took in of the figure as units had typed it by then."""
    kept = report.figures.get("typed_ids", {})
    ids = {int(unit): typed[slug] for unit, typed in kept.items() if slug in typed}
    if by_units(report):
        # What a bureau types of the whole city is in no county's row.
        shown = {row["key"] for row in report.figures.get("rows", ())}
        ids = {unit: pk for unit, pk in ids.items() if unit in shown}
    rows = TypedFigure.objects.select_related("by", "report__department").in_bulk(list(ids.values()))
    return {unit: rows[pk] for unit, pk in ids.items()}


def by_units(report: Report) -> bool:
    """Whether the rows of the report are units."""
    return grouping_of(report) in (UNITS, "department")
