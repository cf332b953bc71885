"""Mail against a real SMTP server: what arrives, and what is made of a refusal."""

import socket
import threading
from email import message_from_bytes, policy
from time import monotonic, sleep

import pytest
from django.utils import timezone

from accounts.models import User
from notices import channels
from notices.channels import mail
from notices.enums import Channel
from notices.models import Delivery
from notices.outbox import SendError
from tests.notices.servers import smtp_server

SUBJECT = "园区隐患整治提醒（9月15日，共12条，其中逾期的请尽快处理并说明困难）"


@pytest.fixture
def box(settings):
    with smtp_server() as box:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        settings.EMAIL_TIMEOUT = 3
        settings.DEFAULT_FROM_EMAIL = "园区隐患整治 <robot@example.gov.cn>"
        yield box


@pytest.fixture
def letter(world) -> Delivery:
    User.objects.filter(pk=world.tf_a.pk).update(email="tf_a@example.com")
    world.tf_a.refresh_from_db()
    now = timezone.now()
    return Delivery.objects.create(
        channel=Channel.EMAIL,
        user=world.tf_a,
        day=now.date(),
        subject=SUBJECT,
        text="甲园 1号楼：已逾期5天",
        html="<p>甲园 1号楼：已逾期5天</p>",
        next_try_at=now,
        created_at=now,
    )


def refusal(letter: Delivery) -> SendError:
    with pytest.raises(SendError) as caught:
        channels.send(letter)
    return caught.value


def test_it_arrives_as_text_and_html_with_a_chinese_subject(box, letter):
    channels.send(letter)
    raw = box.taken[0]
    assert max(len(line) for line in raw.splitlines()) <= 78
    assert raw.isascii()  # every server takes it, whatever it knows of UTF-8
    found = message_from_bytes(raw, policy=policy.default)
    assert found["Subject"] == SUBJECT
    assert b"Subject: =?utf-8?b?" in raw  # on one line: some programs show what is folded there as a blank
    assert found["From"].addresses[0].display_name == "园区隐患整治"
    assert found["To"] == "tf_a@example.com"
    assert found.get_content_type() == "multipart/alternative"
    parts = [(part.get_content_type(), part.get_content_charset()) for part in found.iter_parts()]
    assert parts == [("text/plain", "utf-8"), ("text/html", "utf-8")]
    assert all("甲园 1号楼：已逾期5天" in part.get_content() for part in found.iter_parts())


def test_its_identity_is_the_deliverys_at_every_try(box, letter):
    channels.send(letter)
    letter.repeated = True
    channels.send(letter)
    first, second = (message_from_bytes(raw, policy=policy.default) for raw in box.taken)
    assert first["Message-ID"] == second["Message-ID"] == f"<{letter.pk}@example.gov.cn>"
    assert first["X-Delivery"] == str(letter.pk)
    assert first["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("marks", "subject"),
    [
        ({"repeated": True}, f"（可能重复）{SUBJECT}"),
        ({"late": True}, f"（补发）{SUBJECT}"),
        ({"late": True, "repeated": True}, f"（补发）（可能重复）{SUBJECT}"),
    ],
)
def test_the_subject_says_what_kind_of_try_it_is(box, letter, marks, subject):
    for name, value in marks.items():
        setattr(letter, name, value)
    channels.send(letter)
    assert message_from_bytes(box.taken[0], policy=policy.default)["Subject"] == subject


@pytest.mark.parametrize(
    ("answers", "again", "words"),
    [
        ({"rcpt": "550 5.1.1 <tf_a@example.com> user unknown"}, False, "收件邮箱被拒收"),
        ({"rcpt": "451 4.7.1 try again later"}, True, "暂不接收"),
        ({"data": "554 5.7.1 rejected as spam"}, False, "邮件被退回"),
        ({"data": "452 4.3.1 out of storage"}, True, "暂不接收"),
        ({"rcpt": "550 Mail frequency limited"}, True, "限制发送频率"),
        ({"rcpt": "554 5.7.1 <tf_a@example.com>: Relay access denied"}, True, "不肯代发"),
    ],
)
def test_for_good_or_for_now(box, letter, answers, again, words):
    for name, value in answers.items():
        setattr(box, name, value)
    fault = refusal(letter)
    assert fault.again is again
    assert not fault.unsure
    assert words in str(fault)
    assert "tf_a@example.com" not in str(fault)
    assert box.taken == []


def test_what_is_taken_before_the_line_breaks_may_have_arrived(box, letter):
    box.drop = "data"
    fault = refusal(letter)
    assert (fault.again, fault.unsure) == (True, True)
    assert len(box.taken) == 1


def test_a_line_that_breaks_earlier_is_tried_again(box, letter):
    box.drop = "rcpt"
    assert refusal(letter).again
    assert box.taken == []


def test_no_server(settings, box, letter):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = free.getsockname()[1]
        fault = refusal(letter)
    assert (fault.again, fault.unsure) == (True, False)
    assert str(fault) == "连接不上邮件服务器（对方拒绝连接）"


def test_a_server_that_wants_no_login_keeps_the_mail(settings, box, letter):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "robot", "word"
    fault = refusal(letter)
    assert fault.again
    assert "EMAIL_URL" in str(fault)


def test_a_server_that_says_nothing_is_given_up(settings, letter, box):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = silent.getsockname()[1], 0.3
        began = monotonic()
        assert refusal(letter).again
    assert monotonic() - began < 10


def test_a_server_that_dribbles_is_broken_off(settings, letter, box, monkeypatch):
    """Each step stays within its time; together they would outlast the lease."""
    monkeypatch.setattr(mail, "SECONDS", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as slow:
        settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = slow.getsockname()[1], 3
        threading.Thread(target=dribble, args=(slow,), daemon=True).start()
        began = monotonic()
        fault = refusal(letter)
    assert (fault.again, fault.unsure) == (True, True)
    assert 0.8 < monotonic() - began < 10  # all of it would take twenty


def dribble(server: socket.socket) -> None:
    """Greet and say hello, then one letter each half second, never a whole line."""
    try:
        line, _ = server.accept()
        line.sendall(b"220 slow\r\n")
        line.recv(1000)  # EHLO
        line.sendall(b"250 slow\r\n")
        line.recv(1000)  # MAIL
        for _ in range(40):
            line.sendall(b"2")
            sleep(0.5)
    except OSError:
        pass


@pytest.mark.parametrize("change", [{"email": ""}, {"is_active": False}, {"email": "不是 邮箱\n@x"}])
def test_nobody_to_write_to(box, letter, change):
    for name, value in change.items():
        setattr(letter.user, name, value)
    fault = refusal(letter)
    assert not fault.again
    assert box.taken == []


def test_mail_is_a_way_out_only_with_a_server(settings):
    settings.EMAIL_ON = False
    assert not channels.available(Channel.EMAIL)
    assert channels.available(Channel.WECOM)
    settings.EMAIL_ON = True
    assert channels.available(Channel.EMAIL)
