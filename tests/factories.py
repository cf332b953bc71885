"""Rows for tests: plainly made-up people, parks and hazards."""

import io
import struct
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.enums import Role
from accounts.models import Membership, User
from campaigns.enums import PartyGroup, Rhythm
from campaigns.models import (
    Campaign,
    CampaignUnit,
    Category,
    Occurrence,
    ReportDuty,
    Responsibility,
    TaskForce,
    TaskForceMember,
    WorkItem,
)
from campaigns.periods import Period
from hazards.enums import EnforcementKind
from hazards.models import Enforcement, Hazard, Inspection
from hazards.procedures import major_actions
from parks.models import Department, Enterprise, Park, Region
from reports.actions import Asked, compile_report
from reports.enums import ReportState
from reports.layouts import FORMS
from reports.models import Report
from reports.series import last_full_period
from reports.signing import actions as sign_actions

PASSWORD = "Ceshi-2021-mima"


class RegionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Region

    name = factory.Sequence(lambda n: f"测试县{n}")
    code = factory.Sequence(lambda n: f"3310{n:02d}")


class DepartmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Department

    name = factory.Sequence(lambda n: f"测试局{n}")


class ParkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Park

    name = factory.Sequence(lambda n: f"测试园{n}")


class EnterpriseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Enterprise

    park = factory.SubFactory(ParkFactory)
    name = factory.Sequence(lambda n: f"测试企业{n}")


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    full_name = factory.Sequence(lambda n: f"测试员{n}")
    phone = factory.Sequence(lambda n: f"1380000{n:04d}")
    department = factory.SubFactory(DepartmentFactory)
    password = factory.django.Password(PASSWORD)


class CampaignFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Campaign

    slug = factory.Sequence(lambda n: f"test-{n}")
    name = factory.Sequence(lambda n: f"测试专项行动{n}")
    number_prefix = factory.Sequence(lambda n: f"T{n}")
    issued_on = date(2021, 6, 28)
    starts_on = date(2021, 7, 1)
    ends_on = date(2021, 12, 31)
    clock = date(2021, 9, 15)
    lead_department = factory.SubFactory(DepartmentFactory)


class CategoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Category

    campaign = factory.SubFactory(CampaignFactory)
    order = factory.Sequence(lambda n: n + 1)
    name = factory.Sequence(lambda n: f"整治内容{n}")


class TaskForceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TaskForce

    campaign = factory.SubFactory(CampaignFactory)
    park = factory.SubFactory(ParkFactory)
    department = factory.SubFactory(DepartmentFactory)


class HazardFactory(factory.django.DjangoModelFactory):
    """A reported hazard, straight into the table: for reads. Tests of writes use hazards.actions."""

    class Meta:
        model = Hazard

    task_force = factory.SubFactory(TaskForceFactory)
    campaign = factory.SelfAttribute("task_force.campaign")
    park = factory.SelfAttribute("task_force.park")
    responsible_department = factory.SelfAttribute("task_force.department")
    category = factory.LazyAttribute(
        lambda o: o.campaign.categories.first() or CategoryFactory(campaign=o.campaign)
    )
    number = factory.Sequence(lambda n: f"H-2021-{n:04d}")
    place = "3号楼2层"
    description = "灭火器过期，消火栓被货物遮挡"
    found_on = date(2021, 9, 1)
    reported_at = factory.LazyFunction(lambda: timezone.make_aware(datetime(2021, 9, 1, 9, 0)))
    reported_by = factory.SubFactory(UserFactory)


class InspectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Inspection

    enterprise = factory.SubFactory(EnterpriseFactory)
    park = factory.SelfAttribute("enterprise.park")
    campaign = factory.SubFactory(CampaignFactory)
    department = factory.SubFactory(DepartmentFactory)
    inspected_on = date(2021, 9, 1)
    recorded_at = factory.LazyFunction(lambda: timezone.make_aware(datetime(2021, 9, 1, 9, 0)))
    recorded_by = factory.SubFactory(UserFactory)


class EnforcementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Enforcement

    enterprise = factory.SubFactory(EnterpriseFactory)
    campaign = factory.SubFactory(CampaignFactory)
    department = factory.SubFactory(DepartmentFactory)
    kind = EnforcementKind.FILED
    acted_on = date(2021, 9, 1)
    recorded_at = factory.LazyFunction(lambda: timezone.make_aware(datetime(2021, 9, 1, 9, 0)))
    recorded_by = factory.SubFactory(UserFactory)


