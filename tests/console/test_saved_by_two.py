"""Two people open the same form and save one after the other: nobody's change is undone unseen.

Every form that changes what exists is walked; the forms come from the routes, so that a new one is in `EDITS`, or in
`NOTHING_TO_UNDO` with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier

import httpx2
import pytest

from databases import KINDS, database_url
from leadferry.alerts.model import Event
from leadferry.alerts.wishes import Wishes
from leadferry.app import App
from leadferry.cli.reference_rights import addresses_of
from leadferry.console.person import Person, PersonKind
from leadferry.mapping.model import FieldMapping, Source
from leadferry.performance.dashboard_charts import FIRST
from page_forms import PageForm, forms_on
from visitor import Visitor, text_of
from web import Console, new_console
from webhooks.nowhere import nowhere

BELOW = "/e/{environment_id}/"
ANNA = Person(PersonKind.OPERATOR, "anna", "Anna Crane")
BERT = Person(PersonKind.OPERATOR, "bert", "Bert Heron")
SOMEBODY, NOBODY = "0d2a5c0e-0000-4000-8000-00000000000a", "0d2a5c0e-0000-4000-8000-00000000000b"


@dataclass(frozen=True)
class Edit:
    """`page`: where the form stands. `field`: one that both change, to `first` and `second`; `more`: of the button."""

    page: str
    field: str
    first: str
    second: str
    more: tuple[tuple[str, str], ...] = ()


EDITS = {
    "accounts/{owner_id}": Edit("accounts", "owner", SOMEBODY, NOBODY),
    "alerts/channels/{channel_id}": Edit("alerts/channels/1", "name", "Sales", "Ops"),
    "configuration": Edit("configuration", "last_name_fallback", "Nemo", "Nobody"),
    "configuration/file": Edit("configuration/file", "text", "Nemo", "Nobody", (("do", "apply"),)),
    "connect/accounts": Edit("connect/accounts", "owner-1", SOMEBODY, NOBODY),
    "connect/app": Edit("connect/app", "linkedin_version", "202607", "202608"),
    "dashboards/{dashboard_id}": Edit("dashboards/1/edit", "name", "Spring", "Autumn"),
    "dashboards/{dashboard_id}/charts/{place}": Edit(
        "dashboards/1/charts/0", "title", "Spring", "Autumn", (("do", "save"),)
    ),
    "mappings/{mapping_id}": Edit("mappings/1", "name", "Mail of work", "Work mail"),
    "profiles/{profile_id}": Edit("profiles/1/change", "name", "Ada L.", "A. Lovelace"),
    "settings": Edit("settings", "name", "crane one", "crane two"),
    "settings/credential": Edit("settings", "expires", "2031-01-31", "2032-02-28"),
    "settings/linkedin-app": Edit("settings", "linkedin_version", "202607", "202608"),
    "strategies/{strategy_id}": Edit("strategies/2", "name", "By mail", "By phone"),
    "webhooks/{webhook_id}/change": Edit("webhooks/1/change", "name", "Warehouse", "Lake"),
}
"""Forms that change what exists."""
MAKES = "It makes something new; nothing is there yet that it could undo."
SAYS = "A button that names what it wishes: pressed twice or late, it comes to the same, and says so."
GONE = "It removes what it names, whatever it holds by now; a dialog says what is lost."
STATE = "It asks the state that it acts on, and says what happened where that is another by now."
LOOKS = "Nothing is changed by it."
RUN = "It begins work, of which there is one at a time."
NOTHING_TO_UNDO = {
    "adopt": RUN,
    "adopt/dry-run": LOOKS,
    "adopt/stop": SAYS,
    "alerts/again/{channel_id}": SAYS,
    "alerts/channels/new": MAKES,
    "alerts/channels/{channel_id}/remove": GONE,
    "alerts/channels/{channel_id}/switch": SAYS,
    "alerts/channels/{channel_id}/test": LOOKS,
    "connect/start": SAYS,
    "dashboards": MAKES,
    "dashboards/{dashboard_id}/charts": MAKES,
    "dashboards/{dashboard_id}/delete": GONE,
    "forms/{form_id}/mappings": STATE,
    "health/check": LOOKS,
    "health/version": STATE,
    "import": MAKES,
    "import/{key}": "The file is the person's own, and goes in once.",
    "import/{key}/drop": "The file is the person's own.",
    "mappings/columns": LOOKS,
    "mappings/new": MAKES,
    "mappings/suggestions": "It maps only what nobody has mapped, and says how many.",
    "mappings/{mapping_id}/preview": LOOKS,
    "privacy/dry-run": LOOKS,
    "privacy/person": LOOKS,
    "privacy/person/erase": GONE,
    "privacy/person/file": LOOKS,
    "privacy/run": RUN,
    "privacy/test-leads": GONE,
    "profiles/new": MAKES,
    "profiles/{profile_id}/authorize": RUN,
    "profiles/{profile_id}/confirm/{consent_id}": STATE,
    "profiles/{profile_id}/delete": GONE,
    "profiles/{profile_id}/disconnect": SAYS,
    "profiles/{profile_id}/rights": LOOKS,
    "profiles/{profile_id}/sync": RUN,
    "remove": GONE,
    "review/decide": STATE,
    "strategies/new": MAKES,
    "strategies/preview": LOOKS,
    "submissions/replay": STATE,
    "submissions/views": "A view is a person's own; one of that name is replaced, as its field says.",
    "submissions/views/{view_id}/delete": GONE,
    "submissions/{number}/delete": STATE,
    "submissions/{number}/replay": STATE,
    "submissions/{number}/undo": STATE,
    "sync": RUN,
    "sync/dry-run": LOOKS,
    "sync/dry-run/stop": SAYS,
    "sync/reset": SAYS,
    "tokens": MAKES,
    "tokens/{token_id}/revoke": SAYS,
    "webhooks/new": MAKES,
    "webhooks/{webhook_id}/again": SAYS,
    "webhooks/{webhook_id}/deliveries/{delivery_id}/again": SAYS,
    "webhooks/{webhook_id}/remove": GONE,
    "webhooks/{webhook_id}/rotate": "Each press makes a secret of its own; the one before signs beside it for a day.",
    "webhooks/{webhook_id}/switch": SAYS,
    "webhooks/{webhook_id}/test": LOOKS,
}
"""Address -> why its form carries no state. Those of `HELD` do, though they change nothing that was typed."""
HELD = {
    "mappings/{mapping_id}/remove": "mappings/1",
    "strategies/{strategy_id}/activate": "strategies/2",
    "strategies/{strategy_id}/remove": "strategies/2",
}
"""Buttons that act on what the page showed, and the page."""


def filled(app: App) -> None:
    """One of each."""
    here = app.environments.add("crane", "https://crane.crm4.dynamics.com", tenant_id="t", client_id="c", secret="s")
    app.environments.set_linkedin_app(here.id, "78abc", "secret", "202609")
    app.environments.set_configuration(here, "last_name_fallback", "Someone")
    profile = app.profiles.add(here.id, "Ada")
    app.owners.seen(here.id, profile.id, "urn:li:sponsoredAccount:5001", "Crane Works", "ACCOUNT_MANAGER")
    app.strategies.add(here.id, "Mail", [1])
    app.channels.add(
        here.id, Wishes("Teams", frozenset(Event)), address="json://127.0.0.1:9/", service="JSON", shown=""
    )
    app.webhooks.add(here.id, nowhere("Hook"))
    app.dashboards.add(here.id, ANNA.id, ANNA.name, "Mine", FIRST)


@pytest.fixture(params=KINDS)
def console(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Console]:
    with database_url(request.param) as url, new_console(tmp_path, url) as console:
        filled(console.app)
        yield console


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Console]:
    with new_console(tmp_path) as console:
        filled(console.app)
        yield console


def signed_in(console: Console, person: Person) -> Visitor:
    visitor = console.visitor()
    visitor.client.cookies.set("leadferry", console.app.sessions.begin(person), domain="127.0.0.1")
    return visitor


def the_form(html: str, path: str, field: str = "drawn_from") -> PageForm:
    wanted = re.compile("/e/1/" + re.sub(r"{\w+}", r"\\d+", path))
    return next(form for form in forms_on(html) if wanted.fullmatch(form.action) and field in form.values)


def opened(visitor: Visitor, edit: Edit, path: str) -> PageForm:
    return the_form(visitor.get(f"/e/1/{edit.page}").text, path, edit.field)


def typed(form: PageForm, edit: Edit, value: str) -> dict[str, str]:
    """As the person sends it, with another value in one field."""
    if edit.field == "text":
        value = re.sub(r"last_name_fallback: .*", f"last_name_fallback: {value}", form.values["text"])
    return {**form.values, edit.field: value, **dict(edit.more)}


def sent(visitor: Visitor, form: PageForm, values: dict[str, str]) -> httpx2.Response:
    return visitor.client.post(form.action, data=values)


def saved(answer: httpx2.Response) -> bool:
    """LinkedIn cannot be asked here whether it knows the app, which the page says; it is stored all the same."""
    return answer.status_code == 200 or (answer.status_code == 422 and "It is stored" in answer.text)


def test_every_form_that_changes_what_exists_is_known(on_sqlite: Console) -> None:
    found = addresses_of(on_sqlite.app.web(on_sqlite.url).app)
    posts = {one.path.removeprefix(BELOW) for one in found if one.method == "POST" and one.path.startswith(BELOW)}
    assert posts == {*EDITS, *NOTHING_TO_UNDO, *HELD}, "a new form: see CONTRIBUTING.md"
    assert len(posts) == len(EDITS) + len(NOTHING_TO_UNDO) + len(HELD)


@pytest.mark.parametrize("path", EDITS)
def test_a_form_says_what_it_was_drawn_from(on_sqlite: Console, path: str) -> None:
    form = opened(signed_in(on_sqlite, ANNA), EDITS[path], path)
    assert re.fullmatch(r"[0-9a-f]{6}\.[0-9a-f]+\.\d+", form.values["drawn_from"])


@pytest.mark.parametrize("path", EDITS)
def test_who_saves_second_is_told_what_the_first_saved_and_saves_over_it_by_one_press(
    on_sqlite: Console, path: str
) -> None:
    edit, anna, bert = EDITS[path], signed_in(on_sqlite, ANNA), signed_in(on_sqlite, ANNA_OR_BERT(path))
    hers, his = opened(anna, edit, path), opened(bert, edit, path)
    assert saved(sent(anna, hers, typed(hers, edit, edit.first)))
    refused = sent(bert, his, typed(his, edit, edit.second))
    assert refused.status_code == 409
    told = text_of(refused)
    assert "changed this" in told
    assert edit.first in told, "what is there now"
    assert edit.second in refused.text, "what was typed"
    again = the_form(refused.text, path, edit.field)
    assert edit.second in again.values[edit.field], "nothing typed is lost"
    assert "Save mine over it" in again.buttons
    assert saved(sent(bert, again, {**again.values, **dict(edit.more)}))
    assert edit.second in opened(anna, edit, path).values[edit.field]


def ANNA_OR_BERT(path: str) -> Person:  # noqa: N802 - a person
    """A dashboard is its maker's."""
    return ANNA if path.startswith("dashboards") else BERT


