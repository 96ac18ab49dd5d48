"""The pages of form submissions and the review queue, over HTTP, against the simulated Dynamics."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from delivery.conftest import Ferry
from leadferry.delivery.model import EventKind, State
from visitor import Visitor, text_of
from web import serving


@pytest.fixture
def visitor(ferry: Ferry) -> Iterator[Visitor]:
    with serving(ferry.app) as console:
        yield console.operator()


def address(ferry: Ferry, path: str = "submissions") -> str:
    return f"/e/{ferry.environment.id}/{path}"


def number(ferry: Ferry, response_id: str) -> int:
    return int(ferry.show(response_id)["id"])


def held(ferry: Ferry) -> tuple[int, str]:
    """A submission that agrees with one lead in the last name only. (its number, the lead)"""
    ferry.match_by("emailaddress1", "lastname")
    [lead] = ferry.dynamics.seed("lead", [{"emailaddress1": "old@x.test", "lastname": "Aasen", "firstname": "Jon"}])
    response = ferry.respond(first_name="Jon", last_name="Aasen", email="new@x.test", job_title="Metering Lead")
    ferry.deliver()
    assert ferry.show(response)["state"] is State.REVIEW
    return number(ferry, response), lead


def test_the_list_shows_who_what_and_what_became_of_it(ferry: Ferry, visitor: Visitor) -> None:
    ferry.respond(first_name="Anna", last_name="Brandt", email="anna@nord.test", company_name="Nordwasser")
    ferry.deliver()
    text = text_of(visitor.get(address(ferry)))
    for words in ("Anna Brandt", "anna@nord.test", "Paper", "New lead created", "1 in this view", "Live, "):
        assert words in text
    assert ferry.dynamics.url + "/main.aspx?pagetype=entityrecord&amp;etn=lead" in visitor.get(address(ferry)).text


def test_a_search_finds_the_start_of_a_word_at_once(ferry: Ferry, visitor: Visitor) -> None:
    ferry.respond(first_name="Änna", last_name="Brandt", email="anna@nord.test", company_name="Nordwasser")
    ferry.respond(first_name="Bo", last_name="Holm", email="bo@x.test")
    for query in ("bran", "ANNA", "anna@nord", "nordw", "nord.test", "brandt an"):
        text = text_of(visitor.get(address(ferry), params={"q": query}))
        assert "Änna Brandt" in text, query
        assert "Bo Holm" not in text, query
    assert "No submission fits these filters" in text_of(visitor.get(address(ferry), params={"q": "nobody"}))


def test_a_filter_stands_in_the_address_and_can_be_taken_away(ferry: Ferry, visitor: Visitor) -> None:
    ferry.respond(last_name="Real", email="a@x.test")
    ferry.respond(last_name="Tried", email="b@x.test", test=True)
    page = visitor.get(address(ferry), params={"test": "only", "type": "SPONSORED"})
    assert "Tried" in text_of(page)
    assert "Real" not in text_of(page)
    assert f'href="{address(ferry)}?type=SPONSORED"' in page.text
    assert visitor.get(address(ferry), params={"status": "wonderful"}).status_code == 422


def test_a_saved_view_is_its_makers_own(ferry: Ferry, visitor: Visitor) -> None:
    visitor.post(address(ferry, "submissions/views"), {"name": "Mine", "test": "only"})
    assert "Mine" in text_of(visitor.get(address(ferry)))
    assert ferry.app.views.list(ferry.environment.id, "somebody else") == []
    [view] = ferry.app.views.list(ferry.environment.id, "operator")
    assert view.query == "test=only"
    visitor.post(address(ferry, f"submissions/views/{view.id}/delete"))
    assert ferry.app.views.list(ferry.environment.id, "operator") == []


def test_the_export_holds_the_filtered_list_and_no_formula(ferry: Ferry, visitor: Visitor) -> None:
    ferry.respond(first_name="=cmd", last_name="Brandt", email="a@x.test")
    ferry.respond(last_name="Tried", email="b@x.test", test=True)
    answer = visitor.get(address(ferry, "submissions/export"), params={"test": "no"})
    head, row = answer.text.splitlines()
    assert head.startswith("number,form_response,submitted")
    assert "'=cmd Brandt" in row
    assert "Tried" not in answer.text
    assert ferry.app.audit.list(ferry.environment)[0].record_kind == "export"


def test_an_open_list_learns_of_new_rows_and_of_what_became_of_those_shown(ferry: Ferry, visitor: Visitor) -> None:
    first = number(ferry, ferry.respond(last_name="One", email="a@x.test"))
    asked = {"newest": str(first), "watch": str(first)}
    assert "new, show" not in text_of(visitor.get(address(ferry, "submissions/fresh"), params=asked))
    ferry.respond(last_name="Two", email="b@x.test")
    ferry.deliver()
    text = text_of(visitor.get(address(ferry, "submissions/fresh"), params=asked))
    assert "1 new, show it" in text
    assert "New lead created" in text


def test_what_dynamics_answered_to_an_attempt_is_one_press_away(ferry: Ferry, visitor: Visitor) -> None:
    key = ferry.respond(last_name="Brandt", email="anna@nord.test")
    ferry.dynamics.fault("status", status=503, path="CreateMultiple", times=-1)
    ferry.deliver()
    page = visitor.get(address(ferry, f"submissions/{number(ferry, key)}"))
    (closed,) = re.findall(r"<details><summary[^>]*>What Dynamics said</summary>(.*?)</details>", page.text)
    assert "status 503" in closed


def test_one_submission_shows_answers_columns_changes_and_each_attempt(ferry: Ferry, visitor: Visitor) -> None:
    ferry.dynamics.seed("lead", [{"emailaddress1": "a@x.test", "lastname": "Brandt", "jobtitle": "Clerk"}])
    key = number(ferry, ferry.respond(last_name="Brandt", email="a@x.test", job_title="Head"))
    ferry.deliver()
    page = visitor.get(address(ferry, f"submissions/{key}"))
    text = text_of(page)
    for words in (
        "Updated existing lead",
        "Matched on Email",
        "Clerk",
        "Head",
        "Job Title",
        "Lead updated in Dynamics",
    ):
        assert words in text
    assert '"submittedAt"' in text
    assert text.index("Lead updated in Dynamics") < text.index("Form sent")


def test_an_update_is_undone_as_long_as_nobody_changed_the_lead(ferry: Ferry, visitor: Visitor) -> None:
    [lead] = ferry.dynamics.seed("lead", [{"emailaddress1": "a@x.test", "lastname": "Brandt", "jobtitle": "Clerk"}])
    key = number(ferry, ferry.respond(last_name="Brandt", email="a@x.test", job_title="Head", company_name="Nord"))
    ferry.deliver()
    text = text_of(visitor.post(address(ferry, f"submissions/{key}/undo")))
    assert "2 columns hold their old values again" in text
    assert [(row["jobtitle"], row["companyname"]) for row in ferry.dynamics.leads("jobtitle", "companyname")] == [
        ("Clerk", None)
    ]
    again = visitor.post(address(ferry, f"submissions/{key}/undo"))
    assert again.status_code == 422
    ferry.app.replay(ferry.environment, [key])
    ferry.deliver()
    ferry.app.dataverse(ferry.environment).patch("leads", lead, {"jobtitle": "Boss"})
    refused = visitor.post(address(ferry, f"submissions/{key}/undo"))
    assert "The lead was changed in Dynamics since: jobtitle" in text_of(refused)
    assert ferry.dynamics.leads("jobtitle")[0]["jobtitle"] == "Boss"


def test_a_new_lead_is_deleted_by_undo_only_while_it_is_as_it_was_made(ferry: Ferry, visitor: Visitor) -> None:
    first, second = (number(ferry, ferry.respond(last_name=name, email=f"{name}@x.test")) for name in ("One", "Two"))
    ferry.deliver()
    client, lead = ferry.app.dataverse(ferry.environment), str(ferry.show(str(second))["lead_id"])
    client.patch("leads", lead, {"lastname": "Changed"})
    assert "The lead was changed" in text_of(visitor.post(address(ferry, f"submissions/{second}/undo")))
    assert "The lead is deleted" in text_of(visitor.post(address(ferry, f"submissions/{first}/undo")))
    assert [row["lastname"] for row in ferry.dynamics.leads("lastname")] == ["Changed"]
    assert ferry.show(str(first))["state"] is State.REJECTED


def test_only_test_leads_are_deleted(ferry: Ferry, visitor: Visitor) -> None:
    real = number(ferry, ferry.respond(last_name="Real", email="a@x.test"))
    tried = number(ferry, ferry.respond(last_name="Tried", email="b@x.test", test=True))
    ferry.deliver()
    assert visitor.post(address(ferry, f"submissions/{real}/delete")).status_code == 422
    assert "Test lead deleted" in text_of(visitor.post(address(ferry, f"submissions/{tried}/delete")))
    assert [row["lastname"] for row in ferry.dynamics.leads("lastname")] == ["Real"]


def test_a_replay_from_the_list_crosses_at_once(ferry: Ferry, visitor: Visitor) -> None:
    key = number(ferry, ferry.respond(last_name="Brandt", email="a@x.test"))
    ferry.deliver()
    text = text_of(visitor.post(address(ferry, "submissions/replay"), {"id": str(key)}))
    assert "1 replayed" in text
    assert ferry.show(str(key))["state"] is State.DELIVERED
    assert ferry.app.audit.list(ferry.environment)[0].after == {"decision": "again"}


def test_the_review_queue_shows_the_submission_beside_the_lead_as_it_is_now(ferry: Ferry, visitor: Visitor) -> None:
    _, lead = held(ferry)
    ferry.app.dataverse(ferry.environment).patch("leads", lead, {"jobtitle": "Engineer"})
    text = text_of(visitor.get(address(ferry, "review")))
    for words in ("new@x.test", "old@x.test (differs)", "Aasen (same)", "Engineer (differs)", "Metering Lead", "of "):
        assert words in text
    assert "as they were" not in text
    assert re.search(r"Open, changed (\d+ \w{3,4} \d{4}|\w{3,4} \d+, \d{4})\.", text), "in the reader's way"
    assert "Signed in as Operator" in text


def test_the_review_queue_falls_back_to_what_was_recorded(ferry: Ferry, visitor: Visitor) -> None:
    held(ferry)
    ferry.dynamics.fault("status", status=503, method="GET", times=-1)
    text = text_of(visitor.get(address(ferry, "review")))
    assert "shown as they were when this was held" in text
    assert "old@x.test (differs)" in text


@pytest.mark.parametrize(
    ("decision", "outcome", "title"),
    [("lead", "Updated existing lead", "Metering Lead"), ("link", "Lead matched but not updated", None)],
)
def test_linking_decides_about_this_lead_and_can_be_undone(
    ferry: Ferry, visitor: Visitor, decision: str, outcome: str, title: str | None
) -> None:
    key, lead = held(ferry)
    page = visitor.post(address(ferry, "review/decide"), {"id": str(key), "decision": decision, "lead": lead})
    assert "Undo" in text_of(page)
    assert ferry.outcome(str(key)) == outcome
    assert [row["jobtitle"] for row in ferry.dynamics.leads("jobtitle")] == [title]
    visitor.post(address(ferry, f"submissions/{key}/undo?back=review"))
    assert ferry.show(str(key))["state"] is State.REVIEW
    assert [row["jobtitle"] for row in ferry.dynamics.leads("jobtitle")] == [None]


def test_creating_and_ignoring_decide_many_at_once(ferry: Ferry, visitor: Visitor) -> None:
    first, _ = held(ferry)
    second = number(ferry, ferry.respond(last_name="Aasen", email="other@x.test"))
    ferry.deliver()
    values = {"id": [str(first), str(second)], "decision": "create", "_csrf_token": visitor.csrf()}
    text = text_of(visitor.client.post(address(ferry, "review/decide"), data=values))
    assert "2: new lead created" in text
    assert len(ferry.dynamics.leads()) == 3
    assert "Nothing waits for you" in text


def test_an_ignored_one_comes_back_by_undo(ferry: Ferry, visitor: Visitor) -> None:
    key, _ = held(ferry)
    visitor.post(address(ferry, "review/decide"), {"id": str(key), "decision": "reject"})
    assert ferry.show(str(key))["state"] is State.REJECTED
    visitor.post(address(ferry, f"submissions/{key}/undo?back=review"))
    assert ferry.show(str(key))["state"] is State.REVIEW


def test_a_decision_that_somebody_else_made_meanwhile_changes_nothing(ferry: Ferry, visitor: Visitor) -> None:
    key, _ = held(ferry)
    ferry.app.replay(ferry.environment, [key], "reject")
    text = text_of(visitor.post(address(ferry, "review/decide"), {"id": str(key), "decision": "create"}))
    assert "Decided already" in text
    assert len(ferry.dynamics.leads()) == 1


def test_of_two_decisions_at_the_same_instant_one_is_made(ferry: Ferry) -> None:
    key, lead = held(ferry)
    with serving(ferry.app) as console:
        people, ready = [console.operator(), console.operator()], Barrier(2)
        tokens = [one.csrf() for one in people]

        def decide(who: int) -> str:
            values = {"id": str(key), "decision": ("link", "reject")[who], "lead": lead, "_csrf_token": tokens[who]}
            ready.wait(10)
            return text_of(people[who].client.post(address(ferry, "review/decide"), data=values))

        with ThreadPoolExecutor(2) as both:
            texts = list(both.map(decide, range(2)))
    assert sum("Decided already" in text for text in texts) == 1
    told = [one["kind"] for one in ferry.show(str(key))["events"]]
    assert sum(kind in {EventKind.REPLAYED, EventKind.REJECTED} for kind in told) == 1


def test_another_environments_submission_is_not_found(ferry: Ferry, visitor: Visitor) -> None:
    key = number(ferry, ferry.respond(last_name="Brandt", email="a@x.test"))
    other = ferry.app.environments.add("other", "https://o.crm4.dynamics.com", tenant_id="t", client_id="c", secret="s")
    for method, path in (("get", ""), ("post", "/replay"), ("post", "/undo"), ("post", "/delete")):
        assert getattr(visitor, method)(f"/e/{other.id}/submissions/{key}{path}").status_code == 404


def test_what_was_stored_before_there_was_a_search_is_made_searchable_in_steps(ferry: Ferry) -> None:
    for place in range(5):
        ferry.respond(last_name=f"Brandt{place}", email=f"{place}@x.test")
    search, here = ferry.app.search, ferry.environment.id
    assert search.catch_up(here, at_most=2) == 2
    assert search.waiting(here) == 3
    assert search.catch_up(here) == 3
    assert search.catch_up(here) == 0
