"""Figures by unit, park, task force or region: one grouped query a ledger, whatever the number of groups.

A hazard counts for the unit that is responsible for it, a visit or an act for the unit that made it, an
enterprise for the unit that leads its park's task force. A region counts everything below it again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from campaigns.models import Campaign, TaskForce
from campaigns.periods import Period
from campaigns.queries import units_of
from parks.models import Department, Park, Region
from reports.indicators import (
    INDICATORS,
    Figures,
    Indicator,
    Ledger,
    Number,
    Span,
    ledger_rows,
    span_of,
)

NOWHERE = "未明确"
"""Name of the group of records that belong to none."""

Key = int | None

_COLUMNS: dict[Ledger, dict[str, str]] = {
    Ledger.HAZARDS: {
        "department": "responsible_department",
        "park": "park",
        "task_force": "task_force",
        "region": "park__region",
    },
    Ledger.VISITS: {
        "department": "department",
        "park": "park",
        "task_force": "park",
        "region": "park__region",
    },
    Ledger.ACTS: {
        "department": "department",
        "park": "enterprise__park",
        "task_force": "enterprise__park",
        "region": "enterprise__park__region",
    },
    Ledger.ENTERPRISES: {
        "department": "park",
        "park": "park",
        "task_force": "park",
        "region": "park__region",
    },
}


def figures_by(
    campaign: Campaign,
    as_of: date,
    by: str,
    period: Period | None = None,
    unit: Department | None = None,
) -> dict[Key, Figures]:
    """Figures of each group by its id, None for records of no group; groups without records are left out.

    `by` is one of indicators.GROUPINGS.
    """
    span = span_of(campaign, as_of, period)
    forces = list(TaskForce.objects.filter(campaign=campaign).values("pk", "park", "department"))
    found: dict[Key, dict[str, Number]] = {}
    for ledger in Ledger:
        upward = _upward(ledger, by, forces)
        counted = [indicator for indicator in INDICATORS if indicator.ledger is ledger]
        for key, numbers in _grouped(ledger, campaign, span, by, unit, counted):
            # Groups put together here never share a record or an enterprise: an enterprise stands in
            # one park, a park in one region and one task force. So adding them up is counting again.
            for group in upward(key):
                into = found.setdefault(group, {})
                for indicator, number in zip(counted, numbers, strict=True):
                    into[indicator.slug] = into.get(indicator.slug, 0) + number
    return {
        group: {indicator.slug: numbers.get(indicator.slug, 0) for indicator in INDICATORS}
        for group, numbers in found.items()
    }


def _grouped(
    ledger: Ledger, campaign: Campaign, span: Span, by: str, unit: Department | None, counted: list[Indicator]
) -> Iterable[tuple[Key, list[Number]]]:
    column = _COLUMNS[ledger][by]
    rows = (
        ledger_rows(ledger, campaign, span, unit)
        .order_by()
        .values_list(column)
        .annotate(**{f"n_{indicator.slug}": indicator.aggregate(span) for indicator in counted})
    )
    for key, *raw in rows:
        numbers = [indicator.number(value) for indicator, value in zip(counted, raw, strict=True)]
        if any(numbers):
            yield key, numbers


def _upward(ledger: Ledger, by: str, forces: Sequence[Any]) -> Any:
    """A function from what the query groups by to the groups that count it."""
    if by == "region":
        parent: Mapping[int, Key] = dict(Region.objects.values_list("pk", "parent_id"))
        return lambda key: _line(key, parent)
    if by == "department" and ledger is Ledger.ENTERPRISES:
        units = {force["park"]: force["department"] for force in forces}
        return lambda park: (units.get(park),)
    if by == "task_force" and ledger is not Ledger.HAZARDS:
        own = {force["park"]: force["pk"] for force in forces}
        return lambda park: (own.get(park),)
    return lambda key: (key,)


def _line(region: Key, parent: Mapping[int, Key]) -> tuple[Key, ...]:
    """A region and all above it; None for parks without a region."""
    if region is None:
        return (None,)
    line: list[Key] = []
    above: Key = region
    while above is not None and above not in line:
        line.append(above)
        above = parent.get(above)
    return tuple(line)


def named_groups(campaign: Campaign, by: str) -> list[tuple[int, str]]:
    """(id, name) of every group of the campaign, in its usual order, also those with nothing to count."""
    if by == "department":
        order = dict(campaign.unit_rows.values_list("department", "order"))
        return _named(sorted(units_of(campaign), key=lambda unit: (order.get(unit.pk, 999), unit.pk)))
    if by == "park":
        return _named(
            Park.objects.filter(task_forces__campaign=campaign).order_by("task_forces__order", "pk")
        )
    if by == "task_force":
        return [(force.pk, str(force)) for force in campaign.task_forces.select_related("park")]
    parks = Park.objects.filter(task_forces__campaign=campaign)
    parent: Mapping[int, Key] = dict(Region.objects.values_list("pk", "parent_id"))
    wanted = {above for key in parks.values_list("region", flat=True) for above in _line(key, parent)}
    return _named(Region.objects.filter(Q(pk__in=wanted - {None})))


def _named(rows: Iterable[Any]) -> list[tuple[int, str]]:
    return list(dict.fromkeys((row.pk, str(row)) for row in rows))


def figures_by_name(
    campaign: Campaign,
    as_of: date,
    by: str,
    period: Period | None = None,
    unit: Department | None = None,
) -> list[tuple[Key, str, Figures]]:
    """(id, name, figures) of every group of the campaign, zeros too, then of what belongs to no group."""
    found = figures_by(campaign, as_of, by, period, unit)
    nothing: Figures = {indicator.slug: 0 for indicator in INDICATORS}
    rows: list[tuple[Key, str, Figures]] = [
        (key, name, found.pop(key, nothing)) for key, name in named_groups(campaign, by)
    ]
    names = _other_names(by, [key for key in found if key is not None])
    rows += [(key, names[key], found[key]) for key in sorted(names) if key in found]
    if None in found:
        rows.append((None, NOWHERE, found[None]))
    return rows


def _other_names(by: str, keys: list[int]) -> dict[int, str]:
    """Names of groups that records name although the campaign no longer lists them."""
    model: Any = {"department": Department, "park": Park, "task_force": TaskForce, "region": Region}[by]
    return {row.pk: str(row) for row in model.objects.filter(pk__in=keys)} if keys else {}
