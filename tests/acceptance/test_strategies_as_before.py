"""What matching strategies promise since Microsoft's connector, from the page to the leads (OC-80, OC-81, OC-84)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from acceptance.conftest import Scene, now_ms
from leadferry.accounts.model import Environment
from samples import response
from visitor import Visitor, text_of
from web import Console, serving


@pytest.fixture
def console(scene: Scene) -> Iterator[Console]:
    """Just connected: nothing was chosen by anybody."""
    scene.dynamics.seed("lead", [{"emailaddress1": "ADA@x.test", "lastname": "Other", "mobilephone": "+4520102030"}])
    scene.connect()
    with scene.app() as app, serving(app) as console:
        yield console


def here(console: Console) -> Environment:
    return console.app.environments.get("test")


def person(number: int, email: str = "ada@x.test", last_name: str = "Crane") -> dict[str, Any]:
    return response(f"r-{number}", now_ms() - 60_000 + number, email=email, last_name=last_name)


def strategy(console: Console, key: str, **values: str) -> dict[str, str]:
    """As the page sends it, with one field."""
    field = next(one.id for one in console.app.mappings.list(1) if one.key == key)
    return {"edited": "yes", "strategy": "1", "name": "E-mail address", f"field-{field}": "on", **values}


def leads(scene: Scene) -> list[tuple[str, str]]:
    return [(one["emailaddress1"], one["lastname"]) for one in scene.dynamics.leads("lastname")]


def test_out_of_the_box_one_strategy_is_in_force_on_the_leads_e_mail_address(scene: Scene, console: Console) -> None:
    shown = text_of(console.operator().get("/e/1/strategies"))
    assert "E-mail address Email address Email with a contact In force" in shown
    assert shown.count("In force") == 1
    scene.linkedin.respond(person(1), person(2, "bob@x.test"))
    console.app.sync_once(here(console))
    assert leads(scene) == [("ada@x.test", "Crane"), ("bob@x.test", "Crane")], "Ada's was found by her address alone"


def test_one_strategy_holds_for_all_submissions_and_another_takes_its_place(scene: Scene, console: Console) -> None:
    operator = console.operator()
    operator.post("/e/1/strategies/new", strategy(console, "LAST_NAME", name="Name"))
    operator.post("/e/1/strategies/new", strategy(console, "COMPANY_NAME", name="Company"))
    assert in_force(operator) == ["E-mail address"], "any number of others may wait"
    operator.post("/e/1/strategies/2/activate")
    assert in_force(operator) == ["Name"], "activating one deactivates the other"
    refused = operator.post("/e/1/strategies/2/remove")
    assert (refused.status_code, in_force(operator)) == (422, ["Name"])
    assert "activate another" in text_of(refused).lower()
    scene.linkedin.respond(person(1, "elsewhere@x.test", "Other"), person(2, "ADA@x.test"))
    console.app.sync_once(here(console))
    assert leads(scene) == [("ada@x.test", "Crane"), ("elsewhere@x.test", "Other")], "the name decides, the address not"


def in_force(operator: Visitor) -> list[str]:
    rows = operator.get("/e/1/strategies").text.split("<tr")[2:]
    names = ("E-mail address", "Name", "Company")
    return [name for row in rows if "In force" in row for name in names if f">{name}</a>" in row]


def test_always_create_lead_makes_one_a_submission_and_a_new_read_of_all_makes_no_other(
    scene: Scene, console: Console
) -> None:
    operator = console.operator()
    assert 'name="always_create" checked' not in operator.get("/e/1/strategies/1").text, "off until somebody wants it"
    operator.post("/e/1/strategies/1", strategy(console, "EMAIL", always_create="on"))
    scene.linkedin.respond(person(1), person(2))
    console.app.sync_once(here(console))
    once = leads(scene)
    assert len(once) == 3, "whoever has a lead gets an extra one"
    operator.post("/e/1/sync/dry-run")
    console.app.dry_runs.background.wait()
    assert "Start the reset" in text_of(operator.get("/e/1/sync"))
    operator.post("/e/1/sync/reset")
    console.app.background.wait()
    console.app.sync_once(here(console))
    assert leads(scene) == once
