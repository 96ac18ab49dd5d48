"""The mirror against the simulated Dynamics over HTTP, on both databases."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from delivery.conftest import Ferry
from leadferry.accounts.campaign_store import Campaign
from leadferry.mirror import queue_store
from leadferry.mirror.mirror_worker import LOOK_MS
from leadferry.mirror.model import LOOKUPS, SOLUTION_COLUMN
from leadferry.solution.tables import LEADS
from leadferry.store.tables import mirror_queue, submissions

ADA: dict[str, Any] = {"first_name": "Ada", "last_name": "Crane", "email": "ada@x.test", "company_name": "Crane Works"}
SUBMISSIONS, ANSWERS = "ferry_linkedinformsubmission", "ferry_linkedinformanswer"
FORMS, CAMPAIGNS = "ferry_linkedinform", "ferry_linkedincampaign"


def only(ferry: Ferry, table: str, *columns: str) -> dict[str, Any]:
    [row] = ferry.dynamics.rows(table, *columns)
    return row


def of_campaign(ferry: Ferry, *, test: bool = False, **answers: str) -> str:
    """A response that names campaign 77."""
    key = ferry.respond(test=test, **{**ADA, **answers})
    campaign = ferry.app.campaigns.key(ferry.environment.id, "urn:li:sponsoredCampaign:77")
    with ferry.app.database.write() as connection:
        connection.execute(submissions.update().where(submissions.c.response_id == key).values(campaign_id=campaign))
    return key


def waiting(ferry: Ferry) -> int:
    return int(ferry.app.mirror_state(ferry.environment)["waiting"])


def test_a_submission_and_its_answers_stand_in_dynamics_with_lead_contact_and_form(ferry: Ferry) -> None:
    key = ferry.respond(**ADA)
    assert ferry.deliver().notes == []
    shown = ferry.show(key)
    row = only(ferry, SUBMISSIONS)
    assert (row["ferry_linkedinformsubmission_textid"], row["ferry_type"]) == (key, "SPONSORED")
    assert (row["ferry_lead"], row["ferry_contact"]) == (shown["lead_id"], shown["contact_id"])
    assert (row["ferry_matchingstatus"], row["ferry_processingstate"]) == (192350001, 192350001)
    form = only(ferry, FORMS, "ferry_linkedinformid", "ferry_name", "ferry_totalsubmissions")
    assert row["ferry_linkedinformid"] == form["ferry_linkedinformid"]
    assert (form["ferry_name"], form["ferry_totalsubmissions"]) == ("Paper", 1)
    questions = {one["ferry_linkedinformquestionid"]: one for one in ferry.dynamics.rows("ferry_linkedinformquestion")}
    answers = ferry.dynamics.rows(ANSWERS)
    said = {questions[one["ferry_linkedinformquestion"]]["ferry_name"]: one["ferry_answertext"] for one in answers}
    assert said == {name.upper(): text for name, text in ADA.items()}
    assert {one["ferry_linkedinformsubmission"] for one in answers} == {row["ferry_linkedinformsubmissionid"]}
    assert waiting(ferry) == 0


def test_the_lead_itself_tells_its_form_newest_submission_and_how_many_without_a_request_more(ferry: Ferry) -> None:
    ferry.respond(**ADA)
    second = ferry.respond(**{**ADA, "email": "ADA@x.test"})
    ferry.deliver()
    [lead] = ferry.dynamics.leads(SOLUTION_COLUMN, "ferry_latestsubmissiondate", "ferry_sourceform")
    assert (lead[SOLUTION_COLUMN], lead["ferry_sourceform"]) == (2, only(ferry, FORMS)["ferry_linkedinformid"])
    assert lead["ferry_latestsubmissiondate"].startswith("2026-09-21")
    assert SOLUTION_COLUMN not in ferry.last_event(second)["changes"]
    ferry.respond(**ADA)
    ferry.deliver()
    assert ferry.dynamics.leads(SOLUTION_COLUMN)[0][SOLUTION_COLUMN] == 3
    assert ferry.dynamics.counts()["POST leads/UpdateMultiple"] == 2


def test_counts_stay_right_after_a_replay_onto_another_lead(ferry: Ferry) -> None:
    first, second = ferry.respond(**ADA), ferry.respond(**{**ADA, "email": "eve@x.test"})
    ferry.deliver()
    before, after = ferry.show(first)["lead_id"], ferry.show(second)["lead_id"]
    ferry.app.replay(ferry.environment, [first])
    ferry.deliver()
    assert {lead["leadid"]: lead[SOLUTION_COLUMN] for lead in ferry.dynamics.leads(SOLUTION_COLUMN)} == {
        before: 1,
        after: 1,
    }
    ferry.app.replay(ferry.environment, [first], "lead", after)
    ferry.deliver()
    counts = {lead["leadid"]: lead[SOLUTION_COLUMN] for lead in ferry.dynamics.leads(SOLUTION_COLUMN)}
    assert counts == {before: 0, after: 2}
    linked = {row["ferry_lead"] for row in ferry.dynamics.rows(SUBMISSIONS, "ferry_lead")}
    assert linked == {after}


def test_a_lead_that_is_only_linked_is_counted_all_the_same_and_a_closed_one_may_refuse(ferry: Ferry) -> None:
    ferry.configure("update_matched", "no")
    row = {"companyname": "Elsewhere", "statecode": 0}
    [opened] = ferry.dynamics.seed("lead", [{**row, "emailaddress1": "ada@x.test"}])
    ferry.dynamics.seed("lead", [{"emailaddress1": "eve@x.test", "statecode": 2, "statuscode": 4}])
    ferry.respond(**ADA)
    ferry.respond(**{**ADA, "email": "eve@x.test"})
    assert ferry.deliver().matched_not_updated == 2
    [lead] = [one for one in ferry.dynamics.leads(SOLUTION_COLUMN, "companyname") if one["leadid"] == opened]
    assert (lead[SOLUTION_COLUMN], lead["companyname"]) == (1, "Elsewhere")
    assert waiting(ferry) == 0


def test_a_submission_that_a_person_rejects_or_decides_is_told_to_the_mirror(ferry: Ferry) -> None:
    ferry.dynamics.seed("lead", [{"emailaddress1": "ada@x.test", "companyname": "Elsewhere"}])
    ferry.match_by("emailaddress1", "companyname")
    key = ferry.respond(**ADA)
    ferry.deliver()
    assert only(ferry, SUBMISSIONS)["ferry_matchingstatus"] == 192350003
    ferry.app.replay(ferry.environment, [key], "reject")
    assert waiting(ferry) == 1
    ferry.app.replay(ferry.environment, [key], "create")
    ferry.deliver()
    row = only(ferry, SUBMISSIONS)
    assert (row["ferry_matchingstatus"], row["ferry_lead"]) == (192350001, ferry.show(key)["lead_id"])


def test_what_cannot_be_read_is_mirrored_by_its_states_alone(ferry: Ferry) -> None:
    ferry.receive(b'{"id": "odd", "formResponse": 7}', "odd", 5)
    ferry.receive(b"{", "odder", 6, trouble="broken JSON")
    ferry.deliver()
    rows = ferry.dynamics.rows(SUBMISSIONS, "ferry_linkedinformsubmission_textid", "ferry_processingstate")
    assert {row["ferry_linkedinformsubmission_textid"]: row["ferry_processingstate"] for row in rows} == {
        "odd": 192350002,
        "odder": 192350002,
    }


def test_campaigns_are_mirrored_with_status_dates_and_totals_and_test_leads_are_not_counted(ferry: Ferry) -> None:
    found = Campaign("urn:li:sponsoredCampaign:77", "Autumn", "SPONSORED_UPDATES", "PAUSED", 1_790_000_000_000)
    ferry.app.campaigns.seen(ferry.environment.id, None, [found])
    of_campaign(ferry)
    of_campaign(ferry, email="eve@x.test")
    of_campaign(ferry, test=True, email="test@x.test")
    ferry.deliver()
    row = only(ferry, CAMPAIGNS)
    assert (row["ferry_name"], row["ferry_linkedinid"], row["ferry_startdate"]) == ("Autumn", "77", "2026-09-21")
    assert (row["ferry_campaigntype"], row["ferry_linkedinstatus"]) == (192350001, 192350001)
    assert (row["ferry_totalsubmissions"], row["ferry_totalleads"], row["ferry_totalleads_state"]) == (2, 2, 1)
    leads = ferry.dynamics.leads("ferry_linkedincampaign")
    assert {lead["ferry_linkedincampaign"] for lead in leads} == {row["ferry_linkedincampaignid"]}
    types = sorted(row["ferry_type"] for row in ferry.dynamics.rows(SUBMISSIONS, "ferry_type"))
    assert types == ["SPONSORED", "SPONSORED", "TEST SPONSORED"]


def test_a_change_of_name_or_status_at_linkedin_follows_and_what_did_not_change_is_not_sent(ferry: Ferry) -> None:
    environment_id = ferry.environment.id
    ferry.app.campaigns.seen(environment_id, None, [Campaign("urn:li:sponsoredCampaign:77", "Old", "", "ACTIVE")])
    ferry.deliver()
    ferry.app.campaigns.seen(environment_id, None, [Campaign("urn:li:sponsoredCampaign:77", "New", "", "COMPLETED")])
    ferry.deliver()
    assert only(ferry, CAMPAIGNS)["ferry_name"] == "Old", "one look a minute"
    ferry.clock.now += LOOK_MS
    ferry.deliver()
    row = only(ferry, CAMPAIGNS)
    assert (row["ferry_name"], row["ferry_linkedinstatus"]) == ("New", 192350003)
    before = ferry.dynamics.counts()
    ferry.clock.now += LOOK_MS
    ferry.deliver()
    assert ferry.dynamics.counts() == before


def test_strategies_mappings_and_configuration_are_mirrored_linked_and_taken_away_again(ferry: Ferry) -> None:
    environment_id = ferry.environment.id
    email = next(one for one in ferry.app.mappings.list(environment_id) if one.key == "EMAIL")
    more = ferry.app.strategies.add(environment_id, "Everybody", fields=[email.id])
    ferry.configure("on_match_fail", "create")
    ferry.deliver()
    rows = ferry.dynamics.rows("ferry_linkedinleadmatchingstrategy")
    assert {(row["ferry_name"], row["ferry_activated"]) for row in rows} == {
        ("E-mail address", True),
        ("Everybody", False),
    }
    mappings = {row["ferry_name"]: row for row in ferry.dynamics.rows("ferry_linkedinfieldmapping")}
    fields = {row["ferry_leadentityfieldid"]: row for row in ferry.dynamics.rows("ferry_leadentityfield")}
    assert fields[mappings[email.name]["ferry_leadfieldlookup"]]["ferry_logicalname"] == "emailaddress1"
    assert only(ferry, "ferry_linkedinconfiguration")["ferry_onmatchingfail"] == 192350001
    ferry.app.strategies.remove(environment_id, more.id)
    ferry.clock.now += LOOK_MS
    ferry.deliver()
    assert len(ferry.dynamics.rows("ferry_linkedinleadmatchingstrategy")) == 1


def test_switched_off_only_leads_are_written_and_switched_on_again_what_was_missed_is_made_up(ferry: Ferry) -> None:
    ferry.configure("mirror", "no")
    ferry.respond(**ADA)
    ferry.deliver()
    assert ferry.dynamics.rows(SUBMISSIONS, "ferry_name") == ferry.dynamics.rows(FORMS, "ferry_name") == []
    assert ferry.dynamics.leads(SOLUTION_COLUMN)[0][SOLUTION_COLUMN] is None
    ferry.configure("mirror", "yes")
    ferry.deliver()
    assert len(ferry.dynamics.rows(SUBMISSIONS, "ferry_name")) == 1
    ferry.configure("mirror", "no")
    ferry.deliver()
    ferry.clock.now += 1000
    ferry.respond(**{**ADA, "email": "eve@x.test"})
    ferry.deliver()
    ferry.configure("mirror", "yes")
    ferry.deliver()
    assert len(ferry.dynamics.rows(SUBMISSIONS, "ferry_name")) == 2


def test_when_mirroring_fails_leads_cross_it_is_told_once_and_made_up_later(ferry: Ferry) -> None:
    ferry.respond(**ADA)
    ferry.deliver()
    ferry.respond(**{**ADA, "email": "eve@x.test"})
    ferry.dynamics.fault("status", status=503, path="$batch", times=-1)
    result = ferry.deliver()
    assert (result.created, result.troubles) == (1, [])
    assert "the mirror in Dynamics waits" in result.notes[0]
    assert ferry.app.mirror_state(ferry.environment)["trouble"]
    asked = ferry.dynamics.counts()
    assert ferry.deliver().notes == []
    assert ferry.dynamics.counts() == asked, "no storm of requests"
    ferry.dynamics.no_faults()
    ferry.clock.now += 599_000
    ferry.deliver()
    assert len(ferry.dynamics.rows(SUBMISSIONS, "ferry_name")) == 2
    assert ferry.app.mirror_state(ferry.environment)["trouble"] == ""


def test_one_refused_row_costs_no_other_and_comes_again_later(ferry: Ferry) -> None:
    """Somebody's own row already has one of the ids that are alternate keys."""
    first, second = ferry.respond(**ADA), ferry.respond(**{**ADA, "email": "eve@x.test"})
    [foreign] = ferry.dynamics.seed(SUBMISSIONS, [{"ferry_linkedinformsubmission_textid": first}])
    assert "could not write 5 rows" in ferry.deliver().notes[0]
    rows = ferry.dynamics.rows(SUBMISSIONS, f"{SUBMISSIONS}id", "ferry_linkedinformsubmission_textid")
    assert sorted(row["ferry_linkedinformsubmission_textid"] for row in rows) == sorted([first, second])
    assert waiting(ferry) == 1
    ferry.app.dataverse(ferry.environment).delete(f"{SUBMISSIONS}s", foreign)
    ferry.clock.now += 60_000
    ferry.deliver()
    assert waiting(ferry) == 0


