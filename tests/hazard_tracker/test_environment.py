"""Settings fail loudly, and name everything that is wrong at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from hazard_tracker import environment

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = {
    "SECRET_KEY": "k" * 50,
    "DATABASE_URL": "postgres://hazard:word@db/hazard",
    "REDIS_URL": "redis://redis:6379/0",
    "ALLOWED_HOSTS": "hazards.example.cn",
}


def load_settings(expression: str, tmp_path: Path, **values: str) -> subprocess.CompletedProcess[str]:
    """Import the settings in a process of their own, with nothing but these variables set."""
    code = f"import hazard_tracker.settings as s; print(({expression}))"
    clean = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **values}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=clean, capture_output=True, text=True, check=False
    )


def test_production_names_every_missing_variable_at_once():
    with pytest.raises(ImproperlyConfigured) as caught:
        environment.require_production({})
    for name in environment.REQUIRED_IN_PRODUCTION:
        assert f"{name} is missing" in str(caught.value)


def test_complete_production_is_accepted():
    environment.require_production(COMPLETE)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY is shorter"),
        ({"SECRET_KEY": "   "}, "SECRET_KEY is missing"),
        ({"ALLOWED_HOSTS": "a.cn,*"}, "ALLOWED_HOSTS must name hosts"),
        ({"DATABASE_URL": "sqlite:///x.sqlite3"}, "DATABASE_URL is SQLite"),
        ({"DEBUG": "1"}, "DEBUG must be off"),
        ({"ROBOT_HOSTS": "https://ding.example.cn,http://10.0.0.1"}, "http://10.0.0.1 in ROBOT_HOSTS"),
        ({"ROBOT_HOSTS": "https://ding.example.cn/path"}, "in ROBOT_HOSTS is no https"),
    ],
)
def test_unsafe_production_is_refused(change, reason):
    with pytest.raises(ImproperlyConfigured, match=reason):
        environment.require_production({**COMPLETE, **change})


@pytest.mark.parametrize(
    ("values", "address"),
    [
        ({"SITE_URL": " https://hazards.example.gov.cn/ "}, "https://hazards.example.gov.cn"),
        ({"HAZARD_ENV": "production"}, "https://example.gov.cn"),
        ({"HAZARD_ENV": "production", "SITE_URL": ""}, "https://example.gov.cn"),
        ({"PORT": "8100"}, "http://localhost:8100"),
        ({"PORT": ""}, "http://localhost:8000"),
    ],
)
def test_the_systems_own_address(values, address):
    assert environment.site_url(values, [".example.gov.cn", "localhost"]) == address


@pytest.mark.parametrize(
    ("url", "port", "how"),
    [
        ("smtp+ssl://robot@example.cn:pa%2Fss@smtp.example.cn", 465, "EMAIL_USE_SSL"),
        ("smtp+tls://robot@example.cn:pa%2Fss@smtp.example.cn", 587, "EMAIL_USE_TLS"),
        ("smtp+tls://robot@example.cn:pa%2Fss@smtp.example.cn:2525", 2525, "EMAIL_USE_TLS"),
        ("smtp://robot@example.cn:pa%2Fss@smtp.example.cn", 25, ""),
    ],
)
def test_mail_server(url, port, how):
    found = environment.mail_settings({"EMAIL_URL": url})
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("smtp.example.cn", port)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("robot@example.cn", "pa/ss")
    assert [name for name in ("EMAIL_USE_SSL", "EMAIL_USE_TLS") if found.get(name)] == ([how] if how else [])
    assert found["DEFAULT_FROM_EMAIL"] == "园区隐患整治 <robot@example.cn>"


@pytest.mark.parametrize(
    ("given", "sender"),
    [("office@example.cn", "园区隐患整治 <office@example.cn>"), ("某办 <a@b.cn>", "某办 <a@b.cn>")],
)
def test_who_mail_comes_from(given, sender):
    values = {"EMAIL_URL": "smtp://user:word@host", "DEFAULT_FROM_EMAIL": given}
    assert environment.mail_settings(values)["DEFAULT_FROM_EMAIL"] == sender


@pytest.mark.parametrize("values", [{}, {"EMAIL_URL": ""}, {"EMAIL_URL": " "}])
def test_without_a_mail_server_none_is_set(values):
    assert environment.mail_settings(values) == {}


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("smtp.example.cn", "EMAIL_URL cannot be read"),
        ("https://user:hidden@host", "EMAIL_URL cannot be read"),
        ("smtp://user@x.cn:hidden@host:port", "EMAIL_URL cannot be read"),
        ("smtp://", "names no host"),
        ("smtp://user:hidden@host", "DEFAULT_FROM_EMAIL is missing"),
    ],
)
def test_a_wrong_mail_server_is_refused_without_its_password(url, reason):
    with pytest.raises(ImproperlyConfigured, match=reason) as caught:
        environment.mail_settings({"EMAIL_URL": url})
    assert "hidden" not in str(caught.value)


def test_settings_take_the_mail_server_over(tmp_path):
    shown = "(s.EMAIL_ON, s.EMAIL_PORT, s.EMAIL_USE_SSL, s.EMAIL_TIMEOUT)"
    url = "smtp+ssl://robot@example.cn:word@smtp.example.cn"
    assert load_settings(shown, tmp_path, EMAIL_URL=url).stdout.strip() == "(True, 465, True, 10)"
    assert load_settings(shown, tmp_path).stdout.strip() == "(False, 25, False, 10)"


def test_unknown_environment_is_refused():
    with pytest.raises(ImproperlyConfigured, match="prod"):
        environment.environment_name({"HAZARD_ENV": "prod"})


def test_settings_import_fails_without_production_variables(tmp_path):
    result = load_settings("s.DEBUG", tmp_path, HAZARD_ENV="production", SECRET_KEY="k" * 60)
    assert result.returncode != 0
    assert "DATABASE_URL is missing; REDIS_URL is missing; ALLOWED_HOSTS is missing" in result.stderr
    assert "SECRET_KEY is missing" not in result.stderr


def test_production_settings_are_secure(tmp_path):
    names = (
        "s.DEBUG, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS"
    )
    result = load_settings(names, tmp_path, HAZARD_ENV="production", **COMPLETE)
    assert result.stdout.strip() == "(False, True, True, True, 31536000)", result.stderr


def test_deploy_check_is_clean(tmp_path):
    values = {**COMPLETE, "SECRET_KEY": "aB3-" + "qwertyuiopasdfghjklzxcvbnm0123456789" * 2}
    result = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "HAZARD_ENV": "production", **values},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr


def test_debug_is_off_unless_asked(tmp_path):
    assert load_settings("s.DEBUG", tmp_path).stdout.strip() == "False"
    assert load_settings("s.DEBUG", tmp_path, DEBUG="1").stdout.strip() == "True"


def test_demo_key_is_made_once_and_kept_private(tmp_path):
    first = load_settings("s.SECRET_KEY", tmp_path).stdout.strip()
    second = load_settings("s.SECRET_KEY", tmp_path).stdout.strip()
    assert len(first) >= environment.MIN_SECRET_KEY_LENGTH
    assert first == second
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_sqlite_is_ready_for_concurrent_writers(tmp_path):
    options = load_settings("s.DATABASES['default']['OPTIONS']", tmp_path).stdout
    assert "IMMEDIATE" in options
    assert "journal_mode=WAL" in options
