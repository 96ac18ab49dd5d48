"""A form changes at LinkedIn. The console shows what changed and what it would mean before the first lead needs it, and
leads of the old and of the new version are mapped right. By clicking, in a browser.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from acceptance.conftest import Scene, now_ms
from acceptance.test_accessible import signed_in
from browser import browsing, window
from leadferry.mapping.model import FieldMapping
from samples import SIZE_QUESTION, form, response, text
from web import Console, serving

WHEN, REVENUE = SIZE_QUESTION, 9002
FORM = 3162


@pytest.fixture
def console(scene: Scene) -> Iterator[Console]:
    """Version 2 of the form is connected: it asks for the moment, which goes to a choice column."""
    scene.linkedin.put("forms", FORM, **asking({1: "Immediate", 2: "This Quarter", 3: "Next Quarter"}))
    environment = scene.connect()
    with scene.app() as app, serving(app) as console:
        when = next(one for one in app.mappings.list(environment.id) if one.key == str(WHEN))
        app.mappings.change(
            environment.id, FieldMapping(when.id, when.source, when.key, when.name, "purchasetimeframe")
        )
        scene.linkedin.respond(answered("First", 2, 3))
        app.sync_once(environment)
        yield console


def asking(options: dict[int, str], *more: dict[str, Any], when: str = "When do you need it?") -> dict[str, Any]:
    made = form(FORM)
    asked = made["content"]["questions"]
    asked[-1]["question"] = text(when)
    offered = [{"id": key, "text": text(words)} for key, words in options.items()]
    asked[-1]["questionDetails"]["multipleChoiceQuestionDetails"]["options"] = offered
    asked += more
    return made


def changed() -> dict[str, Any]:
    """A question renamed, one new, one removed; an option renamed, one new, one removed."""
    details = {"textQuestionDetails": {"maxResponseLength": 300}}
    revenue = {"questionId": REVENUE, "name": "Custom", "question": text("Annual revenue?"), "questionDetails": details}
    made = asking({1: "Right now", 3: "Next Quarter", 4: "Only looking"}, revenue, when="How soon?")
    asked = made["content"]["questions"]
    made["content"]["questions"] = [one for one in asked if one.get("predefinedField") != "JOB_TITLE"]
    return made


def answered(person: str, version: int, option: int, *more: dict[str, Any], **known: Any) -> dict[str, Any]:
    made = response(person, now_ms() - 1000, version=version, email=f"{person}@x.test", last_name=person, **known)
    chosen = {"questionId": WHEN, "answerDetails": {"multipleChoiceAnswer": {"options": [option]}}}
    made["formResponse"]["answers"] += [chosen, *more]
    return made


def test_a_changed_form_is_mapped_before_its_first_lead(scene: Scene, console: Console) -> None:
    app, environment = console.app, console.app.environments.get("test")
    scene.linkedin.put("forms", FORM, **changed())
    with browsing() as browser, window(browser, console.url) as shown:
        page = signed_in(shown, console)
        look_again(page)
        read_what_changed(page)
        take_the_suggestions(page)
        assert shown.complaints == []
    typed = {"questionId": REVENUE, "answerDetails": {"textQuestionAnswer": {"answer": "120000"}}}
    scene.linkedin.respond(answered("Old", 2, 1, job_title="Captain"), answered("New", 3, 1, typed))
    scene.linkedin.respond(answered("Looking", 3, 4), answered("Quarter", 2, 2))
    app.sync_once(environment)
    leads = {
        one["lastname"]: one for one in scene.dynamics.leads("lastname", "jobtitle", "purchasetimeframe", "revenue")
    }
    assert {name: lead["purchasetimeframe"] for name, lead in leads.items()} == {
        "First": 2,
        "Old": 0,
        "New": 0,
        "Quarter": 1,
        "Looking": 4,
    }
    assert leads["Old"]["jobtitle"] == "Captain"
    assert leads["New"]["revenue"] == 120000
    assert problems(console) == [], "nothing was left out"


def problems(console: Console) -> list[Any]:
    shown = (console.app.submissions.show(1, str(one["id"])) for one in console.app.submissions.list(1))
    return [one for seen in shown for event in seen["events"] for one in event["detail"].get("problems", ())]


def look_again(page: Page) -> None:
    """Leadferry does so by itself every hour."""
    page.goto("/e/1/profiles/1")
    page.get_by_role("button", name="Check rights again").click()
    page.wait_for_load_state()


def read_what_changed(page: Page) -> None:
    page.goto("/e/1/forms")
    row = page.get_by_role("row").filter(has_text="Paper")
    expect(row).to_contain_text("6 changes in version 3")
    expect(row).to_contain_text("1 column suggested")
    row.get_by_role("link", name="Paper").click()
    for sentence in (
        'Question "When do you need it?" was renamed to "How soon?".',
        'Question "Annual revenue?" was added.',
        'Question "Job title" was removed.',
        'Option "Immediate" of question "How soon?" was renamed to "Right now".',
        'Option "Only looking" of question "How soon?" was added.',
        'Option "This Quarter" of question "How soon?" was removed.',
    ):
        expect(page.get_by_text(sentence)).to_be_visible()


def take_the_suggestions(page: Page) -> None:
    page.get_by_role("button", name="Map to Annual Revenue").click()
    expect(page.get_by_text("Annual revenue? goes to revenue")).to_be_visible()
    page.reload()
    expect(page.get_by_text("No choice of Purchase Timeframe means: Right now, Only looking")).to_be_visible()
    page.get_by_role("link", name="Say what they mean").click()
    side = page.locator("#side")
    expect(side.get_by_label("Choice for Right now").locator("option:checked")).to_have_text("Immediate")
    side.get_by_label("Choice for Only looking").select_option(label="Unknown")
    side.get_by_role("button", name="Save mapping").click()
    expect(page.get_by_text("is saved")).to_be_visible()
    page.goto("/e/1/forms/1")
    expect(page.get_by_text("No choice of Purchase Timeframe")).to_have_count(0)
