"""Writes: bringing a plan into the database."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.models import Q

from campaigns.enums import Part, PartyGroup
from campaigns.models import (
    Campaign,
    CampaignUnit,
    Category,
    CheckItem,
    Measure,
    Phase,
    ReportDuty,
    Responsibility,
    TaskForce,
    UnitDuty,
    WorkItem,
)
from campaigns.parties import group_named, readings
from campaigns.plan import (
    NO_REGION,
    CategoryFacts,
    DueFacts,
    ParkFacts,
    Plan,
    PlanError,
    ReportFacts,
    UnitFacts,
    WorkItemFacts,
)
from campaigns.timing import Reading
from campaigns.work.sync import Source, sync_occurrences
from parks.models import Department, DepartmentAlias, Park, Region, Site, Trait
from parks.names import name_key

Party = Department | PartyGroup
"""A unit, or a set that a plan names in its place."""
Units = Mapping[str, Department]
"""Units by each of their names, as parks.names.name_key."""


@dataclass
class LoadReport:
    """What loading a plan did: how many of each kind were created or found, what a person must confirm."""

    campaign: Campaign = field(init=False)
    created: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    questions: list[str] = field(default_factory=list)

    def note(self, kind: str, *, created: bool) -> None:
        """Count one row."""
        (self.created if created else self.found)[kind] += 1


@transaction.atomic
def load_plan(plan: Plan) -> LoadReport:
    """Create what the plan names and the database lacks; leave alone whatever is there.

    A row is recognised by its place in the plan's own lists, else by name, so one that a person has
    renamed, dated or reassigned is found and kept. Safe to run again, also after a plan has grown, and
    by two at once. Raises PlanError when another campaign has its number prefix.
    """
    _one_at_a_time()
    report = LoadReport()
    regions = _load_regions(plan, report)
    known = Campaign.objects.filter(slug=plan.campaign.slug).first()
    units = {
        unit.name: _load_unit(known, order, unit, region=regions[unit.region], report=report)
        for order, unit in enumerate(plan.units, start=1)
    }
    campaign = known or _create_campaign(plan, units[plan.lead.name])
    report.note("专项行动", created=known is None)
    report.campaign = campaign
    report.questions += campaign.questions
    for order, unit in enumerate(plan.units, start=1):
        _join(campaign, order, unit, department=units[unit.name], report=report)
    _load_phases(campaign, plan, report)
    for order, park in enumerate(plan.parks, start=1):
        _load_task_force(
            campaign, order, park, department=units[park.unit], region=regions[park.region], report=report
        )
    by_name = names_of(plan, units)
    for order, category in enumerate(plan.categories, start=1):
        _load_category(campaign, order, category, units=by_name, plan=plan, report=report)
    for order, item in enumerate(plan.work_items, start=1):
        _load_work_item(campaign, order, item, units=by_name, plan=plan, report=report)
    for order, duty in enumerate(plan.reports, start=1):
        _load_report_duty(campaign, order, duty, units=by_name, plan=plan, report=report)
    for order, text in enumerate(plan.check_items, start=1):
        _, created = CheckItem.objects.get_or_create(campaign=campaign, order=order, defaults={"text": text})
        report.note("检查事项", created=created)
    for order, name in enumerate(plan.traits, start=1):
        _, created = Trait.objects.get_or_create(name=name, defaults={"order": order})
        report.note("企业特征", created=created)
    if added := sync_occurrences(campaign):
        report.created["到期工作"] += added
    return report


LOADING = 20210701
"""Key of the lock under which plans are loaded."""


def _one_at_a_time() -> None:
    """Two loads would both miss a region that neither has made yet. SQLite lets one alone write anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOADING])


def names_of(plan: Plan, units: Mapping[str, Department]) -> Units:
    """Units by each of their names; a name proper goes before another unit's alias."""
    names = {name: units[unit.name] for unit in plan.units for name in sorted(unit.names)}
    return names | {name_key(unit.name): units[unit.name] for unit in plan.units}


def _create_campaign(plan: Plan, lead: Department) -> Campaign:
    prefix = plan.campaign.number_prefix
    if other := Campaign.objects.filter(number_prefix=prefix).first():
        raise PlanError(f"隐患编号前缀“{prefix}”已由“{other}”使用，请另选一个")
    facts = vars(plan.campaign) | {"extras": list(plan.campaign.extras), "forms": list(plan.campaign.forms)}
    facts["questions"] = list(plan.questions)
    return Campaign.objects.create(**facts, lead_department=lead)


