"""P2's yearly and three-year report: work on time, late and open; rules; evaluations; contractors; exits."""

import io
from datetime import date

import openpyxl
import pytest

from campaigns.actions import load_plan
from campaigns.enums import WorkKind
from campaigns.models import (
    Contractor,
    ContractorEntry,
    IntegrityRecord,
    Occurrence,
    Provision,
    ReportDuty,
)
from campaigns.periods import Period
from campaigns.plan import read_plan
from hazards.enums import EnforcementKind, Level, Status
from reports.figures.counting import coverage_of, figures, records
from reports.figures.groups import figures_by, figures_by_name
from reports.layouts import FORMS, yearly
from reports.layouts.form import Ask
from reports.layouts.yearly_figures import CHECKUPS, CONTRACTORS, OTHERS, PROVISIONS, WORK, indicators
from reports.series import reported_forms, units_owing
from tests import factories

DAY = date(2021, 12, 31)
YEAR = Period(date(2021, 1, 1), DAY)
THREE = Period(date(2020, 6, 1), date(2022, 12, 31))


@pytest.fixture
def campaign(db):
    return load_plan(read_plan("three-year-2020")).campaign


@pytest.fixture
def force(campaign):
    return campaign.task_forces.first()


def sheet_of(campaign, period=YEAR, unit=None):
    by = "" if unit else yearly.FORM.rows_by
    book = yearly.FORM.book(Ask(campaign, period.end, unit, period, by=by))
    return openpyxl.load_workbook(io.BytesIO(book.to_bytes())).active


def rows(sheet):
    return [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]


def row_of(found, first, after):
    start = found.index([after])
    return next(row for row in found[start:] if row and row[0] == first)


def work(campaign):
    """The year's dated work, emptied: what is done is said by the test."""
    due = Occurrence.objects.filter(campaign=campaign, due_on__range=(YEAR.start, YEAR.end))
    due.update(done_on=None)
    return due.order_by("pk")


def numbers(campaign, those, day=DAY, period=YEAR, **more):
    return figures(campaign, day, period, indicators=those, **more)


def test_work_is_on_time_late_or_open(campaign):
    due = list(work(campaign))
    assert len(due) >= 3
    Occurrence.objects.filter(pk=due[0].pk).update(due_on=date(2021, 6, 30), done_on=date(2021, 6, 30))
    Occurrence.objects.filter(pk=due[1].pk).update(due_on=date(2021, 6, 30), done_on=date(2021, 7, 1))
    Occurrence.objects.filter(pk=due[2].pk).update(due_on=date(2021, 6, 30), done_on=date(2022, 1, 1))
    said = numbers(campaign, WORK)
    assert said == {
        "work_due": len(due),
        "work_on_time": 1,
        "work_late": 1,
        "work_open": len(due) - 2,
    }
    afterwards = figures(campaign, date(2022, 1, 1), indicators=WORK)
    assert afterwards["work_late"] == 2


def test_work_of_a_task_force_is_its_units(campaign, force):
    due = work(campaign)
    mine = due.filter(task_force__department=force.department) | due.filter(department=force.department)
    said = numbers(campaign, WORK, coverage=coverage_of(campaign, force.department))
    assert said["work_due"] == mine.count() > due.filter(department=force.department).count()
    by_unit = figures_by(campaign, DAY, "department", period=YEAR, indicators=WORK)
    assert by_unit[force.department_id]["work_due"] == mine.count()
    assert sum(row["work_due"] for row in by_unit.values()) == due.count()
    by_force = figures_by(campaign, DAY, "task_force", period=YEAR, indicators=WORK)
    assert by_force[force.pk]["work_due"] == due.filter(task_force=force).count()


def test_evaluations_and_drills(campaign):
    drills = work(campaign).filter(item__kind=WorkKind.DRILL)
    one = drills.first()
    Occurrence.objects.filter(pk=one.pk).update(done_on=date(2021, 5, 1))
    said = numbers(campaign, CHECKUPS)
    assert (said["drill_due"], said["drill_done"]) == (drills.count(), 1)


def test_rules_contractors_and_exits(campaign, force):
    unit = force.department
    for planned, issued in (
        (date(2021, 3, 1), date(2021, 4, 1)),
        (date(2021, 5, 1), date(2022, 1, 1)),
        (None, None),
        (date(2022, 5, 1), date(2021, 2, 1)),
    ):
        Provision.objects.create(
            campaign=campaign, department=unit, name="制度", planned_on=planned, issued_on=issued
        )
    said = numbers(campaign, PROVISIONS)
    assert (said["provisions_planned"], said["provisions_issued"]) == (2, 2)
    assert figures(campaign, DAY, indicators=PROVISIONS)["provisions"] == 4
    good, bad = (Contractor.objects.create(campaign=campaign, name=name) for name in ("好队", "差队"))
    for contractor, on, passed in (
        (good, date(2021, 2, 1), True),
        (bad, date(2021, 2, 2), True),
        (bad, date(2021, 3, 2), False),
        (bad, date(2020, 12, 31), None),
    ):
        ContractorEntry.objects.create(
            contractor=contractor, park=force.park, work="检修", applied_on=on, passed=passed,
            reviewed_on=None if passed is None else on,
        )  # fmt: skip
    for _ in range(2):
        IntegrityRecord.objects.create(
            contractor=bad, on=date(2021, 3, 3), text="违章动火", recorded_by=factories.UserFactory()
        )
    assert numbers(campaign, CONTRACTORS) == {
        "entries": 3,
        "entries_passed": 2,
        "contractors": 2,
        "contractors_bad": 1,
    }
    factories.EnterpriseFactory(park=force.park, active=False, left_on=date(2021, 7, 1))
    factories.EnterpriseFactory(park=force.park, active=False)
    factories.EnterpriseFactory(park=force.park)
    assert numbers(campaign, OTHERS) == {"danger_sources": None, "exits": 1}


