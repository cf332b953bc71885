"""The grid of the report centre: who handed in when, and what waits for whom."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from campaigns.models import Campaign, Occurrence
from campaigns.periods import Period
from campaigns.queries import scope_of
from campaigns.work.sync import sync_occurrences
from reports.actions import Asked, compile_report
from reports.centre.grid import grid, tally, turns_of
from reports.enums import HandedIn, ReportAction, ReportState
from reports.layouts import weekly
from reports.models import Report
from reports.series import dues, dues_of, period_name
from reports.signing import actions as sign_actions
from tests import factories

LAST_WEEK = Period(date(2021, 9, 6), date(2021, 9, 12))
THIS_WEEK = Period(date(2021, 9, 13), date(2021, 9, 19))
DUE = timezone.make_aware(datetime(2021, 9, 13, 11, 30))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def owed(world):
    """Each unit owes last week's report on Monday by 11:30."""
    duty = world.campaign.report_duties.get()
    duty.days_after, duty.due_time = 1, DUE.timetz().replace(tzinfo=None)
    duty.save()
    sync_occurrences(world.campaign)
    return world


def cell(world, unit, now=DUE, period=LAST_WEEK, who="lead"):
    lines = grid(scope_of(getattr(world, who)), world.campaign, weekly.FORM, [period], now)
    return next(line.current for line in lines if line.unit == unit)


def filled(world, at, **more):
    report = factories.signed_report(world.campaign, world.xincheng, ReportState.FILLED, **more)
    Report.objects.filter(pk=report.pk).update(filled_at=at)
    return report


def test_the_plan_says_by_when(owed):
    assert dues(owed.campaign, weekly.FORM, LAST_WEEK)[owed.xincheng.pk].at == DUE
    both = dues_of(owed.campaign, weekly.FORM, [THIS_WEEK, LAST_WEEK])
    assert both[owed.xincheng.pk, LAST_WEEK.end].at == DUE
    assert both[owed.xincheng.pk, THIS_WEEK.end].at == DUE + timedelta(days=7)
    assert dues_of(owed.campaign, weekly.FORM, []) == {}


@pytest.mark.parametrize(
    ("at", "state"), [(DUE - MINUTE, "on_time"), (DUE, "on_time"), (DUE + MINUTE, "late")]
)
def test_on_time_to_the_minute(owed, at, state):
    filled(owed, at)
    assert cell(owed, owed.xincheng, DUE + timedelta(days=3)).handed_in == state


@pytest.mark.parametrize(("now", "state"), [(DUE, "waiting"), (DUE + MINUTE, "missing")])
def test_missing_from_the_minute_after(owed, now, state):
    assert cell(owed, owed.xincheng, now).handed_in == state
    compile_report(Asked(owed.campaign, owed.xincheng, weekly.FORM, LAST_WEEK))
    assert cell(owed, owed.xincheng, now).handed_in == state, "a draft is not handed in"


@pytest.mark.parametrize(("at", "words"), [(DUE, "零报告"), (DUE + MINUTE, "零报告（迟报）")])
def test_a_nil_report_is_one_and_may_be_late(owed, at, words):
    filled(owed, at, nil=True)
    found = cell(owed, owed.xincheng)
    assert (found.handed_in, found.words, found.late) == (HandedIn.NIL, words, at > DUE)


def test_without_a_date_in_the_plan_it_is_owed_by_the_end_of_the_period(world):
    assert not Occurrence.objects.exists()
    midnight = timezone.make_aware(datetime(2021, 9, 13))
    assert cell(world, world.xincheng, midnight - MINUTE).handed_in == HandedIn.WAITING
    assert cell(world, world.xincheng, midnight).handed_in == HandedIn.MISSING


def test_who_owes_nothing_is_neither_late_nor_missing(owed):
    assert cell(owed, None).handed_in is None
    owed.campaign.report_duties.get().responsibilities.all().delete()
    own = cell(owed, owed.xincheng, who="dept_xincheng", now=DUE + MINUTE)
    assert (own.handed_in, own.words) == (None, "")


def test_a_correction_does_not_make_it_late_nor_missing(owed):
    owed.campaign.report_duties.update(days_after=5)  # Friday: the report is signed on Wednesday
    sync_occurrences(owed.campaign)
    report = factories.signed_report(owed.campaign, owed.xincheng)
    factories.HazardFactory(task_force=owed.task_force_a, category=owed.category)
    again = sign_actions.reopen(report.pk, by=owed.lead, reason="漏报一项")
    found = cell(owed, owed.xincheng, DUE + timedelta(days=7))
    assert (found.report, found.handed_in) == (again, HandedIn.ON_TIME)


