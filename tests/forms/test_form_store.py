from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from environments import StandingClock
from leadferry.accounts.model import Environment
from leadferry.forms.form_store import FormStore
from leadferry.forms.status import LeadFormSync
from leadferry.linkedin.reading import to_form_version
from leadferry.store import tables
from leadferry.store.database import Database

MakeForm = Callable[..., bytes]


def save(forms: FormStore, environment: Environment, raw: bytes) -> tuple[int, bool]:
    return forms.save_version(environment.id, None, to_form_version(raw), raw)


def test_a_version_is_stored_and_read_back_whole(
    database: Database, forms: FormStore, crane: Environment, linkedin_form: MakeForm, clock: StandingClock
) -> None:
    raw = linkedin_form(2)
    key, new = save(forms, crane, raw)
    assert new
    fresh = FormStore(database, clock)
    assert fresh.version(crane.id, 3162, 2) == (key, to_form_version(raw))
    assert fresh.version_by_key(key) == to_form_version(raw)
    assert fresh.latest(crane.id, 3162) == (key, to_form_version(raw))


def test_saving_again_makes_nothing_twice(
    database: Database, forms: FormStore, crane: Environment, linkedin_form: MakeForm
) -> None:
    first = save(forms, crane, linkedin_form(1))
    again = save(forms, crane, linkedin_form(1))
    assert again == (first[0], False)
    changed = save(forms, crane, linkedin_form(1, state="ARCHIVED"))
    assert changed == (first[0], False)
    with database.read() as connection:
        counts = [
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()
            for table in (tables.lead_forms, tables.form_versions, tables.questions, tables.hidden_fields)
        ]
    assert counts == [1, 1, 3, 1]
    assert forms.list(crane.id)[0].state == "ARCHIVED"


def test_questions_and_consents_are_rows(
    database: Database, forms: FormStore, crane: Environment, linkedin_form: MakeForm
) -> None:
    key, _ = save(forms, crane, linkedin_form())
    wanted = sa.select(tables.questions).where(tables.questions.c.form_version_id == key)
    with database.read() as connection:
        rows = connection.execute(wanted.order_by(tables.questions.c.position)).mappings().all()
        hidden = connection.execute(sa.select(tables.hidden_fields.c.name, tables.hidden_fields.c.value)).all()
    shown = [
        (row["linkedin_id"], row["name"], row["label"], row["response_type"], row["custom"], row["consent_checkbox"])
        for row in rows
    ]
    assert shown == [
        (10107000002, "Email address", "E-Mail-Adresse", "text", False, False),
        (10107000003, "Custom question 0", "Which size?", "choice", True, False),
        (71, "Send me the newsletter", "Send me the newsletter", "consent", False, True),
    ]
    assert [(row["required"], row["editable"]) for row in rows] == [(True, False), (False, True), (True, True)]
    assert rows[1]["options"] == '[{"id": 1, "text": "Small"}, {"id": 2, "text": "大"}]'
    assert [tuple(row) for row in hidden] == [("utm_source", "linkedin")]


def test_the_name_is_the_newest_versions_even_when_an_older_one_arrives_later(
    forms: FormStore, crane: Environment, linkedin_form: MakeForm
) -> None:
    save(forms, crane, linkedin_form(3, name="Newest"))
    save(forms, crane, linkedin_form(1, name="Oldest", state="DRAFT"))
    assert forms.names(crane.id) == {3162: "Newest"}
    listed = forms.list(crane.id)
    assert [(form.name, form.state, form.versions) for form in listed] == [("Newest", "PUBLISHED", (1, 3))]
    latest = forms.latest(crane.id, 3162)
    assert latest
    assert latest[1].name == "Newest"


def test_the_nearest_version_stands_in_for_one_never_seen(
    forms: FormStore, crane: Environment, linkedin_form: MakeForm
) -> None:
    assert forms.nearest(crane.id, 3162, 1) is None
    for version in (2, 4, 9):
        save(forms, crane, linkedin_form(version))
    found = [forms.nearest(crane.id, 3162, version) for version in (1, 2, 3, 6, 8, 50)]
    assert [form.version for form in found if form] == [2, 2, 4, 4, 9, 9]


def test_what_another_process_stores_is_seen_at_once(
    database: Database, forms: FormStore, crane: Environment, linkedin_form: MakeForm, clock: StandingClock
) -> None:
    assert forms.version(crane.id, 3162, 1) is None
    key, _ = save(FormStore(database, clock), crane, linkedin_form(1))
    assert forms.version(crane.id, 3162, 1) == (key, to_form_version(linkedin_form(1)))
    assert forms.version_by_key(key + 1) is None


def test_processes_that_store_one_version_at_once_make_one(
    database: Database, crane: Environment, linkedin_form: MakeForm, clock: StandingClock
) -> None:
    raw = linkedin_form(1)
    with ThreadPoolExecutor(4) as pool:
        saved = list(pool.map(lambda _: save(FormStore(database, clock), crane, raw), range(8)))
    assert len({key for key, _ in saved}) == 1
    assert sum(new for _, new in saved) == 1
    with database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(tables.questions)).scalar() == 3


def test_the_status_of_a_forms_pull_is_kept(
    forms: FormStore, crane: Environment, linkedin_form: MakeForm, clock: StandingClock
) -> None:
    save(forms, crane, linkedin_form(1))
    assert forms.list(crane.id)[0].sync_status is LeadFormSync.PENDING
    forms.set_sync(crane.id, [3162], LeadFormSync.ACTIVE)
    save(forms, crane, linkedin_form(2))
    form = forms.list(crane.id)[0]
    assert (form.sync_status, form.last_sync_at) == (LeadFormSync.ACTIVE, clock.now)


def test_environments_have_their_own_forms(
    forms: FormStore, crane: Environment, heron: Environment, linkedin_form: MakeForm
) -> None:
    ours, _ = save(forms, crane, linkedin_form(1))
    assert forms.list(heron.id) == []
    assert forms.names(heron.id) == {}
    assert forms.version(heron.id, 3162, 1) is None
    assert forms.latest(heron.id, 3162) is None
    assert forms.nearest(heron.id, 3162, 1) is None
    theirs, new = save(forms, heron, linkedin_form(1, name="Theirs"))
    assert new
    assert theirs != ours
    assert forms.names(crane.id) == {3162: "Whitepaper autumn"}
    forms.set_sync(heron.id, [3162], LeadFormSync.FORBIDDEN)
    assert forms.list(crane.id)[0].sync_status is LeadFormSync.PENDING


def test_a_question_of_a_long_text_in_any_script_is_kept_whole(
    forms: FormStore, crane: Environment, linkedin_form: MakeForm
) -> None:
    label = "何を" * 400
    question = {"questionId": 7, "name": label, "question": {"localized": {"ja_JP": label}}}
    key, _ = save(forms, crane, linkedin_form(1, content={"questions": [question]}))
    form = forms.version_by_key(key)
    assert form
    assert form.questions[0].label == label
