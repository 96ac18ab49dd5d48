"""Test leads go by one button; what LinkedIn deletes follows the policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from acceptance.conftest import Scene, services
from delivery.conftest import Ferry
from leadferry.accounts.model import Environment
from leadferry.app import App
from leadferry.delivery.model import EventKind, Removal, State
from leadferry.errors import InputError
from leadferry.privacy.deletion import Policy, Stored, decide
from leadferry.privacy.test_leads_store import TestLeads
from privacy.conftest import ADA, BOB, everything
from samples import response
from services import Dynamics, LinkedIn

__all__ = ["services"]

SUBMISSIONS = "ferry_linkedinformsubmission"

# Test leads


def test_all_test_leads_go_and_nothing_else(ferry: Ferry) -> None:
    tests = [ferry.respond(test=True, **ADA), ferry.respond(test=True, **ADA | {"email": "two@quensel.test"})]
    ferry.respond(**BOB)
    ferry.deliver()
    assert ferry.app.count_test_leads(ferry.environment) == TestLeads(2, 2)
    swept = ferry.app.delete_test_leads(ferry.environment, "Grace")
    ferry.deliver()
    assert (swept.submissions, swept.leads, swept.kept) == (2, 2, [])
    assert [lead["emailaddress1"] for lead in ferry.dynamics.leads()] == [BOB["email"]]
    assert len(ferry.dynamics.rows(SUBMISSIONS, "ferry_name")) == 1
    assert "quensel" not in everything(ferry.app.database)
    assert ferry.app.count_test_leads(ferry.environment) == TestLeads(0, 0)
    ferry.respond(tests[0], test=True, **ADA)
    assert ferry.deliver().created == 0


def test_a_lead_that_somebody_changed_goes_too(sqlite_ferry: Ferry) -> None:
    """It is a test's."""
    ferry = sqlite_ferry
    key = ferry.respond(test=True, **ADA)
    ferry.deliver()
    ferry.app.dataverse(ferry.environment).patch("leads", str(ferry.show(key)["lead_id"]), {"jobtitle": "Pilot"})
    assert ferry.app.delete_test_leads(ferry.environment, "Grace").leads == 1
    assert ferry.dynamics.leads() == []


