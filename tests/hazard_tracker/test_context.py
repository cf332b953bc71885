"""The frame's navigation: what is shown, and which entry is the current one."""

import pytest
from django.test import RequestFactory
from django.urls import reverse

from hazard_tracker import context
from hazard_tracker.context import NavItem, chrome, mark_active
from tests import factories


def items(*urls: str) -> list[NavItem]:
    return [NavItem(label=url, url=url, icon="", short=url) for url in urls]


@pytest.mark.parametrize(
    ("path", "active"),
    [
        ("/", "/"),
        ("/hazards/", "/hazards/"),
        ("/hazards/12/", "/hazards/"),
        ("/hazards/new/", "/hazards/new/"),
        ("/parks/3/", "/parks/"),
        ("/password/", None),
    ],
)
def test_longest_prefix_is_current(path: str, active: str | None) -> None:
    found = items("/", "/hazards/", "/hazards/new/", "/parks/")
    mark_active(found, path)
    assert [item.url for item in found if item.active] == ([active] if active else [])


@pytest.mark.django_db
@pytest.mark.parametrize("staff", [True, False])
def test_only_staff_are_shown_the_admin(staff: bool) -> None:
    request = RequestFactory().get("/")
    request.user = factories.UserFactory(is_staff=staff)
    labels = [item.label for item in chrome(request)["nav"]]
    assert ("后台管理" in labels) is staff


def test_a_page_that_does_not_exist_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "ENTRIES", (context.Entry("无", "hazards:no_such_page", "x"),))
    request = RequestFactory().get("/")
    request.user = factories.UserFactory.build(is_staff=True)
    assert chrome(request)["nav"] == []


@pytest.mark.django_db
def test_the_person_and_the_unit_are_named() -> None:
    request = RequestFactory().get("/")
    request.user = factories.UserFactory(
        full_name="张三", department=factories.DepartmentFactory(name="经济发展局")
    )
    frame = chrome(request)
    assert (frame["user_label"], frame["unit_label"]()) == ("张三", "经济发展局")


@pytest.mark.parametrize(
    ("persona", "shown"),
    [
        ("lead", {"上报隐患", "台账导入", "报表", "隐患清单"}),
        ("tf_a", {"上报隐患", "台账导入", "隐患清单"}),
        ("operator_a", {"上报隐患", "隐患清单"}),
        ("leader", {"隐患清单", "报表"}),
        ("auditor", set()),
        ("system_admin", set()),
    ],
)
def test_only_what_a_person_may_use_is_offered(world, client, persona: str, shown: set[str]) -> None:
    client.force_login(getattr(world, persona))
    labels = {item.label for item in client.get("/").context["nav"]}
    assert {"首页", "提醒"} <= labels
    offered = {"上报隐患", "台账导入", "报表", "隐患清单"} & labels
    assert shown <= offered
    if persona in {"leader", "auditor", "system_admin"}:
        assert "上报隐患" not in offered
    if persona in {"operator_a", "leader", "auditor", "system_admin"}:
        assert "台账导入" not in offered


@pytest.mark.django_db
@pytest.mark.parametrize("view", ["campaigns:setup", "campaigns:new", "reports:plan_import_list"])
def test_all_that_sets_a_plan_up_is_one_place(world, client, view: str) -> None:
    client.force_login(world.lead)
    nav = client.get(reverse(view)).context["nav"]
    assert [item.label for item in nav if item.active] == ["方案设置"]