def _load_regions(plan: Plan, report: LoadReport) -> dict[str, Region | None]:
    """Regions by name; "" is the campaign's own."""
    regions: dict[str, Region | None] = {NO_REGION: None}
    above: Region | None = None
    for facts in plan.regions:
        parent = regions[facts.parent] if facts.parent else above
        above, created = Region.objects.get_or_create(
            name=facts.name, parent=parent, defaults={"code": facts.code}
        )
        regions[facts.name] = above
        report.note("行政区划", created=created)
    regions[""] = regions[plan.region] if plan.region else above
    return regions


def _load_unit(
    campaign: Campaign | None, order: int, facts: UnitFacts, *, region: Region | None, report: LoadReport
) -> Department:
    """The unit at this place of the campaign, else the one so called in the region, else a new one."""
    row = CampaignUnit.objects.filter(campaign=campaign, order=order, kind=facts.kind).first()
    if campaign and row:
        report.note("单位", created=False)
        return row.department
    department = _unit_called(facts, region)
    report.note("单位", created=department is None)
    if department is None:
        department = Department.objects.create(name=facts.name, short_name=facts.short_name, region=region)
    for alias in facts.aliases:
        _, created = DepartmentAlias.objects.get_or_create(
            department=department, name_key=name_key(alias), defaults={"name": alias}
        )
        report.note("单位别名", created=created)
    return department


def _unit_called(facts: UnitFacts, region: Region | None) -> Department | None:
    """The unit of the region with the plan's name, else the only one known by any of its names."""
    units = Department.objects.filter(region=region)
    if exact := units.filter(name_key=name_key(facts.name)).first():
        return exact
    called = list(
        units.filter(Q(name_key__in=facts.names) | Q(aliases__name_key__in=facts.names)).distinct()[:2]
    )
    return called[0] if len(called) == 1 else None


def _join(
    campaign: Campaign, order: int, facts: UnitFacts, *, department: Department, report: LoadReport
) -> None:
    _, created = CampaignUnit.objects.get_or_create(
        campaign=campaign,
        department=department,
        kind=facts.kind,
        defaults={"order": order, "counting": facts.counting},
    )
    report.note("参与单位", created=created)
    for number, text in enumerate(facts.duties, start=1):
        _, created = UnitDuty.objects.get_or_create(
            campaign=campaign, department=department, order=number, defaults={"text": text}
        )
        report.note("部门职责", created=created)


def _load_phases(campaign: Campaign, plan: Plan, report: LoadReport) -> None:
    """Phases by number. Each question is raised until a person clears the phase's flag."""
    for order, facts in enumerate(plan.phases, start=1):
        phase, created = Phase.objects.get_or_create(
            campaign=campaign,
            order=order,
            defaults={
                "name": facts.name,
                "starts_on": facts.starts_on,
                "ends_on": facts.ends_on,
                "raw_dates": facts.raw_dates,
                "needs_confirmation": bool(facts.question),
                "question": facts.question,
            },
        )
        report.note("阶段", created=created)
        if phase.needs_confirmation and phase.question:
            report.questions.append(f"阶段“{phase.name}”（原文：{phase.raw_dates}）：{phase.question}")


def _load_task_force(
    campaign: Campaign,
    order: int,
    facts: ParkFacts,
    *,
    department: Department,
    region: Region | None,
    report: LoadReport,
) -> None:
    """The task force at this place of the list with its park; a park of that very name is shared."""
    task_forces = TaskForce.objects.filter(campaign=campaign)
    key = name_key(facts.name)
    if task_forces.filter(Q(order=order) | Q(park__name_key=key, park__region=region)).exists():
        report.note("园区", created=False)
        report.note("专班", created=False)
        return
    park, created = Park.objects.get_or_create(
        name_key=key, region=region, defaults={"name": facts.name, "kind": facts.kind}
    )
    report.note("园区", created=created)
    if not park.sites.exists():
        for site in facts.sites:
            Site.objects.create(park=park, name=site)
            report.note("园区片区", created=True)
    TaskForce.objects.create(
        campaign=campaign, park=park, order=order, department=department, strand=facts.strand
    )
    report.note("专班", created=True)


