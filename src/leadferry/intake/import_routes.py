"""The page *Import*: a file of Campaign Manager, its columns, its first rows, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Protocol

from litestar import Response, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, MultipartBody, URLEncodedBody

from leadferry.accounts.model import Environment
from leadferry.console.desk_routes import AtDesk, Desk, page
from leadferry.console.desk_routes import post as form_post
from leadferry.console.rights import Action
from leadferry.errors import InputError
from leadferry.forms.form_store import FormStore
from leadferry.intake.binding import OUT, OWN, bound_columns, choices, rebound
from leadferry.intake.csv_file import CsvFile, read_csv
from leadferry.intake.csv_worker import CsvDoor
from leadferry.intake.upload_store import UploadStore
from leadferry.intake.uploads import LARGEST, Upload
from leadferry.words import _, together

Form = URLEncodedBody[dict[str, str]]
ENCODINGS = (
    ("", _("Found out: UTF-8 or UTF-16")),
    ("cp1252", _("Western European (Windows-1252)")),
    ("cp1250", _("Central European (Windows-1250)")),
    ("shift_jis", _("Japanese (Shift JIS)")),
    ("utf-16-le", _("UTF-16 without a mark")),
)
PREVIEWED = 5


class Rooms(Protocol):
    """What these pages need of the application."""

    forms: FormStore
    csv_door: CsvDoor
    uploads: UploadStore

    def start_sync(self, environment: Environment) -> bool: ...


def _rooms(desk: Desk) -> Rooms:
    return desk.rooms  # type: ignore[no-any-return]


@dataclass
class Sent:
    """The form of the first step."""

    file: UploadFile | None = None
    form: str = ""
    encoding: str = ""


@page("/e/{environment_id:int}/import", Action.IMPORT)
def begin(desk: AtDesk) -> Response[Any]:
    return _begin(desk, "", "", "")


def _begin(desk: Desk, form: str, encoding: str, wrong: str) -> Response[Any]:
    known = sorted(_rooms(desk).forms.names(desk.here.id).items(), key=lambda one: one[1].casefold())
    return desk.page(
        "intake/import_file.html",
        status=422 if wrong else 200,
        step=1,
        forms=[("", _("As the file says")), *((str(key), f"{name} ({key})") for key, name in known)],
        encodings=ENCODINGS,
        form=form,
        encoding=encoding,
        wrong=wrong,
        largest_mb=LARGEST // 1_000_000,
    )


@post(
    "/e/{environment_id:int}/import",
    opt={"action": Action.IMPORT},
    include_in_schema=False,
    status_code=200,
    request_max_body_size=LARGEST + 100_000,
)
async def upload(desk: AtDesk, data: MultipartBody[Sent]) -> Response[Any]:
    from anyio import to_thread

    raw = await data.file.read() if data.file else b""
    name = PurePath((data.file.filename if data.file else "").replace("\\", "/")).name[:200]
    return await to_thread.run_sync(_take, desk, raw, name, data.form, data.encoding)


def _take(desk: Desk, raw: bytes, name: str, form: str, encoding: str) -> Response[Any]:
    """What cannot be read is said on the same page; a file itself has to be chosen again, browsers do not keep it."""
    if not raw:
        return _begin(desk, form, encoding, _("Choose a file that is not empty."))
    known = encoding if encoding in dict(ENCODINGS) else ""
    try:
        file = read_csv(raw, encoding=known, any_header=True)
    except InputError as error:
        return _begin(desk, form, encoding, together([error.message, error.fix]))
    if not file.rows:
        return _begin(desk, form, encoding, _("The file has a header and no row that can be used."))
    form_id = int(form) if form.isdecimal() else None
    key = _rooms(desk).uploads.add(desk.here.id, desk.person.id, name, form_id, file)
    return desk.go(desk.address(f"import/{key}"))


@page("/e/{environment_id:int}/import/{key:str}", Action.IMPORT)
def columns(desk: AtDesk, key: FromPath[str]) -> Response[Any]:
    one = _rooms(desk).uploads.get(key, desk.here.id, desk.person.id)
    if one.file is None:
        return desk.go(desk.address(f"import/{key}/result"))
    return _columns(desk, key, one, one.file, "")


def _columns(desk: Desk, key: str, one: Upload, file: CsvFile, wrong: str) -> Response[Any]:
    form = _rooms(desk).csv_door.known_form(desk.here.id, file, title_of(one), one.form_id)
    bound = bound_columns(file, form)
    words = {value: said for _, group in choices(form) for value, said in group}
    shown = [column for column in bound if column.value != OUT]
    return desk.page(
        "intake/import_columns.html",
        status=422 if wrong else 200,
        step=2,
        key=key,
        upload=one,
        file=file,
        form=form,
        title=title_of(one),
        bound=bound,
        choices=choices(form),
        heads=[column.header if column.value == OWN else words.get(column.value, column.header) for column in shown],
        rows=[[row.cells[column.place] for column in shown] for row in file.rows[:PREVIEWED]],
        wrong=wrong,
    )


@form_post("/e/{environment_id:int}/import/{key:str}", Action.IMPORT)
def carry_out(desk: AtDesk, key: FromPath[str], data: Form) -> Response[Any]:
    """`do` = `import`: the rows go in. Anything else: the preview with the columns as they are chosen now."""
    rooms, here = _rooms(desk), desk.here
    one = rooms.uploads.get(key, here.id, desk.person.id)
    if one.file is None:
        return desk.go(desk.address(f"import/{key}/result"))
    form = rooms.csv_door.known_form(here.id, one.file, title_of(one), one.form_id)
    try:
        file = rebound(one.file, data, form)
    except InputError as error:
        return _columns(desk, key, one, one.file, str(error))
    if data.get("do") != "import":
        one.file = file
        rooms.uploads.save(key, one)
        return _columns(desk, key, one, file, "")
    one.result = rooms.csv_door.import_rows(here.id, file, title_of(one), form_id=one.form_id)
    one.file = None
    rooms.uploads.save(key, one)
    after = {"rows": one.result.rows, "new": one.result.new, "forms": one.result.forms}
    desk.record(Action.IMPORT, "file", one.name, one.name, after=after)
    if one.result.new:
        rooms.start_sync(here)
    return desk.go(desk.address(f"import/{key}/result"), toast=_("{new} form submissions stored", new=one.result.new))


@page("/e/{environment_id:int}/import/{key:str}/result", Action.IMPORT)
def result(desk: AtDesk, key: FromPath[str]) -> Response[Any]:
    one = _rooms(desk).uploads.get(key, desk.here.id, desk.person.id)
    if one.result is None:
        return desk.go(desk.address(f"import/{key}"))
    known = {form.name: form.id for form in _rooms(desk).forms.list(desk.here.id)}
    forms = [(name, known.get(name, 0)) for name in one.result.forms]
    return desk.page("intake/import_result.html", step=3, upload=one, result=one.result, forms=forms)


@form_post("/e/{environment_id:int}/import/{key:str}/drop", Action.IMPORT)
def drop(desk: AtDesk, key: FromPath[str]) -> Response[Any]:
    _rooms(desk).uploads.get(key, desk.here.id, desk.person.id)
    _rooms(desk).uploads.drop(key)
    return desk.go(desk.address("import"), toast=_("The file is forgotten"), detail=_("Nothing was imported."))


def title_of(one: Upload) -> str:
    return PurePath(one.name).stem or _("Imported leads")


HANDLERS: tuple[Any, ...] = (begin, upload, columns, carry_out, result, drop)