@pytest.mark.parametrize("path", EDITS)
def test_who_types_what_is_there_by_now_has_saved_it(on_sqlite: Console, path: str) -> None:
    edit, anna, bert = EDITS[path], signed_in(on_sqlite, ANNA), signed_in(on_sqlite, ANNA_OR_BERT(path))
    hers, his = opened(anna, edit, path), opened(bert, edit, path)
    assert saved(sent(anna, hers, typed(hers, edit, edit.first)))
    assert saved(sent(bert, his, typed(his, edit, edit.first)))


@pytest.mark.parametrize("path", EDITS)
def test_a_form_without_the_state_is_taken_as_it_is(on_sqlite: Console, path: str) -> None:
    edit, anna, bert = EDITS[path], signed_in(on_sqlite, ANNA), signed_in(on_sqlite, ANNA_OR_BERT(path))
    hers, his = opened(anna, edit, path), opened(bert, edit, path)
    assert saved(sent(anna, hers, typed(hers, edit, edit.first)))
    values = typed(his, edit, edit.second)
    del values["drawn_from"]
    assert saved(sent(bert, his, values))


@pytest.mark.parametrize("path", EDITS)
def test_of_two_saves_at_the_same_instant_one_is_refused(console: Console, path: str) -> None:
    edit, anna, bert = EDITS[path], signed_in(console, ANNA), signed_in(console, ANNA_OR_BERT(path))
    forms = opened(anna, edit, path), opened(bert, edit, path)
    ready = Barrier(2)

    def save(number: int) -> httpx2.Response:
        values = typed(forms[number], edit, (edit.first, edit.second)[number])
        ready.wait(10)
        return sent((anna, bert)[number], forms[number], values)

    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(save, range(2)))
    assert sorted(map(saved, answers)) == [False, True]
    assert [one.status_code for one in answers if not saved(one)] == [409]


