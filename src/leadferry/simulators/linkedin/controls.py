"""`/__sim/…`: how a test or a person sets the scene. Nothing here exists at LinkedIn.

    GET, PATCH /__sim/settings                 the switches of `settings`
    PUT  /__sim/{apps|members|accounts|campaignGroups|campaigns|creatives|organizations|events}/{id}
    PUT  /__sim/forms/{id}                     a leadForm; changed content makes a new version, older ones stay
    POST /__sim/responses[?owner=urn&leadType=T]   a list, stored as given; the query files what names no owner
    GET  /__sim/responses[?summary=1]          what is visible within retention: all bodies, or {total, test, ids}
    DELETE /__sim/responses/{id}
    POST /__sim/test-leads                     {form, lead_type?, campaign?, creative?, event?, member?}
    POST /__sim/tokens                         {client_id, member, scopes}: the tokens that a consent would give
    POST /__sim/tokens/revoke, /expire         {token?, client_id?, member?, kind?: access | refresh}; {} means all
    GET, POST /__sim/clock                     {advance_s}

GET works where PUT does, too.
"""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import parse_qsl, unquote

import msgspec

from leadferry.simulators.linkedin import kept_forms, kept_responses, kept_tokens, preview, things
from leadferry.simulators.linkedin.oauth import grant_consent, token_answer
from leadferry.simulators.linkedin.settings import Settings
from leadferry.simulators.linkedin.state import State
from leadferry.simulators.server import Request, Response, json_response

PREFIX = "/__sim/"


class Controls:
    def __init__(self, state: State, settings: Settings) -> None:
        self.state, self.settings = state, settings

    def answer(self, request: Request) -> Response:
        parts = [unquote(part) for part in request.path.removeprefix(PREFIX).split("/")]
        try:
            found = self.dispatch(request, parts)
        except (KeyError, ValueError, TypeError, AttributeError, msgspec.MsgspecError) as error:
            return json_response({"error": f"{type(error).__name__}: {error}"}, 400)
        return found or json_response({"error": f"nothing at {request.method} {request.path}"}, 404)

    def dispatch(self, request: Request, parts: list[str]) -> Response | None:
        match request.method, parts:
            case "GET", ["settings"]:
                return json_response(self.settings.as_dict())
            case "PATCH", ["settings"]:
                self.settings.change(request.json)
                return json_response(self.settings.as_dict())
            case "GET", ["clock"]:
                return json_response({"now": self.state.now()})
            case "POST", ["clock"]:
                self.state.advance(int(request.json["advance_s"] * 1000))
                return json_response({"now": self.state.now()})
            case _, ["responses", *_] | ["test-leads"]:
                return self.responses(request, parts)
            case "POST", ["tokens", *_]:
                return self.tokens(request, parts)
            case _, [word, thing_id]:
                return self.thing(request, word, thing_id)
        return None

    def thing(self, request: Request, word: str, thing_id: str) -> Response | None:
        if word == "forms" and request.method == "PUT":
            return json_response(kept_forms.publish(self.state, int(thing_id), request.json))
        if word == "forms" and request.method == "GET":
            return _found(kept_forms.latest(self.state, int(thing_id)))
        if word in things.KINDS and request.method == "PUT":
            return json_response(things.keep(self.state, word, thing_id, request.json))
        if word in things.KINDS and request.method == "GET":
            return _found(self.state.get(things.KINDS[word][0], thing_id))
        return None

    def responses(self, request: Request, parts: list[str]) -> Response | None:
        query = dict(parse_qsl(request.query))
        match request.method, parts:
            case "POST", ["responses"]:
                given = msgspec.json.decode(request.body)
                if not isinstance(given, list):
                    raise TypeError("a list of form responses is expected")
                ids = kept_responses.add(self.state, given, query.get("owner", ""), query.get("leadType", ""))
                return json_response({"stored": len(ids)}, 201)
            case "POST", ["test-leads"]:
                return self.make_test_lead(request.json)
            case "GET", ["responses"] if query.get("summary"):
                truth = kept_responses.ground_truth(self.state, self.settings)
                ids = [response_id for response_id, _ in truth]
                return json_response({"total": len(ids), "test": sum(test for _, test in truth), "ids": ids})
            case "GET", ["responses"]:
                bodies = kept_responses.all_bodies(self.state, self.settings)
                return Response(200, b'{"responses":[%b]}' % b",".join(bodies), {"Content-Type": "application/json"})
            case "DELETE", ["responses", response_id]:
                return Response(204) if kept_responses.remove(self.state, response_id) else _found(None)
        return None

    def make_test_lead(self, given: dict[str, Any]) -> Response:
        form = kept_forms.latest(self.state, int(given["form"]))
        if form is None:
            raise KeyError(f"form {given['form']}")
        response_id = f"{uuid.uuid4()}-0"
        kept_responses.add(self.state, [preview.make(form, response_id, self.state.now(), given)])
        return json_response({"id": response_id}, 201)

    def tokens(self, request: Request, parts: list[str]) -> Response | None:
        given = request.json if request.body else {}
        match parts:
            case ["tokens"]:
                return self.issue_tokens(given)
            case ["tokens", "revoke"]:
                return json_response({"tokens": kept_tokens.revoke(self.state, **_which(given))})
            case ["tokens", "expire"]:
                return json_response({"tokens": kept_tokens.expire(self.state, **_which(given))})
        return None

    def issue_tokens(self, given: dict[str, Any]) -> Response:
        app = self.state.get("app", given["client_id"])
        if app is None or self.state.get("member", given["member"]) is None:
            raise KeyError("application or member does not exist")
        scopes = given["scopes"]
        scopes = tuple(scopes.replace(",", " ").split()) if isinstance(scopes, str) else tuple(scopes)
        issued = grant_consent(self.state, self.settings, app, given["member"], scopes)
        answer = token_answer(issued, self.state, self.settings)
        answer["expires_at"] = issued.access.expires_at
        if issued.refresh:
            answer["refresh_token_expires_at"] = issued.refresh.expires_at
        return json_response(answer)


def _which(given: dict[str, Any]) -> dict[str, str]:
    return {name: str(given[name]) for name in ("token", "client_id", "member", "kind") if name in given}


def _found(value: Any) -> Response:
    return json_response({"error": "does not exist"}, 404) if value is None else json_response(value)
