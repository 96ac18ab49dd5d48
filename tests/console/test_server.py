"""The console's own socket, and its pages before anybody reads them."""

from __future__ import annotations

import asyncio
import socket
from unittest import mock

import pytest

from leadferry.console.pages_routes import Templates
from leadferry.console.server_worker import _listen


def test_the_end_of_a_page_does_not_wait_for_the_readers_acknowledgement() -> None:
    assert asyncio.run(_delay_is_off()) == 1


async def _delay_is_off() -> int:
    """TCP_NODELAY of a connection as asyncio accepts it, which is what uvicorn is given."""
    loop = asyncio.get_running_loop()
    found: asyncio.Future[int] = loop.create_future()

    class Accepted(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            wire = transport.get_extra_info("socket")
            found.set_result(wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            transport.close()

    listening = _listen("127.0.0.1", 0)
    server = await loop.create_server(Accepted, sock=listening)
    async with server:
        transport, _ = await loop.create_connection(asyncio.Protocol, *listening.getsockname())
        try:
            return await found
        finally:
            transport.close()


def test_pages_are_compiled_before_their_first_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    templates = Templates()
    templates.warm()
    read = mock.Mock(side_effect=AssertionError("read and compiled again"))
    monkeypatch.setattr(templates._loader, "load", read)
    known = templates._jinja("en")
    known.get_template("console/layout.html")
    assert not read.called
    with pytest.raises(AssertionError, match="again"):
        templates._jinja("de").get_template("console/layout.html")
