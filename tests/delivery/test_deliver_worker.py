"""Delivery against the simulated Dynamics over HTTP, on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from delivery.conftest import Ferry
from leadferry.delivery.deliver_worker import DEFINITIONS_LAST_MS
from leadferry.simulators.dataverse.users import CLIENT_SECRET

ADA: dict[str, Any] = {"first_name": "Ada", "last_name": "Crane", "email": "ada@x.test", "company_name": "Crane Works"}


def test_an_unknown_person_becomes_a_new_lead_with_a_contact(ferry: Ferry) -> None:
    key = ferry.respond(**ADA)
    assert ferry.deliver().created == 1
    [lead] = ferry.dynamics.leads("firstname", "lastname", "companyname", "subject", "parentcontactid")
    assert (lead["firstname"], lead["lastname"], lead["companyname"]) == ("Ada", "Crane", "Crane Works")
    assert lead["subject"] == "LinkedIn: Paper"
    [contact] = ferry.dynamics.rows("contact", "contactid", "firstname", "emailaddress1")
    assert contact == {"contactid": lead["parentcontactid"], "firstname": "Ada", "emailaddress1": "ada@x.test"}
    shown = ferry.show(key)
    assert (shown["lead_id"], shown["contact_id"]) == (lead["leadid"], contact["contactid"])
    assert shown["matching_status"].label == "New lead created"


def test_a_known_person_in_another_case_is_updated_and_the_old_values_are_kept(ferry: Ferry) -> None:
    [key] = ferry.dynamics.seed("lead", [{"emailaddress1": "ADA@X.TEST", "firstname": "A.", "lastname": "Crane"}])
    response = ferry.respond(**ADA)
    assert ferry.deliver().updated == 1
    [lead] = ferry.dynamics.leads("firstname", "companyname")
    assert (lead["leadid"], lead["firstname"], lead["companyname"]) == (key, "Ada", "Crane Works")
    changes = ferry.last_event(response)["changes"]
    assert changes["firstname"] == ["A.", "Ada"]
    assert changes["companyname"] == [None, "Crane Works"]


def test_a_closed_lead_is_only_linked(ferry: Ferry) -> None:
    closed = {"emailaddress1": "ada@x.test", "firstname": "A.", "statecode": 2, "statuscode": 4}
    [key] = ferry.dynamics.seed("lead", [closed])
    response = ferry.respond(**ADA)
    assert ferry.deliver().matched_not_updated == 1
    assert ferry.dynamics.leads("firstname")[0]["firstname"] == "A."
    assert ferry.show(response)["lead_id"] == key


def test_a_lead_that_agrees_in_some_fields_holds_the_submission_for_review_until_a_person_decides(ferry: Ferry) -> None:
    [other] = ferry.dynamics.seed("lead", [{"emailaddress1": "ada@x.test", "companyname": "Elsewhere"}])
    ferry.match_by("emailaddress1", "companyname")
    held, linked = ferry.respond(**ADA), ferry.respond(**ADA)
    assert ferry.deliver().match_failed == 2
    assert ferry.last_event(held)["candidates"] == [other]
    assert len(ferry.dynamics.leads()) == 1
    ferry.app.replay(ferry.environment, [linked], "lead", other)
    assert ferry.deliver().updated == 1
    assert ferry.show(linked)["lead_id"] == other
    ferry.app.replay(ferry.environment, [held], "create")
    assert ferry.deliver().created == 1
    assert len(ferry.dynamics.leads()) == 2


def test_on_match_fail_create_makes_a_lead_of_a_partial_match(ferry: Ferry) -> None:
    ferry.dynamics.seed("lead", [{"emailaddress1": "ada@x.test", "companyname": "Elsewhere"}])
    ferry.match_by("emailaddress1", "companyname")
    ferry.configure("on_match_fail", "create")
    ferry.respond(**ADA)
    assert ferry.deliver().created == 1


def test_the_same_person_twice_in_one_claim_in_different_case_makes_one_lead(ferry: Ferry) -> None:
    first = ferry.respond(**ADA)
    second = ferry.respond(**{**ADA, "email": "ADA@X.test", "job_title": "Engineer"})
    result = ferry.deliver()
    assert (result.created, result.updated) == (1, 1)
    [lead] = ferry.dynamics.leads("jobtitle")
    assert lead["jobtitle"] == "Engineer"
    assert ferry.show(first)["lead_id"] == ferry.show(second)["lead_id"] == lead["leadid"]


def test_always_create_makes_one_lead_a_submission_and_never_another_on_replay(ferry: Ferry) -> None:
    ferry.strategy(always_create=True)
    ferry.dynamics.seed("lead", [{"emailaddress1": "ada@x.test"}])
    first = ferry.respond(**ADA)
    ferry.respond(**ADA)
    assert ferry.deliver().created == 2
    ferry.app.replay(ferry.environment, [first])
    ferry.deliver()
    assert len(ferry.dynamics.leads()) == 3


def test_an_existing_contact_is_linked_instead_of_made(ferry: Ferry) -> None:
    [contact] = ferry.dynamics.seed("contact", [{"emailaddress1": "Ada@X.test", "firstname": "Ada"}])
    ferry.respond(**ADA)
    ferry.deliver()
    assert ferry.dynamics.leads("parentcontactid")[0]["parentcontactid"] == contact
    assert len(ferry.dynamics.rows("contact", "contactid")) == 1


def test_without_contact_creation_the_lead_stays_without(ferry: Ferry) -> None:
    ferry.strategy(create_contacts=False)
    ferry.respond(**ADA)
    ferry.deliver()
    assert ferry.dynamics.rows("contact", "contactid") == []
    assert ferry.dynamics.leads("parentcontactid")[0]["parentcontactid"] is None


def test_an_over_long_answer_is_cut_the_problem_told_and_the_answer_kept(ferry: Ferry) -> None:
    key = ferry.respond(**{**ADA, "job_title": "x" * 4000})
    assert ferry.deliver().created == 1
    assert ferry.dynamics.leads("jobtitle")[0]["jobtitle"] == "x" * 100
    shown = ferry.show(key)
    [problem] = shown["events"][-1]["detail"]["problems"]
    assert (problem["kind"], problem["column"], problem["action"]) == ("too_long", "jobtitle", "cut")
    assert b"x" * 4000 in shown["body"]


def test_an_unreadable_response_needs_a_person_and_costs_no_other(ferry: Ferry) -> None:
    ferry.receive(b'{"id": "odd", "formResponse": 7}', "odd", 5)
    ferry.respond(**ADA)
    result = ferry.deliver()
    assert (result.created, result.failed) == (1, 1)
    shown = ferry.show("odd")
    assert shown["state"].label == "failed"
    assert shown["events"][-1]["detail"]["code"] == "unreadable-response"


@pytest.mark.parametrize("kind", ["cut_after", "cut_before"])
def test_a_connection_cut_around_the_commit_makes_no_second_lead_and_loses_none(ferry: Ferry, kind: str) -> None:
    for number in range(3):
        ferry.respond(**{**ADA, "email": f"p{number}@x.test"})
    ferry.dynamics.fault(kind, method="POST", path="leads/Microsoft.Dynamics.CRM.CreateMultiple")
    assert ferry.deliver().created == 3
    assert [lead["emailaddress1"] for lead in ferry.dynamics.leads()] == ["p0@x.test", "p1@x.test", "p2@x.test"]


def test_an_update_cut_after_its_commit_is_not_written_again(ferry: Ferry) -> None:
    ferry.dynamics.seed("lead", [{"emailaddress1": "ada@x.test", "firstname": "A."}])
    ferry.respond(**ADA)
    ferry.dynamics.fault("cut_after", path="UpdateMultiple")
    assert ferry.deliver().updated == 1
    assert ferry.dynamics.counts()["POST leads/UpdateMultiple"] == 1


def test_one_bad_row_is_narrowed_down_and_the_good_ones_go_through(ferry: Ferry) -> None:
    """Two alternate persons share a value that a key of the environment wants unique."""
    good = [ferry.respond(**{**ADA, "email": f"p{number}@x.test"}) for number in range(5)]
    ferry.dynamics.fault(
        "status",
        status=400,
        path="CreateMultiple",
        body='{"error":{"code":"0x80040265","message":"A plug-in says no."}}',
    )
    assert ferry.deliver().created == 5
    assert all(ferry.outcome(key) == "New lead created" for key in good)
    assert ferry.dynamics.counts()["POST $batch"] >= 1


def test_a_service_out_of_order_is_retried_later_each_time_and_nothing_is_lost(ferry: Ferry) -> None:
    key = ferry.respond(**ADA)
    ferry.dynamics.fault("status", status=503, path="CreateMultiple", times=-1)
    result = ferry.deliver()
    assert (result.created, result.failed, result.retrying) == (0, 0, 1)
    assert ferry.show(key)["state"].label == "retry"
    assert ferry.show(key)["due_at"] > ferry.clock.now
    ferry.dynamics.no_faults()
    assert ferry.deliver().created == 0, "not before it is due"
    ferry.clock.now = ferry.show(key)["due_at"]
    assert ferry.deliver().created == 1


def test_a_missing_privilege_stops_the_delivery_names_it_and_keeps_all_open(ferry: Ferry) -> None:
    key = ferry.respond(**ADA)
    user = ferry.dynamics.call("GET", "users")[0]
    mine = ["prvReadLead", "prvReadContact", "prvCreateContact", "prvWriteLead", "prvReadEntity"]
    ferry.dynamics.call("PUT", f"users/{user['id']}", {"privileges": mine})
    result = ferry.deliver()
    assert "prvCreateLead" in result.troubles[0]
    assert "prvCreateLead" in ferry.app.environments.get("test").trouble
    assert not ferry.show(key)["state"].final
    ferry.dynamics.call("PUT", f"users/{user['id']}", {"privileges": ["*"]})
    assert ferry.deliver().created == 1
    assert ferry.app.environments.get("test").trouble == ""


def test_a_death_between_plan_and_write_is_finished_by_the_next_start_with_the_same_plan(ferry: Ferry) -> None:
    ferry.dynamics.seed("lead", [{"emailaddress1": "old@x.test", "firstname": "A."}])
    ferry.respond(**ADA)
    ferry.respond(**{**ADA, "email": "old@x.test"})
    ferry.dynamics.fault("status", status=403, path="CreateMultiple", body=NO_PRIVILEGE)
    ferry.deliver()
    assert len(ferry.app.submissions.intents(ferry.environment.id)) == 1
    ferry.strategy(always_create=True)
    result = ferry.deliver()
    assert (result.created, result.updated) == (1, 1)
    assert ferry.app.submissions.intents(ferry.environment.id) == []


def test_what_somebody_changed_after_the_plan_is_theirs(ferry: Ferry) -> None:
    [key] = ferry.dynamics.seed("lead", [{"emailaddress1": "ada@x.test", "firstname": "A.", "companyname": "Old"}])
    response = ferry.respond(**ADA)
    ferry.dynamics.fault("status", status=403, path="UpdateMultiple", body=NO_PRIVILEGE)
    ferry.deliver()
    ferry.dynamics.seed(
        "lead", [{"leadid": key, "emailaddress1": "ada@x.test", "firstname": "Countess", "companyname": "Old"}]
    )
    assert ferry.deliver().updated == 1
    [lead] = ferry.dynamics.leads("firstname", "companyname")
    assert (lead["firstname"], lead["companyname"]) == ("Countess", "Crane Works")
    [problem] = ferry.last_event(response)["problems"]
    assert (problem["kind"], problem["column"]) == ("changed_meanwhile", "firstname")


NO_PRIVILEGE = (
    '{"error":{"code":"0x80040220","message":"Principal user (Id=1, type=8) is missing prvCreateLead privilege '
    "(Id=2) on OTC=4 for entity 'lead'.\"}}"
)


def test_a_lead_deleted_between_match_and_write_is_matched_anew(ferry: Ferry) -> None:
    ferry.dynamics.seed("lead", [{"emailaddress1": "ada@x.test", "firstname": "A."}])
    key = ferry.respond(**ADA)
    gone = '{"error":{"code":"0x80040217","message":"lead With Ids = 1 Do Not Exist"}}'
    ferry.dynamics.fault("status", status=404, path="UpdateMultiple", body=gone)
    ferry.deliver()
    assert ferry.outcome(key) == "Updated existing lead"


def test_a_strategy_field_without_a_lead_column_is_told_and_nothing_is_written(ferry: Ferry) -> None:
    mappings = ferry.app.mappings.list(ferry.environment.id)
    unmapped = next(mapping for mapping in mappings if mapping.column is None)
    strategy = ferry.app.strategies.active(ferry.environment.id)
    from leadferry.errors import InputError

    with pytest.raises(InputError, match="has no lead column"):
        ferry.app.strategies.set_fields(ferry.environment.id, strategy.id, [unmapped.id])


def test_a_test_lead_goes_the_whole_way_and_is_counted_apart(ferry: Ferry) -> None:
    ferry.respond(test=True, **ADA)
    result = ferry.deliver()
    assert (result.created, result.test_leads) == (1, 1)
    assert ferry.app.counts(ferry.environment)["test"] == 1


def test_a_test_lead_stays_out_of_dynamics_where_the_configuration_says_so(ferry: Ferry) -> None:
    ferry.configure("deliver_test_leads", "no")
    key = ferry.respond(test=True, **ADA)
    assert ferry.deliver().created == 0
    assert ferry.dynamics.leads() == []
    assert ferry.show(key)["state"].label == "rejected"
    assert "deliver_test_leads" in ferry.last_event(key)["why"]


def test_a_new_lead_gets_the_lead_source_that_the_configuration_names(ferry: Ferry) -> None:
    ferry.configure("lead_source", "8")
    ferry.respond(**ADA)
    ferry.deliver()
    assert ferry.dynamics.leads("leadsourcecode")[0]["leadsourcecode"] == 8


def test_definitions_are_read_again_after_a_while(sqlite_ferry: Ferry) -> None:
    delivery = sqlite_ferry.app._delivery(sqlite_ferry.environment)
    first = delivery.table("lead")
    assert delivery.table("lead") is first
    sqlite_ferry.clock.now += DEFINITIONS_LAST_MS + 1
    assert delivery.table("lead") is not first


def test_a_secret_exchanged_meanwhile_is_taken_without_a_restart(ferry: Ferry) -> None:
    environments = ferry.app.environments
    ferry.app.check_environment(ferry.environment)  # the organization is known, as after `environment add`
    ferry.environment = environments.get("test")
    environments.set_credential(ferry.environment.id, secret="wrong")
    ferry.respond(**ADA)
    assert "secret" in ferry.deliver().troubles[0]
    environments.set_credential(ferry.environment.id, secret=CLIENT_SECRET)
    assert ferry.deliver().created == 1


def test_two_deliveries_of_one_environment_never_run_at_once(ferry: Ferry) -> None:
    ferry.respond(**ADA)
    with ferry.app.database.alone(f"delivery-{ferry.environment.id}"):
        result = ferry.deliver()
    assert "Another Leadferry process is already at work" in result.troubles[0]
    assert ferry.deliver().created == 1
