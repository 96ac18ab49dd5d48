"""Simulated services that start in a fraction of the time: what is found or made in long is made once a process.

A Dynamics environment is made as a person would make it, and then handed out as a copy."""

from __future__ import annotations

import functools
from typing import Any
from unittest import mock

from environments import StandingClock
from leadferry.clock import Clock
from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.tokens_client import ClientCredentials
from leadferry.http_client import HttpClient
from leadferry.simulators.dataverse import service
from leadferry.simulators.dataverse.definitions.standard import standard_catalog
from leadferry.simulators.dataverse.original import original_catalog
from leadferry.simulators.dataverse.original_rows import fill
from leadferry.simulators.dataverse.storage import Storage
from leadferry.simulators.dataverse.users import CLIENT_ID, CLIENT_SECRET, TENANT_ID, USER_ID
from leadferry.simulators.entra import memory
from leadferry.simulators.entra import service as entra
from leadferry.simulators.jwts import SigningKey
from leadferry.simulators.server import Running, Switchboard, start
from leadferry.solution.install_worker import SolutionInstaller


def fresh(clock: Clock, **more: Any) -> Running:
    """With the standard tables and nothing in them."""
    return service.start(clock, image=_fresh(), **more)


def directory(clock: Clock) -> Running:
    """An Entra with nobody in it. Its first key was found once a process; keys that come later are its own."""
    with mock.patch.object(memory, "SigningKey", _key):
        return entra.start(clock)


def original(clock: Clock, submissions: int) -> Running:
    """Microsoft's connector once worked here and left so many submissions."""
    return service.start(clock, image=_original(submissions))


def with_solution(clock: Clock, *, submissions: int | None = None) -> Running:
    """With `submissions`, Microsoft's tables stand there too."""
    return service.start(clock, image=_with_solution(submissions))


@functools.cache
def _key(pem: str | None = None) -> SigningKey:
    return SigningKey(pem)


@functools.cache
def _fresh() -> bytes:
    storage = Storage(":memory:", StandingClock(), standard_catalog())
    service.DataverseService(storage, storage.settings, StandingClock())
    return storage.image()


@functools.cache
def _original(submissions: int) -> bytes:
    storage = Storage(":memory:", StandingClock(), original_catalog())
    service.DataverseService(storage, storage.settings, StandingClock())
    fill(storage, submissions, USER_ID)
    return storage.image()


@functools.cache
def _with_solution(submissions: int | None) -> bytes:
    image = _fresh() if submissions is None else _original(submissions)
    storage = Storage(":memory:", StandingClock(), None, image=image)
    simulated = service.DataverseService(storage, storage.settings, StandingClock())
    with start(Switchboard(simulated.answer, lambda _: "install", simulated.reset)) as running:
        http = HttpClient()
        tokens = ClientCredentials(running.url, TENANT_ID, CLIENT_ID, running.url, secret=CLIENT_SECRET, http=http)
        SolutionInstaller(DataverseClient(running.url, tokens, http)).install()
        http.close()
    return storage.image()
