"""Every kind of page carries the security headers and works without inline script or style."""

import re

import pytest

PAGES = [
    "/login/",
    "/",
    "/no-such-page",
    "/healthz",
    "/api/v1/",
    "/api/schema/",
    "/api/docs/",
    "/admin/",
    "/admin/login/",
]
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>|<style|\son[a-z]+=\"|\sstyle=\"|javascript:"
)


def check_headers(response) -> None:
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for directive in ("script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "object-src 'none'"):
        assert directive in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_anonymous_pages(client, path):
    check_headers(client.get(path))


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_a_person(client, world, path):
    client.force_login(world.lead)
    response = client.get(path)
    assert response.status_code in (200, 302, 404, 503)
    check_headers(response)
    if response.headers["Content-Type"].startswith("text/html"):
        assert INLINE.search(response.content.decode()) is None


@pytest.mark.django_db
def test_the_description_of_the_interface_needs_a_login(client):
    assert client.get("/api/schema/").status_code == 401
    assert client.get("/api/docs/").headers["Location"] == "/login/?next=/api/docs/"


def test_the_description_of_the_interface_is_served_from_here(client, world):
    client.force_login(world.lead)
    page = client.get("/api/docs/").content.decode()
    assert re.findall(r"(?:src|href)=\"(?:https?:)?//", page) == []
    assert "接口文档" in page
    assert client.get("/api/schema/").status_code == 200
