"""The page *Configuration*: every option with its meaning and default; and all of it as one file, tried before it is
applied."""

from __future__ import annotations

from typing import Any, Protocol

from litestar import Response
from litestar.enums import MediaType
from litestar.params import URLEncodedBody

from leadferry.accounts.environment_store import EnvironmentStore
from leadferry.configuration.changes import ACCOUNT, CHANNEL, MAPPING, OPTION, STRATEGY, Plan, in_words
from leadferry.configuration.document import read_document
from leadferry.configuration.document_store import DocumentStore
from leadferry.configuration.meanings import drawn, groups
from leadferry.configuration.standing import written
from leadferry.configuration.yaml_text import FileError
from leadferry.console.desk_routes import AtDesk, Desk, page, post
from leadferry.console.edited import ChangedMeanwhileError, Drawn, Part
from leadferry.console.edited_routes import saving
from leadferry.console.rights import Action
from leadferry.delivery.configuration import OPTIONS, Configuration, WrongOptionsError
from leadferry.words import _

Form = URLEncodedBody[dict[str, str]]


class Rooms(Protocol):
    """What these pages need of the application."""

    environments: EnvironmentStore
    documents: DocumentStore


def _rooms(desk: Desk) -> Rooms:
    return desk.rooms  # type: ignore[no-any-return]


@page("/e/{environment_id:int}/configuration", Action.READ_CONFIGURATION)
def options(desk: AtDesk) -> Response[Any]:
    return _options(desk, {}, {})


def _options(desk: Desk, typed: dict[str, str], wrong: dict[str, str]) -> Response[Any]:
    stored = _rooms(desk).environments.configuration(desk.here)
    return desk.page(
        "configuration/options.html",
        status=422 if wrong else 200,
        groups=groups(stored, typed),
        drawn=drawn(stored),
        wrong=wrong,
        may_change=desk.may(Action.CHANGE_CONFIGURATION),
    )


@post("/e/{environment_id:int}/configuration", Action.CHANGE_CONFIGURATION)
def save(desk: AtDesk, data: Form) -> Response[Any]:
    """All of the form, or nothing of it."""
    rooms, here = _rooms(desk), desk.here
    before = rooms.environments.configuration(here)
    typed = {name: data[name] for name in OPTIONS if name in data and data[name].strip() != before.text(name)}
    try:
        wanted = drawn(before.set_all(typed))
        with saving(desk, lambda: drawn(rooms.environments.configuration(here)), wanted):
            after = rooms.environments.set_options(here, typed) if typed else before
            changed = _record(desk, before, after)
    except WrongOptionsError as error:
        return _options(desk, data, dict(error.wrong))
    except ChangedMeanwhileError as error:
        return _options(desk, {name: data[name] for name in data if name not in error.changed.untouched}, {})
    return desk.go(
        desk.address("configuration"),
        toast=_("{changed} changed", changed=changed) if changed else _("Nothing was changed"),
        detail=_("In force from the next delivery on.") if changed else "",
    )


def _record(desk: Desk, before: Configuration, after: Configuration) -> int:
    """One entry for each option, as the command line writes it."""
    changed = [name for name in OPTIONS if before.text(name) != after.text(name)]
    for name in changed:
        old, new = {name: before.text(name)}, {name: after.text(name)}
        desk.record(Action.CHANGE_CONFIGURATION, "option", name, name, before=old, after=new)
    return len(changed)


# As one file


@page("/e/{environment_id:int}/configuration/file", Action.READ_CONFIGURATION)
def file(desk: AtDesk) -> Response[Any]:
    return _file(desk)


def _written(desk: Desk) -> str:
    return written(_rooms(desk).documents.standing(desk.here.id), desk.here.name)


def _drawn(text: str) -> Drawn:
    """What a file would change is shown beside what is there, so that the whole of it need not be."""
    return Drawn(
        OPTION, "", (Part("text", "YAML", text, None),), form="file", also=(MAPPING, STRATEGY, ACCOUNT, CHANNEL)
    )


def _file(
    desk: Desk, text: str | None = None, made: Plan | None = None, wrong: list[tuple[int, str]] | None = None
) -> Response[Any]:
    """`text` None: as it stands."""
    there = _written(desk)
    return desk.page(
        "configuration/file.html",
        status=422 if wrong else 200,
        text=there if text is None else text,
        made=made,
        drawn=_drawn(there),
        in_words=in_words,
        wrong=wrong or [],
        may_change=desk.may(Action.CHANGE_CONFIGURATION),
    )


@page("/e/{environment_id:int}/configuration/leadferry.yaml", Action.READ_CONFIGURATION)
def download(desk: AtDesk) -> Response[Any]:
    headers = {"content-disposition": 'attachment; filename="leadferry.yaml"'}
    return Response(_written(desk), media_type=MediaType.TEXT, headers=headers)


@post("/e/{environment_id:int}/configuration/file", Action.CHANGE_CONFIGURATION)
def use_file(desk: AtDesk, data: Form) -> Response[Any]:
    """Shows what the file would change; with `do` = `apply` it is done, and every change is in the audit."""
    text, documents, here = data.get("text", "").replace("\r\n", "\n"), _rooms(desk).documents, desk.here
    try:
        document = read_document(text)
        if data.get("do") != "apply":
            return _file(desk, text, documents.plan(here.id, document))
        planned = documents.plan(here.id, document)
        wanted = _drawn(text if planned.changes else _written(desk))
        with saving(desk, lambda: _drawn(_written(desk)), wanted):
            made = documents.apply(here.id, document)
            for one in made.changes:
                told = {"before": one.before, "after": one.after}
                desk.record(Action.CHANGE_CONFIGURATION, one.kind, one.key, one.name, **told)
    except FileError as error:
        return _file(desk, text, wrong=error.wrong)
    except ChangedMeanwhileError:
        return _file(desk, text, documents.plan(here.id, document))
    count = len(made.changes)
    return desk.go(
        desk.address("configuration/file"),
        toast=_("{count} changed", count=count) if count else _("Nothing was changed"),
    )


HANDLERS: tuple[Any, ...] = (options, save, file, download, use_file)
