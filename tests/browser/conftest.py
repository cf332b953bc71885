"""The whole product, started as `make run` starts it, with a Chromium in front of it.

Own data directory, own port, own database (a fresh one on the PostgreSQL server that DATABASE_URL
names, else SQLite) and own broker (a database of REDIS_URL's server, else the embedded one).
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1366, "height": 768}


BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium: apt install chromium"),
    # One group: the product is started once, however many workers share the suite.
    pytest.mark.xdist_group("browser"),
]


@dataclass
class Site:
    """A running product: its address, the demo's accounts, and a way to run its commands."""

    url: str
    environ: dict[str, str]
    accounts: dict[str, dict[str, str]]

    def manage(self, *arguments: str) -> str:
        """Output of a management command on the same data."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environ,
            check=True,
            capture_output=True,
            text=True,
        ).stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def site_environ(tmp_path_factory) -> Iterator[dict[str, str]]:
    var = tmp_path_factory.mktemp("site")
    environ = {key: value for key, value in os.environ.items() if not key.startswith("DJANGO_")}
    environ |= {"HAZARD_ENV": "demo", "VAR_DIR": str(var), "PORT": str(free_port()), "PYTHONPATH": str(ROOT)}
    environ["STATIC_ROOT"] = str(var / "static")
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        environ.pop("DATABASE_URL", None)
        yield environ
        return
    import psycopg2

    name = f"hazard_browser_{os.getpid()}"
    admin = psycopg2.connect(server)
    admin.autocommit = True
    admin.cursor().execute(f'CREATE DATABASE "{name}"')
    environ["DATABASE_URL"] = f"{server.rpartition('/')[0]}/{name}"
    if redis := os.environ.get("REDIS_URL"):
        # Two products on one broker would take each other's tasks.
        worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
        environ["REDIS_URL"] = f"{redis.rpartition('/')[0]}/{14 - worker % 10}"
    yield environ
    admin.cursor().execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.close()


@pytest.fixture(scope="session")
def site(site_environ) -> Iterator[Site]:
    log = Path(site_environ["VAR_DIR"]) / "launcher.log"
    with log.open("w") as out:
        launcher = subprocess.Popen(
            [sys.executable, "-m", "hazard_tracker.launcher"],
            cwd=ROOT,
            env=site_environ,
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
        url = f"http://localhost:{site_environ['PORT']}"
        try:
            wait_until_served(url, launcher, log)
            found = Site(url, site_environ, {})
            found.accounts = json.loads(found.manage("demo", "--json"))
            yield found
        finally:
            launcher.send_signal(signal.SIGTERM)
            launcher.wait(timeout=40)


def wait_until_served(url: str, launcher: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        if launcher.poll() is not None:
            pytest.fail(f"the product ended while starting:\n{log.read_text()[-3000:]}")
        try:
            urllib.request.urlopen(f"{url}/login/", timeout=2).close()
            return
        except OSError:
            time.sleep(0.3)
    pytest.fail(f"the product did not start:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
    }


@pytest.fixture
def photo_file(tmp_path):
    """A photo as a phone takes it: large, with detail."""

    def make(name):
        path = tmp_path / name
        Image.effect_noise((1600, 1200), 40).convert("RGB").save(path, "JPEG", quality=70)
        return str(path)

    return make


class Person:
    """Somebody at a browser: signs in once, then goes about."""

    def __init__(self, site: Site, browser, role: str, viewport: dict[str, int]) -> None:
        account = site.accounts[role]
        self.context = browser.new_context(
            viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=site.url
        )
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "console", lambda message: self.errors.append(message.text) if message.type == "error" else None
        )
        self.page.goto("/login/")
        self.page.get_by_label("账号").fill(account["username"])
        self.page.get_by_label("密码", exact=True).fill(account["password"])
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url("**/")

    def no_sideways_scroll(self) -> bool:
        return self.page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1"
        )


@pytest.fixture
def person(site, browser):
    """person("lead", DESK): a signed-in browser; no script error may have happened by the end."""
    people = []

    def enter(role: str, viewport: dict[str, int] = DESK) -> Person:
        people.append(Person(site, browser, role, viewport))
        return people[-1]

    yield enter
    for somebody in people:
        somebody.context.close()
    errors = [error for somebody in people for error in somebody.errors]
    assert not errors, errors
