"""Matching strategies at the console: edited, tried on real submissions, put in force."""

from __future__ import annotations

import re
from typing import Any

import pytest

from delivery.conftest import Ferry
from visitor import Visitor, text_of
from web import Console

ADA: dict[str, Any] = {"first_name": "Ada", "last_name": "Crane", "email": "ada@x.test", "company_name": "Crane Works"}
BOB: dict[str, Any] = {"first_name": "Bob", "last_name": "Finch", "email": "bob@x.test", "company_name": "Finch Ltd"}


@pytest.fixture
def operator(console: Console) -> Visitor:
    return console.operator()


def form(ferry: Ferry, *columns: str, **values: str) -> dict[str, str]:
    """As the page sends it; `columns` are the fields."""
    mappings = ferry.app.mappings.list(ferry.environment.id)
    fields = {f"field-{next(m.id for m in mappings if m.column == column)}": "on" for column in columns}
    return {"edited": "yes", "strategy": "1", "name": "E-mail address", "create_contacts": "on", **fields, **values}


def key_of(ferry: Ferry, column: str) -> str:
    return next(str(m.id) for m in ferry.app.mappings.list(ferry.environment.id) if m.column == column)


def outcomes(text: str) -> dict[str, list[int]]:
    """The table of the preview: words -> numbers."""
    words = ("New lead created", "Updated existing lead", "Match failed, to review")
    found = {one: re.search(rf"{one} ((?:[+-]?\d+ ){{1,3}})", text) for one in words}
    return {one: [int(n) for n in match[1].split()] for one, match in found.items() if match}


def test_the_list_says_which_is_in_force_and_what_it_compares(operator: Visitor) -> None:
    text = text_of(operator.get("/e/1/strategies"))
    assert "E-mail address Email address Email with a contact In force" in text


def test_a_strategy_is_added_changed_put_in_force_and_the_other_deleted(ferry: Ferry, operator: Visitor) -> None:
    page = operator.post("/e/1/strategies/new", form(ferry, "emailaddress1", "lastname", name="Mail and name"))
    assert page.url.path == "/e/1/strategies/2"
    assert "It is not in force yet" in text_of(page)
    operator.post("/e/1/strategies/2", form(ferry, "lastname", name="Name", always_create="on"))
    two = ferry.app.strategies.get(1, 2)
    assert (two.name, two.always_create, two.create_contacts, len(two.fields)) == ("Name", True, True, 1)
    page = operator.post("/e/1/strategies/2/activate")
    assert "Name is in force" in text_of(page)
    assert [one.active for one in ferry.app.strategies.list(1)] == [False, True]
    operator.post("/e/1/strategies/1/remove")
    assert [one.name for one in ferry.app.strategies.list(1)] == ["Name"]
    told = [(one.action, one.record, one.before, one.after) for one in ferry.app.audit.list(ferry.environment)]
    assert [one[:2] for one in told] == [
        ("rule.change", name) for name in ("E-mail address", "Name", "Name", "Mail and name")
    ]
    assert told[1][2:] == ({"in_force": "E-mail address"}, {"in_force": "Name"})
    assert "Mail and name" in text_of(operator.get("/e/1/strategies/2/history"))


def test_the_one_in_force_cannot_be_deleted(ferry: Ferry, operator: Visitor) -> None:
    page = operator.post("/e/1/strategies/1/remove")
    assert page.status_code == 422
    assert "in force and cannot be deleted" in text_of(page)
    assert len(ferry.app.strategies.list(1)) == 1


@pytest.mark.parametrize("active", [True, False])
def test_a_field_without_a_lead_column_is_refused_and_nothing_typed_is_lost(
    ferry: Ferry, operator: Visitor, active: bool
) -> None:
    unmapped = next(one for one in ferry.app.mappings.list(1) if one.key == "SENIORITY")
    path = "/e/1/strategies/1" if active else "/e/1/strategies/new"
    wanted = form(ferry, "emailaddress1", name="Mail & rank", **{f"field-{unmapped.id}": "on"})
    page = operator.post(path, wanted)
    assert page.status_code == 422
    assert "has no lead column" in text_of(page)
    assert 'value="Mail &amp; rank"' in page.text
    assert [one.name for one in ferry.app.strategies.list(1)] == ["E-mail address"]


