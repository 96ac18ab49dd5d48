"""Field mappings at the console: read beside real answers, tried, saved, suggested."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from databases import KINDS
from delivery.conftest import Ferry, dynamics, open_ferry
from leadferry.console.person import Person, PersonKind, Role
from leadferry.mapping.model import FieldMapping, OnUpdate, Source
from leadferry.simulators.dataverse.users import TENANT_ID
from services import Dynamics
from visitor import Visitor, text_of
from web import Console, serving

__all__ = ["dynamics"]


@pytest.fixture(params=KINDS)
def ferry(request: pytest.FixtureRequest, dynamics: Dynamics, tmp_path: Path) -> Iterator[Ferry]:
    """Five people of two industries answered; the job title of the form stands for the industry."""
    with open_ferry(dynamics, tmp_path, request.param) as ferry:
        mappings = {one.key: one for one in ferry.app.mappings.list(1)}
        ferry.app.mappings.change(1, _with(mappings["JOB_TITLE"], "industrycode"))
        ferry.app.mappings.change(1, _with(mappings["INDUSTRY"], None))
        for number, industry in enumerate(("Accounting", "Beekeeping", "Beekeeping", "Accounting", "Ship & Boat"), 1):
            ferry.respond(email=f"p{number}@x.test", last_name=f"Name{number}", job_title=industry)
        yield ferry


def _with(mapping: FieldMapping, column: str | None) -> FieldMapping:
    return FieldMapping(mapping.id, mapping.source, mapping.key, mapping.name, column)


@pytest.fixture
def console(ferry: Ferry) -> Iterator[Console]:
    with serving(ferry.app) as console:
        yield console


@pytest.fixture
def operator(console: Console) -> Visitor:
    return console.operator()


def of(ferry: Ferry, key: str) -> FieldMapping:
    return next(one for one in ferry.app.mappings.list(1) if one.key == key)


def form(mapping: FieldMapping, **values: str) -> dict[str, str]:
    return {
        "edited": "yes",
        "table_of": mapping.column or "",
        "name": mapping.name,
        "column": mapping.column or "",
        "transform": mapping.transform,
        "on_update": mapping.on_update.value,
        "on_problem": mapping.on_problem.value,
        **values,
    }


def test_the_list_shows_samples_columns_with_their_type_and_what_to_check(operator: Visitor) -> None:
    text = text_of(operator.get("/e/1/mappings"))
    assert "Job title Ship & Boat, Accounting, Beekeeping Choice table Industry Choice, 33 options" in text
    assert "3 answers unknown" in text
    assert "Last name Name5, Name4, Name3 Name, capital letters Last Name * Text, 50, required Mapped" in text
    assert "To check 1" in text


def test_the_list_is_searched_and_filtered(operator: Visitor) -> None:
    text = text_of(operator.get("/e/1/mappings?q=mobile"))
    assert "1 of 43" in text
    assert "Phone number" in text
    assert "Job title" in text_of(operator.get("/e/1/mappings?show=check"))
    assert "No mapping is like that" in text_of(operator.get("/e/1/mappings?q=zzz&show=mapped"))


def test_a_preview_on_real_answers_saves_nothing(ferry: Ferry, operator: Visitor) -> None:
    job = of(ferry, "JOB_TITLE")
    text = text_of(operator.get(f"/e/1/mappings/{job.id}"))
    assert "Beekeeping nothing no choice means it; left out 2" in text
    assert "Accounting Accounting 2" in text
    assert "3 of 5 answers do not go through as given" in text
    typed = form(job, column="description", name="Trade")
    text = text_of(operator.post(f"/e/1/mappings/{job.id}/preview", typed))
    assert "Not saved yet" in text
    assert "Ship & Boat Ship & Boat 1" in text
    assert "All 5 answers go through" in text
    assert of(ferry, "JOB_TITLE") == job


def test_an_unknown_answer_is_given_its_choice_and_the_list_has_nothing_to_check(
    ferry: Ferry, operator: Visitor
) -> None:
    job = of(ferry, "JOB_TITLE")
    page = operator.get(f"/e/1/mappings/{job.id}")
    assert 'name="answer-0" value="Beekeeping"' in page.text
    unknown = {"answer-0": "Beekeeping", "means-0": "2", "answer-1": "Ship & Boat", "means-1": ""}
    page = operator.post(f"/e/1/mappings/{job.id}", form(job, **unknown, **{"synonyms-3": "Ship & Boat; Boats"}))
    assert "Job title is saved" in text_of(page)
    assert dict(of(ferry, "JOB_TITLE").synonyms) == {"Beekeeping": "2", "Ship & Boat": "3", "Boats": "3"}
    assert 'name="synonyms-3" value="Ship &amp; Boat; Boats"' in page.text
    assert "To check 0" in text_of(page)
    [told] = ferry.app.audit.list(ferry.environment)
    assert (told.action, told.record_kind, told.record) == ("rule.change", "field mapping", "Job title")
    assert told.before is not None
    assert told.before["synonyms"] == {}


def test_an_answer_beside_two_choices_is_refused(ferry: Ferry, operator: Visitor) -> None:
    job = of(ferry, "JOB_TITLE")
    chosen = {"answer-0": "Beekeeping", "means-0": "2"}
    typed = form(job, name="Kept", **{"synonyms-2": "Boats; Ships", "synonyms-3": "boats"}, **chosen)
    page = operator.post(f"/e/1/mappings/{job.id}", typed)
    assert page.status_code == 422
    assert "is written beside two choices" in text_of(page)
    assert 'name="synonyms-2" value="Boats; Ships"' in page.text, "the table comes back as it was typed"
    assert 'name="synonyms-3" value="boats"' in page.text
    assert re.search(r'aria-label="Choice for Beekeeping">.*?<option value="2" selected>', page.text)
    assert 'value="Kept"' in page.text


def test_synonyms_go_with_their_column(ferry: Ferry, operator: Visitor) -> None:
    job = of(ferry, "JOB_TITLE")
    operator.post(f"/e/1/mappings/{job.id}", form(job, **{"synonyms-2": "Bees"}))
    changed = form(job, column="description", on_update="fill", **{"synonyms-2": "Bees"})
    operator.post(f"/e/1/mappings/{job.id}", changed)
    after = of(ferry, "JOB_TITLE")
    assert (after.column, after.on_update, dict(after.synonyms)) == ("description", OnUpdate.FILL, {})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"column": "nonsense"}, "has no column nonsense"),
        ({"column": "createdon"}, "is read-only"),
        ({"name": " "}, "must have 1 to 800 characters"),
        ({"on_problem": "default", "default": "Nothing such"}, "The default does not fit"),
    ],
)
def test_what_cannot_work_is_refused_beside_its_field_and_nothing_typed_is_lost(
    ferry: Ferry, operator: Visitor, changes: dict[str, str], words: str
) -> None:
    job = of(ferry, "JOB_TITLE")
    page = operator.post(f"/e/1/mappings/{job.id}", {**form(job, on_update="keep"), **changes})
    assert page.status_code == 422
    assert words in text_of(page)
    assert '<option value="keep" selected>' in page.text
    assert of(ferry, "JOB_TITLE") == job


def test_a_field_that_a_strategy_uses_keeps_its_column_and_stays(ferry: Ferry, operator: Visitor) -> None:
    email = of(ferry, "EMAIL")
    page = operator.post(f"/e/1/mappings/{email.id}", form(email, column=""))
    assert "is used by the matching strategy" in text_of(page)
    assert operator.post(f"/e/1/mappings/{email.id}/remove").status_code == 422
    assert of(ferry, "EMAIL") == email


def test_a_suggestion_is_accepted_and_one_that_went_stale_is_not(ferry: Ferry, operator: Visitor) -> None:
    new = ferry.app.mappings.add(1, FieldMapping(0, Source.QUESTION, "901", "What is your budget amount?"))
    page = operator.get("/e/1/mappings")
    assert "Accept 1 suggestion" in text_of(page)
    assert f'name="accept-{new.id}" value="budgetamount"' in page.text
    assert "Budget Amount is chosen" in text_of(operator.get(f"/e/1/mappings/{new.id}"))
    job = of(ferry, "JOB_TITLE")
    page = operator.post(
        "/e/1/mappings/suggestions", {f"accept-{new.id}": "budgetamount", f"accept-{job.id}": "description"}
    )
    assert "1 suggestion accepted" in text_of(page)
    assert (of(ferry, "901").column, of(ferry, "JOB_TITLE").column) == ("budgetamount", "industrycode")


def test_a_mapping_of_ones_own_is_added_and_removed(ferry: Ferry, operator: Visitor) -> None:
    page = operator.post("/e/1/mappings/new", {"source": "fact", "key": "campaing", "column": "description"})
    assert page.status_code == 422
    assert "There is no fact 'campaing'" in text_of(page)
    assert 'value="campaing"' in page.text
    page = operator.post("/e/1/mappings/new", {"source": "hidden", "key": "utm_source", "column": "description"})
    added = of(ferry, "utm_source")
    assert page.url.path == f"/e/1/mappings/{added.id}"
    assert (added.source, added.name, added.column) == (Source.HIDDEN, "utm_source", "description")
    operator.post(f"/e/1/mappings/{added.id}/remove")
    assert "utm_source" not in {one.key for one in ferry.app.mappings.list(1)}
    assert len(ferry.app.audit.list(ferry.environment)) == 2


def test_columns_are_kept_for_minutes_and_read_again_when_asked_for(ferry: Ferry, operator: Visitor) -> None:
    def asked() -> int:
        return sum(ferry.dynamics.counts().values())

    operator.get("/e/1/mappings")
    before = asked()
    operator.get("/e/1/mappings")
    assert asked() == before
    assert "The columns are read again" in text_of(operator.post("/e/1/mappings/columns"))
    assert asked() > before


def test_without_dynamics_the_list_is_shown_and_a_mapping_saved(ferry: Ferry, operator: Visitor) -> None:
    ferry.dynamics.fault("status", times=1000)
    assert "The lead columns cannot be read" in text_of(operator.get("/e/1/mappings"))
    job = of(ferry, "JOB_TITLE")
    assert "is saved" in text_of(operator.post(f"/e/1/mappings/{job.id}", form(job, column="description")))
    assert of(ferry, "JOB_TITLE").column == "description"
    ferry.dynamics.no_faults()


def test_who_may_only_read_rules_sees_no_way_to_change_them(
    ferry: Ferry, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console.app.roles, "ask", lambda _person, _environment: frozenset({Role.SALESPERSON}))
    visitor = console.visitor()
    person = Person(PersonKind.ENTRA, "b", "Bob", "", TENANT_ID)
    visitor.client.cookies.set("leadferry", console.app.sessions.begin(person))
    job = of(ferry, "JOB_TITLE")
    page = visitor.get(f"/e/1/mappings/{job.id}")
    assert "Beekeeping" in page.text
    assert "Save mapping" not in page.text
    assert "New mapping" not in page.text
    assert visitor.post(f"/e/1/mappings/{job.id}", form(job)).status_code == 403
    assert "Save strategy" not in visitor.get("/e/1/strategies/1").text


def test_answers_are_kept_from_who_may_not_read_submissions(
    ferry: Ferry, operator: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leadferry.console import rights

    table = {**rights.RIGHTS, rights.Action.READ_SUBMISSIONS: frozenset[Role]()}
    monkeypatch.setattr(rights, "RIGHTS", table)
    page = operator.get(f"/e/1/mappings/{of(ferry, 'JOB_TITLE').id}")
    assert "Answers are shown to people who may read form submissions" in text_of(page)
    assert "Beekeeping" not in page.text
