"""The frame's navigation: what is shown, and which entry is the current one."""

import pytest
from django.test import RequestFactory

from campaigns.queries import Scope
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


@pytest.mark.django_db
@pytest.mark.parametrize("may_write", [True, False])
def test_readers_are_not_offered_to_report(may_write: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "url_or_blank", lambda *views: f"/{views[0]}/")
    request = RequestFactory().get("/")
    request.user = factories.UserFactory()
    request.scope = Scope(task_forces=frozenset({1} if may_write else ()))
    labels = [item.label for item in chrome(request)["nav"]]
    assert ("上报隐患" in labels) is may_write
