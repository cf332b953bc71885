"""A web server that stands for the makers of group robots: counts what each robot is told."""

import json
import threading
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Robots(ThreadingHTTPServer):
    """Answers as all three makers do when they take a message; `told`: by path, the texts in order."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taker)
        self.told: dict[str, list[str]] = defaultdict(list)

    def __enter__(self) -> "Robots":
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *fault: object) -> None:
        self.shutdown()
        self.server_close()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Taker(BaseHTTPRequestHandler):
    """One request."""

    server: Robots

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.told[self.path].append(json.dumps(json.loads(body), ensure_ascii=False))
        answer = json.dumps({"errcode": 0, "errmsg": "ok", "code": 0, "msg": "success"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """The table says it all."""
