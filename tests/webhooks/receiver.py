"""Where webhooks arrive in tests: a server that verifies with the library of the specification's authors."""

from __future__ import annotations

import ssl
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
from standardwebhooks.webhooks import Webhook as Verifier


@dataclass(frozen=True)
class Got:
    headers: dict[str, str]
    body: bytes
    path: str

    @property
    def message(self) -> dict[str, Any]:
        return dict(msgspec.json.decode(self.body))

    def verified(self, secret: str) -> dict[str, Any]:
        """Raises where the signature or the time is wrong."""
        return dict(Verifier(secret).verify(self.body, self.headers))


@dataclass
class Answer:
    status: int = 204
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    after: threading.Event | None = None
    """Answered only when it is set."""


@dataclass
class Receiver:
    """`will`: the answers in their order; when they are used up, `otherwise`."""

    url: str = ""
    got: list[Got] = field(default_factory=list)
    will: deque[Answer] = field(default_factory=deque)
    otherwise: Answer = field(default_factory=Answer)

    def types(self) -> list[str]:
        return [one.message["type"] for one in self.got]

    def ids(self) -> list[str]:
        return [one.headers["webhook-id"] for one in self.got]


@contextmanager
def receiving(context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.got.append(Got(headers, body, self.path))
            answer = receiver.will.popleft() if receiver.will else receiver.otherwise
            if answer.after:
                answer.after.wait(20)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver.url = f"{'https' if context else 'http'}://127.0.0.1:{server.server_address[1]}/hook"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
