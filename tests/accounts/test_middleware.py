"""How long a login lasts, and where a visitor without one is sent."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts.enums import AuditResult
from accounts.models import AuditEntry
from tests.factories import HazardFactory

START = datetime(2021, 8, 2, 1, 0, tzinfo=UTC)


def signed_in(client) -> bool:
    """Ask a page that everybody with a login may read: the description of the interface."""
    return client.get("/api/schema/").status_code == 200


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def test_thirty_idle_minutes_are_allowed_and_no_more(client, world, clock):
    client.force_login(world.tf_a)
    assert signed_in(client)
    clock.shift(timedelta(minutes=30))
    assert signed_in(client)
    clock.shift(timedelta(minutes=30, seconds=1))
    assert not signed_in(client)


def test_each_request_begins_the_idle_time_anew(client, world, clock):
    client.force_login(world.tf_a)
    for _ in range(4):
        assert signed_in(client)
        clock.shift(timedelta(minutes=25))
    assert signed_in(client)


def test_twelve_hours_end_a_session_in_use(client, world, clock):
    client.force_login(world.tf_a)
    for _ in range(12 * 3):
        assert signed_in(client)
        clock.shift(timedelta(minutes=20))
    assert signed_in(client)
    clock.shift(timedelta(minutes=1))
    assert not signed_in(client)


def test_an_ended_session_stays_ended_for_its_old_cookie(client, world, clock):
    client.force_login(world.tf_a)
    assert signed_in(client)
    cookie = client.cookies["hazard_session"].value
    clock.shift(timedelta(hours=1))
    assert not signed_in(client)
    client.cookies["hazard_session"] = cookie
    clock.move_to(START)
    assert not signed_in(client)


def test_the_person_is_told_why(client, world, clock):
    client.force_login(world.tf_a)
    signed_in(client)
    clock.shift(timedelta(hours=1))
    page = client.get("/no-such-page", follow=True).content.decode()
    login = client.get("/login/").content.decode()
    assert "30 分钟没有操作" in page + login


def test_a_visitor_is_sent_to_the_login_and_back(client, db):
    response = client.get("/hazards/?q=消防")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/login/?next=/hazards/")


def test_a_fragment_request_moves_the_whole_page_to_the_login(client, db):
    response = client.get(
        "/hazards/",
        headers={"hx-request": "true", "hx-current-url": "http://testserver/hazards/12/"},
    )
    assert response.status_code == 204
    assert response.headers["HX-Redirect"] == "/login/?next=/hazards/12/"


def test_a_disabled_person_is_out_at_the_next_request(client, world):
    client.force_login(world.tf_a)
    assert signed_in(client)
    world.tf_a.is_active = False
    world.tf_a.save()
    assert not signed_in(client)


@pytest.mark.parametrize("address", ["/import/", "/api/v1/hazards/{pk}/void/"])
def test_each_refusal_leaves_one_audit_row(world, client, address):
    hazard = HazardFactory(task_force=world.task_force_a, category=world.category)
    client.force_login(world.operator_a)
    path = address.format(pk=hazard.pk)
    response = client.post(path, {"note": "不要了"}) if "api" in path else client.get(path)
    assert response.status_code == 403
    entry = AuditEntry.objects.get(result=AuditResult.DENIED)
    assert (entry.act, entry.user, entry.target.split()[1]) == ("拒绝访问", world.operator_a, path)


@pytest.mark.parametrize("address", ["/hazards/{pk}/", "/api/v1/hazards/{pk}/", "/hazards/999999/"])
def test_a_record_out_of_sight_asked_for_by_its_key_leaves_one_audit_row(world, client, address):
    path = address.format(pk=HazardFactory(task_force=world.task_force_b, category=world.category).pk)
    client.force_login(world.tf_a)
    assert client.get(path).status_code == 404
    entry = AuditEntry.objects.get(result=AuditResult.DENIED)
    assert (entry.act, entry.user, entry.target) == ("查无此项或不在权限内", world.tf_a, f"GET {path}")


def test_an_address_that_leads_nowhere_is_no_refusal(world, client):
    client.force_login(world.tf_a)
    assert client.get("/no-such-page/12/").status_code == 404
    assert not AuditEntry.objects.filter(result=AuditResult.DENIED).exists()