def test_what_is_sent_back_is_not_handed_in(owed):
    report = filled(owed, DUE - MINUTE)
    report.refresh_from_db()
    sign_actions.send_back(report.pk, by=owed.lead, seen=report.version, note="数字不对")
    assert cell(owed, owed.xincheng, DUE + MINUTE).handed_in == HandedIn.MISSING


def test_tally_counts_units_not_the_rollup(owed):
    filled(owed, DUE + MINUTE, nil=True)
    lines = grid(scope_of(owed.lead), owed.campaign, weekly.FORM, [THIS_WEEK, LAST_WEEK], DUE + timedelta(1))
    assert lines[0].unit is None
    now, before = tally(lines), tally(lines, 1)
    assert (now.owed, now.handed, now.waiting, now.missing) == (4, 0, 4, 0)
    assert (before.owed, before.handed, before.late, before.nil, before.missing) == (4, 1, 1, 1, 3)


@pytest.mark.parametrize(
    ("who", "units"),
    [("lead", 5), ("leader", 5), ("dept_xincheng", 1), ("tf_a", 0), ("operator_a", 0), ("other_lead", 0)],
)
def test_who_sees_which_lines(owed, who, units):
    scope = scope_of(getattr(owed, who))
    assert len(grid(scope, owed.campaign, weekly.FORM, [LAST_WEEK], DUE)) == units


def test_ten_more_units_ask_no_more_queries(owed, django_assert_num_queries):
    def count(expected):
        scope, campaign = scope_of(owed.lead), Campaign.objects.get(pk=owed.campaign.pk)
        with django_assert_num_queries(expected):
            grid(scope, campaign, weekly.FORM, [THIS_WEEK, LAST_WEEK], DUE)

    count(5)
    factories.join(owed.campaign, *(factories.DepartmentFactory() for _ in range(10)))
    sync_occurrences(owed.campaign)
    count(5)


def turns(world, who):
    person = getattr(world, who)
    return [(turn.report.pk, turn.action) for turn in turns_of(person, scope_of(person), world.campaign)]


def test_a_draft_waits_for_its_own_unit_until_it_is_filled(world):
    report = factories.signed_report(world.campaign, world.xincheng, ReportState.DRAFT)
    assert turns(world, "dept_xincheng") == [(report.pk, ReportAction.FILL)]
    for other in ("lead", "leader", "dept_jingfa", "tf_a", "operator_a", "other_lead"):
        assert turns(world, other) == [], other
    sign_actions.fill(report.pk, by=world.dept_xincheng, seen=report.version, notes={})
    assert turns(world, "dept_xincheng") == [], "who filled it in does not review it"
    assert turns(world, "lead") == [(report.pk, ReportAction.REVIEW)]


def test_a_reviewed_report_waits_to_be_issued_and_an_issued_one_for_nobody(world):
    report = factories.signed_report(world.campaign, world.xincheng, ReportState.REVIEWED)
    assert turns(world, "lead") == [(report.pk, ReportAction.ISSUE)]
    sign_actions.issue(report.pk, by=world.lead, seen=report.version)
    assert turns(world, "lead") == turns(world, "dept_xincheng") == []


def test_of_earlier_weeks_only_what_was_sent_back_waits(world):
    earlier = Period(date(2021, 8, 30), date(2021, 9, 5))
    report = factories.signed_report(world.campaign, world.xincheng, ReportState.DRAFT, period=earlier)
    assert turns(world, "dept_xincheng") == []
    report = sign_actions.fill(report.pk, by=world.dept_xincheng, seen=report.version)
    sign_actions.send_back(report.pk, by=world.lead, seen=report.version, note="请核对")
    assert turns(world, "dept_xincheng") == [(report.pk, ReportAction.FILL)]


def test_the_rollup_waits_for_the_lead_bureau(world):
    report = factories.signed_report(world.campaign, None, ReportState.DRAFT)
    assert turns(world, "lead") == [(report.pk, ReportAction.FILL)]
    assert turns(world, "dept_xincheng") == []


def test_names_of_periods():
    assert period_name(weekly.FORM, LAST_WEEK) == "2021年9月6日至12日"
    assert period_name(weekly.FORM, Period(date(2021, 9, 27), date(2021, 10, 3))) == "2021年9月27日至10月3日"
    assert (
        period_name(weekly.FORM, Period(date(2021, 12, 27), date(2022, 1, 2)))
        == "2021年12月27日至2022年1月2日"
    )
