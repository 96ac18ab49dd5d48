"""The socket under every simulator: HTTP/1.1 on a thread per connection, TLS if asked, faults by request.

A simulated service is a function from Request to Response. Faults are told over HTTP too, so a test in any
language can order them:

    POST   /__sim/faults   {"kind": "status", "status": 503, "method": "POST", "path": "CreateMultiple", "times": 2}
    DELETE /__sim/faults   forget all
    GET    /__sim/stats    {"requests": {"GET leads": 3, ...}, "total": 3}
    POST   /__sim/zero     forget the counts
    POST   /__sim/reset    forget everything (the service's own reset runs)

kinds: `latency` (`seconds`), `status` (`status`, `headers`, `body`), `cut_before` (the connection dies and nothing
was done), `cut_after` (the service did it, then the connection dies). `method` and `path` (a substring of path and
query) choose the requests, `skip` lets so many pass first, `times` is how often (default 1, -1 for ever).
"""

from __future__ import annotations

import contextlib
import json
import selectors
import socket
import ssl
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Request:
    """`path` and `query` are as sent, still percent-encoded; header names are lower-case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    base_url: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def json_response(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(status, body, {"Content-Type": "application/json; charset=utf-8", **(headers or {})})


Service = Callable[[Request], Response]


@dataclass
class Fault:
    kind: str
    method: str = ""
    path: str = ""
    skip: int = 0
    times: int = 1
    seconds: float = 0.0
    status: int = 503
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""

    def meets(self, request: Request) -> bool:
        target = unquote(f"{request.path}?{request.query}")
        return (not self.method or self.method == request.method) and self.path in target


class CutConnection(Exception):  # noqa: N818 - an order, not an error
    """The service wants the connection to die without an answer."""


class Switchboard:
    """Counts requests and plays the ordered faults around a service. `label` names a request in the counts."""

    def __init__(self, service: Service, label: Callable[[Request], str], reset: Callable[[], None]) -> None:
        self.service, self.label, self.reset_service = service, label, reset
        self.counts: Counter[str] = Counter()
        self.faults: list[Fault] = []
        self.lock = threading.Lock()

    def answer(self, request: Request) -> Response:
        if request.path.startswith("/__sim/"):  # never counted, never disturbed
            return self.control(request) or self.service(request)
        with self.lock:
            self.counts[self.label(request)] += 1
        fault = self.take_fault(request)
        if fault is None:
            return self.service(request)
        if fault.kind == "cut_before":
            raise CutConnection
        if fault.kind == "status":
            return Response(fault.status, fault.body.encode(), {"Content-Type": "application/json", **fault.headers})
        if fault.kind == "latency":
            time.sleep(fault.seconds)
        response = self.service(request)
        if fault.kind == "cut_after":
            raise CutConnection
        return response

    def take_fault(self, request: Request) -> Fault | None:
        with self.lock:
            for fault in self.faults:
                if fault.times == 0 or not fault.meets(request):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                fault.times -= 1 if fault.times > 0 else 0
                return fault
        return None

    def control(self, request: Request) -> Response | None:
        match request.method, request.path:
            case "POST", "/__sim/faults":
                with self.lock:
                    self.faults.append(Fault(**request.json))
            case "DELETE", "/__sim/faults":
                self.faults.clear()
            case "GET", "/__sim/stats":
                with self.lock:
                    return json_response({"requests": dict(self.counts), "total": sum(self.counts.values())})
            case "POST", "/__sim/zero":
                self.counts.clear()
            case "POST", "/__sim/reset":
                self.counts.clear()
                self.faults.clear()
                self.reset_service()
            case _:
                return None
        return Response(204)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    switchboard: Switchboard
    base_url: str

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self._connected: set[Any] = set()
        self._told, self._tell = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, name="simulator", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _serve(self) -> None:
        """Sleeps until somebody connects or it is told to end: `serve_forever` would look again and again."""
        with selectors.DefaultSelector() as waiting:
            waiting.register(self, selectors.EVENT_READ)
            waiting.register(self._told, selectors.EVENT_READ)
            while self._told not in (ready := [key.fileobj for key, _ in waiting.select()]):
                if self in ready:
                    self.handle_request()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._tell.send(b".")
            self._thread.join()
            self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connected.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connected.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """A caller that keeps its connection open must not keep the whole simulator alive."""
        super().server_close()
        self._told.close()
        self._tell.close()
        for connection in list(self._connected):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that leaves, or does not know our certificate yet, is no error of ours."""
        if not isinstance(sys.exception(), ssl.SSLError | ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def handle_any(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, path, query, headers, body, self.server.base_url)
        try:
            response = self.server.switchboard.answer(request)
        except CutConnection:
            self.cut()
            return
        self.write(response)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = handle_any  # noqa: N815

    def write(self, response: Response) -> None:
        """One write for head and body: two would wait for the peer's delayed acknowledgement."""
        body = b"" if response.status in {204, 304} else response.body
        lines = [f"HTTP/1.1 {response.status} {self.responses.get(response.status, ('',))[0]}"]
        lines += [f"Server: simulator\r\nDate: {self.date_time_string()}"]
        lines += [f"{name}: {value}" for name, value in response.headers.items()]
        if response.status not in {204, 304}:
            lines.append(f"Content-Length: {len(body)}")
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        self.wfile.write(head if self.command == "HEAD" else head + body)

    def cut(self) -> None:
        self.close_connection = True
        # Linger 0 makes the close a reset, as when a load balancer drops the connection.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002
        return


@dataclass(frozen=True)
class Running:
    """A simulator that is listening. `stop()` frees the port."""

    url: str
    port: int
    switchboard: Switchboard
    _server: _Server

    def stop(self) -> None:
        self._server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(
    switchboard: Switchboard, *, port: int = 0, certificate: Path | None = None, key: Path | None = None
) -> Running:
    """Listens on 127.0.0.1; `port` 0 takes a free one. With a certificate it speaks TLS (as `localhost`)."""
    server = _Server(("127.0.0.1", port), _Handler)
    server.switchboard = switchboard
    scheme, host = "http", "127.0.0.1"
    if certificate:
        scheme, host = "https", "localhost"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.base_url = f"{scheme}://{host}:{server.server_port}"
    server.start()
    return Running(server.base_url, server.server_port, switchboard, server)
