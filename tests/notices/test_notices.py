"""Who is told what and how often, and that nobody reads another's notices."""

import threading
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.periods import Period
from campaigns.queries import scope_of
from hazards import actions as hazard_actions
from hazards.findings import Finding
from hazards.models import Hazard
from hazards.procedures import urge_actions
from notices.actions import collect, read_one
from notices.enums import NoticeKind
from notices.models import Notice
from notices.queries import notices_for, unread_count
from notices.tasks import send_due_notices
from reports.actions import Asked, compile_report
from reports.layouts import weekly
from reports.models import ReportReminder
from reports.signing.actions import fill
from tests import factories

TODAY = date(2021, 9, 15)
NOW = timezone.make_aware(datetime(2021, 9, 15, 10, 0))


def scan(campaign, today=TODAY):
    return collect(campaign, today=today, now=NOW)


def told(kind):
    return set(Notice.objects.filter(kind=kind).values_list("user__username", flat=True))


def open_hazard(world, **facts):
    facts = {"status": "rectifying", "due_on": TODAY, "responsible_department": world.xiaofang} | facts
    return factories.HazardFactory(task_force=world.task_force_a, reported_by=world.tf_a, **facts)


@pytest.fixture
def assigned(world) -> Hazard:
    finding = Finding(park=world.park_a, place="1号楼", description="安全出口堵塞", category=world.category)
    hazard = hazard_actions.report(world.campaign, finding, by=world.tf_a)
    return hazard_actions.assign(
        hazard.pk, by=world.lead, department=world.xiaofang, due_on=TODAY + timedelta(days=20)
    )


def test_assignment_is_told_to_the_unit_and_the_task_force(world, assigned):
    scan(world.campaign)
    assert told(NoticeKind.ASSIGNED) == {"xiaofang", "tf_a", "tf_a2"}
    assert "10月5日" in Notice.objects.first().text


def test_submitted_is_told_to_those_who_may_accept_but_not_to_its_author(world, assigned):
    hazard_actions.submit(
        assigned.pk, by=world.tf_a, measure="已清理", done_on=TODAY, photos=[factories.photo()]
    )
    scan(world.campaign)
    assert told(NoticeKind.SUBMITTED) == {"tf_a2"}
    assert told(NoticeKind.ASSIGNED) == set()


def test_a_major_one_waits_for_the_lead_bureau(world, assigned):
    Hazard.objects.filter(pk=assigned.pk).update(level="major")
    factories.commit_all_five(assigned, by=world.dept_xiaofang)
    hazard_actions.submit(
        assigned.pk, by=world.dept_xiaofang, measure="已清理", done_on=TODAY, photos=[factories.photo()]
    )
    scan(world.campaign)
    assert told(NoticeKind.SUBMITTED) == {"lead", "lead2"}


def test_a_return_is_told_with_its_reason(world, assigned):
    hazard_actions.submit(
        assigned.pk, by=world.dept_xiaofang, measure="已清理", done_on=TODAY, photos=[factories.photo()]
    )
    hazard_actions.reject(assigned.pk, by=world.tf_a2, note="照片不清楚")
    scan(world.campaign)
    assert told(NoticeKind.RETURNED) == {"xiaofang", "tf_a"}
    assert "照片不清楚" in Notice.objects.filter(kind=NoticeKind.RETURNED).first().text


@pytest.mark.parametrize(
    ("days", "kind"),
    [(-1, NoticeKind.OVERDUE), (0, NoticeKind.DUE_SOON), (7, NoticeKind.DUE_SOON), (8, None)],
)
def test_deadline(world, days, kind):
    open_hazard(world, due_on=TODAY + timedelta(days=days))
    scan(world.campaign)
    assert set(Notice.objects.values_list("kind", flat=True)) == ({kind} if kind else set())


@pytest.mark.parametrize("facts", [{"status": "void"}, {"backfilled": True}, {"due_on": None}])
def test_nothing_to_say(world, facts):
    open_hazard(world, **{"due_on": TODAY - timedelta(days=5)} | facts)
    assert scan(world.campaign) == 0


