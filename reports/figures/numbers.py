"""The figures that one form prints: counted, with what units typed in put among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from campaigns.enums import Counting, UnitKind
from campaigns.models import Campaign, CampaignUnit
from campaigns.periods import Period
from parks.models import Department
from reports.figures.counting import (
    OF_ROWS,
    Coverage,
    coverage_of,
    coverage_of_rest,
    figures,
    of_regions,
    row_units,
)
from reports.figures.groups import NOWHERE, Key, Row, figures_by, figures_by_name, zero
from reports.indicators import Figures, Indicator, Number

Typed = Mapping[Key, Mapping[str, Number]]
"""Unit id, None for the campaign's own report → slug → number typed in; cumulative figures only."""

UNITS = "unit"
"""Rows of a roll-up: the units that report, each with its own coverage. Else a grouping of GROUPINGS."""


@dataclass(frozen=True)
class Numbers:
    """Figures of one form, each by slug. `rows` and `period_rows` are those of a roll-up, else empty.

    before: the period before this one. typed: slugs of this report's figures that were typed in.
    """

    cumulative: Figures
    period: Figures = field(default_factory=dict)
    before: Figures = field(default_factory=dict)
    rows: Sequence[Row] = ()
    period_rows: Sequence[Row] = ()
    typed: frozenset[str] = frozenset()


def count(
    indicators: Sequence[Indicator],
    campaign: Campaign,
    as_of: date,
    unit: Department | None = None,
    *,
    period: Period | None = None,
    before: Period | None = None,
    by: str = "",
    typed: Typed | None = None,
    coverage: Coverage | None = None,
) -> Numbers:
    """All figures of a form. `by`: UNITS or a grouping, for the rows of a roll-up; "" for none.

    `coverage`: whose records count, without it the unit's.
    """
    typed = typed or {}
    coverage = coverage or coverage_of(campaign, unit)
    own = typed.get(unit.pk if unit else None, {})
    total = figures(campaign, as_of, None, coverage, indicators)
    members = _reporting(campaign) if by or any(typed) else []
    given = _of_members(typed, members)
    if unit is None:
        total = with_units(
            total, given, members, campaign=campaign, as_of=as_of, coverage=coverage, indicators=indicators
        )
    return Numbers(
        cumulative=total | dict(own),
        period=figures(campaign, as_of, period, coverage, indicators) if period else {},
        before=figures(campaign, before.end, before, coverage, indicators) if before else {},
        rows=rows_by(by, members, campaign, as_of, None, coverage, indicators, given) if by else (),
        period_rows=rows_by(by, members, campaign, as_of, period, coverage, indicators, {})
        if by and period
        else (),
        typed=frozenset(own),
    )


def with_units(
    total: Figures,
    typed: Typed,
    members: Sequence[CampaignUnit],
    *,
    campaign: Campaign,
    as_of: date,
    coverage: Coverage,
    indicators: Sequence[Indicator],
) -> Figures:
    """The whole: what is counted, and on top what the units of its rows typed in.

    Where a unit that is counted typed a figure, its own records make room for what it typed.
    家 of different units can be added here: who types is another county, with other enterprises.
    """
    whole = dict(total)
    instead: dict[Coverage, list[Indicator]] = {}
    rooms = _rooms(typed, members, coverage)
    for one in indicators:
        if one.slug in rooms:
            instead.setdefault(rooms[one.slug], []).append(one)
    for less, replaced in instead.items():
        counted = figures(campaign, as_of, None, less, replaced) if less != coverage else total
        for one in replaced:
            said = [row[one.slug] for row in typed.values() if one.slug in row]
            whole[one.slug] = sum(said, start=counted[one.slug] or 0)
    return whole


def _rooms(typed: Typed, members: Sequence[CampaignUnit], coverage: Coverage) -> dict[str, Coverage]:
    """By slug of what units typed in, whose records are still counted beside it."""
    keeping = {row.department_id: row for row in members if row.counting != Counting.TYPED}
    slugs = dict.fromkeys(slug for row in typed.values() for slug in row)
    return {
        slug: coverage.less(row for unit, row in keeping.items() if slug in typed.get(unit, {}))
        for slug in slugs
    }


def beside_typed(campaign: Campaign, typed: Typed, coverage: Coverage) -> dict[str, Coverage]:
    """By slug of what units typed in for the whole, whose records its figure counts beside that."""
    if not any(typed.values()):
        return {}
    members = _reporting(campaign)
    return _rooms(_of_members(typed, members), members, coverage)


def _of_members(typed: Typed, members: Sequence[CampaignUnit]) -> Typed:
    """What a bureau types of the whole city is in no county's row, what the whole types in no row at all."""
    return {row.department_id: typed[row.department_id] for row in members if row.department_id in typed}


def _reporting(campaign: Campaign) -> list[CampaignUnit]:
    """The units whose rows make up the whole: the counties of a roll-up of regions, else every member."""
    members = CampaignUnit.objects.filter(campaign=campaign, kind=UnitKind.MEMBER)
    return row_units(campaign) or list(members.select_related(*OF_ROWS).order_by("order", "pk"))


def rows_by(
    by: str,
    members: Sequence[CampaignUnit],
    campaign: Campaign,
    as_of: date,
    period: Period | None,
    coverage: Coverage,
    indicators: Sequence[Indicator],
    typed: Typed,
) -> list[Row]:
    """The rows of a roll-up, in the campaign's order."""
    if by == UNITS and of_regions(members):
        rows = _region_rows(members, campaign, as_of, period=period, coverage=coverage, indicators=indicators)
    else:
        by = "department" if by == UNITS else by
        rows = figures_by_name(campaign, as_of, by, period=period, coverage=coverage, indicators=indicators)
    if by not in (UNITS, "department"):
        return rows
    slugs = {one.slug for one in indicators}
    return [
        (key, name, numbers | {slug: n for slug, n in typed.get(key, {}).items() if slug in slugs})
        for key, name, numbers in rows
    ]


def _region_rows(
    members: Sequence[CampaignUnit],
    campaign: Campaign,
    as_of: date,
    *,
    period: Period | None,
    coverage: Coverage,
    indicators: Sequence[Indicator],
) -> list[Row]:
    """A row a county: what lies in its region, or nothing but what it types; last what lies in none."""
    found = figures_by(campaign, as_of, "region", period=period, coverage=coverage, indicators=indicators)
    nothing: Figures = {one.slug: zero(one) for one in indicators}
    rows: list[Row] = []
    for row in members:
        region = row.department.region_id
        known = row.counting == Counting.REGION and region is not None
        numbers = found.get(region, nothing) if known else dict.fromkeys(nothing)
        rows.append((row.department_id, str(row.department), numbers))
    rest = figures(campaign, as_of, period, coverage_of_rest(members, coverage), indicators)
    if any(rest.values()):
        rows.append((None, NOWHERE, rest))
    return rows