def test_a_lead_deleted_by_somebody_costs_the_link_and_not_the_submission(ferry: Ferry) -> None:
    key = ferry.respond(**ADA)
    ferry.deliver()
    with ferry.app.database.write() as connection:
        change = submissions.update().where(submissions.c.response_id == key)
        connection.execute(change.values(lead_id="11111111-1111-1111-1111-111111111111"))
        queue_store.changed(connection, ferry.environment.id, [1])
    ferry.deliver()
    assert waiting(ferry) == 0
    assert len(ferry.dynamics.rows(SUBMISSIONS, "ferry_name")) == 1


@pytest.mark.parametrize("name", ["only", "one of two"])
def test_a_submission_that_is_gone_goes_in_dynamics_too_and_is_counted_no_more(ferry: Ferry, name: str) -> None:
    key = of_campaign(ferry)
    if name != "only":
        of_campaign(ferry)
    ferry.deliver()
    with ferry.app.database.write() as connection:
        connection.execute(submissions.delete().where(submissions.c.response_id == key))
        queue_store.gone(connection, ferry.environment.id, [key])
    ferry.deliver()
    left = 0 if name == "only" else 1
    assert len(ferry.dynamics.rows(SUBMISSIONS, "ferry_name")) == left
    assert len(ferry.dynamics.rows(ANSWERS, "ferry_name")) == left * len(ADA)
    assert only(ferry, FORMS)["ferry_totalsubmissions"] == left
    assert only(ferry, CAMPAIGNS)["ferry_totalsubmissions"] == left
    assert ferry.dynamics.leads(SOLUTION_COLUMN)[0][SOLUTION_COLUMN] == left
    assert waiting(ferry) == 0


