"""What was adopted stands in Leadferry's own tables in Dynamics too, with its lead and its answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adoption.conftest import SUBMISSIONS, Opened, Succession
from environments import StandingClock
from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.tokens_client import ClientCredentials
from leadferry.http_client import HttpClient
from leadferry.simulators.dataverse import service
from leadferry.simulators.dataverse.original_rows import original_id
from leadferry.simulators.dataverse.users import CLIENT_ID, CLIENT_SECRET, TENANT_ID
from leadferry.solution.install_worker import SolutionInstaller
from mirror.conftest import only_tables
from services import Dynamics


@pytest.fixture
def mirrored(opened: Opened) -> Iterator[Succession]:
    """Both connectors' tables side by side."""
    with service.start(StandingClock(), original=SUBMISSIONS) as running:
        tokens = ClientCredentials(running.url, TENANT_ID, CLIENT_ID, running.url, secret=CLIENT_SECRET)
        SolutionInstaller(DataverseClient(running.url, tokens, HttpClient()), declared=only_tables).install()
        yield opened(Dynamics(running), "sqlite")


def shown(succession: Succession) -> dict[str, str]:
    """LinkedIn's id -> lead, as our table in Dynamics has them."""
    columns = ("ferry_linkedinformsubmission_textid", "ferry_lead")
    rows = succession.dynamics.rows("ferry_linkedinformsubmission", *columns)
    return {row[columns[0]]: row[columns[1]] for row in rows}


def test_the_mirror_follows_an_adoption_whenever_it_began(mirrored: Succession) -> None:
    mirrored.receive(100, "first-1")
    mirrored.app.deliver(mirrored.environment)
    assert shown(mirrored).keys() == {"first-1"}
    mirrored.adopt()
    mirrored.app.deliver(mirrored.environment)
    there = shown(mirrored)
    assert len(there) == SUBMISSIONS + 1
    assert there["7000002"] == original_id("lead", 2)
    assert len(mirrored.dynamics.rows("ferry_linkedinformanswer", "ferry_answertext")) > SUBMISSIONS * 8
    mirrored.receive(2, "3f0c-new-4")
    mirrored.app.deliver(mirrored.environment)
    renamed = shown(mirrored)
    assert renamed["3f0c-new-4"] == original_id("lead", 2)
    assert len(renamed) == SUBMISSIONS + 1
