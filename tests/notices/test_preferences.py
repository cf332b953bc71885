"""A person's own wishes: what comes by e-mail and where to; the inbox holds everything."""

from datetime import datetime

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from notices.enums import Channel, NoticeKind
from notices.kinds import KINDS
from notices.models import Delivery, NoticeSettings, Preference
from notices.preferences.forms import MUTABLE
from notices.preferences.views import next_words

URL = "/notices/preferences/"
ALL = [kind.value for kind in MUTABLE]


@pytest.fixture
def signed_in(world, client):
    client.force_login(world.tf_a)
    return client


def test_at_first_everything_is_wanted(signed_in):
    page = signed_in.get(URL).content.decode()
    assert page.count('name="wanted"') == len(NoticeKind)
    assert page.count("不可关闭") == len(NoticeKind) - len(MUTABLE)
    assert page.count(" disabled>") == len(NoticeKind) - len(MUTABLE)
    assert "不能关闭" in page


def test_saved_and_audited_by_name_only(signed_in, world):
    wanted = [one for one in ALL if one != "imported"]
    answer = signed_in.post(URL, {"email": "tf@example.cn", "by_email": "on", "wanted": wanted})
    assert answer.status_code == 302
    world.tf_a.refresh_from_db()
    assert world.tf_a.email == "tf@example.cn"
    wish = Preference.objects.get(user=world.tf_a)
    assert (wish.by_email, wish.muted) == (True, ["imported"])
    row = AuditEntry.objects.get(act="notices.preference")
    assert row.detail == {"changed": ["email", "muted"]}
    signed_in.post(URL, {"email": "tf@example.cn", "by_email": "on", "wanted": wanted})
    assert AuditEntry.objects.filter(act="notices.preference").count() == 1


TOO_LONG = f"{'a' * 60}@{'.'.join([letter * 60 for letter in 'bcde'])}.cn"


@pytest.mark.parametrize(
    ("email", "words"), [("不是邮箱", "邮箱地址不正确"), (TOO_LONG, "邮箱地址"), ("", "请填写邮箱")]
)
def test_a_refused_form_comes_back_filled(signed_in, world, email, words):
    before = world.tf_a.email
    answer = signed_in.post(URL, {"email": email, "by_email": "on", "wanted": ["assigned"]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in answer.context["form"].errors["email"][0]
    assert not email or f'value="{email}"' in page
    ticked = [row["ticked"] for row in answer.context["form"].groups()[1]["kinds"]]
    assert ticked == [True, False, False, False, False]
    world.tf_a.refresh_from_db()
    assert world.tf_a.email == before
    assert not Preference.objects.exists()


def test_what_nobody_turns_off_cannot_be_turned_off_by_hand(signed_in, world):
    answer = signed_in.post(URL, {"email": "tf@example.cn", "wanted": ["overdue"]})
    assert answer.status_code == 422
    signed_in.post(URL, {"email": "tf@example.cn", "wanted": []})
    muted = Preference.objects.get(user=world.tf_a).muted
    assert not [kind for kind in muted if not KINDS[NoticeKind(kind)].mutable]


def test_each_only_their_own(signed_in, world):
    Preference.objects.create(user=world.tf_a2, by_email=False, muted=["imported"])
    signed_in.post(URL, {"email": "tf@example.cn", "by_email": "on", "wanted": ALL})
    others = Preference.objects.get(user=world.tf_a2)
    assert (others.by_email, others.muted) == (False, ["imported"])


def at(hour, minute=0):
    return timezone.make_aware(datetime(2026, 3, 4, hour, minute))


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (at(6), "今天 08:00"),
        (at(9), "随即发送"),
        (at(22), "明天 08:00"),
    ],
)
def test_when_the_next_one_goes_out(rf, world, now, words):
    request = rf.get("/")
    request.user, request.campaigns = world.tf_a, [world.campaign]
    NoticeSettings.objects.create(campaign=world.campaign)
    assert words in next_words(request, now)
    Delivery.objects.create(
        channel=Channel.EMAIL, user=world.tf_a, day=now.date(), subject="x", text="x",
        next_try_at=now, created_at=now,
    )  # fmt: skip
    assert "明天 08:00" in next_words(request, now)
