"""`/api/v1/configuration/document`: the whole of an environment's configuration as one YAML file."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response
from litestar.openapi import ResponseSpec
from litestar.params import JSONBody

from leadferry.api.call_routes import AtCall, post, read
from leadferry.configuration.changes import Plan
from leadferry.configuration.document import read_document
from leadferry.configuration.standing import written
from leadferry.console.rights import Action

YAML = "application/yaml"


class DocumentWish(msgspec.Struct, forbid_unknown_fields=True):
    """`text`: the file. Without `apply` it is only tried."""

    text: str
    apply: bool = False


class DocumentChange(msgspec.Struct):
    """`verb`: add, change, remove. `before` and `after` hold what differs."""

    verb: str
    kind: str
    name: str
    before: dict[str, Any]
    after: dict[str, Any]


class DocumentPlan(msgspec.Struct):
    """`notes`: what the file names and this environment does not have; it is passed over."""

    applied: bool
    changes: list[DocumentChange]
    notes: list[str]


@read(
    "/configuration/document",
    Action.READ_CONFIGURATION,
    responses={200: ResponseSpec(str, generate_examples=False, media_type=YAML, description="A YAML file.")},
)
def document(call: AtCall) -> Response[str]:
    """Options, mappings, strategies, accounts and alert channels as one file, `leadferry.yaml`."""
    text = written(call.rooms.documents.standing(call.here.id), call.here.name)
    return Response(text, media_type=YAML)


@post("/configuration/document", Action.CHANGE_CONFIGURATION, status_code=200, repeatable=True)
def use_document(call: AtCall, data: JSONBody[DocumentWish]) -> DocumentPlan:
    """What the file would change, or with `apply`, what it changed: as a whole or not at all."""
    documents, here = call.rooms.documents, call.here.id
    wanted = read_document(data.text.replace("\r\n", "\n"))
    made: Plan = documents.apply(here, wanted) if data.apply else documents.plan(here, wanted)
    for one in made.changes if data.apply else ():
        call.record(Action.CHANGE_CONFIGURATION, one.kind, one.key, one.name, before=one.before, after=one.after)
    changes = [DocumentChange(one.verb, one.kind, one.name, dict(one.before), dict(one.after)) for one in made.changes]
    return DocumentPlan(data.apply, changes, list(made.notes))


HANDLERS: tuple[Any, ...] = (document, use_document)
