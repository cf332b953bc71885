"""Plans as data: reading campaigns/presets/*.toml. Pure, no database; actions.load_plan stores them."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

from django.db.models import TextChoices

from campaigns.dates import DateFault, Span
from campaigns.enums import Counting, Extra, UnitKind, WorkKind
from campaigns.parties import group_named, readings
from campaigns.timing import Reading, read_timing
from parks.enums import ParkKind
from parks.names import name_key

PRESETS = Path(__file__).parent / "presets"

NO_REGION = "/"
"""In place of a region's name: the unit or park lies in none, though the plan has regions."""
UNSETTLED = "日期待确认"
"""Stands for a question whose words the database does not keep."""


class PlanError(Exception):
    """A preset that cannot be read; the message is Chinese and names the file."""


@dataclass(frozen=True)
class CampaignFacts:
    """The plan's own heading: name, number prefix, issuer, dates, ISO weekday of the weekly cut-off."""

    slug: str
    name: str
    number_prefix: str
    starts_on: date
    ends_on: date
    short_name: str = ""
    issuer: str = ""
    issued_on: date | None = None
    figures_from: date | None = None
    week_cutoff: int = 7
    general_days: int = 15
    major_days: int = 60
    extras: tuple[Extra, ...] = ()
    forms: tuple[str, ...] = ()

    @property
    def span(self) -> Span:
        """The days of the campaign: they give a month without a year its year."""
        return Span(self.starts_on, self.ends_on)


@dataclass(frozen=True)
class RegionFacts:
    """A region; without `parent` it lies in the one before it in the list."""

    name: str
    code: str = ""
    parent: str = ""


@dataclass(frozen=True)
class UnitFacts:
    """A unit of the plan; exactly one leads. An assessor reads and owes no reports.

    region: the region it belongs to, the campaign's own when empty. duties: P0 附件1.
    counting: whose records make up its reports.
    """

    name: str
    short_name: str = ""
    kind: UnitKind = UnitKind.MEMBER
    lead: bool = False
    aliases: tuple[str, ...] = ()
    region: str = ""
    duties: tuple[str, ...] = ()
    counting: Counting = Counting.OWN

    @property
    def names(self) -> set[str]:
        """Every name of the unit, as it is looked up."""
        return {name_key(name) for name in (self.name, self.short_name, *self.aliases) if name}


@dataclass(frozen=True)
class PhaseFacts:
    """A phase; `question` is what a person must confirm about its dates, empty when they are plain."""

    name: str
    raw_dates: str
    starts_on: date | None = None
    ends_on: date | None = None
    question: str = ""


@dataclass(frozen=True)
class MeasureFacts:
    """A measure: a short title, the plan's wording of the deadline, units as the plan names them.

    reading: what the wording means, for a plan that comes from a campaign (copying.py); None: it is read.
    """

    title: str
    deadline: str
    responsible: tuple[str, ...]
    cooperating: tuple[str, ...] = ()
    question: str = ""
    reading: Reading | None = None


@dataclass(frozen=True)
class CategoryFacts:
    name: str
    short_name: str = ""
    measures: tuple[MeasureFacts, ...] = ()


@dataclass(frozen=True)
class ParkFacts:
    """A park with the name of the unit that answers for its task force.

    region: as of a unit. strand: the part of the campaign to which a place belongs (P4).
    """

    name: str
    unit: str
    kind: ParkKind = ParkKind.INDUSTRIAL
    sites: tuple[str, ...] = ()
    region: str = ""
    strand: str = ""


@dataclass(frozen=True)
class DueFacts:
    """What work items and reports share: the plan's wording of the deadline, and what it leaves open.

    anchor: ISO weekday or day of the month within a span, None for its last day. reading: as of a measure.
    """

    deadline: str
    responsible: tuple[str, ...]
    cooperating: tuple[str, ...] = ()
    anchor: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    question: str = ""
    reading: Reading | None = None


@dataclass(frozen=True, kw_only=True)
class WorkItemFacts(DueFacts):
    """One line of the work list; quota: times a span, when the wording of the deadline does not say it."""

    title: str
    action: str = ""
    task: str = ""
    kind: WorkKind = WorkKind.WORK
    quota: int = 0


@dataclass(frozen=True, kw_only=True)
class ReportFacts(DueFacts):
    """A report that units owe; form: slug of an official form, empty for a text.

    days_after: days between the end of the span that it tells of and the day on which it is due.
    """

    name: str
    form: str = ""
    due_time: time = time(17, 30)
    days_after: int = 0


@dataclass(frozen=True)
class Plan:
    """One plan whole. The order of each list is the plan's own numbering, from 1.

    region: name of the region in which units and parks lie unless they say another; the last when empty.
    """

    campaign: CampaignFacts
    units: tuple[UnitFacts, ...]
    regions: tuple[RegionFacts, ...] = ()
    phases: tuple[PhaseFacts, ...] = ()
    categories: tuple[CategoryFacts, ...] = ()
    parks: tuple[ParkFacts, ...] = ()
    work_items: tuple[WorkItemFacts, ...] = ()
    reports: tuple[ReportFacts, ...] = ()
    check_items: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    region: str = ""
    questions: tuple[str, ...] = ()

    @property
    def lead(self) -> UnitFacts:
        """The unit that leads the campaign."""
        return next(unit for unit in self.units if unit.lead)

    def reading_of(self, facts: MeasureFacts | DueFacts) -> Reading:
        """What the wording of a deadline means. Raises DateFault."""
        return facts.reading or read_timing(facts.deadline, self.campaign.span)


def known_plans() -> list[str]:
    """Slugs of the plans that come with the product."""
    return sorted(path.stem for path in PRESETS.glob("*.toml"))