# What the page says


def changed_mapping(console: Console, **second: str) -> tuple[Visitor, httpx2.Response]:
    """Anna has given the mapping another name; Bert saves with what he typed."""
    anna, bert = signed_in(console, ANNA), signed_in(console, BERT)
    edit, path = EDITS["mappings/{mapping_id}"], "mappings/{mapping_id}"
    hers, his = opened(anna, edit, path), opened(bert, edit, path)
    sent(anna, hers, typed(hers, edit, "Mail of work"))
    return bert, sent(bert, his, {**his.values, **second})


def test_the_page_says_who_it_was_and_when(console: Console) -> None:
    _bert, refused = changed_mapping(console, name="Work mail")
    told = text_of(refused)
    assert "Anna Crane has changed this since you opened it" in told
    assert re.search(r"Last changed: Today \d\d:\d\d", told)
    assert "Name Mail of work changed by Anna Crane Work mail" in told
    assert "Nothing was saved. What you typed is not lost" in told


def test_what_one_did_not_touch_stays_as_the_other_saved_it(console: Console) -> None:
    bert, refused = changed_mapping(console, on_update="keep")
    told = text_of(refused)
    assert "Name Mail of work changed by Anna Crane nothing: it stays as it is now" in told
    form = the_form(refused.text, "mappings/{mapping_id}")
    assert "Save mine too" in form.buttons
    sent(bert, form, form.values)
    both = console.app.mappings.get(1, 1)
    assert (both.name, both.on_update.value) == ("Mail of work", "keep")


