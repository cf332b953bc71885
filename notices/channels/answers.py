"""What the makers of group robots answer, and what is to be done about it.

Codes: open.dingtalk.com "自定义机器人接入", developer.work.weixin.qq.com "全局错误码", open.feishu.cn
"自定义机器人使用指南". An unknown code is tried again: it may pass, and the tries are counted.
"""

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from notices.enums import Channel
from notices.outbox import SendError

LATER = timedelta(minutes=10)
"""After "too fast": DingTalk blocks a robot for ten minutes, the others for one."""


@dataclass(frozen=True)
class Fault:
    """One code. words: pattern of the maker's message, where a code means several things."""

    reason: str
    again: bool = False
    wait: timedelta = timedelta()
    words: str = ""


TOO_FAST = Fault("发送太快，被限流，稍后自动重发", again=True, wait=LATER)
BUSY = Fault("对方系统繁忙，稍后自动重发", again=True)
GONE = Fault("机器人不存在或已从群里移除，请在群里重新添加，并更换这里的地址")
SIGN = Fault("加签密钥不对，请从机器人的安全设置中重新复制密钥")
KEYWORD = Fault("不含机器人要求的关键词，请在机器人的安全设置中把关键词设为“隐患”，或改用加签")
NETWORK = Fault("机器人限制了来源IP，请把本系统服务器的出口IP加入机器人的白名单，或改用加签")
CONTENT = Fault("对方认为内容不合规范，没有发出，请登录系统查看提醒")
SHAPE = Fault("对方不接受消息的格式或长度，请联系系统管理员")

KNOWN: dict[str, dict[int, tuple[Fault, ...]]] = {
    Channel.DINGTALK: {
        -1: (BUSY,),
        130101: (TOO_FAST,),
        410100: (TOO_FAST,),
        310000: (
            Fault(KEYWORD.reason, words="keyword|关键词"),
            Fault("服务器时间不准，加签被拒，请管理员校准服务器时间", words="timestamp|过期"),
            Fault(SIGN.reason, words="sign|签名"),
            Fault(NETWORK.reason, words="(?<![a-z])ip(?![a-z])|白名单"),
            Fault("不符合机器人的安全设置（加签、关键词或IP），请核对"),
        ),
        300001: (GONE,),
        300005: (GONE,),
        400101: (GONE,),
        400013: (Fault("群已解散，请停用这个机器人，或换一个群的地址"),),
        400102: (Fault("机器人在群里被停用，请在群里启用"),),
        40035: (SHAPE,),
        460101: (SHAPE,),
        **dict.fromkeys((430101, 430102, 430103, 430104), (CONTENT,)),
    },
    Channel.WECOM: {
        -1: (BUSY,),
        45009: (TOO_FAST,),
        45033: (TOO_FAST,),
        93000: (GONE,),
        93008: (GONE,),
        40008: (SHAPE,),
        40058: (SHAPE,),
    },
    Channel.FEISHU: {
        9499: (TOO_FAST,),
        11232: (TOO_FAST,),
        19001: (GONE,),
        19002: (SHAPE,),
        19021: (Fault(f"{SIGN.reason}；密钥无误的，请管理员校准服务器时间"),),
        19022: (NETWORK,),
        19024: (KEYWORD,),
    },
}


def judge(channel: str, answer: bytes) -> None:
    """Raise SendError unless the answer says that the message was taken."""
    said = _read(answer)
    # Feishu's older answers write StatusCode.
    code = next((said[name] for name in ("errcode", "code", "StatusCode") if name in said), None)
    if not isinstance(code, int):
        raise SendError("机器人服务器的答复看不懂，不能确定是否发出", unsure=True)
    if code == 0:
        return
    words = " ".join(str(said.get("errmsg") or said.get("msg") or said.get("StatusMessage") or "").split())
    for fault in KNOWN[channel].get(code, ()):
        if re.search(fault.words, words, re.I):
            raise SendError(f"{fault.reason}（{code}）", again=fault.again, wait=fault.wait)
    raise SendError(f"对方没有接收（{code} {words[:120]}）")


def _read(answer: bytes) -> dict[str, Any]:
    try:
        said = json.loads(answer)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def judge_status(status: int) -> SendError:
    """An answer that is not even HTTP 200."""
    if status == 429:
        return SendError(f"{TOO_FAST.reason}（HTTP {status}）", wait=LATER)
    if status >= 500:
        return SendError(f"{BUSY.reason}（HTTP {status}）", unsure=True)
    return SendError(f"地址不对，请从群里的机器人设置中重新复制（HTTP {status}）", again=False)
