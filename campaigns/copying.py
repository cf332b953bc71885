"""Copying a campaign: its plan read back from the database, moved in time and renamed.

People, phones and everything that happened stay behind; load_plan stores the copy.
"""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from dateutil.relativedelta import relativedelta

from campaigns.actions import Units, names_of, party_named
from campaigns.dates import Span, parse_deadline
from campaigns.enums import Extra, Part, PartyGroup, Precision, Rhythm, UnitKind, WorkKind
from campaigns.models import Campaign, Category, Measure, Phase, ReportDuty, Responsibility, WorkItem
from campaigns.parties import GROUP_WORDS
from campaigns.plan import (
    NO_REGION,
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
from campaigns.timing import Reading, shown_deadline
from campaigns.work_sync import Source, timing_of
from parks.enums import ParkKind
from parks.models import Department, Park, Region, Trait

UNSETTLED = "日期待确认"
"""Stands for a question whose text the database does not keep."""

Row = WorkItem | ReportDuty
Due = TypeVar("Due", WorkItemFacts, ReportFacts)


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
    kinds = list(campaign.unit_rows.values_list("department_id", "kind"))
    kinds += [(pk, UnitKind.MEMBER) for pk in units if pk not in dict(kinds)]
    duties: dict[int, list[str]] = {}
    for pk, text in campaign.unit_duties.order_by("order", "id").values_list("department_id", "text"):
        duties.setdefault(pk, []).append(text)
    rows, led = [], False
    for pk, kind in kinds:
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
    question = UNSETTLED if row.needs_confirmation else ""
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
        question=UNSETTLED if row.needs_confirmation else "",
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


def renamed(plan: Plan, slug: str, name: str, number_prefix: str, short_name: str = "") -> Plan:
    """The plan as another campaign. load_plan refuses a prefix in use; refuse a slug in use before it."""
    heading = replace(plan.campaign, slug=slug, name=name, number_prefix=number_prefix, short_name=short_name)
    return replace(plan, campaign=heading)


def shifted(plan: Plan, starts_on: date) -> Plan:
    """The plan moved to begin on `starts_on`: every date by the whole months between the two beginnings.

    The wording of a deadline is made anew where it says a date. What a person had to confirm about the
    original stays to be confirmed.
    """
    move = Move(plan.campaign.starts_on, starts_on)
    if move.old == move.new:
        return plan
    heading = plan.campaign
    return replace(
        plan,
        campaign=replace(
            heading,
            starts_on=starts_on,
            ends_on=max(move.day(heading.ends_on), starts_on),
            issued_on=move.maybe(heading.issued_on),
            figures_from=move.maybe(heading.figures_from),
        ),
        phases=tuple(_shifted_phase(row, move) for row in plan.phases),
        categories=tuple(
            replace(row, measures=tuple(_shifted_measure(measure, plan, move) for measure in row.measures))
            for row in plan.categories
        ),
        work_items=tuple(_shifted_due(row, plan, move) for row in plan.work_items),
        reports=tuple(_shifted_due(row, plan, move) for row in plan.reports),
        questions=(SHIFTED, *(_of_original(question) for question in plan.questions)),
    )


SHIFTED = "各项日期由原方案按月推移得出，印发日期亦同，请逐项核对后修改"


@dataclass(frozen=True)
class Move:
    """From one beginning to another, in whole months; the beginning itself becomes the new one."""

    old: date
    new: date

    def day(self, day: date) -> date:
        """The day so many months on; the last day of a month stays the last day."""
        if day == self.old:
            return self.new
        months = (self.new.year - self.old.year) * 12 + self.new.month - self.old.month
        moved = day + relativedelta(months=months)
        return moved + relativedelta(day=31) if _ends_month(day) else moved

    def maybe(self, day: date | None) -> date | None:
        """As `day`, None for none."""
        return self.day(day) if day else None

    def reading(self, reading: Reading) -> Reading:
        """The same rhythm at moved dates, at the precision that still fits them."""
        timing = reading.timing
        moved = replace(
            timing, due_on=self.maybe(timing.due_on), dates=tuple(self.day(day) for day in timing.dates)
        )
        precision = reading.precision
        if any(not _ends_span(day, precision) for day in (moved.due_on, *moved.dates) if day):
            precision = Precision.MONTH
        return replace(reading, timing=moved, precision=precision)


def _ends_month(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


def _ends_span(day: date, precision: Precision) -> bool:
    """Whether the day is the last of a span of that length; a quarter moved by a month is none any more."""
    months = {Precision.QUARTER: 3, Precision.HALF_YEAR: 6, Precision.YEAR: 12}.get(precision, 1)
    return day.month % months == 0


def _shifted_phase(row: PhaseFacts, move: Move) -> PhaseFacts:
    first, last = move.maybe(row.starts_on), move.maybe(row.ends_on)
    if first and last and last < first:
        last = first
    begin = first and shown_deadline(first, Precision.DAY)
    end = last and shown_deadline(last, Precision.DAY)
    raw = f"{begin}至{end}" if begin and end else f"{begin}起" if begin else f"{end}前" if end else ""
    return replace(row, starts_on=first, ends_on=last, raw_dates=raw, question=_of_original(row.question))


def _shifted_measure(row: MeasureFacts, plan: Plan, move: Move) -> MeasureFacts:
    reading = move.reading(plan.reading_of(row))
    return replace(
        row,
        reading=reading,
        deadline=_reworded(row.deadline, reading),
        question=_of_original(row.question),
    )


def _shifted_due(row: Due, plan: Plan, move: Move) -> Due:
    read = plan.reading_of(row)
    reading = move.reading(read)
    return replace(
        row,
        reading=reading,
        deadline=_reworded(row.deadline, reading),
        starts_on=move.maybe(row.starts_on),
        ends_on=move.maybe(row.ends_on),
        question=_of_original(row.question) or read.question,
    )


def _of_original(question: str) -> str:
    """A question of the plan that was moved, so called; its dates are the original's."""
    if not question or question == UNSETTLED or question.startswith("原方案："):
        return question
    return f"原方案：{question}"[:LONGEST_QUESTION]


_SAYS_A_DATE = re.compile(r"\d{4}\s*[年./-]|\d\s*月\s*(?:\d|[上中下]旬|底|末)")
LONGEST, LONGEST_QUESTION = 60, 120
"""Characters that the wording of a deadline and a question about it may have (models.Recurring)."""


def _reworded(text: str, reading: Reading) -> str:
    """The wording of a moved deadline: it must not go on naming the original's dates."""
    timing = reading.timing
    days = timing.dates or ((timing.due_on,) if timing.due_on else ())
    if not days:
        rhythm = Precision.STANDING.label if timing.rhythm == Rhythm.STANDING else timing.rhythm.label
        return rhythm if _SAYS_A_DATE.search(text) else text
    words = "、".join(_day_worded(day, reading.precision) for day in days)
    words += "前" if text.endswith("前") else ""
    return words if len(words) <= LONGEST else f"{days[0]}至{days[-1]}，共{len(days)}个日期"


def _day_worded(day: date, precision: Precision) -> str:
    """The day at its precision where that names the same day, else the day itself."""
    words = shown_deadline(day, precision)
    return words if parse_deadline(words, Span(day, day)).day == day else shown_deadline(day, Precision.DAY)
