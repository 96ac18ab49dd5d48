"""The demonstration's world: repeatable, whole, and with every case in it."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import httpx2
import pytest

from leadferry.simulators.dataverse import service as dataverse
from leadferry.simulators.dataverse.definitions.standard import standard_catalog
from leadferry.simulators.linkedin import service as linkedin
from leadferry.simulators.world import World, build_world, load_world
from leadferry.simulators.world.forms import FORMS
from leadferry.simulators.world.leads import LEADS
from leadferry.simulators.world.people import person

NOW = 1_795_000_000_000


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(7, 300, NOW)


def answers(response: dict[str, Any]) -> dict[str, Any]:
    """Predefined field or question id -> answer."""
    names = {asked.id: asked.key for form in FORMS for asked in form.questions}
    given = {}
    for answer in response["formResponse"]["answers"]:
        details = answer["answerDetails"]
        text = details.get("textQuestionAnswer", {}).get("answer")
        given[names[answer["questionId"]]] = details.get("multipleChoiceAnswer", {}).get("options", text)
    return given


def test_the_same_seed_makes_the_same_world(world: World) -> None:
    again = build_world(7, 300, NOW)
    assert json.dumps(again.responses) == json.dumps(world.responses)
    assert json.dumps(again.linkedin) == json.dumps(world.linkedin)
    assert again.dynamics == world.dynamics


def test_another_seed_makes_other_people(world: World) -> None:
    assert {response["id"] for response in build_world(8, 300, NOW).responses}.isdisjoint(
        response["id"] for response in world.responses
    )


@pytest.mark.parametrize("count", [1, 10, 60, 61, 300, 1_000])
def test_there_are_as_many_responses_as_asked_for_and_each_has_an_expected_outcome(count: int) -> None:
    world = build_world(1, count, NOW)
    every = [*world.responses, *(response for one in world.rounds for response in one.responses)]
    assert len(every) == len({response["id"] for response in every}) == count
    outcomes = Counter(world.expected)
    outcomes.pop("test_leads")
    assert outcomes.total() == len(world.responses)


@pytest.mark.parametrize("count", [60, 300])
def test_every_case_occurs_in_a_wave_of_sixty_or_more(count: int) -> None:
    world = build_world(3, count, NOW)
    sent = [(response, answers(response)) for response in world.responses]
    assert {response["leadType"] for response, _ in sent} == {"SPONSORED", "EVENT", "COMPANY", "ORGANIZATION_PRODUCT"}
    assert any(response["testLead"] for response, _ in sent)
    assert any(not given for _, given in sent)
    assert any(given and "EMAIL" not in given and "PHONE_NUMBER" not in given for _, given in sent)
    assert any(len(str(given.get("remarks", ""))) == 4_000 for _, given in sent)
    assert any(given.get("timeframe") == [5] for _, given in sent)
    assert any(given.get("interest") == [99] for _, given in sent)
    assert any(not str(given.get("LAST_NAME", "x")).isascii() for _, given in sent)
    assert {response["versionedLeadGenFormUrn"][-2] for response, _ in sent} == {"1", "2"}
    ticked = [consent["accepted"] for response, _ in sent for consent in response["formResponse"]["consentResponses"]]
    assert True in ticked
    assert False in ticked
    for outcome in ("created", "updated", "matched_not_updated", "match_failed", "test_leads"):
        assert world.expected[outcome] > 0
    assert [next(iter(one.expected)) for one in world.rounds] == ["created", "matched_not_updated", "created"]


def test_somebody_comes_twice_in_different_case(world: World) -> None:
    addresses = [answers(response).get("EMAIL") for response in world.responses]
    spellings: dict[str, set[str]] = {}
    for address in filter(None, addresses):
        spellings.setdefault(address.lower(), set()).add(address)
    assert sum(len(spelled) > 1 for spelled in spellings.values()) >= 5


def test_expected_outcomes_agree_with_what_stands_in_dynamics(world: World) -> None:
    """Counted anew from the rows and the answers, in order of time, by the rule of the matching table."""
    leads = [(row["emailaddress1"], row["mobilephone"], row["statecode"]) for row in world.dynamics["lead"]]
    counted: Counter[str] = Counter()
    for response in sorted(world.responses, key=lambda one: one["submittedAt"]):
        given = answers(response)
        email = (given.get("EMAIL") or "").lower()
        phone = (given.get("PHONE_NUMBER") or "").replace(" ", "").replace("-", "")
        full = [state for mail, number, state in leads if mail == email and number == phone]
        partial = [mail for mail, number, _ in leads if (email and mail == email) or (phone and number == phone)]
        if email and phone and full:
            counted["updated" if 0 in full else "matched_not_updated"] += 1
        elif partial:
            counted["match_failed"] += 1
        else:
            counted["created"] += 1
            leads.append((email, phone, 0))
    assert counted == Counter({key: count for key, count in world.expected.items() if key != "test_leads"})


def test_two_thousand_leads_stand_in_dynamics_some_closed_some_three_times_over(world: World) -> None:
    leads = world.dynamics["lead"]
    assert len(leads) == LEADS == 2_000
    assert len({row["leadid"] for row in leads}) == 2_000
    assert Counter(row["statecode"] for row in leads)[0] < 2_000
    assert max(Counter(row["emailaddress1"] for row in leads).values()) == 3


def test_no_two_people_share_an_address_or_a_phone() -> None:
    people = [person(7, number) for number in range(0, 200_000, 7)]
    assert len({who.email for who in people}) == len({who.phone for who in people}) == len(people)


def test_new_responses_come_at_the_moment_they_are_asked_for(world: World) -> None:
    more = build_world(7, 300, NOW).next_responses(20, NOW + 5_000)
    assert {response["submittedAt"] for response in more} == {NOW + 5_000}
    assert {response["id"] for response in more}.isdisjoint(response["id"] for response in world.responses)


def test_the_running_simulators_hold_the_world_once_it_is_loaded(world: World) -> None:
    with (
        linkedin.start(clock=lambda: NOW) as social,
        dataverse.start(lambda: NOW, standard_catalog()) as dynamics,
    ):
        loaded = load_world(social.url, dynamics.url, world)
        there = httpx2.get(f"{social.url}/__sim/responses?summary=1").json()
        leads = httpx2.get(f"{dynamics.url}/__sim/rows/lead?columns=leadid,emailaddress1").json()
        form = httpx2.get(f"{social.url}/__sim/forms/3101").json()
    assert loaded.access_token
    assert loaded.refresh_token
    assert (there["total"], there["test"]) == (len(world.responses), world.expected["test_leads"])
    assert len(leads) == 2_000
    assert form["versionId"] == 2
