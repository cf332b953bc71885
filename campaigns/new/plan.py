"""A plan made fit for another lead bureau: its own unit leads, in its own region. Reads units and regions.

A preset speaks of the place that issued it. Copied elsewhere, the new lead takes the old lead's place,
unless it stands in the plan already, and units and parks lie in the new lead's region.
"""

from dataclasses import replace
from datetime import date
from typing import TypeVar

from campaigns.enums import Counting
from campaigns.parties import readings
from campaigns.plan import (
    MeasureFacts,
    ParkFacts,
    Plan,
    RegionFacts,
    ReportFacts,
    UnitFacts,
    WorkItemFacts,
)
from parks.models import Department, Region
from parks.names import name_key

Due = TypeVar("Due", MeasureFacts, WorkItemFacts, ReportFacts)


def led_by(plan: Plan, unit: Department) -> Plan:
    """The plan with this unit as its lead, so named and so placed that load_plan finds this very unit."""
    own = _own_place(plan, unit)
    plan = _at_home(plan, unit.region, _region_of(plan, own or plan.lead))
    plan = _under_own_name(plan, own, unit) if own else _with_new_lead(plan, plan.lead, unit)
    region = unit.region.name if unit.region else ""
    units = tuple(
        replace(row, lead=True, region=region or row.region)
        if row.name == unit.name
        else replace(row, lead=False)
        for row in plan.units
    )
    return replace(plan, units=units)


def _own_place(plan: Plan, unit: Department) -> UnitFacts | None:
    """The unit's own row in the plan; by its name before any other name."""
    key = name_key(unit.name)
    names = {key, name_key(unit.short_name), *unit.aliases.values_list("name_key", flat=True)} - {""}
    exact = [row for row in plan.units if name_key(row.name) == key]
    return next((row for row in [*exact, *plan.units] if row in exact or row.names & names), None)


def _region_of(plan: Plan, row: UnitFacts) -> str:
    """Name of the region in which the unit lies."""
    last = plan.regions[-1].name if plan.regions else ""
    return row.region or plan.region or last


def _at_home(plan: Plan, region: Region | None, home: str) -> Plan:
    """Units and parks in the new lead's region, unless it is the plan's own: then all stay where they are.

    Units that reported a region each would all report that one, so each reports its own records there.
    """
    line = _line(region)
    if line and line[-1].name == home and {row.name for row in line} <= {row.name for row in plan.regions}:
        return plan
    return replace(
        plan,
        regions=tuple(RegionFacts(row.name, row.code) for row in line),
        region="",
        units=tuple(
            replace(
                row, region="", counting=Counting.OWN if row.counting == Counting.REGION else row.counting
            )
            for row in plan.units
        ),
        parks=tuple(replace(row, region="") for row in plan.parks),
    )


def _line(region: Region | None) -> list[Region]:
    """The region with all above it, from the top down."""
    found: list[Region] = []
    while region is not None:
        found.insert(0, region)
        region = region.parent
    return found


def _under_own_name(plan: Plan, own: UnitFacts, unit: Department) -> Plan:
    """The unit stands in the plan: it goes by its own name there, and by the plan's as another."""
    others = own.aliases if own.name == unit.name else (*own.aliases, own.name)
    units = tuple(
        replace(row, name=unit.name, aliases=others) if row.name == own.name else row for row in plan.units
    )
    return replace(plan, units=units, parks=_handed_over(plan, own, unit))


def _handed_over(plan: Plan, old: UnitFacts, unit: Department) -> tuple[ParkFacts, ...]:
    return tuple(replace(row, unit=unit.name) if row.unit == old.name else row for row in plan.parks)


def _with_new_lead(plan: Plan, old: UnitFacts, unit: Department) -> Plan:
    """The old lead's row and every mention of it become the new lead's. Its other names stay with it."""

    def means_old(name: str) -> bool:
        return any(name_key(word) in old.names for word in readings(name))

    def own(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(unit.name if means_old(name) else name for name in names)

    def mended(row: Due) -> Due:
        return replace(row, responsible=own(row.responsible), cooperating=own(row.cooperating))

    units = tuple(
        replace(row, name=unit.name, short_name=unit.short_name, aliases=()) if row.name == old.name else row
        for row in plan.units
    )
    return replace(
        plan,
        units=units,
        parks=_handed_over(plan, old, unit),
        categories=tuple(
            replace(row, measures=tuple(mended(one) for one in row.measures)) for row in plan.categories
        ),
        work_items=tuple(mended(row) for row in plan.work_items),
        reports=tuple(mended(row) for row in plan.reports),
    )


def settled(plan: Plan) -> Plan:
    """The plan with every deadline read: a later change of its dates must not reread 9月 in another year."""
    return replace(
        plan,
        categories=tuple(
            replace(row, measures=tuple(replace(one, reading=plan.reading_of(one)) for one in row.measures))
            for row in plan.categories
        ),
        work_items=tuple(replace(row, reading=plan.reading_of(row)) for row in plan.work_items),
        reports=tuple(replace(row, reading=plan.reading_of(row)) for row in plan.reports),
    )


def ending(plan: Plan, ends_on: date | None) -> Plan:
    """The plan with another last day; None leaves it its own."""
    return replace(plan, campaign=replace(plan.campaign, ends_on=ends_on)) if ends_on else plan
