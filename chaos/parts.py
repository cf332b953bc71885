"""The product's own processes, real and mortal: message server, workers, beats."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hazard_tracker.embedded_redis import socket_path

ROOT = Path(__file__).resolve().parent.parent
CELERY = ["-m", "celery", "-A", "hazard_tracker", "-q"]
WORKER = ["worker", "-l", "error", "-c", "1", "--without-gossip", "--without-mingle"]


@dataclass
class Parts:
    """Everything that runs; a killed part is started again, as a supervisor would."""

    environ: dict[str, str]
    var_dir: Path
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    kills: int = 0
    """How many workers were killed."""
    workers: int = 4

    def start(self, name: str) -> None:
        """Start the part of that name: redis, worker-N, beat-N."""
        command = ["-m", "hazard_tracker.embedded_redis"]
        if name.startswith("worker"):
            command = [*CELERY, *WORKER, "-n", f"{name}@chaos"]
        elif name.startswith("beat"):
            kept = self.var_dir / f"{name}.schedule"
            command = [*CELERY, "beat", "-l", "error", "--pidfile=", "-s", str(kept)]
        with (self.var_dir / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-W", "ignore", *command],
                cwd=ROOT,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start_all(self, workers: int, beats: int) -> None:
        """The message server first."""
        self.workers = workers
        self.start("redis")
        wait_for(lambda: socket_path(self.var_dir).exists(), 30, "message server")
        for place in range(workers):
            self.start(f"worker-{place}")
        for place in range(beats):
            self.start(f"beat-{place}")

    def kill(self, name: str) -> None:
        """KILL it with all that it started."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.kills += name.startswith("worker")

    def kill_all(self) -> None:
        """The power fails."""
        for name in list(self.running):
            self.kill(name)

    def again(self, name: str) -> None:
        """Kill it and start it again."""
        self.kill(name)
        self.start(name)

    def kill_by_port(self, port: int) -> bool:
        """KILL the worker that holds the local end of a connection; it is not started again yet."""
        inode = _inode(port)
        for name, process in self.running.items():
            if name.startswith("worker") and any(_holds(pid, inode) for pid in _family(process.pid)):
                self.kill(name)
                return True
        return False

    def revive(self) -> None:
        """Start again what was killed by its port."""
        for name in {f"worker-{place}" for place in range(self.workers)} - set(self.running):
            self.start(name)


def wait_for(come: Callable[[], object], limit: float, what: str) -> float:
    """Seconds until `come()` holds. Raises TimeoutError."""
    begun = time.monotonic()
    while not come():
        if time.monotonic() - begun > limit:
            raise TimeoutError(f"{what}: not within {limit:.0f} s")
        time.sleep(0.05)
    return time.monotonic() - begun


def _inode(port: int) -> str:
    """The socket whose local end is that port."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        parts = line.split()
        if int(parts[1].rpartition(":")[2], 16) == port:
            return parts[9]
    return ""


def _family(leader: int) -> Iterator[int]:
    """Processes of the leader's group."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(folder.name)) == leader:
                yield int(folder.name)
        except ProcessLookupError:
            continue


def _holds(pid: int, inode: str) -> bool:
    try:
        links = [link.readlink().name for link in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:
        return False
    return bool(inode) and f"socket:[{inode}]" in links
