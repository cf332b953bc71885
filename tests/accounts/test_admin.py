"""The admin: base data for system admins, the trail for auditors, nothing for anybody else."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from accounts.audit import record
from accounts.enums import Role
from accounts.models import AuditEntry, User
from tests import factories
from tests.factories import PASSWORD

BASE = {"parks", "accounts", "campaigns"}
LISTS = [
    "accounts_user",
    "parks_region",
    "parks_department",
    "parks_park",
    "parks_enterprise",
    "campaigns_campaign",
    "campaigns_taskforce",
]


@pytest.fixture
def staff(world):
    for user in world.personas().values():
        user.is_staff = True
        user.save()
    return world


def test_no_hazard_is_registered():
    registered = {model._meta.app_label for model in admin.site._registry}
    assert registered & {"hazards", "reports", "notices"} == set()
    assert registered >= BASE
    assert apps.get_model("auth.Group") not in admin.site._registry


@pytest.mark.parametrize("name", LISTS)
def test_lists_and_forms_open_for_the_system_admin_only(staff, client, name):
    listed = reverse(f"admin:{name}_changelist")
    added = reverse(f"admin:{name}_add")
    for who, user in staff.personas().items():
        client.force_login(user)
        expected = 200 if who == "system_admin" else 403
        assert client.get(listed, {"q": "甲"}).status_code == expected, who
        assert client.get(added).status_code == expected, who


def test_change_pages_open(staff, client):
    client.force_login(staff.system_admin)
    for name, row in (
        ("accounts_user", staff.tf_a),
        ("parks_department", staff.xincheng),
        ("parks_park", staff.park_a),
        ("parks_enterprise", staff.enterprise_a),
        ("campaigns_campaign", staff.campaign),
        ("campaigns_taskforce", staff.task_force_a),
    ):
        address = reverse(f"admin:{name}_change", args=[row.pk])
        page = client.get(address)
        assert page.status_code == 200, name
        assert client.get(reverse(f"admin:{name}_delete", args=[row.pk])).status_code == 403, name


def test_no_hazard_content_shows(staff, client):
    factories.HazardFactory(task_force=staff.task_force_a, number="LG-2021-0001", description="秘密的描述")
    client.force_login(staff.system_admin)
    for name, row in (("parks_park", staff.park_a), ("campaigns_campaign", staff.campaign)):
        page = client.get(reverse(f"admin:{name}_change", args=[row.pk])).content.decode()
        assert "LG-2021-0001" not in page and "秘密的描述" not in page


@pytest.mark.parametrize(
    ("who", "staff"), [("system_admin", True), ("auditor", True), ("lead", False), ("tf_a", False)]
)
def test_the_two_roles_open_the_admin_however_they_are_given(world, who, staff):
    assert User.objects.get(pk=getattr(world, who).pk).is_staff is staff


@pytest.mark.parametrize("who", ["lead", "tf_a", "leader", "operator_a"])
def test_without_the_flag_the_admin_is_shut(world, client, who):
    client.force_login(getattr(world, who))
    assert client.get("/admin/")["Location"].startswith("/admin/login/")


def test_only_the_auditor_reads_the_trail_and_writes_nothing(staff, client):
    row = record("登录", user=staff.tf_a)
    listed = reverse("admin:accounts_auditentry_changelist")
    one = reverse("admin:accounts_auditentry_change", args=[row.pk])
    root = User.objects.create_superuser("root", password=PASSWORD, full_name="根")
    for who, user in {**staff.personas(), "root": root}.items():
        client.force_login(user)
        expected = 200 if who == "auditor" else 403
        assert client.get(listed).status_code == expected, who
        assert client.get(one).status_code == expected, who
    client.force_login(staff.auditor)
    before = AuditEntry.objects.count()
    for address in (one, reverse("admin:accounts_auditentry_add")):
        assert client.post(address, {"act": "改"}).status_code == 403
    delete = reverse("admin:accounts_auditentry_delete", args=[row.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    refusals = AuditEntry.objects.order_by("-pk")[: AuditEntry.objects.count() - before]
    assert [entry.act for entry in refusals] == ["拒绝访问"] * 3, "nothing but the trace of the attempts"
    assert AuditEntry.objects.filter(pk=row.pk, act="登录").exists()
    assert client.get(reverse("admin:accounts_user_changelist")).status_code == 403


def roles(*rows, initial=0, **extra):
    data = {
        "memberships-TOTAL_FORMS": len(rows),
        "memberships-INITIAL_FORMS": initial,
        "memberships-MIN_NUM_FORMS": 0,
        "memberships-MAX_NUM_FORMS": 1000,
    }
    for number, row in enumerate(rows):
        data |= {f"memberships-{number}-{name}": value for name, value in row.items()}
    return data | extra


def new_user(**extra):
    return {
        "username": "xinren",
        "full_name": "新人甲",
        "password1": "Kaitong-2021",
        "password2": "Kaitong-2021",
    } | extra


def test_a_new_account_with_its_role_in_one_page(staff, client):
    client.force_login(staff.system_admin)
    data = new_user() | roles({"role": Role.DEPARTMENT, "department": staff.xincheng.pk})
    response = client.post(reverse("admin:accounts_user_add"), data)
    assert response.status_code == 302, response.context["errors"]
    user = User.objects.get(username="xinren")
    assert user.check_password("Kaitong-2021") and not user.is_staff and not user.is_superuser
    assert [row.role for row in user.memberships.all()] == [Role.DEPARTMENT]
    assert AuditEntry.objects.filter(act="账号维护", target="xinren").count() == 1


@pytest.mark.parametrize(("password", "word"), [("12345678", "密码"), ("Ab1-", "密码"), ("password", "密码")])
def test_a_weak_first_password_is_refused(staff, client, password, word):
    client.force_login(staff.system_admin)
    data = new_user(password1=password, password2=password) | roles()
    response = client.post(reverse("admin:accounts_user_add"), data)
    assert response.status_code == 200 and word in response.content.decode()
    assert not User.objects.filter(username="xinren").exists()


def test_two_of_the_three_are_refused_on_one_page(staff, client):
    client.force_login(staff.system_admin)
    rows = roles({"role": Role.SYSTEM_ADMIN}, {"role": Role.AUDITOR})
    response = client.post(reverse("admin:accounts_user_add"), new_user() | rows)
    assert response.status_code == 200 and "三员分立" in response.content.decode()
    assert not User.objects.filter(username="xinren").exists()


def test_the_admin_opens_and_closes_with_the_role(staff, client):
    client.force_login(staff.system_admin)
    client.post(reverse("admin:accounts_user_add"), new_user() | roles({"role": Role.AUDITOR}))
    user = User.objects.get(username="xinren")
    assert user.is_staff
    row = user.memberships.get()
    swap = roles(
        {"id": row.pk, "user": user.pk, "role": Role.AUDITOR, "DELETE": "on"},
        {"user": user.pk, "role": Role.LEADER, "department": staff.xincheng.pk},
        initial=1,
        username="xinren",
        full_name="新人甲",
        is_active="on",
    )
    response = client.post(reverse("admin:accounts_user_change", args=[user.pk]), swap)
    assert response.status_code == 302, response.context["errors"]
    user.refresh_from_db()
    assert not user.is_staff and [row.role for row in user.memberships.all()] == [Role.LEADER]


def test_a_role_must_be_tied_to_its_kind(staff, client):
    client.force_login(staff.system_admin)
    data = new_user() | roles({"role": Role.OPERATOR, "department": staff.xincheng.pk})
    response = client.post(reverse("admin:accounts_user_add"), data)
    assert response.status_code == 200 and "园区业主须选园区" in response.content.decode()


def test_unlocking_an_account(staff, client):
    for _ in range(5):
        client.post(reverse("accounts:login"), {"username": "tf_a", "password": "wrong"})
    login = {"username": "tf_a", "password": PASSWORD}
    assert client.post(reverse("accounts:login"), login).status_code == 429
    client.force_login(staff.system_admin)
    data = {"action": "unlock", "_selected_action": [staff.tf_a.pk]}
    page = client.post(reverse("admin:accounts_user_changelist"), data, follow=True).content.decode()
    assert "已解除 1 个账号的登录锁定" in page
    client.logout()
    assert client.post(reverse("accounts:login"), login).status_code == 302