def test_every_figure_equals_its_records(campaign, force):
    test_rules_contractors_and_exits(campaign, force)
    for one in indicators(campaign):
        number, behind = figures(campaign, DAY, indicators=[one])[one.slug], records(one, campaign, DAY)
        if not one.sums and not one.distinct and number is not None:
            assert number == behind.count(), one.slug
    for by in ("department", "park", "task_force", "region", "trait"):
        assert figures_by_name(campaign, DAY, by, period=YEAR, indicators=indicators(campaign)) is not None


@pytest.fixture
def filled(campaign, force):
    kind = campaign.categories.first()
    for number, found, closed_on, level in (
        ("Y1", date(2020, 8, 1), date(2021, 1, 5), Level.GENERAL),
        ("Y2", date(2021, 2, 1), date(2021, 3, 5), Level.MAJOR),
        ("Y3", date(2021, 11, 1), None, Level.MAJOR),
    ):
        done = {"status": Status.CLOSED, "done_on": closed_on, "closed_on": closed_on,
                "accepted_by": factories.UserFactory(), "submitted_by": factories.UserFactory()}  # fmt: skip
        factories.HazardFactory(
            task_force=force, category=kind, number=number, found_on=found, level=level,
            due_on=date(2021, 12, 1), **(done if closed_on else {"status": Status.RECTIFYING}),
        )  # fmt: skip
    factories.EnforcementFactory(
        campaign=campaign, enterprise=factories.EnterpriseFactory(park=force.park),
        department=force.department, kind=EnforcementKind.SHUT_DOWN, acted_on=date(2021, 4, 1),
    )  # fmt: skip
    Provision.objects.create(
        campaign=campaign, department=force.department, name="=动火管理规定", planned_on=date(2021, 3, 1),
        issued_on=date(2021, 4, 1), document_number="〔2021〕3号", park=force.park,
    )  # fmt: skip
    return campaign


def test_the_form_says_what_the_ledger_says(filled):
    found = rows(sheet_of(filled))
    assert found[0] == [f"{filled.label}\n2021年度报告"]
    said = found[3][0]
    assert "发现隐患2项（其中重大2项），整改销号2项（其中重大1项）。" in said
    assert "累计发现隐患3项，已整改2项，整改率66.7%，逾期未整改1项。" in said
    assert "制度措施计划出台1项，已出台1项。" in said
    part = "二、问题隐患排查整改"
    assert row_of(found, "重大隐患", part) == ["重大隐患", 2, 1, 2, 1, "50.0%", 1]
    assert row_of(found, "一般隐患", part) == ["一般隐患", 0, 1, 1, 1, "100.0%", 0]
    kind = filled.categories.first().name
    assert row_of(found, kind, part) == [kind, 2, 2, 3, 2, "66.7%", 1]
    rule = row_of(found, "1", "三、制度措施清单")
    assert rule[1] == f"=动火管理规定（{filled.task_forces.first().park}）"
    assert [value.date() for value in rule[3:5]] == [date(2021, 3, 1), date(2021, 4, 1)]
    assert rule[5] == "〔2021〕3号"
    assert row_of(found, "依法关闭", "五、检查执法") == ["依法关闭", "家", 1, 1]
    assert row_of(found, "重大危险源", "四、风险评价、应急演练、承包商和企业退出")[2:] == ["/", "—"]
    due = work(filled).count()
    total = row_of(found, "合计", "六、重点任务和工作计划完成情况")
    assert total == ["合计", due, 0, 0, due, "0.0%"]


def test_three_years_in_one_report(filled):
    found = rows(sheet_of(filled, THREE))
    assert found[0] == [f"{filled.label}\n三年行动报告"]
    assert "发现隐患3项（其中重大2项）" in found[3][0]
    assert row_of(found, "合计", "二、问题隐患排查整改")[:3] == ["合计", 3, 2]


def test_a_unit_and_a_campaign_without_records(campaign, force):
    Occurrence.objects.filter(campaign=campaign).delete()
    found = rows(sheet_of(campaign))
    assert "发现隐患0项" in found[3][0]
    assert "完成率/。" in found[3][0]
    assert found.count(["（无）"]) == 2
    own = rows(sheet_of(campaign, unit=force.department))
    assert own[1][0] == f"填报单位：{force.department.name}"


def test_it_prints_on_a4_without_formulas(filled):
    sheet = sheet_of(filled)
    assert (int(sheet.page_setup.paperSize), sheet.page_setup.orientation) == (9, "portrait")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    texts = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {"填报人：", "审核领导：", "联系电话：", "填报时间：  年  月  日"} <= texts


def test_the_plan_asks_for_it_each_year_from_those_who_run_the_parks(campaign, force):
    form = FORMS["yearly"]
    assert form in reported_forms(campaign)
    assert units_owing(campaign, form) == [force.department]


def test_loading_the_plan_again_adds_nothing(campaign):
    before = ReportDuty.objects.count(), Occurrence.objects.count()
    assert not load_plan(read_plan("three-year-2020")).created.total()
    assert (ReportDuty.objects.count(), Occurrence.objects.count()) == before
    campaign.refresh_from_db()
    assert campaign.forms == ["longgang-4", "yearly"]