def test_a_change_that_the_audit_does_not_know_is_not_laid_on_anybody(console: Console) -> None:
    anna, bert = signed_in(console, ANNA), signed_in(console, BERT)
    edit, path = EDITS["profiles/{profile_id}"], "profiles/{profile_id}"
    first = opened(anna, edit, path)
    sent(anna, first, typed(first, edit, "Ada K."))
    his = opened(bert, edit, path)
    console.app.profiles.rename(1, 1, "Ada L.")
    told = text_of(sent(bert, his, typed(his, edit, "A. Lovelace")))
    assert "This was changed since you opened it" in told
    assert "The audit does not say by whom" in told
    assert "Anna Crane" not in told


def test_what_a_script_changed_by_the_api_is_told_with_its_token(on_sqlite: Console) -> None:
    from leadferry.console.rights import Scope

    token, secret = on_sqlite.app.tokens.make(1, "nightly", list(Scope), 1, "anna", person=ANNA)
    bert = signed_in(on_sqlite, BERT)
    edit, path = EDITS["strategies/{strategy_id}"], "strategies/{strategy_id}"
    his = opened(bert, edit, path)
    bearer = {"Authorization": f"Bearer {secret}"}
    answer = on_sqlite.visitor().client.patch("/api/v1/strategies/2", json={"name": "By script"}, headers=bearer)
    assert answer.status_code == 200, answer.text
    told = text_of(sent(bert, his, typed(his, edit, "By phone")))
    assert f"{token.name} ({token.start}…) has changed this" in told