def test_a_lead_that_a_real_response_shares_stays(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    ferry.respond(test=True, **ADA)
    ferry.deliver()
    ferry.respond(**ADA)
    ferry.deliver()
    assert ferry.app.count_test_leads(ferry.environment) == TestLeads(1, 0)
    swept = ferry.app.delete_test_leads(ferry.environment, "Grace")
    assert (swept.submissions, swept.leads) == (1, 0)
    assert len(ferry.dynamics.leads()) == 1


def test_an_update_by_a_test_is_undone(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    ferry.dynamics.seed("lead", [{"emailaddress1": ADA["email"], "lastname": "Before", "firstname": "Before"}])
    ferry.respond(test=True, **ADA)
    ferry.deliver()
    swept = ferry.app.delete_test_leads(ferry.environment, "Grace")
    assert (swept.submissions, swept.leads, swept.undone) == (1, 0, 1)
    assert [lead["lastname"] for lead in ferry.dynamics.leads("lastname")] == ["Before"]


def test_one_that_is_on_its_way_never_arrives(sqlite_ferry: Ferry) -> None:
    key = sqlite_ferry.respond(test=True, **ADA)
    assert sqlite_ferry.app.delete_test_leads(sqlite_ferry.environment, "Grace").submissions == 1
    assert sqlite_ferry.deliver().created == 0
    assert sqlite_ferry.show(key)["removal"] == Removal.TEST


def test_where_leads_may_not_be_deleted_nothing_is(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    key = ferry.respond(test=True, **ADA)
    ferry.deliver()
    user = ferry.dynamics.call("GET", "users")[0]
    ferry.dynamics.call("PUT", f"users/{user['id']}", {"privileges": ["prvReadLead", "prvReadUser"]})
    with pytest.raises(InputError, match="prvDeleteLead"):
        ferry.app.delete_test_leads(ferry.environment, "Grace")
    assert ferry.show(key)["body"] is not None


# Deleted at LinkedIn

MADE, FOUND = Stored(1, "lead", made_lead=True), Stored(1, "lead")


@pytest.mark.parametrize(
    ("policy", "stored", "erase", "delete_lead"),
    [
        (Policy.KEEP, MADE, False, False),
        (Policy.ERASE, MADE, True, False),
        (Policy.ERASE_AND_LEAD, MADE, True, True),
        (Policy.ERASE_AND_LEAD, FOUND, True, False),
        (Policy.ERASE_AND_LEAD, Stored(1, "lead", made_lead=True, sharers=1), True, False),
        (Policy.ERASE_AND_LEAD, Stored(1), True, False),
        (Policy.ERASE_AND_LEAD, Stored(1, "lead", made_lead=True, erased=True), False, False),
    ],
)
def test_the_policy_as_a_table(policy: Policy, stored: Stored, erase: bool, delete_lead: bool) -> None:
    decision = decide(policy, stored)
    assert (decision.erase, decision.delete_lead) == (erase, delete_lead)
    assert decision.why


@pytest.fixture
def scene(services: tuple[LinkedIn, Dynamics], tmp_path: Path) -> Scene:
    scene = Scene(*services, tmp_path / "data")
    scene.start_over()
    return scene


def arrived(scene: Scene, app: App, here: Environment) -> None:
    """`r1`, delivered."""
    scene.linkedin.respond(response("r1", app.clock() - 60_000, email="ada@quensel.test", last_name="Quensel"))
    assert app.sync_once(here).created == 1


@pytest.mark.parametrize(("policy", "held", "leads"), [("keep", 1, 1), ("erase", 0, 1), ("erase-and-lead", 0, 0)])
def test_a_response_deleted_at_linkedin_follows_the_policy(scene: Scene, policy: str, held: int, leads: int) -> None:
    here = scene.connect()
    scene.configure(on_linkedin_deletion=policy)
    with scene.app() as app:
        arrived(scene, app, here)
        scene.linkedin.call("DELETE", "responses/r1")
        [told] = app.deletions(here).told(["r1"])
        found = app.submissions.show(here.id, "r1")
        assert (found["body"] is not None) == bool(held)
        assert told.done == (not held)
        assert len(scene.dynamics.leads()) == leads
        assert found["state"] is State.DELIVERED
        kind = EventKind.DELETED if held else EventKind.ERASED
        assert [event["kind"] for event in found["events"]].count(kind) == 1
        before = everything(app.database)
        app.deletions(here).told(["r1"])
        assert [event["kind"] for event in app.submissions.show(here.id, "r1")["events"]].count(kind) == 1
        assert held or everything(app.database).count("quensel") == before.count("quensel") == 0


def test_what_linkedin_still_shows_was_not_deleted(scene: Scene) -> None:
    here = scene.connect()
    with scene.app() as app:
        arrived(scene, app, here)
        [told] = app.deletions(here).told(["r1"])
        assert (told.done, told.words) == (False, "LinkedIn still shows it, so it was not deleted.")
        assert app.submissions.show(here.id, "r1")["body"] is not None


def test_what_linkedin_does_not_list_any_more_is_not_deleted_by_that(scene: Scene) -> None:
    """Too old, or its account out of reach: no push said so."""
    here = scene.connect()
    with scene.app() as app:
        arrived(scene, app, here)
        scene.linkedin.call("DELETE", "responses/r1")
        app.sync_once(here)
        assert app.submissions.show(here.id, "r1")["body"] is not None


def test_while_linkedin_cannot_be_asked_nothing_is_erased(scene: Scene) -> None:
    here = scene.connect()
    with scene.app() as app:
        arrived(scene, app, here)
        scene.linkedin.call("DELETE", "responses/r1")
        scene.linkedin.call("POST", "tokens/revoke", {})
        [told] = app.deletions(here).told(["r1"])
        assert not told.done
        assert app.submissions.show(here.id, "r1")["body"] is not None


def test_a_response_that_was_never_stored_is_told_so(scene: Scene) -> None:
    here = scene.connect()
    with scene.app() as app:
        [told] = app.deletions(here).told(["unknown"])
        assert (told.number, told.done) == (None, False)


# After each, nothing is missing


def test_the_gap_stays_0_and_a_reset_brings_nothing_back(scene: Scene) -> None:
    here = scene.connect()
    scene.configure(on_linkedin_deletion="erase")
    with scene.app() as app:
        now = app.clock()
        people = {"r1": "ada@quensel.test", "r2": "bob@x.test", "r3": "eve@x.test", "t1": "test@x.test"}
        for number, (key, email) in enumerate(people.items()):
            body = response(key, now - 60_000 - number, email=email, last_name=email[:3])
            scene.linkedin.respond(body | {"testLead": key == "t1"})
        app.sync_once(here)
        app.erase(here, [app.submissions.show(here.id, "r1")["id"]], leads=True)
        app.delete_test_leads(here, "Grace")
        scene.linkedin.call("DELETE", "responses/r3")
        app.deletions(here).told(["r3"])
        app.owners.reset_cursors(here.id, None)
        assert app.sync_once(here).created == 0
        [form] = app.reconcile(here)
        assert (form.linkedin, form.stored, form.settled, form.gap) == (3, 3, 3, 0)
        assert sorted(str(lead["emailaddress1"]) for lead in scene.dynamics.leads()) == ["bob@x.test", "eve@x.test"]
        assert "quensel" not in everything(app.database)