def test_the_lead_bureau_hears_of_more_than_a_week(world):
    open_hazard(world, due_on=TODAY - timedelta(days=6))
    scan(world.campaign)
    assert told(NoticeKind.OVERDUE) == {"xiaofang", "tf_a", "tf_a2"}
    assert told(NoticeKind.ESCALATED) == set()
    open_hazard(world, due_on=TODAY - timedelta(days=7))
    scan(world.campaign)
    assert told(NoticeKind.OVERDUE) == {"xiaofang", "tf_a", "tf_a2"}
    assert told(NoticeKind.ESCALATED) == {"lead", "lead2"}


def test_a_task_forces_own_work_is_not_told_to_the_unit(world):
    open_hazard(world, by_task_force=True, responsible_department=world.xincheng)
    scan(world.campaign)
    assert told(NoticeKind.DUE_SOON) == {"tf_a", "tf_a2"}


def test_who_left_is_not_told(world):
    world.tf_a2.is_active = False
    world.tf_a2.save()
    open_hazard(world)
    scan(world.campaign)
    assert told(NoticeKind.DUE_SOON) == {"xiaofang", "tf_a"}


def test_overdue_is_told_daily_for_a_week_and_then_weekly(world):
    open_hazard(world, due_on=TODAY)
    counts = []
    for days in range(1, 23):
        scan(world.campaign, TODAY + timedelta(days=days))
        assert scan(world.campaign, TODAY + timedelta(days=days)) == 0
        counts.append(Notice.objects.filter(kind=NoticeKind.OVERDUE, user=world.tf_a).count())
    assert counts == [1, 2, 3, 4, 5, 6, 7, 7, 7, 7, 7, 7, 7, 8, 8, 8, 8, 8, 8, 8, 9, 9]


def test_the_fixed_date_of_the_campaign_counts(world):
    open_hazard(world, due_on=TODAY)
    assert send_due_notices() == 3
    assert send_due_notices() == 0
    Campaign.objects.filter(pk=world.campaign.pk).update(active=False, clock=date(2021, 9, 16))
    assert send_due_notices() == 0


def test_command(world, capsys):
    open_hazard(world)
    call_command("send_notices")
    assert "3" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer")
def test_two_scans_at_once_say_it_once(world):
    for _ in range(40):
        open_hazard(world, due_on=TODAY - timedelta(days=9))
    start, faults = threading.Barrier(2), []

    def run():
        try:
            start.wait()
            scan(Campaign.objects.get(pk=world.campaign.pk))
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert Notice.objects.count() == 40 * (3 + 2)  # those who repair, and the lead bureau


def test_a_hazard_that_is_no_longer_theirs_is_hidden(world):
    hazard = open_hazard(world)
    scan(world.campaign)
    assert notices_for(world.dept_xiaofang).count() == 1
    Hazard.objects.filter(pk=hazard.pk).update(responsible_department=world.jingfa)
    assert notices_for(world.dept_xiaofang).count() == 0


def test_reading_is_one_query_for_the_bell(world, client, django_assert_num_queries):
    open_hazard(world)
    scan(world.campaign)
    scope = scope_of(world.tf_a)
    with django_assert_num_queries(1):
        assert unread_count(world.tf_a, scope) == 1


def test_page_shows_filters_and_marks(world, client):
    hazard = open_hazard(world)
    scan(world.campaign)
    client.force_login(world.tf_a)
    page = client.get("/notices/").content.decode()
    assert hazard.number in page
    assert "未读 1" in page
    notice = Notice.objects.get(user=world.tf_a)
    response = client.post(f"/notices/{notice.pk}/read/")
    assert response["Location"] == f"/hazards/{hazard.pk}/"
    notice.refresh_from_db()
    assert notice.read_at is not None
    assert "没有未读提醒" in client.get("/notices/?unread=1").content.decode()
    assert hazard.number in client.get("/notices/").content.decode()


def test_all_read_at_once_and_only_ones_own(world, client):
    open_hazard(world)
    open_hazard(world)
    scan(world.campaign)
    client.force_login(world.tf_a)
    assert client.post("/notices/read/")["Location"] == "/notices/"
    assert Notice.objects.filter(user=world.tf_a, read_at=None).count() == 0
    assert Notice.objects.filter(user=world.tf_a2, read_at=None).count() == 2


