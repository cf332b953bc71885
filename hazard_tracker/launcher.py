"""`make run`: prepare the data, then run broker, worker, schedule and web as one command.

Whatever ends it - Ctrl-C, TERM, one part failing, at any moment from the first step on - ends every
process that it started: first asked (TERM), after a while forced (KILL).
"""

import argparse
import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import IO

from hazard_tracker.embedded_redis import socket_path

BASE_DIR = Path(__file__).resolve().parent.parent
STOP_GRACE = 12.0  # seconds between TERM and KILL
READY_LIMIT = 60.0  # seconds until the web must answer
DEMO_ENVIRONMENT = "demo"


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """In the new process: have Linux send it TERM should the launcher be killed outright."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class LaunchError(Exception):
    """Something that the person can mend; the message says what."""


class Launcher:
    """Starts processes, each in a group of its own, passes on their output and ends them all."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.environ = environ
        self.var_dir = Path(environ.get("VAR_DIR") or BASE_DIR / "var")
        self.host = environ.get("HOST") or "127.0.0.1"
        self.port = int(environ.get("PORT") or "8000")
        self.running: dict[str, subprocess.Popen[str]] = {}
        self.stopping = threading.Event()
        self.parent = os.getppid()

    def stop_on_signal(self, signum: int, frame: FrameType | None) -> None:
        """Only note the wish: processes are started and ended in the main flow, never in between."""
        self.stopping.set()

    def start(self, name: str, command: list[str]) -> subprocess.Popen[str]:
        """Start one process; its lines are printed with its name in front."""
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=BASE_DIR,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=end_with_parent,
        )
        self.running[name] = process
        assert process.stdout is not None
        threading.Thread(target=pass_on, args=(name, process.stdout), daemon=True).start()
        return process

    def step(self, title: str, command: list[str]) -> None:
        """Run one preparing command to its end. Raises LaunchError when it fails."""
        if self.stopping.is_set():
            return
        say(title)
        process = self.start("准备", command)
        while process.poll() is None and not self.wanted_to_stop():
            time.sleep(0.1)
        if self.stopping.is_set():
            return
        del self.running["准备"]
        if process.returncode != 0:
            raise LaunchError(f"“{title}”没有成功，原因见上面的输出。")

    def wanted_to_stop(self) -> bool:
        """True after a signal, or when the `make` that started this has been killed outright."""
        if "MAKELEVEL" in self.environ and os.getppid() != self.parent:
            self.stopping.set()
        return self.stopping.is_set()

    def prepare(self, with_demo: bool) -> None:
        """Tables, assets, demo data: each step may be repeated at every start."""
        manage = [str(BASE_DIR / "manage.py")]
        self.step("更新数据库", [*manage, "migrate", "--no-input", "-v", "0"])
        self.step("整理静态文件", [*manage, "collectstatic", "--no-input", "-v", "0"])
        if with_demo:
            self.step("准备演示数据（第一次约需一分钟）", [*manage, "demo"])

    def serve(self) -> None:
        """Run the parts until asked to stop. Raises LaunchError when a part ends by itself."""
        if not self.environ.get("REDIS_URL"):
            self.start("broker", ["-m", "hazard_tracker.embedded_redis"])
            self.wait_for("消息服务", self.broker_answers, 15)
        # The warning about running as root is meant for servers; here it would bury the address.
        quiet = ["-W", "ignore:You're running the worker"]
        celery = [*quiet, "-m", "celery", "-A", "hazard_tracker"]
        if not self.wanted_to_stop():
            self.start("web", ["-m", "gunicorn", "hazard_tracker.wsgi"])
            worker = ["worker", "-l", "warning", "-c", "2", "--without-gossip", "--without-mingle"]
            self.start("worker", [*celery, "-q", *worker])
            self.start("beat", [*celery, "-q", "beat", "-l", "warning", "--pidfile="])
            self.wait_for("网页服务", self.web_answers, READY_LIMIT)
        if not self.wanted_to_stop():
            self.announce()
        while not self.wanted_to_stop():
            self.fail_if_ended()
            time.sleep(0.2)

    def wait_for(self, title: str, answers: Callable[[], bool], limit: float) -> None:
        """Wait until a part answers. Raises LaunchError after `limit` seconds."""
        deadline = time.monotonic() + limit
        while not self.wanted_to_stop() and not answers():
            self.fail_if_ended()
            if time.monotonic() > deadline:
                raise LaunchError(f"{title}在 {limit:.0f} 秒内没有启动成功。")
            time.sleep(0.1)

    def fail_if_ended(self) -> None:
        for name, process in self.running.items():
            if process.poll() is not None and not self.stopping.is_set():
                raise LaunchError(f"{name} 意外退出（返回码 {process.returncode}），原因见上面的输出。")

    def broker_answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(socket_path(self.var_dir)))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def web_answers(self) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def announce(self) -> None:
        say(f"已就绪：请用浏览器打开 http://localhost:{self.port}/")
        say("演示账号和密码：.venv/bin/python manage.py demo")
        say("按 Ctrl-C 停止。")

    def end_all(self) -> None:
        """TERM to all that still run, web first so that nobody finds a half-stopped product; then KILL."""
        for process in self.running.values():
            signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_GRACE
        while time.monotonic() < deadline and any(group_alive(p) for p in self.running.values()):
            time.sleep(0.1)
        for process in self.running.values():
            signal_group(process, signal.SIGKILL)
            process.wait()


