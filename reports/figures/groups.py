"""Figures by unit, park, task force, region or trait: one grouped query a ledger, whatever the groups.

A hazard counts for the unit that is responsible for it, a visit or an act for the unit that made it, an
enterprise for the unit that leads its park's task force. A region counts everything below it again, and
an enterprise with several traits counts under each.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Coalesce

from campaigns.enums import Counting, Extra
from campaigns.models import Campaign, TaskForce
from campaigns.periods import Period
from campaigns.queries import units_of
from parks.models import Department, Park, Region, Trait
from parks.regions import with_subregions
from reports.figures.counting import (
    PATHS,
    WHOLE,
    Coverage,
    by_ledger,
    ledger_rows,
    rolled_up,
    span_of,
)
from reports.indicators import INDICATORS, Figures, Indicator, Ledger, Number, Span

NOWHERE = "未明确"
"""Name of the group of records that belong to none."""

Key = int | None
Row = tuple[Key, str, Figures]
Upward = Callable[[Key], tuple[Key, ...]]
"""From what a query groups by to the groups that count it."""


def column_of(ledger: Ledger, by: str) -> str | Coalesce:
    """What the rows of a ledger are grouped by; `_upward` then leads from there to the groups."""
    paths = PATHS[ledger]
    if by == "department" and ledger is Ledger.WORK:
        return Coalesce("department", "task_force__department")
    if by == "trait":
        return paths.trait
    if by == "department":
        return paths.unit or paths.park
    if by == "task_force" and ledger is Ledger.HAZARDS:
        return "task_force"
    return paths.park


def figures_by(
    campaign: Campaign,
    as_of: date,
    by: str,
    *,
    period: Period | None = None,
    coverage: Coverage = WHOLE,
    indicators: Sequence[Indicator] = INDICATORS,
) -> dict[Key, Figures]:
    """Figures of each group by its id, None for records of no group; groups without records are left out.

    `by` is one of indicators.GROUPINGS.
    """
    span = span_of(campaign, as_of, period)
    above = _upward(by, campaign)
    found: dict[Key, dict[str, Number]] = {}
    for ledger, counted in by_ledger(indicators).items():
        if by == "trait" and not PATHS[ledger].enterprise:
            continue
        rows = ledger_rows(ledger, campaign, span, coverage).order_by()
        upward = above if by == "region" or column_of(ledger, by) == PATHS[ledger].park else None
        apart = [one for one in counted if upward and one.distinct]
        for group, slug, number in (
            *_added(
                ledger, rows, span, by=by, counted=[one for one in counted if one not in apart], upward=upward
            ),
            *_counted_again(ledger, rows, span, by=by, counted=apart, upward=upward),
        ):
            into = found.setdefault(group, {})
            into[slug] = into.get(slug, 0) + number
    return {
        group: {one.slug: numbers.get(one.slug, zero(one)) for one in indicators}
        for group, numbers in found.items()
    }


def zero(indicator: Indicator) -> Number | None:
    """The figure where there is no record: nothing was found, or nothing is kept."""
    return None if indicator.ledger is Ledger.NOTHING else 0


_ROWS: dict[str, QuerySet[Any]] = {
    "department": Department.objects.select_related("region"),
    "park": Park.objects.select_related("region"),
    "task_force": TaskForce.objects.select_related("park__region"),
    "region": Region.objects.select_related("parent"),
    "trait": Trait.objects.all(),
}
"""What is grouped by, each with what its name needs."""
Share = tuple[Key, str, Number]
"""Group, slug, and what the group has of that figure from some of its records."""


def _added(
    ledger: Ledger,
    rows: QuerySet[Any],
    span: Span,
    *,
    by: str,
    counted: Sequence[Indicator],
    upward: Upward | None,
) -> Iterator[Share]:
    """What the database counts of each group; where groups lie in others, it is added up to those."""
    if not counted:
        return
    enterprise = PATHS[ledger].enterprise
    answer = rows.values_list(column_of(ledger, by)).annotate(
        **{f"n_{one.slug}": one.aggregate(span, enterprise) for one in counted}
    )
    for key, *raw in answer:
        for group in upward(key) if upward else (key,):
            for one, value in zip(counted, raw, strict=True):
                if number := one.number(value):
                    yield group, one.slug, number


def _counted_again(
    ledger: Ledger,
    rows: QuerySet[Any],
    span: Span,
    *,
    by: str,
    counted: Sequence[Indicator],
    upward: Upward | None,
) -> Iterator[Share]:
    """家 of groups that lie in others: an enterprise seen in two of them is one in what holds both."""
    enterprise = PATHS[ledger].enterprise
    for what in dict.fromkeys(one.distinct for one in counted):
        alike = [one for one in counted if one.distinct == what]
        answer = rows.values_list(column_of(ledger, by), what).annotate(
            **{f"n_{one.slug}": Count("pk", filter=one.condition(span, enterprise)) for one in alike}
        )
        seen: dict[tuple[Key, str], set[Any]] = {}
        for key, value, *times in answer:
            for one, there in zip(alike, times, strict=True):
                if there and value is not None:
                    for group in upward(key) if upward else (key,):
                        seen.setdefault((group, one.slug), set()).add(value)
        for (group, slug), values in seen.items():
            yield group, slug, len(values)


def _upward(by: str, campaign: Campaign) -> Upward | None:
    """How groups of the query are put together; None where each stands for itself.

    Regions lie in one another. Records that name no unit or task force go by their park's.
    """
    if by == "region":
        # By park first: the database need not join the whole ledger with its parks.
        parent: Mapping[int, Key] = dict(Region.objects.values_list("pk", "parent_id"))
        lies: Mapping[Key, Key] = dict(Park.objects.values_list("pk", "region"))
        return lambda park: _line(lies.get(park), parent)
    if by not in ("department", "task_force"):
        return None
    forces = TaskForce.objects.filter(campaign=campaign)
    groups: Mapping[Key, Key] = dict(forces.values_list("park", "department" if by == "department" else "pk"))
    return lambda park: (groups.get(park),)


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
        units = units_of(campaign).select_related("region")
        return _named(sorted(units, key=lambda unit: (order.get(unit.pk, 999), unit.pk)))
    parks = Park.objects.filter(task_forces__campaign=campaign)
    if by == "park":
        return _named(parks.select_related("region").order_by("task_forces__order", "pk"))
    if by == "task_force":
        return _named(campaign.task_forces.select_related("park__region"))
    if by == "trait":
        if Extra.TRAITS in campaign.extras:
            return _named(_ROWS[by].all())
        return _named(_ROWS[by].filter(enterprises__park__task_forces__campaign=campaign).distinct())
    parent: Mapping[int, Key] = dict(Region.objects.values_list("pk", "parent_id"))
    wanted = {above for key in parks.values_list("region", flat=True) for above in _line(key, parent)}
    return _named(_ROWS[by].filter(pk__in=wanted - {None}))


def _named(rows: Iterable[Any]) -> list[tuple[int, str]]:
    """Each row once; those of one name with the region in which they lie, else nobody tells them apart."""
    once = list({row.pk: row for row in rows}.values())
    times = Counter(str(row) for row in once)
    return [(row.pk, str(row) if times[str(row)] == 1 else f"{row}（{_place(row)}）") for row in once]


def _place(row: Any) -> str:
    """What tells a park, unit, task force or region from another of its name."""
    above = row.parent if isinstance(row, Region) else getattr(getattr(row, "park", row), "region", None)
    return str(above or f"编号{row.pk}")


def figures_by_name(
    campaign: Campaign,
    as_of: date,
    by: str,
    *,
    period: Period | None = None,
    coverage: Coverage = WHOLE,
    indicators: Sequence[Indicator] = INDICATORS,
) -> list[Row]:
    """(id, name, figures) of every group of the campaign, zeros too, then of what belongs to no group.

    A group of which nothing is counted, because it is typed in, has None for each figure.
    """
    found = figures_by(campaign, as_of, by, period=period, coverage=coverage, indicators=indicators)
    nothing: Figures = {one.slug: zero(one) for one in indicators}
    unknown: Figures = dict.fromkeys(nothing)
    groups = named_groups(campaign, by)
    typed = {key for key, _ in groups} if coverage.typed else _typed(campaign, by)
    rows: list[Row] = [
        (key, name, found.pop(key, unknown if key in typed else nothing)) for key, name in groups
    ]
    # Groups that records name although the campaign no longer lists them.
    others = _named(_ROWS[by].filter(pk__in=[key for key in found if key]).order_by("pk"))
    rows += [(key, name, found[key]) for key, name in others]
    if None in found:
        rows.append((None, NOWHERE, found[None]))
    return rows


def _typed(campaign: Campaign, by: str) -> set[int]:
    """Groups whose figures units type in."""
    if by not in ("department", "region"):
        return set()
    members = [row for row in rolled_up(campaign) if row.counting == Counting.TYPED]
    if by == "department":
        return {row.department_id for row in members}
    return set(with_subregions(row.department.region_id for row in members if row.stands_for_region))
