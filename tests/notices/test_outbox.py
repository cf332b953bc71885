"""Messages are put together once, claimed by one, sent, marked; what breaks in between is told apart."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.db import connection, connections
from django.utils import timezone

from accounts.models import AuditEntry
from campaigns.models import Campaign
from chaos.mail import Inbox, MailServer
from hazards.models import Hazard
from notices import outbox
from notices.actions import collect
from notices.enums import Channel, DeliveryState
from notices.models import Carried, Delivery, Notice, NoticeSettings, Robot
from notices.outbox import KEPT_FOR, LEASE, MOST_ATTEMPTS, SendError, Way, claim, deliver, retry, write
from tests import factories

TODAY = date(2021, 9, 15)
NOW = timezone.make_aware(datetime(2021, 9, 15, 8, 0))


@pytest.fixture(autouse=True)
def _by_day():
    """In the morning, whenever the tests run: what is put off must not meet quiet hours."""
    with time_machine.travel(NOW):
        yield


@pytest.fixture(scope="module")
def server():
    with MailServer(Inbox()) as running:
        yield running


@pytest.fixture
def inbox(server) -> Inbox:
    server.handler.mails.clear()
    server.handler.refusal = ""
    return server.handler


@pytest.fixture
def send(server):
    """Sends to the real mail server, with the key in the head and the mark in the subject."""

    def by_mail(delivery: Delivery) -> None:
        mark = "（可能重复）" if delivery.repeated else ""
        message = EmailMessage(
            mark + delivery.subject,
            delivery.text,
            to=[delivery.user.email],
            headers={"X-Delivery": str(delivery.key)},
            connection=get_connection(
                "django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=server.port
            ),
        )
        try:
            message.send()
        except OSError as fault:
            raise SendError(str(fault)) from fault

    return by_mail


def hazard_of(world, **facts):
    facts = {"status": "rectifying", "due_on": TODAY, "responsible_department": world.xiaofang} | facts
    return factories.HazardFactory(task_force=world.task_force_a, reported_by=world.tf_a, **facts)


@pytest.fixture
def told(world) -> list[Notice]:
    """Two notices of one person with an address."""
    world.tf_a.email = "zhuanban@example.com"
    world.tf_a.save()
    for place in ("一号楼", "二号楼"):
        hazard_of(world, place=place)
    collect(world.campaign, today=TODAY, now=NOW)
    return list(Notice.objects.filter(user=world.tf_a))


@pytest.fixture
def way(world) -> Way:
    return Way(Channel.EMAIL, user=world.tf_a)


@pytest.fixture
def written(told, way) -> Delivery:
    delivery = write(way, told, now=timezone.now())
    assert delivery
    return delivery


def later(**span):
    return timezone.now() + timedelta(**span)


def test_a_message_is_written_claimed_sent_and_marked(written, inbox, send):
    held = claim(timezone.now())
    assert held == written
    assert claim(timezone.now()) is None
    assert deliver(held, send, clock=timezone.now)
    held.refresh_from_db()
    assert (held.state, held.lease, held.attempts, held.repeated) == (DeliveryState.SENT, None, 1, False)
    assert [(mail.key, mail.to) for mail in inbox.mails] == [(str(held.key), "zhuanban@example.com")]
    assert claim(later(days=30)) is None


def test_one_message_a_way_and_day_and_each_notice_in_one(told, way):
    first = write(way, told[:1], now=NOW)
    assert write(way, told, now=NOW) is None
    second = write(way, told, now=NOW + timedelta(days=1))
    assert [c.notice_id for c in first.carried.all()] == [told[0].pk]
    assert [c.notice_id for c in second.carried.all()] == [told[1].pk]
    assert write(way, told, now=NOW + timedelta(days=2)) is None
    assert Delivery.objects.count() == 2


def test_two_days_written_at_once_do_not_say_a_thing_twice(told, way):
    """Just before midnight and just after it, by two workers that both saw nothing sent yet."""
    both = [write(way, told, now=NOW + timedelta(days=days)) for days in (0, 1)]
    assert [delivery is not None for delivery in both] == [True, False]
    assert Carried.objects.count() == 2


def test_a_group_is_told_once_what_several_people_are(world, told):
    robot = Robot.objects.create(
        campaign=world.campaign, channel=Channel.DINGTALK, name="群", address="https://x"
    )
    every = list(Notice.objects.order_by("pk"))
    delivery = write(Way(Channel.DINGTALK, robot=robot), every, now=NOW)
    assert delivery.carried.count() == len(every) > len(outbox.once_each(every)) == 2
    assert f"{len(outbox.once_each(every))}条" in delivery.subject


def test_a_worker_that_died_after_sending_leaves_a_marked_repetition(written, inbox, send):
    start = timezone.now()
    send(claim(start))  # and dies before the mark
    assert claim(start + LEASE) is None
    with time_machine.travel(start + LEASE + timedelta(seconds=1)):
        again = claim(timezone.now())
        assert again.repeated
        assert deliver(again, send, clock=timezone.now)
    assert inbox.repetitions() == (1, 0)


def test_a_lease_that_was_lost_does_not_mark(written, inbox, send):
    start = timezone.now()
    slow = claim(start)
    other = claim(start + LEASE + timedelta(seconds=1))
    assert not deliver(slow, send, clock=timezone.now)
    written.refresh_from_db()
    assert (written.state, written.lease) == (DeliveryState.SENDING, other.lease)
    assert deliver(other, send, clock=timezone.now)
    assert inbox.repetitions() == (1, 0)


def test_a_message_that_kills_its_worker_is_given_up(written):
    now = timezone.now()
    for _ in range(MOST_ATTEMPTS):
        assert claim(now)
        now += LEASE + timedelta(seconds=1)
    assert claim(now) is None
    written.refresh_from_db()
    assert (written.state, written.error) == (DeliveryState.FAILED, outbox.BREAKS)


def tried_until_given_up(written, send):
    """Minutes between the tries; the clock moves along."""
    waits = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        while held := claim(timezone.now()):
            assert not deliver(held, send, clock=timezone.now)
            written.refresh_from_db()
            waits.append((written.next_try_at - timezone.now()).total_seconds() / 60)
            clock.move_to(written.next_try_at)
        assert written.state == DeliveryState.FAILED
        return waits, timezone.now() - written.created_at


def test_what_a_server_does_not_take_is_tried_over_a_week_end(world, written, inbox, send):
    """Further and further apart, not at night: a mail server that is down on Friday loses nobody's mail."""
    NoticeSettings.objects.all().delete()
    inbox.refusal = "451 try later"
    waits, age = tried_until_given_up(written, send)
    assert waits[:9] == [1, 2, 4, 8, 16, 32, 64, 128, 240]
    assert KEPT_FOR <= age < KEPT_FOR + timedelta(hours=8)
    assert "451" in written.error
    assert inbox.mails == []


