"""What went wrong is said in Chinese, with a way on; 500 stands without a database."""

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory

from hazard_tracker import errors
from tests.matrix_rows import NO_GET, PAGES


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
    page = response.content.decode()
    assert "页面已过期或登录已失效，刚才的内容没有提交" in page
    assert 'href="/login/"' in page


def test_an_old_form_leads_back_to_its_page(world):
    client = Client(enforce_csrf_checks=True)
    stranger = client.post("/hazards/inspections/new/", {}).content.decode()
    assert 'href="/hazards/inspections/new/"' in stranger
    assert 'href="/login/?next=/hazards/inspections/new/"' in stranger
    client.force_login(world.lead)
    assert 'href="/import/7/"' in client.post("/import/7/confirm/", {}).content.decode()


def test_a_forms_address_opened_by_hand_leads_to_its_page(client, world):
    client.force_login(world.lead)
    for path, page in (
        ("/import/new/", "/import/"),
        ("/reports/compile/", "/reports/"),
        ("/notices/read/", "/notices/"),
        ("/logout/", "/"),
    ):
        response = client.get(path)
        assert (response.status_code, response.headers["Allow"].split(", ")[0]) == (405, "POST")
        assert f'<a class="btn btn-primary" href="{page}">打开所在的页面</a>' in response.content.decode()


def test_every_address_for_forms_only_names_its_page():
    forms = {name for name, (get, _) in PAGES.items() if get is NO_GET}
    assert forms == set(errors.PAGE_OF)


def test_the_icon_is_there_without_a_login(client, db):
    response = client.get("/favicon.ico")
    assert response.status_code == 301
    assert finders.find(response["Location"].removeprefix("/static/"))