def test_dynamics_campaigns_are_made_where_asked_for_with_source_campaign_and_one_response_each(ferry: Ferry) -> None:
    ferry.configure("dynamics_campaigns", "yes")
    found = Campaign("urn:li:sponsoredCampaign:77", "Autumn", "", "ACTIVE")
    ferry.app.campaigns.seen(ferry.environment.id, None, [found])
    key = of_campaign(ferry)
    ferry.deliver()
    campaign = only(ferry, "campaign", "campaignid", "name", "codename")
    assert (campaign["name"], campaign["codename"]) == ("Autumn", "77")
    [lead] = ferry.dynamics.leads("campaignid")
    assert lead["campaignid"] == campaign["campaignid"]
    response = only(ferry, "campaignresponse", "activityid", "subject", "regardingobjectid")
    key_there = response.pop("activityid")
    assert response == {"subject": "LinkedIn: Paper", "regardingobjectid": campaign["campaignid"]}
    ferry.app.dataverse(ferry.environment).patch("campaignresponses", key_there, {"subject": "Called, wants a crane"})
    ferry.app.replay(ferry.environment, [key])
    assert ferry.deliver().notes == []
    response = only(ferry, "campaignresponse", "activityid", "subject")
    assert response == {"activityid": key_there, "subject": "Called, wants a crane"}, "one, and people work with it"


