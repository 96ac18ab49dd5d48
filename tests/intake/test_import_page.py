"""The page *Import*: upload, columns, first rows, result; the same door as `leadferry import-csv`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import msgspec
import pytest
import sqlalchemy as sa

from leadferry.errors import NotFoundError
from leadferry.intake.binding import LEFT_OUT
from leadferry.intake.upload_store import UploadStore
from leadferry.intake.uploads import KEPT_MS, LARGEST, MOST
from leadferry.linkedin.reading import to_form_version
from leadferry.store.database import Database
from leadferry.store.tables import uploads
from samples import form
from visitor import Visitor, text_of
from web import Console, new_console

GERMAN = "Vorname;Nachname;E-Mail;Kommentar\nAda;Lovelace;ada@crane.example;Hallo\nBob;Brown;bob@crane.example;\n"


@pytest.fixture
def console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Console]:
    with new_console(tmp_path) as console:
        app = console.app
        app.environments.add("crane", "https://crane.invalid", tenant_id="t", client_id="c", secret="s")
        monkeypatch.setattr(app, "start_sync", lambda _environment: True)
        yield console


def upload(visitor: Visitor, text: str | bytes, name: str = "leads.csv", **fields: str) -> httpx2.Response:
    raw = text.encode() if isinstance(text, str) else text
    data = {"_csrf_token": visitor.csrf(), **fields}
    return visitor.client.post("/e/1/import", data=data, files={"file": (name, raw, "text/csv")})


def path_of(shown: httpx2.Response) -> str:
    return shown.url.path


def test_a_file_in_another_language_is_bound_by_a_person_and_imported_once(console: Console) -> None:
    visitor = console.operator()
    shown = upload(visitor, GERMAN)
    assert "Vorname" in text_of(shown)
    assert "Import 2 rows" in text_of(shown)
    bound = {
        "column-0": "field:FIRST_NAME",
        "column-1": "field:LAST_NAME",
        "column-2": "field:EMAIL",
        "column-3": "out",
    }
    again = visitor.post(path_of(shown), bound)
    assert "First name Last name" in text_of(again)
    assert console.app.counts(console.app.environments.by_id(1))["all"] == 0
    done = visitor.post(path_of(shown), {**bound, "do": "import"})
    assert "2 form submissions are stored." in text_of(done)
    body = console.app.submissions.show(1, 1)["body"].decode()
    assert "ada@crane.example" in body
    assert "Hallo" not in body
    entry = console.app.audit.list(console.app.environments.by_id(1))[0]
    assert (entry.action, entry.record, entry.after) == (
        "import.run",
        "leads.csv",
        {"rows": 2, "new": 2, "forms": ["leads"]},
    )
    shown = upload(visitor, GERMAN)
    done = visitor.post(path_of(shown), {**bound, "do": "import"})
    assert "2 were known already" in text_of(done)
    assert console.app.counts(console.app.environments.by_id(1))["all"] == 2


def test_columns_of_a_known_form_are_its_questions(console: Console) -> None:
    raw = msgspec.json.encode(form(name="Paper"))
    console.app.forms.save_version(1, None, to_form_version(raw), raw)
    visitor = console.operator()
    shown = upload(visitor, "Mail,Size\na@crane.example,Large\n", form="3162")
    assert "What Paper asks" in shown.text
    refused = visitor.post(path_of(shown), {"do": "import"})
    assert refused.status_code == 422
    assert "No column is an answer" in text_of(refused)
    visitor.post(path_of(shown), {"column-0": "target:3", "column-1": "target:9001", "do": "import"})
    body = msgspec.json.decode(console.app.submissions.show(1, 1)["body"])
    assert [one["questionId"] for one in body["formResponse"]["answers"]] == [3, 9001]
    assert body["formResponse"]["answers"][1]["answerDetails"] == {"textQuestionAnswer": {"answer": "Large"}} or (
        body["formResponse"]["answers"][1]["answerDetails"] == {"multipleChoiceAnswer": {"options": [2]}}
    )


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "Choose a file that is not empty"),
        (b"Email\n", "no row that can be used"),
        ("Email,Name\nä,ö\n".encode("cp1252"), "is not UTF-8"),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_field(console: Console, raw: bytes, words: str) -> None:
    shown = upload(console.operator(), raw)
    assert shown.status_code == 422
    assert words in text_of(shown)


def test_the_encoding_can_be_chosen(console: Console) -> None:
    shown = upload(console.operator(), "Email,First name\nä@x.test,Jürgen\n".encode("cp1252"), encoding="cp1252")
    assert "Jürgen" in text_of(shown)


def test_a_file_that_is_too_large_is_refused(console: Console) -> None:
    shown = upload(console.operator(), b"Email\n" + b"x" * (LARGEST + 200_000))
    assert shown.status_code == 413


def test_an_upload_is_its_uploaders_and_goes_by_itself(console: Console) -> None:
    visitor = console.operator()
    shown = upload(visitor, GERMAN)
    key = path_of(shown).rpartition("/")[2]
    assert "leads.csv" in repr(console.app.uploads.get(key, 1, "operator"))
    assert "Ada" not in repr(console.app.uploads.get(key, 1, "operator"))
    for _ in range(MOST):
        upload(visitor, GERMAN)
    assert visitor.get(path_of(shown)).status_code == 404


def test_an_upload_outlives_its_process_sealed_and_goes_after_an_hour(console: Console, tmp_path: Path) -> None:
    visitor, app = console.operator(), console.app
    shown = upload(visitor, GERMAN)
    bound = {"column-0": "field:FIRST_NAME", "column-1": "field:LAST_NAME", "column-2": "out", "column-3": "own"}
    visitor.post(path_of(shown), bound)
    key = path_of(shown).rpartition("/")[2]
    again = UploadStore(Database(app.database.url), app.vault, app.clock)
    file = again.get(key, 1, "operator").file
    assert file is not None
    assert [column.predefined or column.fact for column in file.columns] == ["FIRST_NAME", "LAST_NAME", LEFT_OUT, ""]
    assert file.rows[0].cells[0] == "Ada"
    with app.database.read() as connection:
        assert b"Lovelace" not in bytes(connection.execute(sa.select(uploads.c.content)).scalar_one())
    later = UploadStore(app.database, app.vault, lambda: app.clock() + KEPT_MS + 1000)
    with pytest.raises(NotFoundError, match="kept for an hour"):
        later.get(key, 1, "operator")
    later.forget_old()
    with pytest.raises(NotFoundError):
        app.uploads.get(key, 1, "operator")


def test_uploads_go_when_a_person_is_erased(console: Console) -> None:
    visitor, app = console.operator(), console.app
    shown = upload(visitor, GERMAN)
    bound = {"column-0": "field:FIRST_NAME", "column-1": "field:LAST_NAME", "column-2": "field:EMAIL", "do": "import"}
    visitor.post(path_of(shown), bound)
    waiting = upload(visitor, GERMAN)
    app.erase(app.environments.by_id(1), [1], mirror=False)
    assert visitor.get(path_of(waiting)).status_code == 404


def test_a_file_can_be_dropped(console: Console) -> None:
    visitor = console.operator()
    shown = upload(visitor, GERMAN)
    assert "The file is forgotten" in text_of(visitor.post(f"{path_of(shown)}/drop"))
    assert visitor.get(path_of(shown)).status_code == 404
