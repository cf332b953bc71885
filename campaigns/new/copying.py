"""Copying a campaign: its plan read back from the database, for shifting.py to rename and to move in time.

People, phones and everything that happened stay behind; load_plan stores the copy.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from campaigns.actions import Units, names_of, party_named
from campaigns.enums import Counting, Extra, Part, PartyGroup, Precision, Rhythm, UnitKind, WorkKind
from campaigns.models import Campaign, Category, Measure, Phase, ReportDuty, Responsibility, WorkItem
from campaigns.parties import GROUP_WORDS
from campaigns.plan import (
    NO_REGION,
    UNSETTLED,
    CampaignFacts,
    CategoryFacts,
    MeasureFacts,
    ParkFacts,
    PhaseFacts,
    Plan,
    PlanError,
    RegionFacts,
    ReportFacts,
    UnitFacts,
    WorkItemFacts,
)
from campaigns.recurrence import Timing
from campaigns.timing import Reading
from campaigns.work.sync import Source, timing_of
from parks.enums import ParkKind
from parks.models import Department, Park, Region, Trait

Row = WorkItem | ReportDuty


def plan_of(campaign: Campaign) -> Plan:
    """The campaign's plan as facts, for load_plan under another slug. Reads only.

    Raises PlanError when two of its units, or two of its regions, share a name.
    """
    task_forces = list(campaign.task_forces.select_related("park__region", "department__region"))
    units = _units(campaign)
    places = [unit.region for unit in units.values()] + [row.park.region for row in task_forces]
    rows = _unit_rows(campaign, units)
    # A department may be a member and an assessor as well; its name is then the same unit twice.
    _once("单位", {unit.pk: unit.name for unit in units.values()}.values())
    plan = Plan(
        campaign=_heading(campaign),
        units=rows,
        regions=_regions(places),
        phases=tuple(_phase(row) for row in campaign.phases.all()),
        parks=tuple(
            replace(_park(row.park), unit=row.department.name, strand=row.strand) for row in task_forces
        ),
        check_items=tuple(row.text for row in campaign.check_items.all()),
        traits=_traits(campaign),
        questions=tuple(campaign.questions),
    )
    by_name = names_of(plan, {unit.name: unit for unit in units.values()})
    return replace(
        plan,
        categories=tuple(_category(row, by_name) for row in campaign.categories.all()),
        work_items=tuple(_work_item(row, by_name) for row in campaign.work_items.all()),
        reports=tuple(_report(row, by_name) for row in campaign.report_duties.all()),
    )


def _heading(campaign: Campaign) -> CampaignFacts:
    return CampaignFacts(
        slug=campaign.slug,
        name=campaign.name,
        number_prefix=campaign.number_prefix,
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        short_name=campaign.short_name,
        issuer=campaign.issuer,
        issued_on=campaign.issued_on,
        figures_from=campaign.figures_from,
        week_cutoff=campaign.week_cutoff,
        general_days=campaign.general_days,
        major_days=campaign.major_days,
        extras=tuple(Extra(name) for name in campaign.extras),
        forms=tuple(campaign.forms),
    )


def _units(campaign: Campaign) -> dict[int, Department]:
    """Every unit that the plan names, its units proper first."""
    shares = Responsibility.objects.filter(department__isnull=False)
    owned = [
        *shares.filter(measure__campaign=campaign),
        *shares.filter(item__campaign=campaign),
        *shares.filter(report__campaign=campaign),
    ]
    keys = [
        *campaign.unit_rows.values_list("department_id", flat=True),
        campaign.lead_department_id,
        *campaign.task_forces.values_list("department_id", flat=True),
        *(row.department_id for row in owned),
    ]
    found = Department.objects.select_related("region").prefetch_related("aliases").in_bulk(set(keys))
    return {pk: found[pk] for pk in dict.fromkeys(keys) if pk}


def _unit_rows(campaign: Campaign, units: dict[int, Department]) -> tuple[UnitFacts, ...]:
    """The units in their order, then those that are only named somewhere; each kind of a unit is a row."""
    kinds = list(campaign.unit_rows.values_list("department_id", "kind", "counting"))
    there = {pk for pk, _, _ in kinds}
    kinds += [(pk, UnitKind.MEMBER, Counting.OWN) for pk in units if pk not in there]
    duties: dict[int, list[str]] = {}
    for pk, text in campaign.unit_duties.order_by("order", "id").values_list("department_id", "text"):
        duties.setdefault(pk, []).append(text)
    rows, led = [], False
    for pk, kind, counting in kinds:
        unit = units[pk]
        leads = pk == campaign.lead_department_id and not led
        led = led or leads
        rows.append(
            UnitFacts(
                name=unit.name,
                short_name=unit.short_name,
                kind=UnitKind(kind),
                lead=leads,
                aliases=tuple(alias.name for alias in unit.aliases.all()),
                region=_region_name(unit.region),
                duties=tuple(duties.pop(pk, ())),
                counting=Counting(counting),
            )
        )
    return tuple(rows)


def _region_name(region: Region | None) -> str:
    return region.name if region else NO_REGION


def _regions(places: Iterable[Region | None]) -> tuple[RegionFacts, ...]:
    """The regions with all above them, from the top down."""
    every = Region.objects.in_bulk()
    known: dict[int, Region] = {}
    for place in places:
        line, above = [], place and place.pk
        while above and above not in known:
            line.append(every[above])
            above = every[above].parent_id
        known |= {region.pk: region for region in reversed(line)}
    _once("行政区划", [region.name for region in known.values()])
    return tuple(
        RegionFacts(
            name=region.name,
            code=region.code,
            parent=known[region.parent_id].name if region.parent_id else NO_REGION,
        )
        for region in known.values()
    )


def _once(kind: str, names: Iterable[str]) -> None:
    names = list(names)
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise PlanError(f"有两个{kind}都叫“{'”“'.join(twice)}”，复制时分不清，请先改名")


def _phase(row: Phase) -> PhaseFacts:
    question = (row.question or UNSETTLED) if row.needs_confirmation else ""
    return PhaseFacts(row.name, row.raw_dates, row.starts_on, row.ends_on, question)


def _park(park: Park) -> ParkFacts:
    sites = tuple(park.sites.values_list("name", flat=True))
    return ParkFacts(park.name, "", kind=ParkKind(park.kind), sites=sites, region=_region_name(park.region))


def _traits(campaign: Campaign) -> tuple[str, ...]:
    if Extra.TRAITS not in campaign.extras:
        return ()
    return tuple(Trait.objects.values_list("name", flat=True))


def _category(row: Category, units: Units) -> CategoryFacts:
    measures = tuple(_measure(measure, units) for measure in row.measures.all())
    return CategoryFacts(row.name, row.short_name, measures)


def _measure(row: Measure, units: Units) -> MeasureFacts:
    rhythm = Rhythm.ONCE if row.due_on else Rhythm.STANDING
    return MeasureFacts(
        title=row.title,
        deadline=row.raw_deadline,
        responsible=_names(row, Part.RESPONSIBLE, units),
        cooperating=_names(row, Part.COOPERATING, units),
        question=(row.question or UNSETTLED) if row.needs_confirmation else "",
        reading=Reading(Timing(rhythm, row.due_on), Precision(row.precision)),
    )


def _names(row: Source, part: Part, units: Units) -> tuple[str, ...]:
    """Units and sets as the plan names them, by their own name where its wording means something else now."""
    names = []
    for share in row.responsibilities.filter(part=part).select_related("department"):
        party = share.department or PartyGroup(share.group)
        own = share.department.name if share.department else GROUP_WORDS[PartyGroup(share.group)][0]
        names.append(share.raw if share.raw and party_named(share.raw, units) == party else own)
    return tuple(names)


def _work_item(row: WorkItem, units: Units) -> WorkItemFacts:
    facts = WorkItemFacts(
        deadline=row.raw_deadline,
        responsible=_names(row, Part.RESPONSIBLE, units),
        cooperating=_names(row, Part.COOPERATING, units),
        title=row.title,
        action=row.action,
        task=row.task,
        kind=WorkKind(row.kind),
        quota=row.quota,
    )
    return replace(facts, **_when(row))


def _report(row: ReportDuty, units: Units) -> ReportFacts:
    facts = ReportFacts(
        deadline=row.raw_deadline,
        responsible=_names(row, Part.RESPONSIBLE, units),
        cooperating=_names(row, Part.COOPERATING, units),
        name=row.name,
        form=row.form,
        due_time=row.due_time,
        days_after=row.days_after,
    )
    return replace(facts, **_when(row))


def _when(row: Row) -> dict[str, Any]:
    """The fields of plan.DueFacts that models.Recurring holds."""
    return {
        "anchor": row.anchor,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "question": (row.question or UNSETTLED) if row.needs_confirmation else "",
        "reading": Reading(timing_of(row), Precision(row.precision)),
    }