def test_no_dynamics_campaign_is_made_unasked(ferry: Ferry) -> None:
    of_campaign(ferry)
    ferry.deliver()
    assert ferry.dynamics.rows("campaign", "name") == ferry.dynamics.rows("campaignresponse", "subject") == []


def test_a_form_row_that_somebody_deleted_costs_no_lead_and_is_written_again(ferry: Ferry) -> None:
    ferry.respond(**ADA)
    ferry.deliver()
    ferry.app.dataverse(ferry.environment).delete(f"{FORMS}s", only(ferry, FORMS)["ferry_linkedinformid"])
    ferry.respond(**{**ADA, "email": "eve@x.test"})
    assert ferry.deliver().created == 1
    ferry.clock.now += 60_000
    ferry.deliver()
    assert only(ferry, FORMS)["ferry_totalsubmissions"] == 2
    assert waiting(ferry) == 0


def test_an_environment_leaves_the_queue_with_its_submissions(ferry: Ferry) -> None:
    ferry.respond(**ADA)
    ferry.deliver()
    ferry.respond(**{**ADA, "email": "eve@x.test"})
    ferry.dynamics.fault("status", status=503, path="$batch", times=-1)
    ferry.deliver()
    assert waiting(ferry) == 1
    ferry.app.environments.remove(ferry.environment.name)
    with ferry.app.database.read() as connection:
        assert connection.execute(mirror_queue.select()).all() == []


def test_the_names_kept_apart_from_the_solution_are_the_solution_s() -> None:
    assert LEADS["linkedinsubmissioncount"].name == SOLUTION_COLUMN
    assert {LEADS["sourceform"].bind, LEADS["linkedincampaign"].bind} < LOOKUPS.keys()
    assert dataclasses.is_dataclass(LEADS)
