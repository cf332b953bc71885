"""Records of registers and of due work, as the lines behind a figure say them."""

from datetime import date

import pytest

from accounts.enums import Role
from campaigns.actions import load_plan
from campaigns.enums import DisposalKind, WorkKind
from campaigns.models import Contractor, ContractorEntry, Disposal, Occurrence, Provision
from campaigns.plan import read_plan
from campaigns.queries import scope_of
from reports.drilldown.kept_rows import lines_of
from reports.figures.counting import records
from reports.layouts import quarterly_plan
from reports.layouts.yearly_figures import CHECKUPS, CONTRACTORS, OTHERS, PROVISIONS
from reports.models import Report
from tests import factories

DAY = date(2022, 12, 31)


def said(campaign, indicator, day=DAY):
    lead = factories.member(Role.LEAD, department=campaign.lead_department)
    ids = list(records(indicator, campaign, day).order_by("pk").values_list("pk", flat=True))
    heads, lines = lines_of(ids, indicator, Report(campaign=campaign, as_of=day), scope_of(lead))
    table = [[cell.text for cell in line.cells] for line in lines]
    assert all(len(row) == len(heads) for row in table)
    return table


@pytest.fixture
def campaign(db):
    return load_plan(read_plan("three-year-2020")).campaign


def test_a_place_by_quarter(db):
    campaign = load_plan(read_plan("xiaokunshan-2024")).campaign
    force = campaign.task_forces.first()
    Disposal.objects.create(
        campaign=campaign, park=force.park, kind=DisposalKind.VACATE, year=2024, quarter=2,
        department=force.department, done_on=date(2024, 5, 1),
    )  # fmt: skip
    found = said(campaign, quarterly_plan.INDICATORS[0], date(2024, 6, 30))
    assert found == [[force.park.name, "腾退", "2024年第2季度", str(force.department), "2024-05-01", "—"]]


def test_a_rule_an_entry_and_an_exit(campaign):
    force = campaign.task_forces.first()
    Provision.objects.create(
        campaign=campaign, department=force.department, name="动火规定", planned_on=date(2021, 3, 1)
    )
    assert said(campaign, PROVISIONS[0]) == [
        ["动火规定", str(force.department), "各园区", "2021-03-01", "—", "—"]
    ]
    contractor = Contractor.objects.create(campaign=campaign, name="检修队")
    ContractorEntry.objects.create(
        contractor=contractor, park=force.park, work="检修", applied_on=date(2021, 2, 1)
    )
    assert said(campaign, CONTRACTORS[0]) == [["检修队", force.park.name, "检修", "2021-02-01", "待审核"]]
    factories.EnterpriseFactory(
        park=force.park, name="退出厂", active=False, left_on=date(2021, 7, 1), left_reason="关停"
    )
    assert said(campaign, OTHERS[1]) == [["退出厂", force.park.name, "2021-07-01", "关停"]]


def test_due_work_says_who_owes_it(campaign):
    drills = Occurrence.objects.filter(campaign=campaign, item__kind=WorkKind.DRILL, due_on__lte=DAY)
    one = drills.order_by("pk").first()
    Occurrence.objects.filter(pk=one.pk).update(done_on=one.due_on)
    due = next(one for one in CHECKUPS if one.slug == "drill_due")
    found = said(campaign, due)
    assert len(found) == drills.filter(due_on__gte=campaign.starts_on).count()
    day = one.due_on.isoformat()
    assert [one.item.title, str(one.task_force), day, day] in found
