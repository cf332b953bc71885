"""The container files are well-formed, complete and hold no secret."""

import re
from pathlib import Path

import pytest
import yaml

from hazard_tracker import environment

ROOT = Path(__file__).resolve().parents[1]
SERVICES = {"migrate", "web", "worker", "beat", "postgres", "redis"}
LASTING = SERVICES - {"migrate"}
OWN = {"migrate", "web", "worker", "beat"}
SECRET = re.compile(r"SECRET|PASSWORD|TOKEN|KEY$")


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text()


def test_every_part_is_a_service(compose):
    assert set(compose["services"]) == SERVICES
    assert "version" not in compose  # obsolete, warned about


@pytest.mark.parametrize("name", sorted(LASTING))
def test_every_lasting_service_has_a_healthcheck_and_restarts(compose, name):
    service = compose["services"][name]
    assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert {"interval", "timeout", "retries"} <= set(service["healthcheck"])
    assert service["restart"] == "unless-stopped"


def test_named_volumes_are_declared_and_used(compose):
    used = {
        volume.split(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
        if not volume.startswith((".", "/"))
    }
    assert used == set(compose["volumes"])


def test_dependencies_exist_and_wait_for_health(compose):
    for service in compose["services"].values():
        for name, wait in service.get("depends_on", {}).items():
            assert name in SERVICES
            expected = "service_completed_successfully" if name == "migrate" else "service_healthy"
            assert wait["condition"] == expected


def test_every_variable_is_read_somewhere(compose):
    """A misspelt variable would be ignored in silence."""
    readers = [*(ROOT / "hazard_tracker").glob("*.py"), ROOT / "gunicorn.conf.py"]
    code = "".join(path.read_text() for path in readers)
    for name in OWN:
        for variable in compose["services"][name]["environment"]:
            assert f'"{variable}"' in code, variable


@pytest.mark.parametrize("name", sorted(OWN))
def test_own_services_run_in_production_with_all_it_requires(compose, name):
    variables = compose["services"][name]["environment"]
    assert variables["HAZARD_ENV"] == environment.PRODUCTION
    assert set(environment.REQUIRED_IN_PRODUCTION) <= set(variables)


def test_no_secret_is_written_down_or_has_a_default(compose):
    for service in compose["services"].values():
        for variable, value in service.get("environment", {}).items():
            if SECRET.search(variable):
                assert re.fullmatch(r"\$\{[A-Z_]+:\?\}", str(value)), variable
            if "@" in str(value):  # an address with a password in it
                assert re.search(r":\$\{[A-Z_]+:\?\}@", str(value)), variable


def test_only_the_web_is_reachable_and_only_from_this_machine(compose):
    ports = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert set(ports) == {"web"}
    assert all(port.startswith("127.0.0.1:") for port in ports["web"])


def test_there_is_one_scheduler(compose):
    beats = [name for name, service in compose["services"].items() if "beat" in service.get("command", [])]
    assert beats == ["beat"]
    assert "deploy" not in compose["services"]["beat"]


def test_the_image_is_for_production_and_not_root(dockerfile):
    assert dockerfile.count("FROM python:3.11-slim") == 1
    assert re.search(r"^USER app$", dockerfile, re.MULTILINE)
    assert "HAZARD_ENV=production" in dockerfile
    assert "collectstatic" in dockerfile
    assert dockerfile.index("USER app") < dockerfile.index("CMD")


def test_the_image_leaves_data_and_history_out():
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".git", ".venv", "var", ".env"} <= set(ignored)


def test_requirements_are_pinned_exactly():
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = [line.strip() for line in (ROOT / name).read_text().splitlines()]
        loose = [line for line in lines if line and not line.startswith(("#", "-r ")) and "==" not in line]
        assert loose == []