def read_plan(slug: str) -> Plan:
    """Return the plan of that slug. Raises PlanError when there is none or its file contradicts itself."""
    if slug not in known_plans():
        raise PlanError(f"没有名为“{slug}”的方案。可用的方案：{'、'.join(known_plans())}")
    return parse_plan(tomllib.loads((PRESETS / f"{slug}.toml").read_text(encoding="utf-8")), slug)


def parse_plan(data: dict[str, Any], slug: str) -> Plan:
    """Build a plan from TOML data. Raises PlanError for an unknown key or a missing one."""
    try:
        plan = Plan(
            campaign=CampaignFacts(**_frozen(data.pop("campaign"))),
            units=tuple(UnitFacts(**_frozen(row)) for row in data.pop("units")),
            regions=tuple(RegionFacts(**row) for row in data.pop("regions", ())),
            phases=tuple(PhaseFacts(**row) for row in data.pop("phases", ())),
            categories=tuple(_category(row) for row in data.pop("categories", ())),
            parks=tuple(ParkFacts(**_frozen(row)) for row in data.pop("parks", ())),
            work_items=tuple(WorkItemFacts(**_frozen(row)) for row in data.pop("work_items", ())),
            reports=tuple(ReportFacts(**_frozen(row)) for row in data.pop("reports", ())),
            check_items=tuple(data.pop("check_items", ())),
            traits=tuple(data.pop("traits", ())),
            region=data.pop("region", ""),
            questions=tuple(data.pop("questions", ())),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise PlanError(f"方案“{slug}”的数据有误：{error}") from error
    faults = [f"无法识别的栏目 {name}" for name in data] + _contradictions(plan, slug)
    if faults:
        raise PlanError(f"方案“{slug}”的数据有误：{'；'.join(faults)}")
    return plan


_KINDS: tuple[type[TextChoices], ...] = (UnitKind, ParkKind, WorkKind)


def _frozen(row: dict[str, Any]) -> dict[str, Any]:
    """Lists as tuples, a kind as one of the choices. Raises ValueError for a kind that does not exist."""
    row = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    if "reading" in row:
        raise ValueError("无法识别的栏目 reading")
    if "counting" in row:
        row["counting"] = Counting(row["counting"])
    if "extras" in row:
        row["extras"] = tuple(Extra(name) for name in row["extras"])
    if "kind" in row:
        known = [
            kinds(row["kind"]) for kinds in (UnitKind, ParkKind, WorkKind) if row["kind"] in kinds.values
        ]
        if not known:
            raise ValueError(f"没有种类 {row['kind']}")
        row["kind"] = known[0]
    return row


def _category(row: dict[str, Any]) -> CategoryFacts:
    measures = tuple(MeasureFacts(**_frozen(measure)) for measure in row.pop("measures", ()))
    return CategoryFacts(**row, measures=measures)


def _contradictions(plan: Plan, slug: str) -> list[str]:
    """Faults that would make a name mean two units, or leave one that nobody answers to."""
    faults = [] if plan.campaign.slug == slug else [f"代号 {plan.campaign.slug} 与文件名不符"]
    if sum(unit.lead for unit in plan.units) != 1:
        faults.append("须有且只有一个牵头单位")
    owners: dict[str, str] = {}
    for unit in plan.units:
        for name in sorted(unit.names):
            if owners.setdefault(name, unit.name) != unit.name:
                faults.append(f"名称“{name}”同时属于{owners[name]}和{unit.name}")
    parks = [name_key(park.name) for park in plan.parks]
    faults += [f"园区“{name}”重复" for name in sorted(set(parks)) if parks.count(name) > 1]
    unknown = {park.unit for park in plan.parks} - {unit.name for unit in plan.units}
    faults += [f"责任单位“{name}”不在单位名单中" for name in sorted(unknown)]
    regions = {region.name for region in plan.regions}
    named = {unit.region for unit in plan.units} | {park.region for park in plan.parks} | {plan.region}
    faults += [f"没有行政区划“{name}”" for name in sorted(named - regions - {"", NO_REGION})]
    return faults + _overlaps(plan) + _unreadable(plan, set(owners))


def _overlaps(plan: Plan) -> list[str]:
    """Units that report a region without lying in one, or one that another reports already."""
    faults, taken = [], dict[str, str]()
    for unit in plan.units:
        region = unit.region or plan.region or (plan.regions[-1].name if plan.regions else NO_REGION)
        if unit.counting == Counting.OWN:
            continue
        if region == NO_REGION:
            if unit.counting == Counting.REGION:
                faults.append(f"“{unit.name}”按行政区域报送，须写明行政区划")
        elif (other := taken.setdefault(region, unit.name)) != unit.name:
            faults.append(f"“{unit.name}”与“{other}”报送同一行政区域“{region}”")
    return faults


def _unreadable(plan: Plan, known: set[str]) -> list[str]:
    """Deadlines that say no day, and responsible units that the plan does not name."""
    faults: list[str] = []
    rows: list[tuple[str, MeasureFacts | DueFacts]] = [
        *((row.title, row) for category in plan.categories for row in category.measures),
        *((row.title, row) for row in plan.work_items),
        *((row.name, row) for row in plan.reports),
    ]
    for title, row in rows:
        faults += _faults_of(title, row, plan, known)
    return faults


def _faults_of(title: str, row: MeasureFacts | DueFacts, plan: Plan, known: set[str]) -> Iterator[str]:
    try:
        plan.reading_of(row)
    except DateFault as fault:
        yield f"“{title}”的时限：{fault}"
    if not row.responsible:
        yield f"“{title}”没有责任单位"
    for name in (*row.responsible, *row.cooperating):
        if not group_named(name) and not known & {name_key(word) for word in readings(name)}:
            yield f"“{title}”的责任单位“{name}”不在单位名单中"
