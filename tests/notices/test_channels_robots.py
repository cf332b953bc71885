"""Group robots against a real HTTP server: what it is sent, and what is made of its answer."""

import base64
import hashlib
import hmac
import socket
import threading
import time
from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from notices import channels
from notices.channels import robots
from notices.enums import Channel
from notices.models import Delivery, Robot
from notices.outbox import SendError
from tests.notices.servers import robot_server

PATHS = {
    Channel.DINGTALK: "/robot/send?access_token=token-1234",
    Channel.WECOM: "/cgi-bin/webhook/send?key=key-1234",
    Channel.FEISHU: "/open-apis/bot/v2/hook/hook-1234",
}
MAKERS = list(PATHS)
LINES = "逾期 1 条\n\n1. 甲园 1号楼：已逾期5天 https://hazards.example.gov.cn/hazards/5/"


@pytest.fixture
def maker(settings, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with robot_server() as maker:
        settings.ROBOT_HOSTS = [maker.origin]
        yield maker


def robot_of(maker, channel, **facts) -> Robot:
    return Robot(channel=channel, name="工作群", address=maker.origin + PATHS[channel], **facts)


def refusal(robot: Robot) -> SendError:
    with pytest.raises(SendError) as caught:
        robots.post(robot, "标题", LINES)
    assert "1234" not in str(caught.value)  # the address is a secret
    return caught.value


def sign_of(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def test_dingtalk_is_signed_in_the_address(maker):
    robots.post(robot_of(maker, Channel.DINGTALK, secret="SEC密钥+/="), "标题", "逾期 1 条\n甲\n乙")
    (asked,) = maker.asked
    assert asked.path == "/robot/send"
    assert asked.query["access_token"] == "token-1234"
    stamp = asked.query["timestamp"]
    assert abs(int(stamp) / 1000 - time.time()) < 60
    assert asked.query["sign"] == sign_of("SEC密钥+/=", f"{stamp}\nSEC密钥+/=")
    assert asked.body["msgtype"] == "markdown"
    assert asked.body["markdown"] == {"title": "标题", "text": "### 标题\n\n逾期 1 条\n\n甲\n\n乙"}


def test_wecom_takes_markdown(maker):
    robots.post(robot_of(maker, Channel.WECOM), "标题", "甲\n乙")
    (asked,) = maker.asked
    assert (asked.path, asked.query) == ("/cgi-bin/webhook/send", {"key": "key-1234"})
    assert asked.body == {"msgtype": "markdown", "markdown": {"content": "### 标题\n甲\n乙"}}
    assert "甲".encode() in asked.raw  # escaped, a character would count as six bytes


def test_feishu_is_signed_in_the_body(maker):
    maker.says(code=0, msg="success", data={})
    robots.post(robot_of(maker, Channel.FEISHU, secret="word"), "标题", LINES)
    (asked,) = maker.asked
    assert asked.path == "/open-apis/bot/v2/hook/hook-1234"
    stamp = asked.body["timestamp"]
    assert abs(int(stamp) - time.time()) < 60
    assert asked.body["sign"] == sign_of(f"{stamp}\nword", "")
    post = asked.body["content"]["post"]["zh_cn"]
    assert post["title"] == "标题"
    assert post["content"][2] == [
        {"tag": "text", "text": "1. 甲园 1号楼：已逾期5天 "},
        {"tag": "a", "text": "查看", "href": "https://hazards.example.gov.cn/hazards/5/"},
    ]


@pytest.mark.parametrize("channel", MAKERS)
def test_without_a_secret_nothing_is_signed(maker, channel):
    robots.post(robot_of(maker, channel), "标题", "甲")
    assert "sign" not in maker.asked[0].query
    assert "sign" not in maker.asked[0].body


@pytest.mark.parametrize(
    ("channel", "answer"),
    [
        (Channel.DINGTALK, {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}),
        (Channel.WECOM, {"errcode": 45009, "errmsg": "api freq out of limit"}),
        (Channel.FEISHU, {"code": 9499, "msg": "too many request"}),
        (Channel.FEISHU, {"code": 11232, "msg": "frequency limited"}),
    ],
)
def test_too_fast_waits_though_the_status_is_200(maker, channel, answer):
    maker.says(**answer)
    fault = refusal(robot_of(maker, channel))
    assert (fault.again, fault.unsure) == (True, False)
    assert fault.wait >= timedelta(minutes=5)
    assert "限流" in str(fault)


@pytest.mark.parametrize(
    ("channel", "answer", "words"),
    [
        (Channel.DINGTALK, {"errcode": 310000, "errmsg": "sign not match, more: [https://x]"}, "加签密钥"),
        (Channel.DINGTALK, {"errcode": 310000, "errmsg": "description:机器人发送签名不匹配"}, "加签密钥"),
        (Channel.DINGTALK, {"errcode": 310000, "errmsg": "invalid timestamp"}, "服务器时间"),
        (Channel.DINGTALK, {"errcode": 310000, "errmsg": "keywords not in content"}, "关键词"),
        (Channel.DINGTALK, {"errcode": 310000, "errmsg": "description:关键词不匹配"}, "关键词"),
        (Channel.DINGTALK, {"errcode": 310000, "errmsg": "ip 192.0.2.1 not in whitelist"}, "来源IP"),
        (Channel.DINGTALK, {"errcode": 310000, "errmsg": "description"}, "安全设置"),
        (Channel.DINGTALK, {"errcode": 300001, "errmsg": "token is not exist"}, "重新添加"),
        (Channel.WECOM, {"errcode": 93000, "errmsg": "invalid webhook url"}, "重新添加"),
        (Channel.FEISHU, {"code": 19001, "msg": "param invalid: incoming webhook token"}, "重新添加"),
        (Channel.FEISHU, {"code": 19021, "msg": "sign match fail or timestamp"}, "加签密钥"),
        (Channel.FEISHU, {"code": 19022, "msg": "Ip Not Allowed"}, "来源IP"),
        (Channel.FEISHU, {"code": 19024, "msg": "Key Words Not Found"}, "关键词"),
    ],
)
def test_what_must_be_mended_is_not_tried_again(maker, channel, answer, words):
    maker.says(**answer)
    fault = refusal(robot_of(maker, channel))
    assert not fault.again
    assert words in str(fault)


def test_an_unknown_code_is_tried_again_with_the_makers_words(maker):
    maker.says(errcode=987654, errmsg="something new")
    fault = refusal(robot_of(maker, Channel.DINGTALK))
    assert fault.again
    assert "987654 something new" in str(fault)


@pytest.mark.parametrize(
    "answer", [b"<html>login</html>", b"[]", b'{"ok":true}', b'{"errcode":"0"}', b"\xff"]
)
def test_an_answer_that_cannot_be_read_is_no_success(maker, answer):
    maker.answer = answer
    fault = refusal(robot_of(maker, Channel.WECOM))
    assert (fault.again, fault.unsure) == (True, True)


@pytest.mark.parametrize(
    ("status", "again", "unsure"),
    [(500, True, True), (502, True, True), (429, True, False), (404, False, False), (302, False, False)],
)
def test_a_status_other_than_200(maker, status, again, unsure):
    maker.status, maker.headers = status, {"Location": f"{maker.origin}/elsewhere"}
    fault = refusal(robot_of(maker, Channel.FEISHU))
    assert (fault.again, fault.unsure) == (again, unsure)
    assert [one.path for one in maker.asked] == ["/open-apis/bot/v2/hook/hook-1234"]  # not sent elsewhere


def test_no_answer_in_time_may_have_been_heard(maker, monkeypatch):
    monkeypatch.setattr(robots, "SECONDS", 0.3)
    maker.seconds = 1
    fault = refusal(robot_of(maker, Channel.DINGTALK))
    assert (fault.again, fault.unsure) == (True, True)
    assert str(fault) == "机器人服务器没有答复（等待超时）"
    assert len(maker.asked) == 1


def test_an_answer_letter_by_letter_is_broken_off(maker, settings, monkeypatch):
    """Each letter comes in time; all of them would outlast the lease and have it sent again."""
    monkeypatch.setattr(robots, "WHOLE", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as slow:
        settings.ROBOT_HOSTS = [f"http://127.0.0.1:{slow.getsockname()[1]}"]
        threading.Thread(target=dribble, args=(slow,), daemon=True).start()
        robot = Robot(channel=Channel.WECOM, address=settings.ROBOT_HOSTS[0] + PATHS[Channel.WECOM])
        began = time.monotonic()
        fault = refusal(robot)
    assert (fault.again, fault.unsure) == (True, True)
    assert time.monotonic() - began < 5  # all of it would take seven


def dribble(server: socket.socket) -> None:
    line, _ = server.accept()
    with suppress(OSError):
        line.recv(10_000)
        for letter in b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n":
            line.sendall(bytes([letter]))
            time.sleep(0.2)


def test_nobody_there_has_heard_nothing(maker, settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.ROBOT_HOSTS = [f"http://127.0.0.1:{free.getsockname()[1]}"]
        robot = Robot(channel=Channel.WECOM, address=settings.ROBOT_HOSTS[0] + PATHS[Channel.WECOM])
        fault = refusal(robot)
    assert (fault.again, fault.unsure) == (True, False)
    assert str(fault) == "连接不上机器人服务器（对方拒绝连接）"


@pytest.mark.parametrize(
    "address",
    [
        "http://oapi.dingtalk.com/robot/send?access_token=x",
        "https://oapi.dingtalk.com.evil.example/robot/send?access_token=x",
        "https://oapi.dingtalk.com@127.0.0.1/robot/send?access_token=x",
        "https://user@oapi.dingtalk.com/robot/send?access_token=x",
        "https://oapi.dingtalk.com:8443/robot/send?access_token=x",
        "https://oapi.dingtalk.com/robot/send",
        "https://oapi.dingtalk.com/robot/send?access_token=",
        "https://oapi.dingtalk.com/robot/../topapi?access_token=x",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x",
        "http://127.0.0.1:6379/robot/send?access_token=x",
        "file:///etc/passwd",
        "https://[",
        "",
    ],
)
def test_only_the_makers_addresses_are_called(settings, address):
    settings.ROBOT_HOSTS = []
    assert robots.fault_of(Channel.DINGTALK, address)
    fault = refusal(Robot(channel=Channel.DINGTALK, address=address))
    assert not fault.again


@pytest.mark.parametrize("channel", MAKERS)
def test_the_makers_addresses_are_known(settings, channel):
    settings.ROBOT_HOSTS = []
    address = robots.PLACES[channel][0] + PATHS[channel]
    assert robots.fault_of(channel, address) == ""
    assert robots.masked(address).endswith("…1234")
    assert "token-" not in robots.masked(address)
    assert "hook-" not in robots.masked(address)


def test_a_message_goes_to_its_group_with_its_marks(maker, world):
    robot = robot_of(maker, Channel.WECOM, campaign=world.campaign)
    robot.save()
    now = timezone.now()
    facts = {"day": now.date(), "next_try_at": now, "created_at": now}
    sent = Delivery(channel=Channel.WECOM, robot=robot, subject="提醒", text="甲", repeated=True, **facts)
    channels.send(sent)
    assert maker.asked[0].body["markdown"]["content"] == "### （可能重复）提醒\n甲"
    robot.active = False
    with pytest.raises(SendError) as caught:
        channels.send(sent)
    assert not caught.value.again
    assert len(maker.asked) == 1