def test_what_may_have_arrived_is_not_sent_for_days(written):
    def no_answer(delivery):
        raise SendError("没有答复", unsure=True)

    waits, _ = tried_until_given_up(written, no_answer)
    assert len(waits) == written.attempts == MOST_ATTEMPTS


def test_a_worker_that_dies_once_in_a_long_outage_gives_nothing_up(written):
    def fails(delivery):
        raise SendError("连接不上")

    for _ in range(MOST_ATTEMPTS + 1):
        Delivery.objects.update(next_try_at=timezone.now())
        assert not deliver(claim(timezone.now()), fails, clock=timezone.now)
    Delivery.objects.update(next_try_at=timezone.now())
    now = timezone.now()
    assert claim(now)  # and dies
    assert claim(now + LEASE + timedelta(seconds=1))  # and dies again
    assert claim(now + 2 * LEASE + timedelta(seconds=2)) is None
    written.refresh_from_db()
    assert (written.state, written.error) == (DeliveryState.FAILED, outbox.BREAKS)


def test_what_no_try_helps_is_given_up_at_once_and_put_back_by_a_person(world, written, inbox, send):
    def refuses(delivery):
        raise SendError("没有这个邮箱", again=False)

    assert not deliver(claim(timezone.now()), refuses, clock=timezone.now)
    written.refresh_from_db()
    assert (written.state, written.error, written.repeated) == (DeliveryState.FAILED, "没有这个邮箱", False)
    assert claim(later(days=1)) is None
    retry(written, by=world.lead)
    assert AuditEntry.objects.get(act="notices.retry").user == world.lead
    assert deliver(claim(timezone.now()), send, clock=timezone.now)
    written.refresh_from_db()
    with pytest.raises(ValidationError, match="已发送"):
        retry(written, by=world.lead)


