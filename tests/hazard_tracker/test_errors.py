"""What went wrong is said in Chinese, with a way on; 500 stands without a database."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory

from hazard_tracker import errors


@pytest.fixture
def request_of(world):
    def make(user, path="/somewhere"):
        request = RequestFactory().get(path)
        request.user = user
        request.session = {}
        return request

    return make


def test_a_missing_page_offers_search_and_lists(client, world):
    client.force_login(world.tf_a)
    response = client.get("/no-such-page")
    page = response.content.decode()
    assert response.status_code == 404
    assert "没有找到" in page
    assert 'action="/hazards/"' in page
    assert 'href="/parks/"' in page


def test_a_missing_page_for_a_stranger_offers_the_login_only(client, db):
    response = client.get("/no-such-page")
    page = response.content.decode()
    assert response.status_code == 404
    assert 'href="/login/"' in page
    assert "/hazards/" not in page


def test_a_refusal_shows_its_reason(request_of, world):
    response = errors.permission_denied(request_of(world.tf_a), PermissionDenied("不能验收自己提交的整改。"))
    assert response.status_code == 403
    assert "不能验收自己提交的整改。" in response.content.decode()


def test_the_interface_is_answered_in_json(client, world):
    client.force_login(world.tf_a)
    response = client.get("/api/v1/no-such-thing")
    assert response.status_code == 404
    assert "没有找到" in response.json()["detail"]


def test_server_error_page_needs_no_database(rf):
    """Without the db mark any query would fail this test."""
    response = errors.server_error(rf.get("/"))
    assert response.status_code == 500
    assert "没有保存" in response.content.decode()


def test_bad_request_page_needs_no_database(rf):
    response = errors.bad_request(rf.get("/"), ValueError())
    assert response.status_code == 400
    assert "无法识别" in response.content.decode()


@pytest.mark.django_db
def test_an_unknown_host_is_a_bad_request(client):
    assert client.get("/login/", headers={"host": "evil.example"}).status_code == 400


def test_an_old_form_is_explained(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.tf_a)
    response = client.post("/login/", {"username": "x", "password": "y"})
    assert response.status_code == 403
    assert "页面已过期" in response.content.decode()
