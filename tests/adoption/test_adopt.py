"""What Microsoft's connector left is taken over once, whole, and without a second effect."""

from __future__ import annotations

from dataclasses import replace

import pytest

import simulated
from adoption.conftest import SUBMISSIONS, Opened, Succession
from environments import StandingClock
from leadferry.adoption.adoption_store import AdoptionStore
from leadferry.adoption.model import Do, Standing
from leadferry.delivery.model import EventKind, MatchingStatus, State
from leadferry.errors import InputError
from leadferry.mapping.model import Source
from leadferry.simulators.dataverse import service
from leadferry.simulators.dataverse.original import original_catalog
from leadferry.simulators.dataverse.original_rows import STATUSES, original_id, response_id
from leadferry.simulators.dataverse.users import USER_ID
from services import Dynamics


def everything(succession: Succession) -> list[object]:
    key, app = succession.environment.id, succession.app
    return [
        app.owners.list(key), app.forms.list(key), app.campaigns.list(key), app.mappings.list(key),
        app.strategies.list(key), app.environments.configuration(succession.environment),
        app.counts(succession.environment),
    ]  # fmt: skip


def test_a_dry_run_tells_what_would_be_taken_and_changes_nothing(succession: Succession) -> None:
    before = everything(succession)
    report = succession.plan()
    assert everything(succession) == before
    assert report.submissions.as_json() == {"found": SUBMISSIONS, "new": SUBMISSIONS, "known": 0}
    assert succession.done(report, "account") == {"Crane Works EU": "take", "Crane Works US": "take"}
    assert succession.done(report) == succession.done(succession.adopt())


def test_settings_are_taken(on_both: Succession) -> None:
    app, key = on_both.app, on_both.environment.id
    report = on_both.adopt()
    owners = {owner.name: owner for owner in app.owners.list(key)}
    assert owners["Crane Works EU"].urn == "urn:li:sponsoredAccount:5001"
    assert [owners[name].sync_enabled for name in ("Crane Works EU", "Crane Works US")] == [True, False]
    assert {owner.default_lead_owner_id for owner in owners.values()} == {USER_ID}
    assert app.environments.configuration(on_both.environment).on_match_fail == "create"
    assert app.strategies.active(key).name == "E-mail"
    assert {"Name and company", "One lead each", "E-mail address"} < {one.name for one in app.strategies.list(key)}
    columns = {(one.source, one.key): one.column for one in app.mappings.list(key)}
    assert columns[Source.PREDEFINED, "INDUSTRY"] == "msdyncrm_industry"
    assert columns[Source.QUESTION, "3162007"] == columns[Source.QUESTION, "3170007"] == "description"
    assert {form.name for form in app.forms.list(key)} == {"Whitepaper autumn", "Webinar"}
    assert next((one.name, one.status) for one in app.campaigns.list(key)) == ("Autumn 5001", "COMPLETED")
    problems = {item.name: item.detail for item in report.items if item.do == "problem"}
    assert problems.keys() == {"Your shoe size", "By shoe size"}
    assert "contoso_shoesize" in problems["Your shoe size"]


def test_every_submission_comes_with_its_status_its_lead_and_its_answers(on_both: Succession) -> None:
    on_both.adopt()
    assert on_both.count() == SUBMISSIONS
    for number in range(10):
        shown = on_both.show(response_id(number).removeprefix("urn:li:leadGenFormResponse:"))
        assert shown["matching_status"] == STATUSES[number]
        has_lead = shown["state"] is State.DELIVERED
        assert shown["lead_id"] == (original_id("lead", number) if has_lead else None)
        assert f"person{number}@crane.example".encode() in shown["body"]
        assert (shown["form"], shown["campaign"]) == (
            ("Whitepaper autumn", "Autumn 5001") if number % 2 == 0 else ("Webinar", "Autumn 5002")
        )
        assert [event["kind"] for event in shown["events"]] == [EventKind.ADOPTED]


def test_a_second_run_takes_only_what_is_new(succession: Succession) -> None:
    succession.adopt()
    before = everything(succession)
    again = succession.adopt()
    assert everything(succession) == before
    assert again.submissions.as_json() == {"found": SUBMISSIONS, "new": 0, "known": SUBMISSIONS}
    assert again.of(Do.TAKE) == []
    succession.dynamics.call("POST", "original", {"submissions": SUBMISSIONS + 5})
    assert succession.adopt().submissions.new == 5


def test_nothing_that_was_delivered_there_is_delivered_again(succession: Succession) -> None:
    """Not as a new lead, nor as an update of the one that it has."""
    leads = succession.dynamics.leads("modifiedon", "versionnumber")
    succession.adopt()
    result = succession.app.deliver(succession.environment).as_json()
    done = ("created", "updated", "matched_not_updated", "match_failed", "failed", "retrying")
    assert [result[name] for name in done] == [0] * len(done)
    assert succession.dynamics.leads("modifiedon", "versionnumber") == leads


