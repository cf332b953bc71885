"""Writes: bringing a plan into the database."""

from collections import Counter
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q

from campaigns.enums import UnitKind
from campaigns.models import Campaign, CampaignUnit, Category, Phase, TaskForce
from campaigns.plan import ParkFacts, Plan, UnitFacts
from parks.models import Department, DepartmentAlias, Park, Region, Site
from parks.names import name_key


@dataclass
class LoadReport:
    """What loading a plan did: how many of each kind were created or found, what a person must confirm."""

    campaign: Campaign = field(init=False)
    created: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    questions: list[str] = field(default_factory=list)

    def note(self, kind: str, created: bool) -> None:
        """Count one row."""
        (self.created if created else self.found)[kind] += 1


@transaction.atomic
def load_plan(plan: Plan) -> LoadReport:
    """Create what the plan names and the database lacks; leave alone whatever is there.

    A row is recognised by its place in the plan's own lists, else by name, so one that a person has
    renamed, dated or reassigned is found and kept. Safe to run again, also after a plan has grown.
    """
    report = LoadReport(questions=list(plan.questions))
    region = _load_regions(plan, report)
    known = Campaign.objects.filter(slug=plan.campaign.slug).first()
    units = {
        unit.name: _load_unit(known, order, unit, region, report)
        for order, unit in enumerate(plan.units, start=1)
    }
    campaign = known or Campaign.objects.create(**vars(plan.campaign), lead_department=units[plan.lead.name])
    report.note("专项行动", known is None)
    report.campaign = campaign
    for order, unit in enumerate(plan.units, start=1):
        _join(campaign, order, unit, units[unit.name], report)
    _load_phases(campaign, plan, report)
    for order, category in enumerate(plan.categories, start=1):
        _, created = Category.objects.get_or_create(campaign=campaign, order=order, defaults=vars(category))
        report.note("整治内容", created)
    for order, park in enumerate(plan.parks, start=1):
        _load_task_force(campaign, order, park, units[park.unit], region, report)
    return report


def _load_regions(plan: Plan, report: LoadReport) -> Region | None:
    """The chain of regions from the top down; returns the lowest."""
    region: Region | None = None
    for facts in plan.regions:
        region, created = Region.objects.get_or_create(
            name=facts.name, parent=region, defaults={"code": facts.code}
        )
        report.note("行政区划", created)
    return region


def _load_unit(
    campaign: Campaign | None, order: int, facts: UnitFacts, region: Region | None, report: LoadReport
) -> Department:
    """The unit at this place of the campaign, else the one so called in the region, else a new one."""
    row = CampaignUnit.objects.filter(campaign=campaign, order=order, kind=facts.kind).first()
    if campaign and row:
        report.note("单位", False)
        return row.department
    department = _unit_called(facts, region)
    report.note("单位", department is None)
    if department is None:
        department = Department.objects.create(name=facts.name, short_name=facts.short_name, region=region)
    for alias in facts.aliases:
        _, created = DepartmentAlias.objects.get_or_create(
            department=department, name_key=name_key(alias), defaults={"name": alias}
        )
        report.note("单位别名", created)
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
    campaign: Campaign, order: int, facts: UnitFacts, department: Department, report: LoadReport
) -> None:
    _, created = CampaignUnit.objects.get_or_create(
        campaign=campaign,
        department=department,
        kind=facts.kind,
        defaults={"order": order, "owes_weekly": facts.kind == UnitKind.MEMBER},
    )
    report.note("参与单位", created)


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
            },
        )
        report.note("阶段", created)
        if phase.needs_confirmation and facts.question:
            report.questions.append(f"阶段“{phase.name}”（原文：{phase.raw_dates}）：{facts.question}")


def _load_task_force(
    campaign: Campaign,
    order: int,
    facts: ParkFacts,
    department: Department,
    region: Region | None,
    report: LoadReport,
) -> None:
    """The task force at this place of the list with its park; a park of that very name is shared."""
    task_forces = TaskForce.objects.filter(campaign=campaign)
    key = name_key(facts.name)
    if task_forces.filter(Q(order=order) | Q(park__name_key=key, park__region=region)).exists():
        report.note("园区", False)
        report.note("专班", False)
        return
    park, created = Park.objects.get_or_create(
        name_key=key, region=region, defaults={"name": facts.name, "kind": facts.kind}
    )
    report.note("园区", created)
    if not park.sites.exists():
        for site in facts.sites:
            Site.objects.create(park=park, name=site)
            report.note("园区片区", True)
    TaskForce.objects.create(campaign=campaign, park=park, order=order, department=department)
    report.note("专班", True)
