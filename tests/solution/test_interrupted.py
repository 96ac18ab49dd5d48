"""Whatever dies and wherever: the next run finishes, and makes nothing twice."""

from __future__ import annotations

import json

import pytest

from leadferry.errors import DataverseError
from leadferry.solution.plan import plan
from leadferry.solution.wanted import UNIQUE_NAME
from solution.conftest import Environment, Killed, dying_at, small_solution

STEPS = 18
"""Of the small solution; the tests below say when this number is no longer true."""


def test_the_small_solution_has_as_many_steps_as_the_tests_cut(environment: Environment) -> None:
    assert len(environment.small().plan()) == STEPS


@pytest.mark.parametrize("number", [0, 1, 3, 5, 8, 10, 13, 14, STEPS - 2, STEPS - 1])
def test_an_installation_that_dies_before_a_step_is_finished_by_the_next(environment: Environment, number: int) -> None:
    with pytest.raises(Killed):
        environment.small().install(dying_at(number))
    assert len(environment.small().plan()) >= STEPS - number - 1  # a key may be active at once
    assert environment.small().install().steps >= STEPS - number - 1
    assert environment.small().plan() == []
    assert environment.small().install().steps == 0


@pytest.mark.parametrize(
    "path",
    [
        "/publishers",
        "/solutions",
        "/GlobalOptionSetDefinitions",
        "/InsertOptionValue",
        "/EntityDefinitions",
        "/Attributes",
        "/RelationshipDefinitions",
        "/Keys",
        "/roles",
        "AddPrivilegesRole",
        "/savedqueries",
        "/PublishXml",
    ],
)
def test_a_connection_cut_in_a_step_is_looked_into_and_the_run_goes_on(environment: Environment, path: str) -> None:
    environment.dynamics.fault("cut_after", method="POST", path=path)
    result = environment.small().install()
    assert environment.small().plan() == []
    assert result.version
    rows = environment.client().query("solutions", select=["solutionid"], filter=f"uniquename eq '{UNIQUE_NAME}'")
    assert len(list(rows)) == 1


def test_a_connection_that_is_cut_again_and_again_ends_the_run_and_the_next_goes_on(environment: Environment) -> None:
    environment.dynamics.fault("cut_before", method="POST", path="/EntityDefinitions", times=20)
    with pytest.raises(DataverseError) as caught:
        environment.small().install()
    assert caught.value.unknown_outcome
    environment.dynamics.no_faults()
    environment.small().install()
    assert environment.small().plan() == []


def test_while_somebody_else_customizes_the_installation_waits_and_then_goes_on(environment: Environment) -> None:
    text = "Cannot start another [Import] because there is a previous [PublishAll] running at this moment."
    locked = json.dumps({"error": {"code": "0x80071151", "message": f"CustomizationLockException: {text}"}})
    for path in ("/EntityDefinitions", "/PublishXml"):
        environment.dynamics.fault("status", status=400, body=locked, method="POST", path=path, times=2)
    waits: list[float] = []
    environment.small(on_wait=waits.append).install()
    assert waits == [5.0, 10.0, 5.0, 10.0]
    assert environment.small().plan() == []


def test_an_interrupted_removal_is_finished_by_the_next(environment: Environment) -> None:
    environment.small().install()
    planned, _ = environment.small().removal(delete_data=True)
    for number in range(0, len(planned.steps), 4):
        with pytest.raises(Killed):
            environment.small().uninstall(delete_data=True, on_progress=dying_at(min(number, 1)))
    environment.small().uninstall(delete_data=True)
    left = environment.small()
    should_be = left.wanted()
    found = left._solution.finder.find(should_be)
    assert (found.solution, found.components, found.owned_tables()) == (None, {}, [])
    assert len(plan(small_solution("u", "", should_be.version), found)) == STEPS