def test_an_answer_that_never_came_makes_the_next_try_a_marked_one(written, inbox, send):
    def no_answer(delivery):
        send(delivery)
        raise SendError("没有答复", unsure=True)

    assert not deliver(claim(timezone.now()), no_answer, clock=timezone.now)
    assert deliver(claim(later(minutes=2)), send, clock=timezone.now)
    assert inbox.repetitions() == (1, 0)


def test_a_fault_of_the_program_is_a_reason_not_an_end(written):
    def breaks(delivery):
        raise ZeroDivisionError

    assert not deliver(claim(timezone.now()), breaks, clock=timezone.now)
    written.refresh_from_db()
    assert written.state == DeliveryState.WAITING
    assert "ZeroDivisionError" in written.error


def test_no_try_falls_into_quiet_hours(world, written):
    NoticeSettings.objects.update_or_create(campaign=world.campaign)
    evening = timezone.make_aware(datetime(2021, 9, 15, 20, 59, 30))

    def fails(delivery):
        raise SendError("忙")

    assert not deliver(claim(timezone.now()), fails, clock=lambda: evening)
    written.refresh_from_db()
    assert timezone.localtime(written.next_try_at).isoformat() == "2021-09-16T07:30:00+08:00"


def test_what_waited_through_a_standstill_does_not_go_out_at_night(world, written, inbox, send):
    """Written at eight, all parts down until eleven in the evening: it goes in the morning, and says so."""
    with time_machine.travel(NOW + timedelta(hours=15), tick=False) as clock:
        assert claim(timezone.now()) is None
        clock.move_to(NOW + timedelta(hours=23, minutes=30))
        assert deliver(claim(timezone.now()), send, clock=timezone.now)
    written.refresh_from_db()
    assert written.late


def test_a_message_is_dropped_only_when_all_of_it_is_settled(world, told, written, inbox, send):
    Hazard.objects.filter(pk=told[0].hazard_id).update(status="void")
    assert outbox.holding(world.tf_a, told_again(told)) == [told[1]]
    Hazard.objects.filter(pk=told[1].hazard_id).update(status="void")
    assert not deliver(claim(timezone.now()), send, clock=timezone.now)
    written.refresh_from_db()
    assert (written.state, inbox.mails) == (DeliveryState.DROPPED, [])


def told_again(told):
    return [Notice.objects.get(pk=one.pk) for one in told]


def test_what_is_settled_meanwhile_is_left_out(told, written, inbox, send):
    Hazard.objects.filter(pk=told[0].hazard_id).update(status="void")
    assert deliver(claim(timezone.now()), send, clock=timezone.now)
    (mail,) = inbox.mails
    assert [place in mail.text for place in ("二号楼", "一号楼")] == [False, True]
    assert "共1条" in mail.subject


def test_what_is_theirs_no_more_is_left_out(world, told, written, inbox, send):
    """Moved to another task force after the message was written."""
    Hazard.objects.filter(pk=told[0].hazard_id).update(task_force=world.task_force_b, park=world.park_b)
    assert deliver(claim(timezone.now()), send, clock=timezone.now)
    written.refresh_from_db()
    for text in (inbox.mails[0].text, written.text, written.html):
        assert [place in text for place in ("二号楼", "一号楼")] == [False, True]