def pass_on(name: str, lines: IO[str]) -> None:
    """Print each line with the part's name; the preparing steps speak for themselves."""
    prefix = "" if name == "准备" else f"{name:<7}| "
    for line in lines:
        print(f"{prefix}{line}", end="", flush=True)


def signal_group(process: subprocess.Popen[str], signum: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signum)


def group_alive(process: subprocess.Popen[str]) -> bool:
    """True while the process or any child of it lives."""
    process.poll()
    try:
        os.killpg(process.pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def say(text: str) -> None:
    print(f"==> {text}", flush=True)


def check_port(host: str, port: int) -> None:
    """Raise LaunchError when the port is taken.

    Tried without SO_REUSEPORT: with it, as the web server binds later, two servers would share the
    port and answer in turns.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise LaunchError(
                f"端口 {port} 不能使用（{error.strerror}）。"
                f"请停止占用它的程序，或换一个端口：make run PORT={port + 1}"
            ) from error


def hold_lock(var_dir: Path) -> IO[str]:
    """Return a lock that lasts as long as the file stays open. Raises LaunchError when already held."""
    var_dir.mkdir(parents=True, exist_ok=True)
    file = (var_dir / "run.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise LaunchError(f"本产品已在运行（数据目录 {var_dir}）。请先停止它。") from error
    return file


def main() -> int:
    """Return the exit code: 0 after a wished stop, 1 after a failure."""
    parser = argparse.ArgumentParser(
        prog="python -m hazard_tracker.launcher", description="一条命令试用本产品。"
    )
    parser.add_argument("--empty", action="store_true", help="不准备演示数据")
    options = parser.parse_args()
    environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
    environ.setdefault("HAZARD_ENV", DEMO_ENVIRONMENT)
    if environ["HAZARD_ENV"] != DEMO_ENVIRONMENT:
        say("make run 只用于试用（HAZARD_ENV=demo）。正式部署请用 docker-compose.yml。")
        return 1
    launcher = Launcher(environ)
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, launcher.stop_on_signal)
    try:
        lock = hold_lock(launcher.var_dir)
        check_port(launcher.host, launcher.port)
        with lock:
            try:
                launcher.prepare(with_demo=not options.empty)
                launcher.serve()
            finally:
                launcher.end_all()
    except LaunchError as error:
        say(str(error))
        return 1
    say("已停止。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
