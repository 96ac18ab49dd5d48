"""Simulated Dynamics environments: each is made once a process, as a person would make it, and then handed out as a
copy that starts in a fraction of the time."""

from __future__ import annotations

import functools
from typing import Any

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
from leadferry.simulators.server import Running, Switchboard, start
from leadferry.solution.install_worker import SolutionInstaller


def fresh(clock: Clock, **more: Any) -> Running:
    """With the standard tables and nothing in them."""
    return service.start(clock, image=_fresh(), **more)


def original(clock: Clock, submissions: int) -> Running:
    """Microsoft's connector once worked here and left so many submissions."""
    return service.start(clock, image=_original(submissions))


def with_solution(clock: Clock, *, submissions: int | None = None) -> Running:
    """With `submissions`, Microsoft's tables stand there too."""
    return service.start(clock, image=_with_solution(submissions))


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