def test_a_secret_that_was_typed_is_asked_for_again(on_sqlite: Console) -> None:
    anna, bert = signed_in(on_sqlite, ANNA), signed_in(on_sqlite, BERT)
    edit, path = EDITS["settings/credential"], "settings/credential"
    hers, his = opened(anna, edit, path), opened(bert, edit, path)
    assert saved(sent(anna, hers, {**hers.values, "secret": "of-anna"}))
    refused = sent(bert, his, {**his.values, "secret": "of-bert"})
    assert refused.status_code == 409
    assert "of-bert" not in refused.text
    assert "A secret is not shown again: type it once more" in text_of(refused)
    assert "Save mine over it" not in the_form(refused.text, path).buttons
    assert on_sqlite.app.environments.credential(on_sqlite.app.environments.by_id(1)).text == "of-anna"


def test_a_form_that_comes_back_with_a_mistake_is_still_drawn_from_what_it_was(console: Console) -> None:
    anna, bert = signed_in(console, ANNA), signed_in(console, BERT)
    edit, path = EDITS["alerts/channels/{channel_id}"], "alerts/channels/{channel_id}"
    hers, his = opened(anna, edit, path), opened(bert, edit, path)
    sent(anna, hers, typed(hers, edit, "Sales"))
    wrong = sent(bert, his, {**his.values, "digest_minutes": "often"})
    assert wrong.status_code == 422
    corrected = the_form(wrong.text, path)
    assert sent(bert, corrected, {**corrected.values, "digest_minutes": "5"}).status_code == 409


def test_a_preview_is_still_drawn_from_what_the_form_was(console: Console) -> None:
    anna, bert = signed_in(console, ANNA), signed_in(console, BERT)
    edit, path = EDITS["strategies/{strategy_id}"], "strategies/{strategy_id}"
    hers, his = opened(anna, edit, path), opened(bert, edit, path)
    sent(anna, hers, typed(hers, edit, "By mail"))
    tried = bert.client.post("/e/1/strategies/preview", data=his.values)
    shown = the_form(tried.text, path)
    assert sent(bert, shown, typed(shown, edit, "By phone")).status_code == 409


def test_of_a_file_the_plan_that_was_seen_is_applied(on_sqlite: Console) -> None:
    anna, bert = signed_in(on_sqlite, ANNA), signed_in(on_sqlite, BERT)
    edit, path = EDITS["configuration/file"], "configuration/file"
    his, hers = opened(bert, edit, path), opened(anna, edit, path)
    sent(anna, hers, typed(hers, edit, "Nemo"))
    planned = sent(bert, his, {**typed(his, edit, "Nobody"), "do": ""})
    assert "Nemo" in text_of(planned), "he sees what he takes back"
    form = the_form(planned.text, path)
    assert saved(sent(bert, form, {**form.values, "do": "apply"}))


# Buttons that act on what the page showed


@pytest.mark.parametrize("path", HELD)
def test_a_button_does_not_act_on_what_was_changed_since(console: Console, path: str) -> None:
    anna, bert = signed_in(console, ANNA), signed_in(console, BERT)
    button = the_form(bert.get(f"/e/1/{HELD[path]}").text, path)
    edited = path.rpartition("/")[0]
    hers = opened(anna, EDITS[edited], edited)
    sent(anna, hers, typed(hers, EDITS[edited], "Changed since"))
    refused = sent(bert, button, button.values)
    assert refused.status_code == 409
    told = text_of(refused)
    assert "Anna Crane has changed this since you opened it" in told
    assert "Nothing was done" in told
    assert "Changed since" in told
    assert "Save mine" not in told
    assert (len(console.app.strategies.list(1)), console.app.strategies.active(1).id) == (2, 1)
    assert console.app.mappings.get(1, 1)
    pressed = the_form(refused.text, path)
    console.app.strategies.set_fields(1, 1, [2])
    console.app.strategies.set_fields(1, 2, [2])
    pressed = the_form(bert.get(f"/e/1/{HELD[path]}").text, path)
    assert sent(bert, pressed, pressed.values).status_code == 200


def test_one_that_is_in_force_by_now_is_not_refused(console: Console) -> None:
    anna, bert = signed_in(console, ANNA), signed_in(console, BERT)
    path = "strategies/{strategy_id}/activate"
    buttons = [the_form(who.get("/e/1/strategies/2").text, path) for who in (anna, bert)]
    for who, button in zip((anna, bert), buttons, strict=True):
        assert "Mail is in force" in text_of(sent(who, button, button.values))


