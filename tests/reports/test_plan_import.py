"""Bringing official forms into a plan: what comes back equal, what is asked, refused, merged and undone."""

import io
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from campaigns.actions import load_plan
from campaigns.enums import Part, Rhythm
from campaigns.models import (
    Campaign,
    Completion,
    Measure,
    Occurrence,
    TaskForce,
    UnitContact,
    UnitDuty,
    WorkItem,
)
from campaigns.plan import read_plan
from parks.models import Department, DepartmentAlias, Park
from reports import plan_import
from reports.enums import PlanImportState
from reports.layouts import FORMS
from reports.layouts.form import Ask
from reports.models import PlanImport
from tests import factories
from tests.reports.plan_workbooks import (
    contacts,
    duties,
    items,
    measures,
    task_forces,
)

pytestmark = pytest.mark.django_db


def parts(campaign: Campaign, form: str) -> list[tuple]:
    """What of the plan the form holds, comparable between campaigns."""
    if form == "longgang-1":
        rows = UnitDuty.objects.filter(campaign=campaign).order_by("department__name", "order")
        return [(row.department, row.order, row.text) for row in rows]
    if form == "longgang-2":
        return [
            (
                row.category.order,
                row.category.name,
                row.order,
                row.title,
                row.due_on,
                row.precision,
                said(row),
            )
            for row in campaign.measures.all()
        ]
    if form == "longgang-3":
        texts = ("leader", "owner", "liaison", "phone", "note")
        return [
            (row.order, row.park, row.department, *(getattr(row, text) for text in texts))
            for row in campaign.task_forces.all()
        ]
    if form == "taizhou-1":
        return list(
            campaign.unit_contacts.values_list("order", "department", "name", "post", "phone", "note")
        )
    return [
        (
            row.order,
            row.action,
            row.task,
            row.title,
            row.rhythm,
            row.due_on,
            row.precision,
            row.dates,
            said(row),
        )
        for row in campaign.work_items.all()
    ]


def said(row: Measure | WorkItem) -> list[tuple]:
    """Who has which part."""
    return [
        (one.part, one.department_id, one.group)
        for one in row.responsibilities.all()
        if isinstance(row, Measure) or one.part == Part.RESPONSIBLE
    ]


def exported(campaign: Campaign, form: str) -> bytes:
    return FORMS[form].book(Ask(campaign, campaign.today(), in_full=True)).to_bytes()


def emptied(campaign: Campaign) -> Campaign:
    """A campaign of the same lead and days, without any plan."""
    return Campaign.objects.create(
        slug="empty",
        name="空的行动",
        number_prefix="EMPTY",
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        lead_department=campaign.lead_department,
    )


def started(campaign: Campaign, content: bytes, by, form: str = "") -> PlanImport:
    found = plan_import.read_form(io.BytesIO(content), form)
    return plan_import.start(campaign, ContentFile(content, name="方案.xlsx"), found, by=by)


def imported(campaign: Campaign, content: bytes, by) -> PlanImport:
    """Brought in whole; the preview must leave nothing open."""
    batch = started(campaign, content, by)
    assert batch.preview["faults"] == []
    assert batch.preview["units"] == []
    assert plan_import.confirm(batch, by=by)
    batch.refresh_from_db()
    return batch


FORMS_OF_PLANS = [
    ("longgang-2021", "longgang-1"),
    ("longgang-2021", "longgang-2"),
    ("longgang-2021", "longgang-3"),
    ("taizhou-2019", "taizhou-1"),
    ("zhengyang-2023", "zhengyang-1"),
]


@pytest.fixture
def plan(request):
    """A campaign as its plan has it, with people for the forms that list them."""
    campaign = load_plan(read_plan(request.param)).campaign
    for number, unit in enumerate(campaign.units.order_by("pk"), start=1):
        UnitContact.objects.create(
            campaign=campaign,
            department=unit,
            order=number,
            name="张三",
            post="副局长",
            phone=f"1380000{number:04d}",
            note="",
        )
    for number, row in enumerate(campaign.task_forces.all(), start=1):
        # Blanks among them, and six digits: 附件3 has both.
        row.leader, row.phone = ("李四", "660001") if number % 2 else ("", "")
        row.save()
    return campaign


@pytest.mark.parametrize(("plan", "form"), FORMS_OF_PLANS, indirect=["plan"])
def test_what_is_exported_reads_back(plan, form):
    user = factories.UserFactory()
    content = exported(plan, form)
    wanted = parts(plan, form)
    assert wanted
    again = started(plan, content, user)
    assert again.preview["counts"]["same"] == len(again.preview["rows"]) > 0
    assert plan_import.confirm(again, by=user)
    assert parts(plan, form) == wanted
    empty = emptied(plan)
    imported(empty, content, user)
    assert parts(empty, form) == wanted
    assert exported(empty, form)
