"""Pages of group robots: what is kept, what is shown of it, and what a test message says."""

import pytest

from accounts.enums import AuditResult
from accounts.models import AuditEntry
from notices.models import Robot
from notices.robots.actions import TESTS_A_MINUTE
from tests.notices.servers import robot_server

DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=token-of-the-group-1234"
OTHER = "https://oapi.dingtalk.com/robot/send?access_token=another-token-5678"
TYPED = {"channel": "dingtalk", "name": "整治工作群", "address": DINGTALK, "secret": "SECword"}


@pytest.fixture
def lead(client, world):
    client.force_login(world.lead)
    return client


@pytest.fixture
def robot(world) -> Robot:
    return Robot.objects.create(campaign=world.campaign, **TYPED)


@pytest.fixture
def maker(settings, monkeypatch, robot):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with robot_server() as maker:
        settings.ROBOT_HOSTS = [maker.origin]
        Robot.objects.update(address=f"{maker.origin}/robot/send?access_token=x")
        yield maker


def page(client, address="/notices/robots/", **kwargs) -> str:
    return client.get(address, **kwargs).content.decode()


def opened(client, robot) -> dict[str, str]:
    """What the form holds when it is opened and sent back untouched."""
    form = client.get(f"/notices/robots/{robot.pk}/").context["form"]
    return {"opened": form["opened"].value(), "channel": robot.channel, "name": robot.name}


def test_without_any_it_says_how_to_make_one(lead):
    text = page(lead)
    assert "还没有群机器人" in text
    for words in ("加签", "自定义关键词", "签名校验", "企业微信"):
        assert words in text


def test_one_is_added_masked_and_audited_without_its_secrets(lead, world):
    answer = lead.post("/notices/robots/new/", TYPED, follow=True)
    robot = Robot.objects.get()
    assert (robot.campaign, robot.address, robot.secret) == (world.campaign, DINGTALK, "SECword")
    text = answer.content.decode()
    assert "整治工作群" in text
    assert "…1234" in text
    entry = AuditEntry.objects.get(act="添加群机器人")
    for kept in (text, str(entry.detail), entry.target, page(lead, f"/notices/robots/{robot.pk}/")):
        assert "token-of-the-group" not in kept
        assert "SECword" not in kept


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"address": ""}, "请填写Webhook 地址"),
        ({"address": "https://example.com/robot/send?access_token=1"}, "这不是钉钉群机器人的地址"),
        ({"address": "http://oapi.dingtalk.com/robot/send?access_token=1"}, "这不是钉钉群机器人的地址"),
        ({"address": "https://oapi.dingtalk.com/robot/send"}, "不完整"),
        ({"channel": "feishu"}, "这不是飞书群机器人的地址"),
        ({"channel": "email"}, "请重新选择类型"),
        ({"channel": ""}, "请选择类型"),
        ({"name": " "}, "请填写名称"),
        (
            {"channel": "wecom", "address": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1"},
            "没有加签密钥",
        ),
    ],
)
def test_bad_input_is_explained_and_kept_in_the_form(lead, change, words):
    answer = lead.post("/notices/robots/new/", {**TYPED, **change})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    if change.get("name") != " ":
        assert 'value="整治工作群"' in answer.content.decode()
    assert not Robot.objects.exists()


def test_two_of_one_name_are_refused(lead, robot):
    answer = lead.post("/notices/robots/new/", TYPED)
    assert answer.status_code == 422
    assert "已有同名机器人" in answer.content.decode()


def test_left_empty_address_and_secret_stay(lead, robot):
    lead.post(f"/notices/robots/{robot.pk}/", {**opened(lead, robot), "name": "新名"})
    robot.refresh_from_db()
    assert (robot.name, robot.address, robot.secret) == ("新名", DINGTALK, "SECword")
    assert AuditEntry.objects.get(act="修改群机器人").detail["changed"] == ["name"]


def test_a_new_address_comes_with_its_own_secret(lead, robot):
    lead.post(f"/notices/robots/{robot.pk}/", {**opened(lead, robot), "address": OTHER})
    robot.refresh_from_db()
    assert (robot.address, robot.secret) == (OTHER, "")


def test_two_editors_see_that_it_differs_but_not_the_secret(lead, robot):
    mine = opened(lead, robot)
    Robot.objects.update(address=OTHER, name="别人的名")
    answer = lead.post(f"/notices/robots/{robot.pk}/", {**mine, "name": "我的名"})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "别人的名" in text
    assert "我的名" in text
    assert "another-token" not in text
    assert "token-of-the-group" not in text
    assert Robot.objects.get().name == "别人的名"


def test_drafts_in_the_browser_leave_secrets_out(lead, robot):
    form = lead.get("/notices/robots/new/").context["form"]
    for name in ("address", "secret"):
        assert "data-draft-skip" in form.fields[name].widget.attrs


def test_off_and_on(lead, robot):
    answer = lead.post(f"/notices/robots/{robot.pk}/switch/", {"to": "off"}, follow=True)
    assert "已停用“整治工作群”" in answer.content.decode()
    assert not Robot.objects.get().active
    lead.post(f"/notices/robots/{robot.pk}/switch/", {"to": "on"})
    assert Robot.objects.get().active
    assert AuditEntry.objects.filter(act__in=("停用群机器人", "启用群机器人")).count() == 2


def test_a_test_message_goes_out_now(lead, world, robot, maker):
    answer = lead.post(f"/notices/robots/{robot.pk}/test/", follow=True)
    assert "测试消息已发到“整治工作群”" in answer.content.decode()
    (asked,) = maker.asked
    assert asked.body["markdown"]["title"] == "园区隐患整治提醒：测试消息"
    assert world.campaign.label in asked.body["markdown"]["text"]
    assert world.lead.full_name not in asked.body["markdown"]["text"]
    assert AuditEntry.objects.get(act="测试群机器人").result == AuditResult.OK


def test_a_test_message_says_what_came_back(lead, robot, maker):
    maker.says(errcode=310000, errmsg="sign not match")
    answer = lead.post(f"/notices/robots/{robot.pk}/test/", follow=True)
    assert "加签密钥不对" in answer.content.decode()
    assert AuditEntry.objects.get(act="测试群机器人").result == AuditResult.FAILED


def test_pressed_again_and_again_it_leaves_room_for_messages(lead, robot, maker):
    for _ in range(TESTS_A_MINUTE + 2):
        answer = lead.post(f"/notices/robots/{robot.pk}/test/", follow=True)
    assert len(maker.asked) == TESTS_A_MINUTE
    assert "请稍后再试" in answer.content.decode()


@pytest.mark.parametrize("path", ["", "switch/", "test/"])
def test_another_campaigns_lead_finds_none(client, world, robot, path):
    client.force_login(world.other_lead)
    assert client.post(f"/notices/robots/{robot.pk}/{path}").status_code == 404
    assert "整治工作群" not in page(client)
