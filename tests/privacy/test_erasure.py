"""After a person is erased nothing of them is left, and everything is counted as before."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from delivery.conftest import Ferry
from leadferry.delivery.configuration import Configuration
from leadferry.delivery.filters import Filters
from leadferry.delivery.model import EventKind, State
from leadferry.errors import BusyError, InputError, NotFoundError
from leadferry.privacy.erasure_worker import Erased
from leadferry.privacy.wanted import read_wanted
from leadferry.store.tables import submissions, webhook_deliveries, webhooks
from performance import counting
from performance.counting import Figures
from privacy.conftest import ADA, BOB, everything, number_of, traces_of

ANSWERS, SUBMISSIONS = "ferry_linkedinformanswer", "ferry_linkedinformsubmission"


def figures(ferry: Ferry) -> tuple[dict[str, Figures], dict[str, Figures]]:
    """(kept, counted in full)"""
    database, key = ferry.app.database, ferry.environment.id
    return counting.kept(database, key), counting.full_count(database, key, "UTC")


def erase(ferry: Ferry, *references: str, **wishes: Any) -> Erased:
    return ferry.app.erase(ferry.environment, [number_of(ferry, one) for one in references], **wishes)


def test_nothing_of_the_person_is_left_in_any_table_file_or_dump(ferry: Ferry) -> None:
    adas, bobs = ferry.respond(**ADA), ferry.respond(**BOB)
    ferry.deliver()
    ferry.app.search.catch_up(ferry.environment.id)
    assert traces_of(ferry) != []
    erased = erase(ferry, adas, by="Grace")
    assert erased.clean
    assert "quensel" not in everything(ferry.app.database)
    assert traces_of(ferry) == []
    assert ferry.show(bobs)["body"] is not None
    assert traces_of(ferry, ("bob@crane.test",)) != []


def test_the_row_stays_with_its_outcome_and_its_times(ferry: Ferry) -> None:
    key = ferry.respond(**ADA)
    ferry.deliver()
    before = ferry.show(key)
    erase(ferry, key, by="Grace")
    after = ferry.show(key)
    same = ("id", "response_id", "state", "matching_status", "submitted_at", "settled_at", "form_version_id", "test")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert (after["body"], after["lead_id"], after["contact_id"]) == (None, None, None)
    assert [event["kind"] for event in after["events"]] == [EventKind.CREATED, EventKind.ERASED]
    assert after["events"][0]["detail"] == {}


def test_figures_kept_are_those_of_a_full_count_after_an_erasure(ferry: Ferry) -> None:
    ferry.app.keep_figures(ferry.environment)
    keys = [ferry.respond(**ADA), ferry.respond(**BOB)]
    ferry.deliver()
    keys.append(ferry.respond(**ADA | {"last_name": "Other"}))
    before = sum(figures(ferry)[0]["daily_figures"].values())
    erase(ferry, keys[0], keys[2])
    kept, full = figures(ferry)
    assert kept == full
    assert sum(kept["daily_figures"].values()) == before == 3


def test_search_finds_the_person_before_and_not_after(ferry: Ferry) -> None:
    key = ferry.respond(**ADA)
    ferry.deliver()
    ferry.app.search.catch_up(ferry.environment.id)

    def found() -> int:
        return len(ferry.app.listing.page(ferry.environment.id, Filters(text="quensel")).rows)

    assert found() == 1
    erase(ferry, key)
    assert found() == 0


def test_the_same_response_pulled_again_changes_nothing(ferry: Ferry) -> None:
    key = ferry.respond(**ADA)
    ferry.deliver()
    erase(ferry, key, leads=True)
    ferry.respond(key, **ADA)
    assert ferry.deliver().created == 0
    assert ferry.dynamics.leads() == []
    assert "quensel" not in everything(ferry.app.database)


def test_one_on_its_way_becomes_no_lead(ferry: Ferry) -> None:
    key = ferry.respond(**ADA)
    erase(ferry, key)
    assert ferry.show(key)["state"] is State.REJECTED
    assert ferry.deliver().created == 0
    assert ferry.dynamics.leads() == []


def test_the_lead_stays_unless_it_is_chosen(ferry: Ferry) -> None:
    keys = [ferry.respond(**ADA), ferry.respond(**BOB)]
    ferry.deliver()
    erase(ferry, keys[0])
    assert [lead["emailaddress1"] for lead in ferry.dynamics.leads()] == [ADA["email"], BOB["email"]]
    erased = erase(ferry, keys[1], leads=True)
    assert erased.leads == 1
    assert [lead["emailaddress1"] for lead in ferry.dynamics.leads()] == [ADA["email"]]


def test_the_rows_in_dynamics_follow_where_that_is_chosen(ferry: Ferry) -> None:
    keys = [ferry.respond(**ADA), ferry.respond(**BOB)]
    ferry.deliver()
    erase(ferry, keys[0], mirror=True)
    erase(ferry, keys[1], mirror=False)
    ferry.deliver()
    assert len(ferry.dynamics.rows(SUBMISSIONS, "ferry_name")) == 1
    assert {row["ferry_answertext"] for row in ferry.dynamics.rows(ANSWERS, "ferry_answertext")} == set(BOB.values())


def test_what_others_timelines_tell_of_the_person_goes_too(sqlite_ferry: Ferry) -> None:
    """Ada's lead resembled Bob's answers: it stands in the review as a candidate."""
    ferry = sqlite_ferry
    ferry.match_by("emailaddress1", "lastname")
    adas = ferry.respond(**ADA)
    ferry.deliver()
    bobs = ferry.respond(**BOB | {"last_name": ADA["last_name"]})
    ferry.deliver()
    assert ADA["email"] in str(ferry.show(bobs)["events"])
    found = ferry.app.find_person(ferry.environment, read_wanted(ADA["email"]))
    assert found.mentions == (number_of(ferry, bobs),)
    erase(ferry, adas)
    assert ADA["email"] not in str(ferry.show(bobs)["events"])
    assert ferry.show(bobs)["state"] is State.REVIEW


def test_a_person_is_found_by_any_answer_that_is_the_address(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    key = ferry.respond(first_name="Ada", job_title="adalinde@quensel.test")
    others = ferry.respond(first_name="Ada", email="granadalinde@quensel.test")
    found = ferry.app.find_person(ferry.environment, read_wanted(" Adalinde@Quensel.TEST "))
    assert list(found.reasons) == [number_of(ferry, key)]
    assert number_of(ferry, others) not in found.reasons


def test_a_person_is_found_by_name_and_by_lead(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    key = ferry.respond(**ADA)
    ferry.deliver()
    again = ferry.respond(**ADA | {"last_name": "Crane"})
    ferry.deliver()
    numbers = [number_of(ferry, key), number_of(ferry, again)]
    lead = str(ferry.show(key)["lead_id"])
    assert list(ferry.app.find_person(ferry.environment, read_wanted("adal crane")).reasons) == numbers[1:]
    assert list(ferry.app.find_person(ferry.environment, read_wanted(lead)).reasons) == numbers


def test_an_erased_address_is_proved_by_what_the_audit_holds_and_not_named_there(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    key = ferry.respond(**ADA)
    ferry.deliver()
    number = number_of(ferry, key)
    erased = erase(ferry, key)
    ferry.app.audit.add(
        "submission.delete", person_id="p", person="Grace", via="console", environment_id=ferry.environment.id,
        environment="test", after=erased.recorded([number], mirror=True),
    )  # fmt: skip
    assert "quensel" not in everything(ferry.app.database)
    assert ferry.app.erased_before(ferry.environment, "ADALINDE@quensel.test") is not None
    assert ferry.app.erased_before(ferry.environment, BOB["email"]) is None


def test_erasing_twice_changes_nothing_more(sqlite_ferry: Ferry) -> None:
    key = sqlite_ferry.respond(**ADA)
    sqlite_ferry.deliver()
    assert erase(sqlite_ferry, key).submissions == 1
    before = everything(sqlite_ferry.app.database)
    assert erase(sqlite_ferry, key).submissions == 0
    assert everything(sqlite_ferry.app.database) == before


def test_an_erased_submission_is_neither_replayed_nor_undone(sqlite_ferry: Ferry) -> None:
    key = sqlite_ferry.respond(**ADA)
    sqlite_ferry.deliver()
    erase(sqlite_ferry, key)
    with pytest.raises(InputError, match="no longer kept: erased"):
        sqlite_ferry.app.replay(sqlite_ferry.environment, [key])
    with pytest.raises(InputError, match="did nothing that can be undone"):
        sqlite_ferry.app.undo(sqlite_ferry.environment, key, "Grace")


def test_nothing_is_erased_while_a_delivery_runs_or_has_left_a_plan(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    key = ferry.respond(**ADA)
    with ferry.app.database.alone(f"delivery-{ferry.environment.id}"), pytest.raises(BusyError):
        erase(ferry, key)
    ferry.app.submissions.save_intent(ferry.environment.id, b"[]")
    with pytest.raises(InputError, match="cut off"):
        erase(ferry, key)
    assert ferry.show(key)["body"] is not None


@pytest.mark.parametrize("held", [["prvReadLead", "prvReadUser"], ["prvReadLead"]])
def test_without_the_privilege_no_lead_is_deleted_and_nothing_erased(sqlite_ferry: Ferry, held: list[str]) -> None:
    """Also where the application user may not even read what it may."""
    ferry = sqlite_ferry
    key = ferry.respond(**ADA)
    ferry.deliver()
    user = ferry.dynamics.call("GET", "users")[0]
    ferry.dynamics.call("PUT", f"users/{user['id']}", {"privileges": held})
    with pytest.raises(InputError, match="prvDeleteLead"):
        erase(ferry, key, leads=True)
    assert ferry.show(key)["body"] is not None


def test_a_submission_of_another_environment_is_not_erased(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    key = ferry.respond(**ADA)
    other = ferry.app.environments.add(
        "other", "https://other.crm4.dynamics.com", tenant_id="t", client_id="c", secret="s"
    )
    with pytest.raises(NotFoundError):
        ferry.app.erase(other, [number_of(ferry, key)])
    assert ferry.show(key)["body"] is not None


def test_the_document_for_the_person_holds_everything_once(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    key = ferry.respond(**ADA)
    ferry.deliver()
    told = ferry.app.dossier(ferry.environment, [number_of(ferry, key)])
    [one] = told["submissions"]
    assert [answer["answer"] for answer in one["answers"]] == list(ADA.values())
    assert one["lead_id"] == ferry.dynamics.leads()[0]["leadid"]
    assert one["mirror_row_id"] == ferry.dynamics.rows(SUBMISSIONS, f"{SUBMISSIONS}id")[0][f"{SUBMISSIONS}id"]
    assert one["raw"]["id"] == key
    assert one["timeline"][0]["detail"]["written"]["emailaddress1"] == ADA["email"]


def test_the_default_keeps_everything() -> None:
    assert Configuration().keep_answers_days == Configuration().keep_audit_days == 0


def test_numbers_of_erased_rows_are_searched_past(sqlite_ferry: Ferry) -> None:
    """The newest is erased before it could be searched: the others still are made so."""
    ferry = sqlite_ferry
    key = ferry.respond(**ADA)
    erase(ferry, key)
    ferry.app.search.catch_up(ferry.environment.id)
    assert ferry.app.search.waiting(ferry.environment.id) == 0
    with ferry.app.database.read() as connection:
        assert connection.execute(sa.select(submissions.c.removal)).scalar() == 2


def test_what_webhooks_were_sent_of_the_person_goes_too(ferry: Ferry) -> None:
    app, here = ferry.app, ferry.environment.id
    with app.database.write() as connection:
        values = {
            "name": "hook",
            "address": b"",
            "shown": "",
            "events": "",
            "answers": True,
            "secret": b"",
            "active": True,
        }
        connection.execute(sa.insert(webhooks).values(environment_id=here, created_at=1, **values))
    key = ferry.respond(**ADA)
    ferry.deliver()
    sent = {"environment_id": here, "webhook_id": 1, "message_id": "m", "event": "created", "happened_at": 1}
    with app.database.write() as connection:
        body = {"submission_id": number_of(ferry, key), "body": b"Adalinde Quensel", "state": "delivered", "due_at": 0}
        connection.execute(sa.insert(webhook_deliveries).values(**sent, **body))
    assert app.held_of(ferry.environment, [number_of(ferry, key)])[0]["places"]["webhooks"]
    erase(ferry, key)
    assert "quensel" not in everything(app.database)
    assert traces_of(ferry) == []