def test_a_strategy_that_was_put_in_force_meanwhile_is_not_changed_unseen(console: Console) -> None:
    anna, bert = signed_in(console, ANNA), signed_in(console, BERT)
    edit, path = EDITS["strategies/{strategy_id}"], "strategies/{strategy_id}"
    his = opened(bert, edit, path)
    button = the_form(anna.get("/e/1/strategies/2").text, f"{path}/activate")
    sent(anna, button, button.values)
    refused = sent(bert, his, typed(his, edit, "By phone"))
    assert refused.status_code == 409
    assert "In force Yes changed by" in text_of(refused) or "In force Yes changed since" in text_of(refused)


def test_a_strategy_that_was_deleted_meanwhile_is_not_put_in_force(console: Console) -> None:
    anna, bert = signed_in(console, ANNA), signed_in(console, BERT)
    button = the_form(bert.get("/e/1/strategies").text, "strategies/{strategy_id}/activate")
    gone = the_form(anna.get("/e/1/strategies/2").text, "strategies/{strategy_id}/remove")
    sent(anna, gone, gone.values)
    refused = sent(bert, button, button.values)
    assert refused.status_code == 404
    assert "There is no matching strategy 2" in text_of(refused)
    assert console.app.strategies.active(1).id == 1


# Charts


def chart_titles(console: Console) -> list[str]:
    return [one.title for one in console.app.dashboards.get(1, ANNA.id, 1).charts]


def test_a_chart_that_was_moved_meanwhile_is_changed_where_it_stands_now(on_sqlite: Console) -> None:
    here, there = signed_in(on_sqlite, ANNA), signed_in(on_sqlite, ANNA)
    edit, path = EDITS["dashboards/{dashboard_id}/charts/{place}"], "dashboards/{dashboard_id}/charts/{place}"
    mine = next(form for form in forms_on(here.get(f"/e/1/{edit.page}").text) if form.id == "chart-form")
    down = the_form(there.get("/e/1/dashboards/1/edit").text, path)
    sent(there, down, {**down.values, "do": "down"})
    assert saved(sent(here, mine, typed(mine, edit, "Spring")))
    assert chart_titles(on_sqlite)[:2] == ["", "Spring"]


def test_a_press_on_a_chart_does_not_hit_another_one(on_sqlite: Console) -> None:
    here, there = signed_in(on_sqlite, ANNA), signed_in(on_sqlite, ANNA)
    path = "dashboards/{dashboard_id}/charts/{place}"
    before = on_sqlite.app.dashboards.get(1, ANNA.id, 1).charts
    mine, other = (the_form(who.get("/e/1/dashboards/1/edit").text, path) for who in (here, there))
    sent(there, other, {**other.values, "do": "down"})
    sent(here, mine, {**mine.values, "do": "remove"})
    assert on_sqlite.app.dashboards.get(1, ANNA.id, 1).charts == before[1:]
    gone = sent(here, mine, {**mine.values, "do": "remove"})
    assert gone.status_code == 409
    assert on_sqlite.app.dashboards.get(1, ANNA.id, 1).charts == before[1:]


def test_of_two_charts_added_at_the_same_time_none_is_lost(console: Console) -> None:
    people = [signed_in(console, ANNA) for _ in range(2)]
    path = "dashboards/{dashboard_id}/charts"
    forms = [
        next(one for one in forms_on(who.get("/e/1/dashboards/1/edit").text) if one.id == "chart-form")
        for who in people
    ]
    assert forms[0].action.endswith(path.rpartition("/")[2])
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda n: sent(people[n], forms[n], {**forms[n].values, "title": f"Of {n}"}), range(2)))
    assert {"Of 0", "Of 1"} <= set(chart_titles(console))


def test_a_new_mapping_is_no_change_of_another(on_sqlite: Console) -> None:
    """What is added beside a form's record refuses nothing."""
    anna = signed_in(on_sqlite, ANNA)
    edit, path = EDITS["mappings/{mapping_id}"], "mappings/{mapping_id}"
    form = opened(anna, edit, path)
    on_sqlite.app.mappings.add(1, FieldMapping(0, Source.HIDDEN, "utm", "utm"))
    assert saved(sent(anna, form, typed(form, edit, "Work mail")))
