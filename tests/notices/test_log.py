"""The log of messages: who sees which, how much of their words, and who may try again."""

import pytest
from django.utils import timezone

from notices.enums import Channel, DeliveryState, NoticeKind
from notices.models import Carried, Delivery, Robot
from tests import factories
from tests.notices.test_inbox import told

SECRET = "LG-原文"


def message(user, *notices, robot=None, **facts):
    """A message that carries these notices."""
    now = timezone.now()
    facts = {
        "channel": Channel.DINGTALK if robot else Channel.EMAIL, "user": user, "robot": robot,
        "day": now.date(), "subject": "今日提醒", "text": SECRET, "next_try_at": now, "created_at": now,
    } | facts  # fmt: skip
    row = Delivery.objects.create(**facts)
    way = robot.pk if robot else 0
    Carried.objects.bulk_create(Carried(delivery=row, notice=one, way=way) for one in notices)
    return row


@pytest.fixture
def sent(world):
    return message(world.tf_a, told(world, world.tf_a), state=DeliveryState.SENT, attempts=1)


@pytest.fixture
def foreign(world):
    """A notice of the other campaign, to somebody who works in both."""
    hazard = factories.HazardFactory(
        campaign=world.other, task_force=world.task_force_c, reported_by=world.other_tf,
        category=world.other.categories.get(),
    )  # fmt: skip
    notice = told(world, world.tf_a, NoticeKind.OVERDUE, hazard, text="别处的事")
    notice.campaign = world.other
    notice.save()
    return notice


def status(client, user, address):
    client.force_login(user)
    return client.get(address).status_code


def body(client, user, row):
    client.force_login(user)
    return client.get(f"/notices/log/{row.pk}/").content.decode()


def rows(client, user, address="/notices/log/"):
    client.force_login(user)
    return {row.pk for row in client.get(address).context["rows"]}


def test_who_sees_the_log(client, world, sent):
    assert rows(client, world.lead) == {sent.pk}
    assert rows(client, world.system_admin) == {sent.pk}
    assert rows(client, world.other_lead) == set()
    for user in (world.tf_a, world.leader, world.auditor, world.operator_a, world.dept_xincheng):
        assert status(client, user, "/notices/log/") == 403


def test_each_sees_their_own_mail(client, world, sent):
    assert rows(client, world.tf_a, "/notices/mine/") == {sent.pk}
    assert rows(client, world.tf_a2, "/notices/mine/") == set()
    assert SECRET in body(client, world.tf_a, sent)
    for user in (world.tf_a2, world.other_lead, world.leader, world.auditor):
        assert status(client, user, f"/notices/log/{sent.pk}/") == 404


def test_the_lead_bureau_reads_what_is_of_its_campaign(client, world, sent):
    assert SECRET in body(client, world.lead, sent)


def test_an_admin_sees_that_it_went_out_but_not_what_it_says(client, world, sent):
    page = body(client, world.system_admin, sent)
    assert SECRET not in page
    assert sent.notices.get().text not in page
    assert "已发送" in page


def test_of_a_mixed_message_each_lead_bureau_reads_its_part(client, world, foreign):
    own = told(world, world.tf_a)
    mixed = message(world.tf_a, own, foreign)
    page = body(client, world.lead, mixed)
    assert own.text in page
    assert SECRET not in page and "别处的事" not in page
    theirs = body(client, world.other_lead, mixed)
    assert "别处的事" in theirs
    assert SECRET not in theirs and own.text not in theirs
    assert SECRET in body(client, world.tf_a, mixed)


def test_a_robots_message_is_its_campaigns(client, world):
    robot = Robot.objects.create(
        campaign=world.campaign, channel=Channel.DINGTALK, name="群", address="https://example.cn/secret-key"
    )
    row = message(None, told(world, world.tf_a), robot=robot)
    assert rows(client, world.lead) == {row.pk}
    page = body(client, world.lead, row)
    assert SECRET in page
    assert "secret-key" not in page
    assert rows(client, world.other_lead) == set()


def test_filters(client, world, sent):
    failed = message(
        world.tf_a2,
        told(world, world.tf_a2),
        state=DeliveryState.FAILED,
        error="邮箱不存在",
        day="2021-09-01",
    )
    assert rows(client, world.lead, "/notices/log/?state=failed") == {failed.pk}
    assert rows(client, world.lead, "/notices/log/?day=2021-09-01") == {failed.pk}
    assert rows(client, world.lead, "/notices/log/?day=2021-09-01&state=sent") == set()
    assert "没有符合条件" in client.get("/notices/log/?day=2021-09-02").content.decode()
    for junk in ("?state=x", "?day=2021-13-99", "?day=x", "?page=x", "?page=99"):
        assert rows(client, world.lead, f"/notices/log/{junk}") == {sent.pk, failed.pk}
    assert "邮箱不存在" in client.get("/notices/log/").content.decode()


def test_marks_are_shown(client, world):
    message(world.tf_a, told(world, world.tf_a), late=True, repeated=True)
    client.force_login(world.lead)
    page = client.get("/notices/log/").content.decode()
    assert "补发" in page and "可能重复" in page


def test_pages(client, world):
    kept = {
        message(world.tf_a, told(world, world.tf_a), day=f"2021-0{1 + n // 28}-{1 + n % 28:02}").pk
        for n in range(60)
    }
    first, second = rows(client, world.lead), rows(client, world.lead, "/notices/log/?page=2")
    assert first | second == kept and not first & second


def test_trying_again(client, world):
    row = message(world.tf_a, told(world, world.tf_a), state=DeliveryState.FAILED, attempts=8, error="坏了")
    assert "重新发送" not in body(client, world.tf_a, row)
    assert client.post(f"/notices/log/{row.pk}/retry/").status_code == 403
    assert "重新发送" in body(client, world.lead, row)
    assert client.post(f"/notices/log/{row.pk}/retry/").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.attempts) == (DeliveryState.WAITING, 0)
    answer = client.post(f"/notices/log/{row.pk}/retry/", follow=True)
    assert "只有发送失败的才能重新发送" in answer.content.decode()


def test_nothing_yet(client, world):
    client.force_login(world.tf_a)
    assert "还没有给您发过邮件" in client.get("/notices/mine/").content.decode()
    client.force_login(world.lead)
    assert "还没有发出过消息" in client.get("/notices/log/").content.decode()