def work_item(campaign: Campaign, title: str = "一周一行动", **plan: Any) -> WorkItem:
    """A line of the work list that nobody owes yet; once on 2021-09-30 unless said."""
    facts = {"rhythm": Rhythm.ONCE, "due_on": date(2021, 9, 30), "order": campaign.work_items.count() + 1}
    return WorkItem.objects.create(campaign=campaign, title=title, **(facts | plan))


def occurrence(holder: Department | TaskForce, source: WorkItem, **row: Any) -> Occurrence:
    """What a unit or a task force owes of the work, straight into the table: for reads and for pages."""
    owed = {"department": holder} if isinstance(holder, Department) else {"task_force": holder}
    facts = {"period": "once", "due_on": source.due_on, "quota": source.quota}
    return Occurrence.objects.create(campaign=source.campaign, item=source, **(owed | facts | row))


def member(
    role: Role, *, department: Department | None = None, park: Park | None = None, **user: Any
) -> User:
    """A person with one role; for a unit's role they also work in that unit."""
    person = UserFactory(department=user.pop("works_in", department), **user)
    Membership.objects.create(user=person, role=role, department=department, park=park)
    return person


def task_force_member(task_force: TaskForce, **user: Any) -> User:
    """A person in a task force, working in the unit that leads it unless said otherwise."""
    person = UserFactory(department=user.pop("works_in", task_force.department), **user)
    TaskForceMember.objects.create(task_force=task_force, user=person)
    return person


def join(campaign: Campaign, *departments: Department) -> None:
    """Make units members of the campaign; every member owes the weekly report."""
    for department in departments:
        CampaignUnit.objects.create(campaign=campaign, department=department)
    weekly, created = ReportDuty.objects.get_or_create(
        campaign=campaign, name="周报表", defaults={"rhythm": Rhythm.WEEKLY, "form": "taizhou-2"}
    )
    if created:
        Responsibility.objects.create(report=weekly, group=PartyGroup.UNITS)


def signed_report(
    campaign: Campaign,
    unit: Department | None,
    state: ReportState = ReportState.ISSUED,
    *,
    form: str = "weekly",
    period: Period | None = None,
    typed: Mapping[str, Decimal | None] | None = None,
    nil: bool = False,
) -> Report:
    """A report brought to a state by its real steps, of the last full period unless said.

    Whoever fills it in and whoever reviews and issues it are two new people of the unit, or of the lead
    bureau where `unit` is None. Warnings get a note.
    """
    role, works_in = (Role.DEPARTMENT, unit) if unit else (Role.LEAD, campaign.lead_department)
    filler, signer = (member(role, department=works_in) for _ in range(2))
    period = period or last_full_period(FORMS[form], campaign, campaign.today())
    report, _ = compile_report(Asked(campaign, unit, FORMS[form], period), by=filler)
    if typed:
        report = sign_actions.type_figures(report.pk, typed, by=filler, seen=report.version)
    if state != ReportState.DRAFT:
        notes = {check["rule"]: "已核实" for check in report.checks}
        report = sign_actions.fill(report.pk, by=filler, seen=report.version, notes=notes, nil=nil)
    if state in (ReportState.REVIEWED, ReportState.ISSUED):
        report = sign_actions.review(report.pk, by=signer, seen=report.version)
    if state == ReportState.ISSUED:
        report = sign_actions.issue(report.pk, by=signer, seen=report.version)
    return report


def commit_all_five(hazard: Hazard, *, by: User) -> Hazard:
    """What a major hazard needs before it can be submitted."""
    five = major_actions.Five("张三负责", "拆除夹层", "自筹5万元", "本月底前", "停产撤人")
    return major_actions.commit(hazard.pk, by=by, five=five, clause="令第10号第三条")


def photo(
    name: str = "photo.jpg", *, size: tuple[int, int] = (80, 60), gps: bool = False
) -> SimpleUploadedFile:
    """A small real JPEG, with a position in it when asked."""
    image = Image.effect_noise(size, 60).convert("RGB")
    exif = Image.Exif()
    if gps:
        exif[0x8825] = {1: "N", 2: (27.0, 34.0, 12.0), 3: "E", 4: (120.0, 33.0, 8.0)}
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def forged_png(width: int, height: int) -> SimpleUploadedFile:
    """A PNG whose header claims a size that its data does not have."""
    head = (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + b"IHDR"
        + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    )
    return SimpleUploadedFile("bomb.png", head + b"\x00\x00\x00\x00", content_type="image/png")
