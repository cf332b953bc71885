"""Compiling reports: issues, their immutability, the schedule."""

import gzip
import hashlib
import json
import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, connections

from accounts.models import AuditEntry
from campaigns.enums import UnitKind
from campaigns.models import Campaign, CampaignUnit, Responsibility
from campaigns.periods import Period
from parks.models import Department
from reports import tasks
from reports.actions import Asked, Outcome, compile_report
from reports.layouts import weekly
from reports.models import Report
from reports.queries import due_units, reports_for
from reports.series import periods_to_report
from tests import factories

LAST_WEEK = Period(date(2021, 9, 6), date(2021, 9, 12))
THIS_WEEK = Period(date(2021, 9, 13), date(2021, 9, 19))


def asked(world):
    """新城中心's report of last week."""
    return Asked(world.campaign, world.xincheng, weekly.FORM, LAST_WEEK)


def hazard(world, **more):
    return factories.HazardFactory(task_force=world.task_force_a, category=world.category, **more)


def test_first_issue_is_kept_with_its_hash_and_records(world):
    one = hazard(world)
    report, outcome = compile_report(asked(world), by=world.dept_xincheng)
    assert outcome is Outcome.NEW
    assert (report.issue, report.as_of, report.compiled_by) == (1, LAST_WEEK.end, world.dept_xincheng)
    assert hashlib.sha256(report.workbook.read()).hexdigest() == report.sha256
    assert report.figures["cumulative"]["found"] == 1
    assert json.loads(gzip.decompress(report.records.read()))["found"]["cumulative"] == [one.pk]
    assert AuditEntry.objects.filter(act="汇总报表", user=world.dept_xincheng).count() == 1


def test_same_content_is_the_same_issue(world):
    hazard(world)
    first, _ = compile_report(asked(world))
    again, outcome = compile_report(asked(world), by=world.lead)
    assert (again, outcome) == (first, Outcome.SAME)
    assert Report.objects.count() == 1


def test_a_draft_follows_the_ledger(world):
    hazard(world)
    first, _ = compile_report(asked(world))
    before = first.workbook.read()
    hazard(world)
    again, outcome = compile_report(asked(world))
    assert (outcome, again.pk, again.issue, again.version) == (Outcome.UPDATED, first.pk, 1, 2)
    assert again.workbook.read() != before
    assert (first.figures["cumulative"]["found"], again.figures["cumulative"]["found"]) == (1, 2)
    assert [step.action for step in again.steps.all()] == ["compile", "compile"]


def test_a_running_week_counts_to_today(world):
    hazard(world, found_on=date(2021, 9, 15))
    report, _ = compile_report(Asked(world.campaign, world.xincheng, weekly.FORM, THIS_WEEK))
    assert report.as_of == world.campaign.today() == date(2021, 9, 15)
    assert report.period_end == THIS_WEEK.end
    assert report.figures["period"]["found"] == 1


@pytest.mark.parametrize("days", [7, 700, -700])
def test_weeks_outside_the_campaign_are_refused(world, days):
    move = timedelta(days=days)
    with pytest.raises(ValidationError):
        compile_report(
            replace(asked(world), period=Period(THIS_WEEK.start + move, THIS_WEEK.end + move)),
            by=world.lead,
        )
    assert not Report.objects.exists()


@pytest.mark.parametrize("who", ["leader", "assessor", "dept_jingfa", "tf_a", "operator_a", "other_lead"])
def test_others_may_not_compile(world, who):
    with pytest.raises(PermissionDenied):
        compile_report(asked(world), by=getattr(world, who))
    assert not Report.objects.exists()


