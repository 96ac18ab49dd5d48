"""The pages of lead forms: what is asked, where it goes, what changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from leadferry.forms.coverage import Field, suggestion
from leadferry.linkedin.reading import to_form_version
from leadferry.mapping.discovered import discovered_fields
from leadferry.mapping.model import Source
from samples import form, text
from visitor import text_of
from web import Console, new_console


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    """A form of two versions: the second asks for the number of employees."""
    with new_console(tmp_path) as console:
        app = console.app
        app.environments.add("crane", "https://crane.crm4.dynamics.com", tenant_id="t", client_id="c", secret="s")
        owner = app.owners.known(1, "urn:li:sponsoredAccount:5001", "Crane ads")
        first = form(name="Paper")
        asked = {
            "questionId": 9002,
            "name": "Custom question 1",
            "question": text("Number of employees?"),
            "questionDetails": {"textQuestionDetails": {}},
        }
        second = form(name="Paper") | {"versionId": 2}
        second["content"]["questions"].append(asked)
        for raw in (first, second):
            save(console, owner.id, raw)
        yield console


def save(console: Console, owner_id: int, raw: dict[str, Any]) -> None:
    body = msgspec.json.encode(raw)
    version = to_form_version(body)
    console.app.forms.save_version(1, owner_id, version, body)
    console.app.mappings.add_discovered(1, discovered_fields(version))


def test_the_list_shows_how_much_of_each_form_has_a_column(console: Console) -> None:
    shown = text_of(console.operator().get("/e/1/forms"))
    assert "Paper" in shown
    assert "Crane ads" in shown
    assert "7 of 11" in shown


def test_a_form_shows_its_fields_and_what_would_fit(console: Console) -> None:
    shown = text_of(console.operator().get("/e/1/forms/1"))
    assert "Which size? 9001 Question Small, Large" in shown
    assert "4 fields have no lead column" in shown
    assert "utm_source: linkedin" in shown


def test_what_a_version_changed_is_told(console: Console) -> None:
    assert 'Question "Number of employees?" was added.' in text_of(console.operator().get("/e/1/forms/1/versions"))
    assert "Number of employees" not in text_of(console.operator().get("/e/1/forms/1?version=1"))


def test_a_suggestion_is_taken_by_a_press_and_audited(console: Console) -> None:
    with console.app.database.write() as connection:
        connection.exec_driver_sql("update field_mappings set \"column\" = null where key = 'COMPANY_SIZE'")
    visitor = console.operator()
    assert "Map to No. of Employees" in text_of(visitor.get("/e/1/forms/1"))
    shown = visitor.post("/e/1/forms/1/mappings", {"source": "predefined", "key": "COMPANY_SIZE"})
    assert "goes to numberofemployees" in text_of(shown)
    entry = console.app.audit.list(console.app.environments.by_id(1))[0]
    assert (entry.action, entry.before, entry.after) == (
        "rule.change",
        {"column": None},
        {"column": "numberofemployees"},
    )
    again = visitor.post("/e/1/forms/1/mappings", {"source": "predefined", "key": "COMPANY_SIZE"})
    assert again.status_code == 422


def test_a_field_is_given_no_other_column_than_the_page_suggested(console: Console) -> None:
    with console.app.database.write() as connection:
        connection.exec_driver_sql("update field_mappings set \"column\" = null where key = 'COMPANY_SIZE'")
    visitor = console.operator()
    seen = {"source": "predefined", "key": "COMPANY_SIZE", "column": "revenue"}
    refused = visitor.post("/e/1/forms/1/mappings", seen)
    assert refused.status_code == 422
    assert "is not suggested any more; nothing was changed" in text_of(refused)
    assert 'name="column" value="numberofemployees"' in visitor.get("/e/1/forms/1").text
    assert "goes to numberofemployees" in text_of(
        visitor.post("/e/1/forms/1/mappings", {**seen, "column": "numberofemployees"})
    )


def test_another_environments_form_is_not_found(console: Console) -> None:
    console.app.environments.add("other", "https://other.crm4.dynamics.com", tenant_id="t", client_id="c", secret="s")
    assert console.operator().get("/e/2/forms/1").status_code == 404
    assert console.operator().get("/e/1/forms/1?version=9").status_code == 404


@pytest.mark.parametrize(
    ("asked", "column"),
    [
        ("Number of employees?", "numberofemployees"),
        ("Job titel", "jobtitle"),
        ("ANNUAL REVENUE", "revenue"),
        ("Do you like tea?", ""),
    ],
)
def test_a_column_is_suggested_only_where_the_words_are_near(asked: str, column: str) -> None:
    assert suggestion(Field("Question", Source.QUESTION, "1", asked)) == column


def test_a_column_that_is_filled_already_is_not_suggested() -> None:
    assert suggestion(Field("Question", Source.QUESTION, "1", "Job title"), {"jobtitle"}) == ""