def test_what_was_never_delivered_there_waits_for_a_person_and_can_be_delivered(succession: Succession) -> None:
    succession.adopt()
    number = STATUSES.index(MatchingStatus.PENDING)
    shown = succession.show(response_id(number))
    assert shown["state"] is State.FAILED
    assert "replay" in shown["events"][-1]["detail"]["message"]
    succession.app.replay(succession.environment, [response_id(number)])
    assert succession.app.deliver(succession.environment).created == 1
    assert "person9@crane.example" in {lead["emailaddress1"] for lead in succession.dynamics.leads()}


def test_a_lead_of_theirs_is_found_again_by_the_matching(succession: Succession) -> None:
    succession.adopt()
    before = len(succession.dynamics.leads())
    succession.receive(0, "a-new-response-1", late_ms=86_400_000, questions=(3162001, 3162003))
    result = succession.app.deliver(succession.environment)
    assert (result.updated, len(succession.dynamics.leads())) == (1, before)
    assert succession.show("a-new-response-1")["lead_id"] == original_id("lead", 0)


class Killed(BaseException):
    """The process dies: nothing catches it."""


def test_an_interrupted_run_is_finished_by_the_next(succession: Succession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leadferry.adoption.adopt_worker.PAGE", 6)

    def dies(done: int) -> None:
        if done == 12:
            raise Killed

    with pytest.raises(Killed):
        succession.adopt(on_progress=dies)
    assert succession.count() == 12
    report = succession.adopt()
    assert (report.submissions.new, report.submissions.known, succession.count()) == (8, 12, 20)


def test_the_books_tell_how_far_it_is_and_whether_somebody_is_at_it(on_both: Succession) -> None:
    store, key = AdoptionStore(on_both.app.database, on_both.clock), on_both.environment.id
    assert (store.under_way(key), store.standing(key)) == (False, Standing())
    on_both.adopt(replace=True)
    standing = store.standing(key)
    assert (standing.taken, standing.replace, standing.unfinished) == (SUBMISSIONS, True, False)
    on_both.clock.now += 1000
    with store.alone(key):
        store.note_began(key)
        assert store.under_way(key)
    standing = store.standing(key)
    assert (standing.taken, standing.replace, standing.unfinished) == (SUBMISSIONS, False, True)
    assert not store.under_way(key)


def test_what_a_person_decided_here_stays_unless_it_shall_be_replaced(succession: Succession) -> None:
    app, key = succession.app, succession.environment.id
    owner = app.owners.known(key, "urn:li:sponsoredAccount:5001", "Ours")
    app.owners.set_default_lead_owner(key, owner.id, "11111111-0000-0000-0000-000000000000")
    email = next(one.id for one in app.mappings.list(key) if one.key == "EMAIL")
    app.strategies.activate(key, app.strategies.add(key, "Mine", [email]).id)
    app.strategies.add(key, "name and company", [email])
    industry = next(one for one in app.mappings.list(key) if one.key == "INDUSTRY")
    app.mappings.change(key, replace(industry, column="description"))
    done = succession.done(succession.adopt())
    assert {name for name, what in done.items() if what == "keep ours"} == {
        "Crane Works EU", "E-mail", "name and company", "Industry",
    }  # fmt: skip
    assert app.strategies.active(key).name == "Mine"
    replaced = succession.done(succession.adopt(replace=True))
    assert "keep ours" not in replaced.values()
    assert app.strategies.active(key).name == "E-mail"
    assert app.owners.get(key, "5001").default_lead_owner_id == USER_ID
    assert app.mappings.get(key, industry.id).column == "msdyncrm_industry"


def test_what_was_changed_here_after_the_adoption_stays(succession: Succession) -> None:
    app, key = succession.app, succession.environment.id
    succession.adopt()
    app.environments.set_configuration(succession.environment, "on_match_fail", "ignore")
    app.owners.set_sync_enabled(key, app.owners.get(key, "5002").id, True)
    app.strategies.activate(key, app.strategies.by_name(key, "E-mail address").id)
    before = everything(succession)
    assert succession.adopt().of(Do.TAKE) == []
    assert everything(succession) == before


def test_where_nothing_was_left_the_error_says_so(opened: Opened) -> None:
    with simulated.fresh(StandingClock()) as running:
        succession = opened(Dynamics(running), "sqlite")
        with pytest.raises(InputError) as caught:
            succession.plan()
    assert caught.value.code == "original-missing"


def test_tables_of_an_older_version_are_read_as_far_as_they_go(opened: Opened) -> None:
    catalog = original_catalog()
    del catalog.tables["msdyncrm_linkedinfieldmapping"].columns["msdyncrm_leadfieldlookup"]
    del catalog.tables["msdyncrm_linkedinformsubmission"].columns["msdyncrm_contact"]
    del catalog.tables["msdyncrm_linkedinconfiguration"].columns["msdyncr2_synchronizecampaigns"]
    catalog.one_to_many = [
        one for one in catalog.one_to_many if one.column not in {"msdyncrm_leadfieldlookup", "msdyncrm_contact"}
    ]
    with service.start(StandingClock(), catalog) as running:
        succession = opened(Dynamics(running), "sqlite")
        row = {"msdyncrm_name": "Job title", "msdyncrm_leadfield": "description"}
        succession.dynamics.seed("msdyncrm_linkedinfieldmapping", [row])
        assert succession.done(succession.adopt()) == {"Job title": "take"}