def test_a_unit_may_not_compile_the_rollup(world):
    with pytest.raises(PermissionDenied):
        compile_report(Asked(world.campaign, None, weekly.FORM, LAST_WEEK), by=world.dept_xincheng)
    report, _ = compile_report(Asked(world.campaign, None, weekly.FORM, LAST_WEEK), by=world.lead)
    assert report.department is None
    assert report.figures["rows"][0]["name"] == "市经济发展局"


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("lead", 2),
        ("leader", 2),
        ("assessor", 2),
        ("dept_xincheng", 1),
        ("dept_jingfa", 0),
        ("tf_a", 0),
        ("operator_a", 0),
        ("other_lead", 0),
        ("system_admin", 0),
        ("auditor", 0),
    ],
)
def test_who_sees_which_reports(world, who, sees):
    for unit in (world.xincheng, None):
        compile_report(Asked(world.campaign, unit, weekly.FORM, LAST_WEEK))
    assert reports_for(getattr(world, who)).count() == sees


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time anyway")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rollup", [False, True])
def test_five_at_once_make_one_issue(transactional_db, rollup):
    unit = factories.DepartmentFactory()
    campaign = factories.CampaignFactory()
    factories.join(campaign, unit)
    factories.HazardFactory(
        task_force=factories.TaskForceFactory(campaign=campaign, department=unit), campaign=campaign
    )
    ready, issues = threading.Barrier(5), []

    def run():
        try:
            mine = Campaign.objects.get(pk=campaign.pk)
            asked = None if rollup else Department.objects.get(pk=unit.pk)
            ready.wait()
            issues.append(compile_report(Asked(mine, asked, weekly.FORM, LAST_WEEK)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(issues) == 5
    assert [outcome for _, outcome in issues].count(Outcome.NEW) == 1
    assert Report.objects.count() == 1


def test_schedule_compiles_the_last_full_week_once(world):
    assert tasks.compile_due(world.campaign, weekly.FORM) == 5
    assert tasks.compile_due(world.campaign, weekly.FORM) == 0
    kept = Report.objects.filter(campaign=world.campaign)
    assert {report.period_end for report in kept} == {LAST_WEEK.end}
    assert {report.department for report in kept} == {
        None,
        world.lead_department,
        world.xincheng,
        world.jingfa,
        world.xiaofang,
    }
    assert {report.compiled_by for report in kept} == {None}


def test_units_that_owe_nothing_are_left_out(world):
    duty = world.campaign.report_duties.get()
    duty.responsibilities.all().delete()
    for unit in (world.xincheng, world.jingfa):
        Responsibility.objects.create(report=duty, department=unit)
    owing = due_units(world.campaign, weekly.FORM, LAST_WEEK)
    assert world.xiaofang not in owing
    assessors = CampaignUnit.objects.get(kind=UnitKind.ASSESSOR)
    assert assessors.department not in owing
    assert owing[-1] is None


def test_after_an_outage_the_latest_week_is_caught_up_once(world):
    tasks.compile_due(world.campaign, weekly.FORM)
    world.campaign.clock = date(2021, 10, 13)
    world.campaign.save()
    assert tasks.compile_due_reports() >= 5
    made = Report.objects.filter(campaign=world.campaign, form="weekly")
    assert {report.period_end for report in made} == {LAST_WEEK.end, date(2021, 10, 10)}


def test_nothing_before_the_first_or_after_the_last_week(world):
    for clock in (date(2021, 7, 3), date(2022, 2, 1)):
        world.campaign.clock = clock
        assert tasks.compile_due(world.campaign, weekly.FORM) == 0


def test_one_units_failure_does_not_stop_the_others(world, monkeypatch, caplog):
    def failing(asked, **more):
        if asked.unit == world.xincheng:
            raise RuntimeError("disk full")
        return compile_report(asked, **more)

    monkeypatch.setattr(tasks, "compile_report", failing)
    assert tasks.compile_due(world.campaign, weekly.FORM) == 4
    assert "disk full" in caplog.text
    monkeypatch.undo()
    assert tasks.compile_due(world.campaign, weekly.FORM) == 1


def test_weeks_on_offer(world):
    weeks = periods_to_report(weekly.FORM, world.campaign, date(2021, 7, 14))
    assert [str(week) for week in weeks] == [
        "2021年7月12日至2021年7月18日",
        "2021年7月5日至2021年7月11日",
        "2021年6月28日至2021年7月4日",
    ]
    every = periods_to_report(weekly.FORM, world.campaign, date(2022, 5, 1))
    assert (every[0].end, every[-1].end) == (date(2022, 1, 2), date(2021, 7, 4))
    assert periods_to_report(weekly.FORM, world.campaign, date(2022, 5, 1), 3) == every[:3]
