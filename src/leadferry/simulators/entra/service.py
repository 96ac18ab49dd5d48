"""The simulated Microsoft Entra ID: discovery, sign-in of people, tokens; one function from Request to Response."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl

from leadferry.clock import Clock, system_clock
from leadferry.simulators import server
from leadferry.simulators.entra import addresses, control
from leadferry.simulators.entra.addresses import Address
from leadferry.simulators.entra.call import Call
from leadferry.simulators.entra.memory import Memory
from leadferry.simulators.entra.refusals import TokenRefusal
from leadferry.simulators.entra.settings import Settings
from leadferry.simulators.html import Pages, browser_of, read_form
from leadferry.simulators.server import Request, Response, Running, Switchboard

_COOKIE = "entra_simulated"


class EntraService:
    """One tenant. `path` of the memory: a file, or `:memory:`."""

    def __init__(self, path: str | Path = ":memory:", clock: Clock = system_clock) -> None:
        self.memory, self.settings = Memory(path, clock), Settings()
        self.pages = Pages(Path(__file__).parent / "templates")

    def answer(self, request: Request) -> Response:
        if request.path.startswith(control.PREFIX):
            return control.answer(request, self.memory, self.settings)
        found = addresses.find(request)
        if found is None:
            return Response(404, b"Nothing is at this address.", {"Content-Type": "text/plain; charset=utf-8"})
        address, tenant = found
        call = self._call(request, tenant)
        try:
            return address.handler(call)
        except TokenRefusal as refusal:
            return self._refuse(call, address, refusal)

    def _call(self, request: Request, tenant: str) -> Call:
        given = read_form(request) if request.method == "POST" else dict(parse_qsl(request.query))
        browser = browser_of(request, _COOKIE, self.memory.secret)
        return Call(request, tenant, given, browser, self.memory, self.settings, self.pages)

    def _refuse(self, call: Call, address: Address, refusal: TokenRefusal) -> Response:
        now = self.memory.now()
        if not address.page:
            return refusal.to_response(now)
        return self.pages.show("refused.html", call.browser, refusal.status, found=refusal.described(now))

    def reset(self) -> None:
        """Nobody and nothing known, settings and clock as on the first day; the keys stay."""
        self.memory.reset()
        self.settings.change(Settings().as_dict())


def label(request: Request) -> str:
    """`POST token`, `GET authorize`."""
    return f"{request.method} {request.path.rpartition('/')[2]}"


def start(
    clock: Clock = system_clock,
    *,
    path: str | Path = ":memory:",
    port: int = 0,
    certificate: Path | None = None,
    key: Path | None = None,
) -> Running:
    """A listening simulator on 127.0.0.1; with a certificate it speaks TLS. `path` is a SQLite file, or `:memory:`."""
    service = EntraService(path, clock)
    switchboard = Switchboard(service.answer, label, service.reset)
    return server.start(switchboard, port=port, certificate=certificate, key=key)
