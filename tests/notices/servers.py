"""Real servers for tests: one that takes mail, one that stands for the makers of group robots."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiosmtpd.controller import Controller


@dataclass
class Postbox:
    """What an SMTP server has taken, and how it answers: a line for RCPT and for DATA, or a broken line."""

    rcpt: str = "250 OK"
    data: str = "250 OK"
    drop: str = ""
    taken: list[bytes] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.drop == "rcpt":
            server.transport.close()
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server, session, envelope):
        if self.data.startswith("250"):
            self.taken.append(envelope.content)
        if self.drop == "data":
            server.transport.close()
        return self.data


@contextmanager
def smtp_server() -> Iterator[Postbox]:
    with socket.socket() as free:  # the controller itself cannot ask for any free port
        free.bind(("127.0.0.1", 0))
        box = Postbox(port=free.getsockname()[1])
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@dataclass
class Asked:
    """One request as it came."""

    path: str
    query: dict[str, str]
    body: dict[str, Any]
    raw: bytes


@dataclass
class Maker:
    """A maker's server: what it was asked, and what it answers."""

    origin: str = ""
    status: int = 200
    answer: bytes = b'{"errcode":0,"errmsg":"ok"}'
    seconds: float = 0
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def says(self, **answer: object) -> None:
        self.answer = json.dumps(answer).encode()


@contextmanager
def robot_server() -> Iterator[Maker]:
    maker = Maker()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            at = urlsplit(self.path)
            maker.asked.append(Asked(at.path, dict(parse_qsl(at.query)), json.loads(raw), raw))
            time.sleep(maker.seconds)
            self.send_response(maker.status)
            for name, value in maker.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(maker.answer)

        do_GET = do_POST

        def log_message(self, *args: object) -> None:
            """Nothing: the tests' output is enough."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    maker.origin = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield maker
    finally:
        server.shutdown()
        server.server_close()
