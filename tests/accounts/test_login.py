"""Signing in and out: words, safe return, one audit row each."""

import pytest
from django.urls import reverse

from accounts.enums import AuditResult
from accounts.models import AuditEntry
from tests.factories import PASSWORD


def sign_in(client, username, password=PASSWORD, **more):
    return client.post(reverse("accounts:login"), {"username": username, "password": password, **more})


def test_login_and_logout_leave_one_row_each(world, client):
    assert sign_in(client, "tf_a", REMOTE_ADDR="10.0.0.7")["Location"] == "/"
    row = AuditEntry.objects.get()
    assert (row.act, row.user, row.username, row.result) == ("登录", world.tf_a, "tf_a", AuditResult.OK)
    assert client.post(reverse("accounts:logout"))["Location"] == "/login/"
    assert AuditEntry.objects.filter(act="退出", user=world.tf_a).count() == 1
    assert AuditEntry.objects.count() == 2


@pytest.mark.parametrize("username", ["tf_a", "nobody"])
def test_a_wrong_password_is_said_in_chinese_and_kept(world, client, username):
    response = sign_in(client, username, "not-the-password")
    page = response.content.decode()
    assert "账号或密码不正确" in page and f'value="{username}"' in page
    assert "not-the-password" not in page
    row = AuditEntry.objects.get()
    assert (row.act, row.result, row.username, row.user) == ("登录", AuditResult.FAILED, username, None)
    assert "not-the-password" not in str(row.detail)


def test_a_disabled_account_does_not_get_in(world, client):
    world.tf_a.is_active = False
    world.tf_a.save()
    assert sign_in(client, "tf_a").status_code == 200
    assert client.get("/").status_code == 302


def test_five_wrong_ones_lock_and_are_all_kept(world, client):
    codes = [sign_in(client, "tf_a", "wrong").status_code for _ in range(6)]
    assert codes[-1] == 429
    assert sign_in(client, "tf_a").status_code == 429
    assert AuditEntry.objects.filter(act="登录", result=AuditResult.FAILED).count() == 7
    assert not AuditEntry.objects.filter(act="登录", result=AuditResult.OK).exists()


@pytest.mark.parametrize(
    ("target", "lands"),
    [
        ("/parks/", "/parks/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_next_stays_in_the_house(world, client, target, lands):
    assert sign_in(client, "tf_a", next=target)["Location"] == lands


def test_signed_in_people_are_sent_on_from_the_login_page(world, client):
    client.force_login(world.tf_a)
    assert client.get(reverse("accounts:login"))["Location"] == "/"


def test_password_change_by_oneself(world, client):
    address = reverse("accounts:password_change")
    assert client.get(address).status_code == 302
    client.force_login(world.tf_a)
    new = "Xin-mima-2021"
    wrong = client.post(
        address, {"old_password": "x", "new_password1": new, "new_password2": "another-2021"}
    ).content.decode()
    assert "密码" in wrong and client.get("/").status_code == 200
    good = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post(address, good)["Location"] == reverse("accounts:password_change_done")
    assert "新密码已生效" in client.get(reverse("accounts:password_change_done")).content.decode()
    world.tf_a.refresh_from_db()
    assert world.tf_a.check_password(new)
