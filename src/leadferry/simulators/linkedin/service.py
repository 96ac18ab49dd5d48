"""The simulated LinkedIn: OAuth, the Rest.li API, pages for people, and the controls; from Request to Response."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from pathlib import Path

from leadferry.clock import Clock, system_clock
from leadferry.simulators import server
from leadferry.simulators.linkedin import controls, oauth, refusals, rest, site
from leadferry.simulators.linkedin.refusals import Refusal
from leadferry.simulators.linkedin.settings import Settings
from leadferry.simulators.linkedin.state import State
from leadferry.simulators.linkedin.tunnelling import untunnel
from leadferry.simulators.linkedin.urls import ROOT, restli_method
from leadferry.simulators.server import Request, Response, Running, Switchboard


class LinkedInService:
    """`path` of the memory: a file, or `:memory:`."""

    def __init__(self, path: str | Path = ":memory:", clock: Clock = system_clock) -> None:
        self.state, self.settings = State(path, clock), Settings()
        self.controls = controls.Controls(self.state, self.settings)

    def answer(self, request: Request) -> Response:
        if request.path.startswith(controls.PREFIX):
            return self.controls.answer(request)
        found = oauth.answer(request, self.state, self.settings) or site.answer(request, self.state)
        return found or self.answer_rest(request)

    def answer_rest(self, request: Request) -> Response:
        try:
            if not request.path.startswith(f"{ROOT}/"):
                raise refusals.no_such_resource(request.path)
            if request.method == "POST" and "content-length" not in request.headers:
                raise refusals.length_required()
            response = rest.answer(untunnel(request), self.state, self.settings)
        except Refusal as refusal:
            response = refusal.response()
        return Response(response.status, response.body, {**response.headers, **_tracing(request)})

    def reset(self) -> None:
        """Memory and settings as on the first day; the clock is the outside one again."""
        self.state.reset()
        fresh = Settings()
        for field in fields(Settings):
            setattr(self.settings, field.name, getattr(fresh, field.name))

    def switchboard(self) -> Switchboard:
        return Switchboard(self.answer, label, self.reset)


def _tracing(request: Request) -> dict[str, str]:
    """Headers for support tickets. The same call has the same id, so that runs can be compared."""
    seed = "\n".join([request.method, request.path, request.query, request.headers.get("authorization", "")])
    mark = hashlib.sha256(seed.encode() + request.body).hexdigest()
    return {
        "x-li-uuid": mark[:22],
        "x-li-request-id": mark[22:44],
        "x-li-fabric": "prod-simulated",
        "x-restli-protocol-version": "2.0.0",
    }


def label(request: Request) -> str:
    """`FINDER leadFormResponses`, `BATCH_GET leadForms`, `POST accessToken`; never fails."""
    try:
        request = untunnel(request)
        parts = [part for part in request.path.split("/") if part]
        if not request.path.startswith(f"{ROOT}/"):
            return f"{request.method} {next((part for part in reversed(parts) if not part.isdigit()), '/')}"
        below = parts[1:]
        has_key = len(below) % 2 == 0
        return f"{restli_method(request, has_key)} {below[-2] if has_key else below[-1]}"
    except (Refusal, IndexError, UnicodeDecodeError):
        return f"{request.method} {request.path}"


def start(
    path: str | Path = ":memory:",
    *,
    clock: Clock = system_clock,
    port: int = 0,
    certificate: Path | None = None,
    key: Path | None = None,
) -> Running:
    """Listens on 127.0.0.1, with TLS if given a certificate."""
    service = LinkedInService(path, clock)
    return server.start(service.switchboard(), port=port, certificate=certificate, key=key)
