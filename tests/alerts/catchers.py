"""Where alerts arrive in tests: a small HTTP server and a small mail server, each on a free port of this machine."""

from __future__ import annotations

import email
import email.policy
import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Caught:
    """What came. `status`: what is answered over HTTP."""

    port: int = 0
    status: int = 200
    messages: list[dict[str, str]] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)


@contextmanager
def http_catcher(tls: ssl.SSLContext | None = None) -> Iterator[Caught]:
    caught = Caught()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if caught.status < 300:
                caught.messages.append(json.loads(body))
            self.send_response(caught.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    with _running(server, caught):
        yield caught


@contextmanager
def mail_catcher() -> Iterator[Caught]:
    """SMTP, as much as one message needs."""
    caught = Caught()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 here")
            for line in self.rfile:
                word = line.split(b":")[0].strip().upper()
                if word == b"DATA":
                    self._take()
                elif word == b"QUIT":
                    self._say("221 bye")
                    return
                else:
                    if word == b"RCPT TO":
                        caught.recipients.append(line.decode().split("<")[1].split(">")[0])
                    self._say("250 ok")

        def _take(self) -> None:
            self._say("354 go on")
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line)
            message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
            body = message.get_body(("plain", "html"))
            caught.messages.append({"title": str(message["Subject"]), "message": body.get_content() if body else ""})
            self._say("250 taken")

        def _say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    with _running(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler), caught):
        yield caught


@contextmanager
def _running(server: Any, caught: Caught) -> Iterator[None]:
    server.daemon_threads = True
    caught.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
