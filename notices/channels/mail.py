"""One message by SMTP: text and HTML, and an identity by which a repetition is known."""

import re
import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from email.charset import Charset
from email.header import Header
from email.message import Message
from email.utils import parseaddr
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from notices.channels.faults import break_off, words_of
from notices.digests import subject_of
from notices.models import Delivery
from notices.outbox import LEASE, SendError

SECONDS = LEASE.total_seconds() * 2 / 3
"""For a whole message, with room to the lease: a server may be slow at every step."""
LATER = timedelta(minutes=30)
TOO_MANY = re.compile(r"frequen|too many|rate limit|quota", re.I)
"""QQ and 163 refuse what comes too fast by 5xx, with words like these."""
RELAY = re.compile(r"relay", re.I)
"""A server that forwards nothing for us says so by 5xx of every address: our settings, not the address."""
ADDRESS = re.compile(r"\S+@\S+")
BASE64 = Charset("utf-8")
"""Django would send bytes of eight bits, which not every server between here and there passes on."""


class _Letter(EmailMultiAlternatives):
    """Django measures the subject without its name, and its first word then falls to the next line."""

    def message(self, **options: Any) -> Any:
        made = super().message(**options)
        del made["Subject"]
        # Past Django's own setter, which takes text alone; this text holds no line break: see _message.
        Message.__setitem__(made, "Subject", Header(str(self.subject), BASE64, header_name="Subject"))
        return made


def send(delivery: Delivery) -> None:
    """Send it to the person's address. Raises SendError."""
    message = _message(delivery)
    until = monotonic() + SECONDS
    connection = get_connection(fail_silently=False)
    try:
        _open(connection)
        with _until(connection, until):
            _post(connection, message)
    finally:
        # It has been taken, or refused with a reason: how the talk ends changes neither.
        with suppress(smtplib.SMTPException, OSError):
            connection.close()


def _message(delivery: Delivery) -> EmailMultiAlternatives:
    to = delivery.user
    if to is None or not to.is_active or not to.email:
        raise SendError("收件人已停用或没有登记邮箱", again=False)
    message = _Letter(
        " ".join(subject_of(delivery).split()),
        delivery.text,
        to=[to.email],
        headers={
            # The same at every try: a mail program shows what it gets twice once.
            "Message-ID": f"<{delivery.pk}@{_domain()}>",
            "X-Delivery": str(delivery.pk),
            "Auto-Submitted": "auto-generated",
        },
    )
    message.encoding = BASE64
    if delivery.html:
        message.attach_alternative(delivery.html, "text/html")
    try:
        message.message()
    except ValueError as fault:
        raise SendError("邮箱地址不正确，请在用户资料中更正", again=False) from fault
    return message


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def _open(connection: BaseEmailBackend) -> None:
    """Connect and log in. What fails here is the server's or its settings' fault: another try may help."""
    try:
        connection.open()
    except smtplib.SMTPAuthenticationError as fault:
        raise SendError(
            f"邮件服务器不接受系统的账号或授权码（{fault.smtp_code}），请管理员检查 EMAIL_URL", wait=LATER
        ) from fault
    except smtplib.SMTPNotSupportedError as fault:
        raise SendError("邮件服务器不支持所设的加密或登录方式，请管理员检查 EMAIL_URL", wait=LATER) from fault
    except smtplib.SMTPResponseException as fault:
        raise SendError(f"邮件服务器暂不接受连接（{fault.smtp_code}）") from fault
    except (smtplib.SMTPException, OSError) as fault:
        raise SendError(f"连接不上邮件服务器（{words_of(fault)}）") from fault


def _post(connection: BaseEmailBackend, message: EmailMultiAlternatives) -> None:
    try:
        connection.send_messages([message])
    except smtplib.SMTPRecipientsRefused as fault:
        code, words = next(iter(fault.recipients.values()))
        raise _refused(code, words, "收件邮箱被拒收，请核对用户资料中的邮箱") from fault
    except smtplib.SMTPResponseException as fault:
        raise _answered(fault) from fault
    except ValueError as fault:
        raise SendError("邮箱地址不正确，请在用户资料中更正", again=False) from fault
    except (smtplib.SMTPException, OSError) as fault:
        raise _broken(words_of(fault)) from fault


def _broken(how: str) -> SendError:
    """The connection broke off; whether the server had taken the message by then is not known."""
    return SendError(f"与邮件服务器的对话没有完成（{how}）", unsure=True)


def _answered(fault: smtplib.SMTPResponseException) -> SendError:
    if isinstance(fault, smtplib.SMTPSenderRefused) and fault.smtp_code >= 500:
        # Our settings, not this message: it is worth keeping until they are mended.
        reason = f"邮件服务器不接受发件地址（{fault.smtp_code}），请管理员检查 DEFAULT_FROM_EMAIL"
        return SendError(reason, wait=LATER)
    return _refused(fault.smtp_code, fault.smtp_error, "邮件被退回")


def _refused(code: int, words: bytes | str, reason: str) -> SendError:
    """5xx is for good, 4xx for now (RFC 5321, 4.2.1). The server's words without anybody's address."""
    if code < 400:  # smtplib takes a line that broke off in its code for a whole one
        return _broken("答复不完整")
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    said = ADDRESS.sub("…", " ".join(text.split()))[:120]
    if TOO_MANY.search(text):
        return SendError(f"邮件服务器限制发送频率（{code} {said}）", wait=LATER)
    if RELAY.search(text):
        return SendError(f"邮件服务器不肯代发（{code} {said}），请管理员检查 EMAIL_URL", wait=LATER)
    if code < 500:
        return SendError(f"邮件服务器暂不接收（{code} {said}）")
    return SendError(f"{reason}（{code} {said}）", again=False)


@contextmanager
def _until(connection: BaseEmailBackend, end: float) -> Iterator[None]:
    """Break the connection off at that time, however slowly the server goes on talking."""
    smtp = getattr(connection, "connection", None)
    sock = getattr(smtp, "sock", None)
    if sock is None:  # a way of sending without a connection, such as into files
        yield
        return
    timer = threading.Timer(max(0.1, end - monotonic()), break_off, [sock])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
