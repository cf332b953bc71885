"""The preview of a day equals what is then told and written, when nothing else happens until then."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from campaigns.models import Campaign
from hazards import actions as hazard_actions
from notices.actions import collect
from notices.enums import Channel
from notices.forecast import forecast, sending_moment
from notices.models import Delivery, Notice, Preference, Robot
from notices.sending import moment_of, write_digests
from notices.subjects import key_of
from tests import factories
from tests.hazards.test_actions import finding


@pytest.fixture
def busy(world):
    """Deadlines around the coming week, late ones up the ladder, news, a robot, a person without e-mail."""
    User.objects.exclude(username="tf_a2").update(email="")
    for user in (world.tf_a, world.lead, world.dept_xiaofang, world.dept_xincheng):
        User.objects.filter(pk=user.pk).update(email=f"{user.username}@example.cn")
    User.objects.filter(pk=world.tf_a2.pk).update(email="")
    Preference.objects.create(user=world.dept_xiaofang, muted=["due_soon"])
    Robot.objects.create(
        campaign=world.campaign, channel=Channel.DINGTALK, name="群", address="https://example.cn/robot"
    )
    today = world.campaign.today()
    for days in (-15, -14, -7, -6, -3, -2, -1, 0, 1, 2, 3, 4, 5, 7, 8, 9):
        factories.HazardFactory(
            task_force=world.task_force_a, reported_by=world.tf_a, status="rectifying",
            found_on=today - timedelta(days=30), due_on=today + timedelta(days=days),
            responsible_department=world.xiaofang,
        )  # fmt: skip
    hazard = hazard_actions.report(world.campaign, finding(world), by=world.tf_a)
    hazard_actions.assign(
        hazard.pk, by=world.lead, department=world.xincheng, due_on=today + timedelta(days=20)
    )
    return world


def ten_o_clock():
    return timezone.localtime().replace(hour=10, minute=0, second=0, microsecond=0)


def round_at(campaign, at):
    """What the schedule does at that moment."""
    today, now = moment_of(campaign, at)
    before = set(Notice.objects.values_list("pk", flat=True))
    collect(campaign, today=today, now=now)
    new = Notice.objects.exclude(pk__in=before)
    told = {(key_of(one), one.text, one.late) for one in new}
    known = set(Delivery.objects.values_list("pk", flat=True))
    write_digests(at)
    written = Delivery.objects.exclude(pk__in=known)
    return told, {(one.channel, one.user_id, one.robot_id, one.subject, one.text) for one in written}


def foretold(found):
    told = {(key_of(one), one.text, one.late) for row in found.told for one in row.new}
    messages = [row.message for row in found.told if row.message] + found.robots
    return told, {
        (
            one.way.channel,
            one.way.user.pk if one.way.user else None,
            one.way.robot.pk if one.way.robot else None,
            one.digest.subject,
            one.digest.text,
        )
        for one in messages
    }


@pytest.mark.parametrize("ahead", [0, 1, 3, 7])
@pytest.mark.parametrize("hour", [6, 10, 22])
def test_the_preview_is_what_is_sent(busy, ahead, hour):
    campaign, now = busy.campaign, ten_o_clock().replace(hour=hour)
    found = foretold(forecast(campaign, ahead, now))
    assert Notice.objects.count() == Delivery.objects.count() == 0, "reads only"
    moments = [now]
    if hour == 6 and ahead:
        moments.append(sending_moment(campaign, now.date()))
    moments += [sending_moment(campaign, now.date() + timedelta(days=days)) for days in range(1, ahead + 1)]
    results = [round_at(campaign, at) for at in moments]
    assert found == results[-1]
    if ahead:
        assert found[0] and found[1], "else this compared nothing with nothing"


def test_tomorrow_when_today_has_been_told_and_sent(busy):
    campaign, now = busy.campaign, ten_o_clock()
    round_at(campaign, now)
    found = forecast(campaign, 1, now)
    told, sent = foretold(found)
    assert (told, sent) == round_at(campaign, sending_moment(campaign, now.date() + timedelta(days=1)))
    assert told and sent
    assert (found.new, found.mails) == (len(told), len([one for one in sent if one[0] == "email"]))


def test_news_told_after_the_days_message_goes_into_tomorrows(busy):
    campaign, now = busy.campaign, ten_o_clock()
    round_at(campaign, now)
    hazard = hazard_actions.report(campaign, finding(busy), by=busy.tf_a)
    hazard_actions.assign(
        hazard.pk, by=busy.lead, department=busy.xincheng, due_on=campaign.today() + timedelta(days=30)
    )
    found = foretold(forecast(campaign, 1, now))
    round_at(campaign, now)
    assert found[1] == round_at(campaign, sending_moment(campaign, now.date() + timedelta(days=1)))[1]
    # Its unit, the one of its task force who has e-mail, and the group.
    assert sum("10月15日" in text for *_, text in found[1]) == 3


def test_why_somebody_gets_no_mail(busy, settings):
    Preference.objects.create(user=busy.dept_xincheng, by_email=False)
    rows = {one.user.username: one for one in forecast(busy.campaign, 0, ten_o_clock()).told}
    assert rows["tf_a2"].why_not == "没有登记邮箱"
    assert rows["xincheng"].why_not == "本人关闭了邮件"
    assert rows["tf_a"].message and not rows["tf_a"].why_not
    settings.EMAIL_ON = False
    told = forecast(busy.campaign, 0, ten_o_clock()).told
    assert {one.why_not for one in told} == {"系统还没有设置邮件服务器"}


def test_that_no_server_is_set_is_said_once(busy, client, settings):
    settings.EMAIL_ON = False
    client.force_login(busy.lead)
    assert client.get("/notices/preview/").content.decode().count("系统还没有设置邮件服务器") == 1


def test_page(busy, client):
    client.force_login(busy.lead)
    page = client.get("/notices/preview/").content.decode()
    assert "按现有台账推算" in page
    assert "没有登记邮箱" in page
    assert "专班甲一" in page
    assert "example.cn/robot" not in page
    for junk in ("8", "-1", "x", "٣", ""):
        assert client.get("/notices/preview/", {"ahead": junk}).context["ahead"] == 1
    assert client.get("/notices/preview/?ahead=7").status_code == 200


def test_an_ended_campaign_says_so(world, client):
    Campaign.objects.filter(pk=world.campaign.pk).update(active=False)
    client.force_login(world.lead)
    assert "不再发出提醒" in client.get("/notices/preview/").content.decode()


def test_a_day_without_anything(world, client):
    client.force_login(world.lead)
    assert "这一天没有要发出的提醒" in client.get("/notices/preview/").content.decode()