def test_a_column_that_cannot_be_compared_is_not_offered_and_refused(ferry: Ferry, operator: Visitor) -> None:
    from leadferry.mapping.model import FieldMapping, Source

    memo = ferry.app.mappings.add(1, FieldMapping(0, Source.HIDDEN, "note", "Note", "description"))
    assert f'<option value="{memo.id}">' not in operator.get("/e/1/strategies/1").text
    page = operator.post("/e/1/strategies/1", form(ferry, "emailaddress1", **{f"field-{memo.id}": "on"}))
    assert "cannot be compared" in text_of(page)


def test_a_name_that_is_taken_stands_beside_its_field(ferry: Ferry, operator: Visitor) -> None:
    page = operator.post("/e/1/strategies/new", form(ferry, "emailaddress1"))
    assert page.status_code == 422
    assert 'There is a matching strategy "E-mail address" already' in text_of(page)
    assert 'aria-invalid="true"' in page.text


def test_the_preview_says_what_would_end_otherwise_and_writes_nothing(ferry: Ferry, operator: Visitor) -> None:
    ferry.dynamics.seed("lead", [{"emailaddress1": "ADA@x.test", "lastname": "Crane", "companyname": "Elsewhere"}])
    for person in (ADA, BOB, ADA):
        ferry.respond(**person)
    wanted = form(ferry, "emailaddress1", add=key_of(ferry, "companyname"))
    page = operator.post("/e/1/strategies/preview", wanted)
    text = text_of(page)
    assert outcomes(text) == {
        "New lead created": [1, 1, 0],
        "Updated existing lead": [2, 0, -2],
        "Match failed, to review": [0, 2, 2],
    }
    assert "2 would end otherwise" in text
    assert "Not saved yet" in text
    assert re.findall(r'href="/e/1/submissions/(\d+)">(\w+ \w+)<', page.text) == [
        ("3", "Ada Crane"),
        ("1", "Ada Crane"),
    ]
    assert len(ferry.dynamics.leads()) == 1
    assert ferry.app.counts(ferry.environment)["pending"] == 3
    assert len(ferry.app.strategies.active(1).fields) == 1


def test_leads_that_the_submissions_made_themselves_do_not_count(ferry: Ferry, operator: Visitor) -> None:
    """After their delivery they are compared as if they came for the first time, and the second with the first."""
    for person in (ADA, BOB, ADA):
        ferry.respond(**person)
    ferry.deliver()
    text = text_of(operator.post("/e/1/strategies/preview", form(ferry, "emailaddress1", strategy="1")))
    assert outcomes(text) == {"New lead created": [2], "Updated existing lead": [1], "Match failed, to review": [0]}


def test_the_number_of_questions_to_dynamics_is_bounded_and_shown(ferry: Ferry, operator: Visitor) -> None:
    for number in range(60):
        ferry.respond(email=f"p{number}@x.test", last_name=f"Name{number}")
    operator.post("/e/1/strategies/preview", form(ferry, "emailaddress1"))
    before = sum(ferry.dynamics.counts().values())
    text = text_of(operator.post("/e/1/strategies/preview", form(ferry, "emailaddress1", "lastname")))
    asked = int(re.search(r"Dynamics was asked (\d+) questions", text)[1])  # type: ignore[index]
    assert asked == sum(ferry.dynamics.counts().values()) - before
    assert asked <= 4


def test_answers_to_htmx_are_the_part_it_asked_for(ferry: Ferry, operator: Visitor) -> None:
    ferry.respond(**ADA)
    for part in ("edit", "preview"):
        headers = {"hx-request": "true", "hx-target": part}
        page = operator.post("/e/1/strategies/preview", form(ferry, "emailaddress1"), headers=headers)
        assert "<html" not in page.text
        assert f'id="{part}"' in page.text


def test_without_dynamics_the_page_is_shown_all_the_same(ferry: Ferry, operator: Visitor) -> None:
    ferry.respond(**ADA)
    ferry.dynamics.fault("status", times=1000)
    text = text_of(operator.get("/e/1/strategies/1"))
    assert "The lead columns cannot be read" in text
    assert "There is no preview" in text_of(operator.post("/e/1/strategies/preview", form(ferry, "emailaddress1")))
    ferry.dynamics.no_faults()


def test_a_strategy_of_another_environment_is_not_found(ferry: Ferry, operator: Visitor) -> None:
    ferry.app.environments.add("other", "https://o.example", tenant_id="t", client_id="c", secret="s")
    for method, path in (("GET", ""), ("POST", ""), ("POST", "/activate"), ("POST", "/remove")):
        answer = (
            operator.get(f"/e/1/strategies/2{path}") if method == "GET" else operator.post(f"/e/1/strategies/2{path}")
        )
        assert answer.status_code == 404
