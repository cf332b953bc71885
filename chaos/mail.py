"""A mail server that remembers what it took, and may do something at a step of the conversation."""

import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

REPEATED_MARK = "可能重复"
KEY = "X-Delivery"
"""The head field that holds a message's key."""


@dataclass(frozen=True)
class Mail:
    """One message as it arrived."""

    key: str
    to: str
    subject: str
    text: str

    @property
    def marked(self) -> bool:
        """Whether it says that it may be a repetition."""
        return REPEATED_MARK in self.subject


Hook = Callable[[int], None]
"""Gets the sender's port."""


class Inbox:
    """The server's memory. before: called when a sender greets, after: when its message is kept, before
    the sender is told so. Each is called once and then forgotten."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.before: Hook | None = None
        self.after: Hook | None = None
        self.refusal = ""
        """An answer such as "550 no" instead of taking the message."""

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        hook, self.before = self.before, None
        _call(hook, session)
        return responses

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refusal:
            return self.refusal
        content = envelope.original_content or b""
        message = message_from_bytes(content, policy=policy.default)
        body = message.get_body(("plain",))
        text = body.get_content() if body else ""
        self.mails.append(Mail(str(message[KEY]), envelope.rcpt_tos[0], str(message["Subject"]), text))
        hook, self.after = self.after, None
        _call(hook, session)
        return "250 OK"

    def repetitions(self) -> tuple[int, int]:
        """How many arrivals of a key are not its first: those that say so, and those that do not."""
        seen: Counter[str] = Counter()
        marked = unmarked = 0
        for mail in self.mails:
            if seen[mail.key]:
                marked, unmarked = marked + mail.marked, unmarked + (not mail.marked)
            seen[mail.key] += 1
        return marked, unmarked


def _call(hook: Hook | None, session: Session) -> None:
    if hook:
        peer: Any = session.peer
        hook(peer[1])


class MailServer(Controller):
    """Runs in a thread of its own; `with MailServer(inbox) as server: server.port`."""

    def __init__(self, inbox: Inbox, port: int = 0) -> None:
        super().__init__(inbox, hostname="127.0.0.1", port=port or free_port(), decode_data=False)

    def __enter__(self) -> "MailServer":
        self.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self.stop()


def free_port() -> int:
    """A port that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
