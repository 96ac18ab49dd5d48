"""`/api/v1/imports`: a CSV file of Campaign Manager, from upload over its columns to the inbox."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from litestar.datastructures import UploadFile
from litestar.params import FromPath, JSONBody, MultipartBody

from leadferry.api.call_routes import AtCall, Call, delete, patch, post, read
from leadferry.api.import_shapes import Binding, ImportResultShape, ImportShape, import_shape, result_shape
from leadferry.console.rights import Action
from leadferry.errors import InputError
from leadferry.forms.model import FormVersion
from leadferry.intake.binding import choices, rebound
from leadferry.intake.csv_file import read_csv
from leadferry.intake.import_routes import ENCODINGS, title_of
from leadferry.intake.model import ImportResult
from leadferry.intake.uploads import LARGEST, Upload


@dataclass
class ImportFile:
    """`form`: our id of the form that the rows are of, where the file does not say. `encoding` "": it is found out."""

    file: UploadFile
    form: int = 0
    encoding: str = ""


@post("/imports", Action.IMPORT, repeatable=True, request_max_body_size=LARGEST + 100_000)
def upload(call: AtCall, data: MultipartBody[ImportFile]) -> ImportShape:
    """Takes a file of up to 20 MB and says what its columns are. Nothing is imported yet."""
    data.file.file.seek(0)
    raw, name = data.file.file.read(), PurePath(data.file.filename.replace("\\", "/")).name[:200]
    if not raw or data.encoding not in dict(ENCODINGS):
        raise InputError(
            "The file is empty, or its encoding is not one that is known.",
            fix=f"Encodings: {', '.join(value for value, _ in ENCODINGS if value)}, or none.",
            code="csv-unreadable",
        )
    file = read_csv(raw, encoding=data.encoding, any_header=True)
    key = call.rooms.uploads.add(call.here.id, call.maker.id, name, _linkedin_id(call, data.form), file)
    return _shown(call, key)


def _linkedin_id(call: Call, form: int) -> int | None:
    if not form:
        return None
    found = next((one for one in call.rooms.forms.list(call.here.id) if one.id == form), None)
    if found is None:
        raise InputError(
            f"There is no form {form} in this environment.", fix="`/api/v1/forms` lists them.", code="form-unknown"
        )
    return int(found.linkedin_id)


@read("/imports/{key:str}", Action.IMPORT)
def preview(call: AtCall, key: FromPath[str]) -> ImportShape:
    """The columns and first rows as they would go in; or what came of the import."""
    return _shown(call, key)


@patch("/imports/{key:str}", Action.IMPORT)
def bind(call: AtCall, key: FromPath[str], data: JSONBody[Binding]) -> ImportShape:
    """Says what columns are."""
    one = _of(call, key)
    if one.file is None:
        raise InputError("The file is imported already.", fix="Upload it again.", code="imported-already")
    form = _form(call, one)
    known = {value for _, some in choices(form) for value, _ in some}
    places = {str(place) for place in range(len(one.file.columns))}
    if not set(data.columns) <= places or not set(data.columns.values()) <= known:
        raise InputError(
            "A column or its meaning is not one of this file's.",
            fix="`columns` of the file has the places, `choices` the meanings.",
            code="bad-column",
        )
    with call.changing(lambda: _shown(call, key)):
        one.file = rebound(one.file, {f"column-{place}": value for place, value in data.columns.items()}, form)
        call.rooms.uploads.save(key, one)
    return _shown(call, key)


@post("/imports/{key:str}/commit", Action.IMPORT, status_code=200, repeatable=True)
def commit(call: AtCall, key: FromPath[str]) -> ImportResultShape:
    """Puts the rows into the inbox and begins a sync. Rows that are stored already change nothing."""
    one = _of(call, key)
    if one.file is None:
        return result_shape(one.result or ImportResult())
    result = one.result = call.rooms.csv_door.import_rows(call.here.id, one.file, title_of(one), form_id=one.form_id)
    one.file = None
    call.rooms.uploads.save(key, one)
    after = {"rows": result.rows, "new": result.new, "forms": result.forms}
    call.record(Action.IMPORT, "file", one.name, one.name, after=after)
    if result.new:
        call.rooms.start_sync(call.here)
    return result_shape(result)


@delete("/imports/{key:str}", Action.IMPORT)
def drop(call: AtCall, key: FromPath[str]) -> None:
    """Forgets the file."""
    with call.changing(lambda: _shown(call, key)):
        _of(call, key)
        call.rooms.uploads.drop(key)


def _shown(call: Call, key: str) -> ImportShape:
    one = _of(call, key)
    return import_shape(key, one, _form(call, one))


def _of(call: Call, key: str) -> Upload:
    """The token's own only."""
    found: Upload = call.rooms.uploads.get(key, call.here.id, call.maker.id)
    return found


def _form(call: Call, one: Upload) -> FormVersion | None:
    if one.file is None:
        return None
    found: FormVersion | None = call.rooms.csv_door.known_form(call.here.id, one.file, title_of(one), one.form_id)
    return found


HANDLERS: tuple[Any, ...] = (upload, preview, bind, commit, drop)
