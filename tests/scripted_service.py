"""A service that answers what the test tells it, over real HTTP, and remembers what it was asked."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from leadferry.simulators.server import CutConnection, Request, Response, Switchboard, json_response, start

Scripted = Response | Exception | Callable[[Request], Response]
CUT = CutConnection()
NOW_MS = 1_795_428_000_000
"""2026-11-23T10:00:00Z"""


class Service:
    """Answers in the order given by `will`; when the script is over, every request gets `otherwise`."""

    def __init__(self, otherwise: Scripted | None = None) -> None:
        self.otherwise: Scripted = otherwise or json_response({})
        self.asked: list[Request] = []
        self.url = ""
        self._script: deque[Scripted] = deque()
        self._lock = threading.Lock()

    def will(self, *answers: Scripted) -> None:
        self._script.extend(answers)

    def answer(self, request: Request) -> Response:
        with self._lock:
            self.asked.append(request)
            scripted = self._script.popleft() if self._script else self.otherwise
        if isinstance(scripted, Exception):
            raise scripted
        return scripted if isinstance(scripted, Response) else scripted(request)


@contextmanager
def listening(service: Service) -> Iterator[Service]:
    with start(Switchboard(service.answer, lambda _: "", lambda: None)) as running:
        service.url = running.url
        yield service


class Time:
    """A clock that only sleeping moves."""

    def __init__(self, now_ms: int = NOW_MS) -> None:
        self.now_ms = now_ms
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def clock(self) -> int:
        return self.now_ms

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self.now_ms += int(seconds * 1000)


def longest(_low: float, high: float) -> float:
    """The jitter that always draws the longest wait."""
    return high


def error(status: int, code: str, message: str, **headers: str) -> Response:
    """A refusal as Dataverse words it."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return json_response({"error": {"code": code, "message": message}}, status, named)


def refusal(status: int, message: str, code: str = "", service_code: int | None = None, **headers: str) -> Response:
    """A refusal as LinkedIn words it."""
    body: dict[str, Any] = {"status": status, "message": message}
    body |= {"code": code} if code else {}
    body |= {"serviceErrorCode": service_code} if service_code is not None else {}
    return json_response(body, status, {name.replace("_", "-"): value for name, value in headers.items()})


class GivenTokens:
    """Tokens `t1`, `t2`, …: a new one after each refusal."""

    number = 1

    def token(self) -> str:
        return f"t{self.number}"

    def renewed(self, refused: str) -> str:
        if refused == self.token():
            self.number += 1
        return self.token()
