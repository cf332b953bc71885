"""Who gets which message when; rounds of looking, writing and sending; what a standstill leaves behind."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from campaigns.models import Campaign, TaskForceMember
from hazards import actions as hazard_actions
from hazards.findings import Finding
from hazards.models import Hazard
from notices import rounds
from notices.actions import collect
from notices.channels import send
from notices.enums import Channel, NoticeKind
from notices.models import Carried, Delivery, Notice, NoticeSettings, Preference, Robot
from notices.rounds import look, run
from notices.sending import preview, write_digests
from tests import factories
from tests.notices.mailing import hazard_of, mail_server, with_addresses

TODAY = date(2021, 9, 15)
EIGHT = timezone.make_aware(datetime(2021, 9, 15, 8, 0))


@pytest.fixture(autouse=True)
def clock(world):
    """The wall clock stands at eight in the morning of the business day; the test moves it."""
    Campaign.objects.update(clock=None)
    world.campaign.refresh_from_db()
    with time_machine.travel(EIGHT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def inbox(settings):
    with mail_server(settings) as running:
        yield running


@pytest.fixture
def people(world):
    with_addresses(world.tf_a, world.tf_a2, world.dept_xiaofang)
    return [world.tf_a, world.tf_a2, world.dept_xiaofang]


def said(robot, notices):
    """What is said; to a group once, whoever else is told of it."""
    texts = [(one.kind, one.hazard_id, one.text) for one in notices]
    return tuple(sorted(set(texts) if robot else texts))


def content(parcels):
    """Way, receiver and texts of each message to be."""
    return {
        (one.way.channel, one.way.user, one.way.robot, said(one.way.robot, one.notices)) for one in parcels
    }


def written():
    return {
        (one.channel, one.user, one.robot, said(one.robot, one.notices.all()))
        for one in Delivery.objects.all()
    }


def test_one_message_a_person_and_day_across_campaigns(world, people, inbox):
    for _ in range(3):
        hazard_of(world, TODAY)
    TaskForceMember.objects.create(task_force=world.task_force_c, user=world.tf_a)
    factories.HazardFactory(task_force=world.task_force_c, status="rectifying", due_on=TODAY)
    done = run(timezone.now(), send)
    assert (done.written, done.sent) == (3, 3)
    mine = Delivery.objects.get(user=world.tf_a)
    assert {n.campaign_id for n in mine.notices.all()} == {world.campaign.pk, world.other.pk}
    assert sorted(mail.to for mail in inbox.mails) == [
        "tf_a2@example.com",
        "tf_a@example.com",
        "xiaofang@example.com",
    ]
    assert run(timezone.now(), send).sent == 0


def test_before_the_sending_time_and_in_quiet_hours_nothing_goes_out(world, people, inbox, clock):
    hazard_of(world, TODAY)
    for hour, minute, sent in ((7, 59, 0), (21, 0, 0), (8, 0, 3)):
        clock.move_to(EIGHT.replace(hour=hour, minute=minute))
        assert run(timezone.now(), send).sent == sent
    assert Notice.objects.count() >= 3


def test_a_sending_time_in_quiet_hours_means_their_end(world, people, inbox, clock):
    NoticeSettings.objects.create(campaign=world.campaign, digest_at="22:00")
    hazard_of(world, TODAY)
    clock.move_to(EIGHT.replace(hour=7, minute=29))
    assert run(timezone.now(), send).sent == 0
    clock.move_to(EIGHT.replace(hour=7, minute=30))
    assert run(timezone.now(), send).sent == 3


def test_what_comes_after_the_message_goes_into_the_next_days(world, people, inbox, clock):
    hazard_of(world, TODAY)
    run(timezone.now(), send)
    clock.shift(timedelta(hours=2))
    hazard_of(world, TODAY, place="二号楼")
    assert run(timezone.now(), send).sent == 0
    clock.shift(timedelta(days=1))
    run(timezone.now(), send)
    texts = [mail.text for mail in inbox.mails if mail.to == "tf_a@example.com"]
    assert ["二号楼" in text for text in texts] == [False, True]


def test_wishes_are_kept_and_what_must_not_be_missed_goes_all_the_same(world, people, inbox):
    Preference.objects.create(user=world.tf_a, by_email=False)
    Preference.objects.create(user=world.tf_a2, muted=[NoticeKind.DUE_SOON])
    hazard_of(world, TODAY)
    run(timezone.now(), send)
    assert [mail.to for mail in inbox.mails] == ["xiaofang@example.com"]
    Delivery.objects.all().delete()
    hazard_of(world, TODAY - timedelta(days=1))
    run(timezone.now(), send)
    assert Delivery.objects.get(user=world.tf_a).notices.get().kind == NoticeKind.OVERDUE


def test_no_mail_server_no_messages_but_the_inbox_holds_all(world, people, settings):
    settings.EMAIL_ON = False
    hazard_of(world, TODAY)
    assert run(timezone.now(), send).written == 0
    assert Notice.objects.count() == 3


def test_a_group_is_not_told_the_same_thing_again_the_next_day(world, people, settings):
    settings.EMAIL_ON = False
    robot = Robot.objects.create(
        campaign=world.campaign, channel=Channel.WECOM, name="群", address="https://x"
    )
    hazard_of(world, TODAY)
    collect(world.campaign, today=TODAY, now=timezone.now())
    assert write_digests(timezone.now()) == 1
    assert Carried.objects.filter(way=robot.pk).count() == 3
    assert write_digests(timezone.now() + timedelta(days=1)) == 0


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(days=1)], ids=["now", "tomorrow at eight"])
def test_the_preview_is_what_is_then_sent(world, people, inbox, clock, ahead):
    Robot.objects.create(campaign=world.campaign, channel=Channel.WECOM, name="群", address="https://x")
    for days in range(-9, 9):
        hazard_of(world, TODAY + timedelta(days=days))
    settled = hazard_of(world, TODAY)
    if ahead:  # this morning's round has been
        run(timezone.now(), send)
        Delivery.objects.all().delete()
    before = Notice.objects.count(), Delivery.objects.count()
    Hazard.objects.filter(pk=settled.pk).update(status="void")
    foreseen = content(preview(timezone.now() + ahead))
    assert (Notice.objects.count(), Delivery.objects.count()) == before
    clock.shift(ahead)
    run(timezone.now(), send)
    assert foreseen == written()
    assert len(foreseen) >= 4


def test_a_fixed_business_date_moves_along_in_the_preview(world, people, inbox, clock):
    Campaign.objects.filter(pk=world.campaign.pk).update(clock=date(2021, 9, 20))
    hazard_of(world, date(2021, 9, 28))
    assert preview(timezone.now()) == []
    foreseen = content(preview(timezone.now() + timedelta(days=1)))
    Campaign.objects.filter(pk=world.campaign.pk).update(clock=date(2021, 9, 21))
    run(timezone.now(), send)
    assert foreseen == written() != set()


def test_after_three_days_of_standstill_each_thing_is_told_once_and_marked_late(world, people, inbox, clock):
    due = TODAY + timedelta(days=1)
    hazard = hazard_of(world, due)
    run(timezone.now(), send)
    clock.shift(timedelta(hours=72, minutes=-1))
    assert run(timezone.now() - timedelta(hours=72), send).added == 0
    clock.shift(timedelta(minutes=1))
    for _ in range(3):
        run(timezone.now(), send)
    mine = Notice.objects.filter(user=world.tf_a).order_by("pk")
    assert [(n.kind, n.step, n.late) for n in mine] == [("due_soon", 1, False), ("overdue", 2, False)]
    assert [mail.to for mail in inbox.mails].count("tf_a@example.com") == 2
    assert hazard.due_on == due


def test_what_should_have_been_told_meanwhile_says_so(world, people, inbox, clock):
    hazard_of(world, TODAY + timedelta(days=5))
    run(timezone.now(), send)
    assert Notice.objects.get(user=world.tf_a).step == 7
    clock.shift(timedelta(days=3))  # two days are left: that three were left was yesterday's news
    run(timezone.now(), send)
    late = Notice.objects.filter(user=world.tf_a).latest("pk")
    assert (late.step, late.late) == (3, True)
    assert Delivery.objects.filter(user=world.tf_a, late=True).count() == 1
    assert "补发" in inbox.mails[-1].subject + inbox.mails[-1].text


def test_news_of_a_standstill_is_told_late_once_by_the_first_look(world, people, inbox, clock):
    look(timezone.now())
    clock.shift(timedelta(minutes=1))
    finding = Finding(park=world.park_a, place="1号楼", description="堵塞", category=world.category)
    hazard = hazard_actions.report(world.campaign, finding, by=world.tf_a)
    hazard_actions.assign(hazard.pk, by=world.lead, department=world.xiaofang, due_on=date(2021, 10, 20))
    clock.shift(timedelta(days=3))
    look(timezone.now())
    clock.shift(timedelta(minutes=1))
    look(timezone.now())
    told = Notice.objects.filter(kind=NoticeKind.ASSIGNED)
    assert {(n.user.username, n.late) for n in told} == {("xiaofang", True), ("tf_a", True), ("tf_a2", True)}
    assert told.count() == 3


def test_news_reaches_the_inbox_within_the_minute_deadlines_within_five(world, clock):
    look(timezone.now())
    clock.shift(timedelta(minutes=1))
    finding = Finding(park=world.park_a, place="1号楼", description="堵塞", category=world.category)
    hazard = hazard_actions.report(world.campaign, finding, by=world.tf_a)
    hazard_actions.assign(hazard.pk, by=world.lead, department=world.xiaofang, due_on=TODAY)
    look(timezone.now())
    assert set(Notice.objects.values_list("kind", flat=True)) == {NoticeKind.ASSIGNED}
    clock.shift(rounds.FULL_EVERY)
    look(timezone.now())
    assert NoticeKind.DUE_SOON in set(Notice.objects.values_list("kind", flat=True))


def test_a_campaigns_failure_does_not_stop_the_others(world, people, monkeypatch):
    hazard_of(world, TODAY)
    real = rounds.collect

    def fails_for_one(campaign, **moment):
        if campaign == world.other:
            raise RuntimeError("broken")
        return real(campaign, **moment)

    monkeypatch.setattr(rounds, "collect", fails_for_one)
    done = look(timezone.now())
    assert (done.added, done.failed_campaigns) == (3, 1)
    assert NoticeSettings.objects.get(campaign=world.other).scan_ended_at is None


def test_a_look_that_was_killed_is_made_up_for(world, clock):
    """Its worker took the turn and died: the next has it when the lease is over."""
    hazard_of(world, TODAY)
    assert rounds._begin(world.campaign)
    look(timezone.now())
    assert Notice.objects.count() == 0
    clock.shift(rounds.SCAN_LEASE)
    look(timezone.now())
    assert Notice.objects.count() == 3