def test_of_a_campaign_that_is_over_nothing_goes_out(world, written, inbox, send):
    Campaign.objects.filter(pk=world.campaign.pk).update(active=False)
    assert not deliver(claim(timezone.now()), send, clock=timezone.now)
    assert inbox.mails == []


@pytest.mark.parametrize("of_group", [False, True], ids=["person", "group"])
def test_of_one_things_reminders_the_latest_is_said(world, of_group):
    """Five days without a way out, and then one: not five times the same hazard."""
    for days in range(5):
        hazard = Hazard.objects.first() or hazard_of(world, due_on=TODAY + timedelta(days=1))
        collect(world.campaign, today=TODAY + timedelta(days=days), now=NOW + timedelta(days=days))
    Notice.objects.update(obsolete_at=None)
    every = Notice.objects.select_related("hazard")
    if of_group:
        said = outbox.once_each(outbox.holding(None, every))
    else:
        said = outbox.holding(world.tf_a, every.filter(user=world.tf_a))
    assert [(one.kind, one.step, one.hazard) for one in said if one.kind == "overdue"] == [
        ("overdue", 3, hazard)
    ]
    assert "due_soon" not in {one.kind for one in said}


def test_who_has_left_gets_nothing(world, written, inbox, send):
    world.tf_a.is_active = False
    world.tf_a.save()
    assert not deliver(claim(timezone.now()), send, clock=timezone.now)
    written.refresh_from_db()
    assert (written.state, inbox.mails) == (DeliveryState.DROPPED, [])


def robots(world, count, address="https://example.com/robot"):
    for place in range(count):
        robot = Robot.objects.create(
            campaign=world.campaign, channel=Channel.WECOM, name=f"群{place}", address=address
        )
        assert write(Way(Channel.WECOM, robot=robot), list(Notice.objects.all()), now=NOW)


def test_robots_of_one_address_get_twenty_a_minute_and_the_rest_waits(world, told):
    robots(world, 25)
    now = timezone.now()
    assert sum(claim(now) is not None for _ in range(25)) == 20
    assert Delivery.objects.filter(state=DeliveryState.WAITING, attempts=0).count() == 5
    assert claim(now + timedelta(seconds=59)) is None
    assert sum(claim(now + timedelta(seconds=60)) is not None for _ in range(25)) == 5


def test_another_address_is_not_held_up(world, told):
    robots(world, 21)
    other = Robot.objects.create(
        campaign=world.campaign, channel=Channel.WECOM, name="别群", address="https://example.com/other"
    )
    assert write(Way(Channel.WECOM, robot=other), list(Notice.objects.all()), now=NOW)
    now = timezone.now()
    claimed = [claim(now) for _ in range(22)]
    assert sum(one is not None for one in claimed) == 21
    assert other in {one.robot for one in claimed if one}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_four_workers_send_each_message_once(world, inbox, send):
    for place in range(40):
        person = factories.task_force_member(
            world.task_force_a, username=f"p{place}", email=f"p{place}@example.com"
        )
        hazard_of(world)
        notice = Notice.objects.create(
            user=person,
            campaign=world.campaign,
            kind="due_soon",
            hazard=Hazard.objects.latest("pk"),
            due_on=TODAY,
            text=str(uuid.uuid4()),
            created_at=NOW,
        )
        assert write(Way(Channel.EMAIL, user=person), [notice], now=NOW)

    def work(_):
        try:
            sent = 0
            while held := claim(timezone.now()):
                sent += deliver(held, send, clock=timezone.now)
            return sent
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(work, range(4)))
    assert sum(done) == 40
    assert len({mail.key for mail in inbox.mails}) == len(inbox.mails) == 40


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_four_writers_at_once_for_two_days_write_one(told, way):
    def work(days):
        try:
            return write(way, told, now=NOW + timedelta(days=days)) is not None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, (0, 1, 0, 1))) == 1
    assert Carried.objects.count() == 2