def test_anothers_notice_is_not_found(world, client):
    open_hazard(world)
    scan(world.campaign)
    others = Notice.objects.get(user=world.tf_a2)
    client.force_login(world.tf_a)
    assert client.post(f"/notices/{others.pk}/read/").status_code == 404
    with pytest.raises(Notice.DoesNotExist):
        read_one(world.tf_a, others.pk, now=NOW)
    others.refresh_from_db()
    assert others.read_at is None


def test_nothing_yet(world, client):
    client.force_login(world.leader)
    assert "还没有提醒" in client.get("/notices/").content.decode()


def test_pages_hold_every_notice_once(world, client):
    for _ in range(120):
        open_hazard(world)
    scan(world.campaign)
    client.force_login(world.tf_a)
    seen, address = [], "?"
    while address:
        context = client.get(f"/notices/{address}").context
        seen += [notice.pk for notice in context["notices"]]
        address = context["pager"]["next_url"]
    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize("junk", ["x", "-1", "9" * 40, "١"])
def test_a_wrong_place_in_the_address_is_no_error(world, client, junk):
    client.force_login(world.tf_a)
    assert client.get("/notices/", {"before": junk}).status_code == 200


def test_reading_needs_a_post(world, client):
    client.force_login(world.tf_a)
    assert client.get("/notices/read/").status_code == 405


def test_urging_reaches_those_whose_turn_it_is(world, assigned):
    urge_actions.urge(assigned.pk, by=world.lead, note="本周内完成")
    scan(world.campaign)
    assert told(NoticeKind.URGED) == {"xiaofang", "tf_a", "tf_a2"}
    assert "催办，请于 10月5日 前完成整改：本周内完成" in Notice.objects.filter(kind="urged").first().text
    assert scan(world.campaign) == 0


def test_urging_what_waits_for_acceptance_reaches_those_who_accept(world, assigned):
    done = [factories.photo()]
    hazard_actions.submit(assigned.pk, by=world.tf_a, measure="已清理", done_on=TODAY, photos=done)
    urge_actions.urge(assigned.pk, by=world.lead)
    scan(world.campaign)
    assert told(NoticeKind.URGED) == {"tf_a2"}
    assert "请尽快验收" in Notice.objects.filter(kind="urged").get().text


def test_one_urging_a_day_and_none_when_the_hazard_has_moved_on(world, assigned):
    urge_actions.urge(assigned.pk, by=world.lead)
    with pytest.raises(ValidationError, match="今天已经催办过"):
        urge_actions.urge(assigned.pk, by=world.lead)
    hazard_actions.void(assigned.pk, by=world.lead, note="重复")
    scan(world.campaign)
    assert told(NoticeKind.URGED) == set()


def test_urging_what_is_overdue_says_so(world):
    late = open_hazard(world, due_on=TODAY - timedelta(days=2))
    urge_actions.urge(late.pk, by=world.lead)
    scan(world.campaign)
    assert "9月13日，已逾期，请尽快整改" in Notice.objects.filter(kind="urged").first().text


@pytest.fixture
def asked(world) -> ReportReminder:
    return ReportReminder.objects.create(
        campaign=world.campaign,
        department=world.xiaofang,
        form="weekly",
        period_start=date(2021, 9, 6),
        period_end=date(2021, 9, 12),
        by=world.lead,
        at=NOW,
        on=TODAY,
    )


def test_a_report_that_was_asked_for_is_told_to_the_units_staff_once(world, asked, client):
    assert scan(world.campaign) == 1
    assert scan(world.campaign) == 0
    notice = Notice.objects.get()
    assert (notice.user, notice.kind) == (world.dept_xiaofang, NoticeKind.REPORT_ASKED)
    assert "2021年9月6日至2021年9月12日" in notice.text
    assert unread_count(world.dept_xiaofang, scope_of(world.dept_xiaofang)) == 1
    client.force_login(world.dept_xiaofang)
    assert notice.text in client.get("/notices/").content.decode()
    answer = client.post(f"/notices/{notice.pk}/read/")
    assert answer["Location"] == notice.address()
    assert not notices_for(world.dept_jingfa).exists()


def test_a_report_handed_in_since_is_not_asked_for(world, asked):
    period = Period(asked.period_start, asked.period_end)
    report, _ = compile_report(Asked(world.campaign, world.xiaofang, weekly.FORM, period))
    fill(report.pk, by=world.dept_xiaofang, seen=report.version)
    assert scan(world.campaign) == 0
