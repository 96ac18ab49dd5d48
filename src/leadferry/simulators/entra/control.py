"""`/__sim/…`: how a test or a person sets the scene. Nothing here exists at Microsoft.

    GET, PATCH /__sim/settings             the switches of `settings`
    PUT  /__sim/apps/{client_id}           {secrets: [{value, expires_at?}], certificates, redirect_uris, name, …}
    PUT  /__sim/people/{oid}               {name, email, title, disabled}
    GET  /__sim/apps, /__sim/people        all of them; with an id, one
    DELETE /__sim/apps/{client_id}, /__sim/people/{oid}
    POST /__sim/keys                       a new signing key; tokens of the older ones stay valid
    GET, POST /__sim/clock                 {advance_ms} or {now_ms}

`expires_at` is in ms UTC; a secret without it lives for ever. A certificate ends when it says so itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from leadferry.simulators.entra import things
from leadferry.simulators.entra.memory import APP, PERSON, Memory, Thing
from leadferry.simulators.entra.settings import Settings
from leadferry.simulators.server import Request, Response, json_response

PREFIX = "/__sim/"
KINDS: Mapping[str, tuple[str, Callable[[str, Thing], Thing]]] = {
    "apps": (APP, things.app),
    "people": (PERSON, things.person),
}


def answer(request: Request, memory: Memory, settings: Settings) -> Response:
    parts = [unquote(part) for part in request.path.removeprefix(PREFIX).split("/")]
    try:
        found = _dispatch(request, parts, memory, settings)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        return json_response({"error": f"{type(error).__name__}: {error}"}, 400)
    return found or json_response({"error": f"nothing at {request.method} {request.path}"}, 404)


def _dispatch(request: Request, parts: list[str], memory: Memory, settings: Settings) -> Response | None:
    match request.method, parts:
        case "GET", ["settings"]:
            return json_response(settings.as_dict())
        case "PATCH", ["settings"]:
            settings.change(request.json)
            return json_response(settings.as_dict())
        case "GET", ["clock"]:
            return json_response({"now_ms": memory.now()})
        case "POST", ["clock"]:
            memory.move_clock(**request.json)
            return json_response({"now_ms": memory.now()})
        case "POST", ["keys"]:
            memory.new_key()
            return json_response({"keys": [key.jwk["kid"] for key in memory.keys]})
        case "GET", [word] if word in KINDS:
            return json_response(list(memory.all(KINDS[word][0]).values()))
        case _, [word, thing_id] if word in KINDS:
            return _thing(request, word, thing_id.lower(), memory)
    return None


def _thing(request: Request, word: str, thing_id: str, memory: Memory) -> Response | None:
    kind, make = KINDS[word]
    found: Any = memory.get(kind, thing_id)
    match request.method:
        case "PUT":
            made = make(thing_id, request.json)
            memory.put(kind, thing_id, made)
            return json_response(made)
        case "GET" if found:
            return json_response(found)
        case "DELETE" if found:
            memory.remove(kind, thing_id)
            return Response(204)
    return None
