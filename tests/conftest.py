"""One small world whose people could leak into each other: two campaigns, three parks, three units."""

from copy import deepcopy
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.db.models.signals import post_save

from accounts.enums import Role
from accounts.models import User
from campaigns.enums import UnitKind
from campaigns.models import Campaign, CampaignUnit, Category, TaskForce
from parks.models import Department, Enterprise, Park
from tests import factories

ONCE = {
    "tests": ("architecture", "deployment_files", "hard_input", "matrix"),
    "accounts": ("admin",),
    "hazard_tracker": ("demo", "demo_command", "environment", "five_plans", "static_files"),
    "campaigns": ("dates", "presets", "setup", "shifting", "timing", "traps", "zhengyang_dates"),
    "notices": ("channels_mail", "channels_robots", "digests"),
    "reports": (
        "bulletin", "figure_links", "form_conformance", "half_month", "layouts", "ledger_form",
        "plan_layouts", "plan_sheets", "preview", "progress_words", "quarterly_plan", "reader",
        "taizhou_3", "workbook", "yearly", "zhengyang_2",
    ),
}  # fmt: skip
"""Tests of words, pages, forms, files and made-up data, the same whatever the database: CI runs them once."""


def pytest_collection_modifyitems(items):
    modules = {f"{app}/test_{name}.py" for app, names in ONCE.items() for name in names}
    for item in items:
        if "/".join(item.path.parts[-2:]) in modules:
            item.add_marker("once")


@dataclass
class World:
    """Campaign `campaign`: park_a under `xincheng`, park_b under `jingfa`; `other` is a campaign apart."""

    campaign: Campaign
    lead_department: Department
    xincheng: Department
    jingfa: Department
    xiaofang: Department
    park_a: Park
    park_b: Park
    task_force_a: TaskForce
    task_force_b: TaskForce
    category: Category
    enterprise_a: Enterprise
    enterprise_b: Enterprise
    other: Campaign
    park_c: Park
    task_force_c: TaskForce
    lead: User
    lead_2: User
    leader: User
    assessor: User
    dept_xincheng: User
    dept_jingfa: User
    dept_xiaofang: User
    tf_a: User
    tf_a2: User
    tf_b: User
    operator_a: User
    other_lead: User
    other_tf: User
    system_admin: User
    auditor: User

    def personas(self) -> dict[str, User]:
        """Every person by name, for matrices."""
        return {name: value for name, value in vars(self).items() if isinstance(value, User)}


@pytest.fixture(autouse=True)
def _private_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@dataclass
class Mould:
    """The world as it was first made in this process, with every row that making it wrote, in order."""

    world: World
    rows: list[Model]


_mould: list[Mould] = []


@pytest.fixture
def world(db) -> World:
    """Made by the factories once a process; then the same rows are written again in one go each."""
    if not _mould:
        written: dict[tuple[type[Model], Any], Model] = {}

        def note(sender: type[Model], instance: Model, **kwargs: Any) -> None:
            written[sender, instance.pk] = instance

        post_save.connect(note)
        try:
            made = _make_world()
        finally:
            post_save.disconnect(note)
        _mould.append(deepcopy(Mould(made, list(written.values()))))
        return made
    cast = deepcopy(_mould[0])
    try:
        with transaction.atomic():
            for model, rows in groupby(cast.rows, type):
                model._base_manager.bulk_create(rows)
    except IntegrityError:  # another fixture was there first, with the same keys
        return _make_world()
    return cast.world


def _make_world() -> World:
    lead_department = factories.DepartmentFactory(name="市经济发展局", short_name="经发局")
    xincheng = factories.DepartmentFactory(name="市新城开发建设中心", short_name="新城中心")
    jingfa = factories.DepartmentFactory(name="市综合行政执法局", short_name="执法局")
    xiaofang = factories.DepartmentFactory(name="市消防救援大队", short_name="消防大队")
    campaign = factories.CampaignFactory(lead_department=lead_department, number_prefix="LG")
    factories.join(campaign, lead_department, xincheng, jingfa, xiaofang)
    assessor_department = factories.DepartmentFactory(name="市考绩办")
    CampaignUnit.objects.create(campaign=campaign, department=assessor_department, kind=UnitKind.ASSESSOR)
    category = factories.CategoryFactory(campaign=campaign, order=1, name="消防通道不畅通")
    factories.CategoryFactory(campaign=campaign, order=2, name="电动车充电安全隐患")
    park_a, park_b = factories.ParkFactory(name="甲园"), factories.ParkFactory(name="乙园")
    task_force_a = factories.TaskForceFactory(campaign=campaign, park=park_a, department=xincheng, order=1)
    task_force_b = factories.TaskForceFactory(campaign=campaign, park=park_b, department=jingfa, order=2)
    other = factories.CampaignFactory(number_prefix="OTHER")
    factories.CategoryFactory(campaign=other, order=1, name="别处的隐患")
    task_force_c = factories.TaskForceFactory(campaign=other, park=factories.ParkFactory(name="丙园"))
    return World(
        campaign=campaign,
        lead_department=lead_department,
        xincheng=xincheng,
        jingfa=jingfa,
        xiaofang=xiaofang,
        park_a=park_a,
        park_b=park_b,
        task_force_a=task_force_a,
        task_force_b=task_force_b,
        category=category,
        enterprise_a=factories.EnterpriseFactory(park=park_a, name="甲一纸品厂"),
        enterprise_b=factories.EnterpriseFactory(park=park_b, name="乙一印业"),
        other=other,
        park_c=task_force_c.park,
        task_force_c=task_force_c,
        lead=factories.member(Role.LEAD, department=lead_department, username="lead", full_name="牵头甲"),
        lead_2=factories.member(Role.LEAD, department=lead_department, username="lead2", full_name="牵头乙"),
        leader=factories.member(
            Role.LEADER, department=lead_department, username="leader", full_name="领导甲"
        ),
        assessor=factories.member(
            Role.LEADER, department=assessor_department, username="assessor", full_name="考绩甲"
        ),
        dept_xincheng=factories.member(
            Role.DEPARTMENT, department=xincheng, username="xincheng", full_name="新城甲"
        ),
        dept_jingfa=factories.member(
            Role.DEPARTMENT, department=jingfa, username="zhifa", full_name="执法甲"
        ),
        dept_xiaofang=factories.member(
            Role.DEPARTMENT, department=xiaofang, username="xiaofang", full_name="消防甲"
        ),
        tf_a=factories.task_force_member(task_force_a, username="tf_a", full_name="专班甲一"),
        tf_a2=factories.task_force_member(task_force_a, username="tf_a2", full_name="专班甲二"),
        tf_b=factories.task_force_member(task_force_b, username="tf_b", full_name="专班乙一"),
        operator_a=factories.member(
            Role.OPERATOR, park=park_a, works_in=None, username="operator_a", full_name="物业甲"
        ),
        other_lead=factories.member(
            Role.LEAD, department=other.lead_department, username="other_lead", full_name="外牵头"
        ),
        other_tf=factories.task_force_member(task_force_c, username="other_tf", full_name="外专班"),
        system_admin=factories.member(Role.SYSTEM_ADMIN, username="sysadmin", full_name="系统甲"),
        auditor=factories.member(Role.AUDITOR, username="auditor", full_name="审计甲"),
    )