def _load_category(
    campaign: Campaign, order: int, facts: CategoryFacts, *, units: Units, plan: Plan, report: LoadReport
) -> None:
    """A kind of hazard at its place, with its measures at theirs."""
    category, created = Category.objects.get_or_create(
        campaign=campaign, order=order, defaults={"name": facts.name, "short_name": facts.short_name}
    )
    report.note("整治内容", created=created)
    for number, measure in enumerate(facts.measures, start=1):
        reading = plan.reading_of(measure)
        row, created = Measure.objects.get_or_create(
            category=category,
            order=number,
            defaults={
                "campaign": campaign,
                "title": measure.title,
                "due_on": reading.timing.due_on,
                "precision": reading.precision,
                "raw_deadline": measure.deadline,
                "needs_confirmation": bool(measure.question),
                "question": measure.question,
            },
        )
        report.note("管控措施", created=created)
        if created:
            set_parties(row, Part.RESPONSIBLE, measure.responsible, units)
            set_parties(row, Part.COOPERATING, measure.cooperating, units)
        if row.needs_confirmation and row.question:
            report.questions.append(f"措施“{row.title}”（原文：{row.raw_deadline}）：{row.question}")


def _load_work_item(
    campaign: Campaign, order: int, facts: WorkItemFacts, *, units: Units, plan: Plan, report: LoadReport
) -> None:
    reading = plan.reading_of(facts)
    row, created = WorkItem.objects.get_or_create(
        campaign=campaign,
        order=order,
        defaults={
            "action": facts.action,
            "task": facts.task,
            "title": facts.title,
            "kind": facts.kind,
            "quota": facts.quota or reading.quota,
            **_when(facts, reading),
        },
    )
    _finish_due(row, created, facts, units=units, kind="工作", report=report)


def _load_report_duty(
    campaign: Campaign, order: int, facts: ReportFacts, *, units: Units, plan: Plan, report: LoadReport
) -> None:
    reading = plan.reading_of(facts)
    row = ReportDuty.objects.filter(campaign=campaign).filter(Q(order=order) | Q(name=facts.name)).first()
    created = row is None
    row = row or ReportDuty.objects.create(
        campaign=campaign,
        order=order,
        name=facts.name,
        form=facts.form,
        due_time=facts.due_time,
        days_after=facts.days_after,
        **_when(facts, reading),
    )
    _finish_due(row, created, facts, units=units, kind="报送安排", report=report)


def _finish_due(
    row: WorkItem | ReportDuty,
    created: bool,
    facts: DueFacts,
    *,
    units: Units,
    kind: str,
    report: LoadReport,
) -> None:
    report.note("工作清单" if kind == "工作" else kind, created=created)
    if created:
        set_parties(row, Part.RESPONSIBLE, facts.responsible, units)
        set_parties(row, Part.COOPERATING, facts.cooperating, units)
    if row.needs_confirmation and row.question:
        report.questions.append(f"{kind}“{row}”（原文：{row.raw_deadline}）：{row.question}")


def _when(facts: DueFacts, reading: Reading) -> dict[str, object]:
    """The columns of models.Recurring; what the plan leaves open is a question until a person settles it."""
    question = facts.question or reading.question
    return {
        "rhythm": reading.timing.rhythm,
        "due_on": reading.timing.due_on,
        "precision": reading.precision,
        "dates": [day.isoformat() for day in reading.timing.dates],
        "anchor": reading.timing.anchor if facts.anchor is None else facts.anchor,
        "starts_on": facts.starts_on,
        "ends_on": facts.ends_on,
        "raw_deadline": facts.deadline,
        "needs_confirmation": bool(question),
        "question": question,
    }


def party_named(name: str, units: Units) -> Party | None:
    """The set or the unit that a plan's word means; None when nobody answers to it."""
    words = [name_key(word) for word in readings(name)]
    return group_named(name) or next((units[word] for word in words if word in units), None)


def set_parties(owner: Source, part: Part, names: Iterable[str], units: Units) -> None:
    """Make the named units and sets those that have this part; each name must be known (party_named)."""
    parties = [(party_named(name, units), name) for name in names]
    owner.responsibilities.filter(part=part).delete()
    rows = []
    for order, (party, raw) in enumerate(parties, start=1):
        if party is None:
            raise ValueError(f"unknown unit {raw}")
        row = Responsibility(part=part, order=order, raw=raw)
        setattr(row, OWNER_FIELDS[type(owner)], owner)
        if isinstance(party, PartyGroup):
            row.group = party
        else:
            row.department = party
        rows.append(row)
    Responsibility.objects.bulk_create(rows)


OWNER_FIELDS = {Measure: "measure", WorkItem: "item", ReportDuty: "report"}
"""The column of Responsibility that points at each kind of owner."""
