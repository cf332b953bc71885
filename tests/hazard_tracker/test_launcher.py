"""One command starts everything; whatever ends it leaves nothing behind."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90
"""Seconds: several times what a machine with other work needs."""
AT_WORK = pytest.mark.xdist_group("launcher")
"""One worker makes the tables, not each."""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc to look for survivors"),
]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(folder: Path) -> dict[str, str]:
    """A product of its own, with its data below the folder."""
    names = ("DATABASE_URL", "REDIS_URL", "MAKELEVEL", "DJANGO_SETTINGS_MODULE")
    clean = {name: value for name, value in os.environ.items() if name not in names}
    own = {"VAR_DIR": str(folder / "var"), "STATIC_ROOT": str(folder / "static")}
    return {**clean, **own, "HAZARD_ENV": "demo", "WEB_WORKERS": "1"}


@pytest.fixture
def launch(tmp_path, port):
    """Start the launcher on its own data, port and embedded broker; kill what a failing test leaves."""
    env = {**environment(tmp_path), "PORT": str(port)}

    def start(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "hazard_tracker.launcher", *arguments],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            # Children of a script in the background ignore Ctrl-C until they say otherwise.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    yield start
    for pid in survivors(tmp_path):
        with suppress(ProcessLookupError):  # it ended by itself meanwhile
            os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def tables(tmp_path_factory) -> Path:
    """A database with its tables and no rows: making them takes longer than all the rest of a start."""
    folder = tmp_path_factory.mktemp("tables")
    command = [sys.executable, "manage.py", "migrate", "--no-input", "-v", "0"]
    subprocess.run(command, cwd=ROOT, env=environment(folder), check=True)
    return folder / "var" / "db.sqlite3"


@pytest.fixture
def running(launch, tmp_path, tables) -> tuple[subprocess.Popen[str], str]:
    """The product at work, and what it said until then."""
    (tmp_path / "var").mkdir()
    shutil.copy(tables, tmp_path / "var")
    process = launch("--empty")
    return process, read_until(process, "按 Ctrl-C 停止")


def survivors(tmp_path: Path) -> list[int]:
    """Processes of this test that still live: started with its data folder, or working inside it.

    The broker overwrites its own environment with its title, so only its working folder tells it.
    """
    data = tmp_path / "var"
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            environ, folder = (entry / "environ").read_bytes(), (entry / "cwd").readlink()
        except OSError:
            continue
        if f"VAR_DIR={data}\0".encode() in environ or folder.is_relative_to(data):
            found.append(int(entry.name))
    return found


def wait_until(condition, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def read_until(process: subprocess.Popen[str], text: str) -> str:
    seen = ""
    for line in process.stdout:
        seen += line
        if text in line:
            return seen
    raise AssertionError(f"ended without {text!r}:\n{seen}")


@pytest.mark.parametrize("moment", [0.3, 1.5, 4.0, 7.0])
@pytest.mark.parametrize("wish", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_during_start_up_ends_all(launch, tmp_path, moment, wish):
    process = launch("--empty")
    if not wait_until(lambda: process.poll() is not None, moment):
        process.send_signal(wish)
    output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode in (0, -wish), output
    assert survivors(tmp_path) == []


@AT_WORK
def test_a_running_product_answers_and_stops_without_a_trace(running, tmp_path, port):
    process, output = running
    assert f"http://localhost:{port}/" in output

    def well() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as response:
                return response.status == 200
        except OSError:
            return False

    assert wait_until(well, PATIENCE), "worker and schedule gave no sign of life"
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=PATIENCE) == 0
    assert survivors(tmp_path) == []


@AT_WORK
def test_even_a_killed_launcher_leaves_nothing(running, tmp_path):
    process, _ = running
    process.kill()
    process.wait(timeout=PATIENCE)
    assert wait_until(lambda: survivors(tmp_path) == [], PATIENCE), survivors(tmp_path)


@AT_WORK
def test_one_part_failing_ends_the_others_and_says_which(running, tmp_path):
    process, _ = running
    broker = next(
        pid
        for pid in survivors(tmp_path)
        if Path(f"/proc/{pid}/cwd").readlink().is_relative_to(tmp_path / "var" / "valkey")
    )
    os.kill(broker, signal.SIGKILL)
    output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "broker 意外退出" in output
    assert survivors(tmp_path) == []


def test_a_taken_port_is_said_before_anything_starts(launch, tmp_path, port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        output, _ = (process := launch("--empty")).communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert re.search(rf"端口 {port} 不能使用.*PORT={port + 1}", output)
    assert not (tmp_path / "var" / "db.sqlite3").exists()


def test_a_second_start_on_the_same_data_is_refused(launch, tmp_path):
    first = launch("--empty")
    read_until(first, "更新数据库")
    second = launch("--empty")
    output, _ = second.communicate(timeout=PATIENCE)
    assert second.returncode == 1
    assert "已在运行" in output
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=PATIENCE)
