"""A simulated environment, the installer for it, and a small solution where the whole one would take long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

import simulated
from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.tokens_client import ClientCredentials
from leadferry.http_client import HttpClient
from leadferry.simulators.dataverse.users import CLIENT_ID, CLIENT_SECRET, TENANT_ID
from leadferry.solution.install_worker import Progress, SolutionInstaller
from leadferry.solution.model import Table
from leadferry.solution.tables import ACCOUNTS, LEADS, PAIRS, PROFILES
from leadferry.solution.views import view_of
from leadferry.solution.wanted import Wanted, wanted
from scripted_service import Time, longest
from services import Dynamics

WRITING = ("POST ", "PATCH ", "PUT ", "DELETE ")


@dataclass
class Environment:
    """One simulated environment, from beside and by the front door."""

    dynamics: Dynamics
    time: Time = field(default_factory=Time)

    def client(self) -> DataverseClient:
        http, url, time = HttpClient(), self.dynamics.url, self.time
        tokens = ClientCredentials(
            url, TENANT_ID, CLIENT_ID, url, secret=CLIENT_SECRET, http=http, clock=time.clock, sleep=time.sleep
        )
        return DataverseClient(url, tokens, http, clock=time.clock, sleep=time.sleep, jitter=longest)

    def installer(self, **more: Any) -> SolutionInstaller:
        return SolutionInstaller(self.client(), sleep=self.time.sleep, **more)

    def small(self, **more: Any) -> SolutionInstaller:
        return self.installer(declared=small_solution, **more)

    def writes(self) -> dict[str, int]:
        """Requests so far that could change something; `$batch` here holds only GETs."""
        counts = self.dynamics.counts().items()
        return {
            name: n for name, n in counts if name.startswith(WRITING) and "token" not in name and "batch" not in name
        }


@pytest.fixture
def environment() -> Iterator[Environment]:
    time = Time()
    with simulated.fresh(time.clock) as running:
        yield Environment(Dynamics(running), time)


def small_solution(business_unit_id: str, console_url: str, version: str) -> Wanted:
    """Two tables with a key and a relationship, a column and the source of the lead, a role, a view."""
    whole = wanted(business_unit_id, console_url, version)
    tables = (
        replace(PROFILES, columns=PROFILES.columns[:2]),
        _only(ACCOUNTS, "name defaultleadowner linkedinaccounttextid"),
    )
    others = tuple(one for one in whole.roles[2].grants if not any(name.startswith("ferry_") for name in one.tables))
    role = replace(whole.roles[2], grants=others)
    kept = tuple(one for one in whole.components if one.id in {role.id, view_of(LEADS).id})
    lead = replace(LEADS, columns=LEADS.columns[:1])
    return replace(whole, tables=tables, lead=lead, pairs=PAIRS[:1], roles=(role,), components=kept)


def _only(table: Table, names: str) -> Table:
    return replace(table, columns=tuple(table[name] for name in names.split()))


class Killed(BaseException):
    """The process dies: nothing catches it."""


def dying_at(number: int) -> Callable[[Progress], None]:
    """Dies before the step of this number."""

    def told(progress: Progress) -> None:
        if progress.done == number:
            raise Killed

    return told
