"""What was adopted stands in Leadferry's own tables in Dynamics too, with its lead and its answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import simulated
from adoption.conftest import SUBMISSIONS, Opened, Succession
from environments import StandingClock
from leadferry.simulators.dataverse.original_rows import original_id
from services import Dynamics


@pytest.fixture
def mirrored(opened: Opened) -> Iterator[Succession]:
    """Both connectors' tables side by side."""
    with simulated.with_solution(StandingClock(), submissions=SUBMISSIONS) as running:
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
