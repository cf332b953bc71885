"""Messages to group robots of DingTalk, WeCom and Feishu.

All three answer HTTP 200 also when they refuse, and say why in the body (docs/decisions/0061).
"""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import (
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    Request,
    build_opener,
)

from django.conf import settings

from notices.channels.answers import judge, judge_status
from notices.channels.faults import break_off, words_of
from notices.digests import subject_of
from notices.enums import Channel
from notices.models import Delivery, Robot
from notices.outbox import SendError

SECONDS = 10
"""For each step."""
WHOLE = 2 * SECONDS
"""For an answer: whoever sends it letter by letter is broken off before the lease is over."""
MOST_BYTES = 64 * 1024
PLACES: dict[str, tuple[str, str, str]] = {
    Channel.DINGTALK: ("https://oapi.dingtalk.com", "/robot/send", "access_token"),
    Channel.WECOM: ("https://qyapi.weixin.qq.com", "/cgi-bin/webhook/send", "key"),
    Channel.FEISHU: ("https://open.feishu.cn", "/open-apis/bot/v2/hook/", ""),
}
"""By maker: host, path, and the parameter that holds the key (Feishu: the path's last part does)."""


def send(delivery: Delivery) -> None:
    """Send it to its group. Raises SendError."""
    robot = delivery.robot
    if robot is None or not robot.active:
        raise SendError("该机器人已停用", again=False)
    post(robot, subject_of(delivery), delivery.text)


def post(robot: Robot, title: str, text: str) -> None:
    """Send a message now; raises SendError unless the maker's answer says that it was taken."""
    if fault := fault_of(robot.channel, robot.address):
        raise SendError(fault, again=False)
    address, body = BODIES[robot.channel](robot, title, text)
    judge(robot.channel, _answer(address, body))


def fault_of(channel: str, address: str) -> str:
    """Why this is no address of such a robot; "" when it is one.

    Only known hosts: who may enter an address must not make the server talk to others (SSRF).
    """
    host, path, key = PLACES[channel]
    try:
        at = urlsplit(address)
        hosts = [host, *settings.ROBOT_HOSTS]
        known = f"{at.scheme}://{at.netloc}" in hosts and not at.fragment
    except ValueError:
        known = False
    name = Channel(channel).label
    if not known:
        return f"这不是{name}的地址：应以 {host}{path} 开头，请从群里的机器人设置中复制"
    said = dict(parse_qsl(at.query)).get(key, "") if key else at.path.removeprefix(path)
    if not at.path.startswith(path) or (key and at.path != path) or not said:
        return f"{name}的地址不完整：应形如 {host}{path}{f'?{key}=…' if key else '…'}"
    return ""


def masked(address: str) -> str:
    """An address to show: host, path, and the last four characters of its key."""
    at = urlsplit(address)
    path = at.path if at.query else f"{at.path.rpartition('/')[0]}/"
    return f"{at.netloc}{path}…{address[-4:]}"


def _dingtalk(robot: Robot, title: str, text: str) -> tuple[str, Mapping[str, Any]]:
    """Markdown; its signature stands in the address, over milliseconds, with the secret as key."""
    address = robot.address
    if robot.secret:
        stamp = str(int(time.time() * 1000))
        sign = _hmac(robot.secret, f"{stamp}\n{robot.secret}")
        address += "&" + urlencode({"timestamp": stamp, "sign": sign})
    # One line break is none in its markdown.
    lines = "\n\n".join(line for line in text.splitlines() if line)
    return address, {"msgtype": "markdown", "markdown": {"title": title, "text": f"### {title}\n\n{lines}"}}


def _wecom(robot: Robot, title: str, text: str) -> tuple[str, Mapping[str, Any]]:
    """Markdown, not signed: the key in the address is all there is."""
    return robot.address, {"msgtype": "markdown", "markdown": {"content": f"### {title}\n{text}"}}


def _feishu(robot: Robot, title: str, text: str) -> tuple[str, Mapping[str, Any]]:
    """A post of lines; its signature stands in the body, over seconds, with stamp and secret as key."""
    content = [_feishu_line(line) for line in text.splitlines()]
    body: dict[str, Any] = {
        "msg_type": "post",
        "content": {"post": {"zh_cn": {"title": title, "content": content}}},
    }
    if robot.secret:
        stamp = str(int(time.time()))
        body |= {"timestamp": stamp, "sign": _hmac(f"{stamp}\n{robot.secret}", "")}
    return robot.address, body


def _feishu_line(line: str) -> list[dict[str, str]]:
    """A line that ends in an address becomes words and a link (digests.py writes them so)."""
    words, _, url = line.rpartition(" ")
    if url.startswith(("https://", "http://")):
        return [{"tag": "text", "text": f"{words} "}, {"tag": "a", "text": "查看", "href": url}]
    return [{"tag": "text", "text": line}]


BODIES: dict[str, Callable[[Robot, str, str], tuple[str, Mapping[str, Any]]]] = {
    Channel.DINGTALK: _dingtalk,
    Channel.WECOM: _wecom,
    Channel.FEISHU: _feishu,
}


def _hmac(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


class _NoRedirect(HTTPRedirectHandler):
    """An answer that sends us elsewhere is an answer, not an order."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class _Watch:
    """Breaks the connections off that are opened under it, WHOLE seconds later."""

    def __init__(self) -> None:
        self.timers: list[threading.Timer] = []

    def __enter__(self) -> "_Watch":
        return self

    def __exit__(self, *fault: object) -> None:
        for timer in self.timers:
            timer.cancel()

    def over(self, kind: type[HTTPConnection]) -> Any:
        """That kind of connection, watched from the moment that it stands."""
        watch = self

        class Watched(kind):  # type: ignore[misc, valid-type]
            def connect(self) -> None:
                super().connect()
                timer = threading.Timer(WHOLE, break_off, [self.sock])
                timer.daemon = True
                timer.start()
                watch.timers.append(timer)

        return Watched


def _opener(watch: _Watch) -> OpenerDirector:
    class Plain(HTTPHandler):
        def http_open(self, asked: Request) -> HTTPResponse:
            return self.do_open(watch.over(HTTPConnection), asked)

    class Secure(HTTPSHandler):
        def https_open(self, asked: Request) -> HTTPResponse:
            return self.do_open(watch.over(HTTPSConnection), asked)

    return build_opener(_NoRedirect, Plain, Secure)


def _answer(address: str, body: Mapping[str, Any]) -> bytes:
    """The body of the maker's answer. Faults name no address: it holds the key."""
    data = json.dumps(body, ensure_ascii=False).encode()
    asked = Request(address, data, {"Content-Type": "application/json; charset=utf-8"})  # noqa: S310 (see fault_of)
    try:
        with _Watch() as watch, _opener(watch).open(asked, timeout=SECONDS) as answer:
            found: bytes = answer.read(MOST_BYTES)
            return found
    except HTTPError as fault:
        raise judge_status(fault.code) from None
    except URLError as fault:  # before the request was sent whole
        raise SendError(f"连接不上机器人服务器（{words_of(fault.reason)}）") from None
    except (OSError, HTTPException) as fault:  # after it
        raise SendError(f"机器人服务器没有答复（{words_of(fault)}）", unsure=True) from None
