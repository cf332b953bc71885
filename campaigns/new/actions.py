"""Writes: a new campaign, empty or copied from a preset or from a campaign that one leads."""

import secrets
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.http import HttpRequest

from accounts.audit import record
from accounts.models import User
from campaigns.actions import LoadReport, load_plan
from campaigns.dates import DateFault
from campaigns.enums import PartyGroup, Rhythm, UnitKind
from campaigns.models import Campaign, CampaignUnit, ReportDuty, Responsibility
from campaigns.new.copying import plan_of
from campaigns.new.plan import ending, led_by, settled
from campaigns.new.shifting import renamed, shifted
from campaigns.plan import Plan, PlanError, read_plan
from campaigns.work.sync import sync_occurrences
from parks.models import Department

PRESET = "preset:"


@dataclass(frozen=True)
class NewCampaign:
    """What a person says of a new campaign; ends_on None: as long as what it is copied from.

    source: "" for an empty one, "preset:" and a slug, or a Campaign.
    """

    name: str
    short_name: str
    number_prefix: str
    starts_on: date
    ends_on: date | None
    lead: Department
    source: str | Campaign = ""
    with_parks: bool = True


def source_plan(source: str | Campaign) -> Plan:
    """The plan to copy. Raises PlanError."""
    return plan_of(source) if isinstance(source, Campaign) else read_plan(source.removeprefix(PRESET))


@transaction.atomic
def create_campaign(new: NewCampaign, *, by: User, request: HttpRequest | None = None) -> LoadReport:
    """Create the campaign, led by the given unit. Raises PlanError when the source cannot be copied."""
    try:
        report = _copied(new) if new.source else _empty(new)
    except DateFault as fault:
        raise PlanError(str(fault)) from fault
    source = new.source.slug if isinstance(new.source, Campaign) else new.source
    record(
        "新建行动",
        user=by,
        target=str(report.campaign),
        request=request,
        id=report.campaign.pk,
        source=source or "empty",
        created=dict(report.created),
    )
    return report


def _slug(prefix: str) -> str:
    """A slug of its own: load_plan would take a known one for the campaign itself."""
    return f"{prefix.lower()}-{secrets.token_hex(4)}"[:40]


def _copied(new: NewCampaign) -> LoadReport:
    plan = settled(source_plan(new.source))
    plan = led_by(ending(shifted(plan, new.starts_on), new.ends_on), new.lead)
    if not new.with_parks:
        plan = replace(plan, parks=())
    return load_plan(
        renamed(
            plan,
            _slug(new.number_prefix),
            new.name,
            number_prefix=new.number_prefix,
            short_name=new.short_name,
        )
    )


def _empty(new: NewCampaign) -> LoadReport:
    """The lead as its first member, and the report that every member owes each week."""
    assert new.ends_on is not None
    campaign = Campaign.objects.create(
        slug=_slug(new.number_prefix),
        name=new.name,
        short_name=new.short_name,
        number_prefix=new.number_prefix,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        lead_department=new.lead,
    )
    CampaignUnit.objects.create(campaign=campaign, department=new.lead, kind=UnitKind.MEMBER, order=1)
    weekly = ReportDuty.objects.create(
        campaign=campaign, order=1, name="周报表", form="taizhou-2", rhythm=Rhythm.WEEKLY, raw_deadline="每周"
    )
    Responsibility.objects.create(report=weekly, group=PartyGroup.UNITS, order=1)
    report = LoadReport()
    report.campaign = campaign
    for kind in ("专项行动", "参与单位", "报送安排"):
        report.note(kind, created=True)
    report.created["到期工作"] = sync_occurrences(campaign)
    return report
