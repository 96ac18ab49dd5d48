"""docs/reference/api.md, read off the API's own description: each address, what it takes, answers and needs."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from leadferry.api.describing import PREFIX, described
from leadferry.api.twins import ONLY_AT_THE_CONSOLE
from leadferry.cli.reference_rights import addresses_of
from leadferry.console.rights import SCOPES, Action, Scope
from leadferry.options import table_row

Schema = Mapping[str, Any]
_START = """\
# The API

Written by `leadferry.cli.reference` from the API's own description; do not edit. How to begin: [use the
API](../how-to/use-the-api.md).

For scripts. `https://leadferry.example/api/v1/…`, JSON in and out, described in OpenAPI at `/api/v1/openapi.json`.

- **Tokens.** An administrator makes one at the console, under *API tokens*: a name, scopes, 1 to 365 days. It is
  shown once. Send it as `Authorization: Bearer lf_…`; nothing else lets a script in, and a token opens nothing but
  the API. A token with the scope `tokens` makes further ones, which may do no more than itself, end with it at the
  latest, and are revoked with it.
- **One environment.** Every address speaks of the token's own environment; the others do not exist for it.
- **Scopes** and what they open: [rights](rights.md#the-api). A token may do what its scopes say *and* what its maker
  may do now: who loses a security role in Dynamics takes it from their tokens, within 5 minutes. While Dynamics
  cannot be asked, the last answer counts for 10 minutes more; then the API answers 503 `rights-unknown` with
  `Retry-After`. Tokens that the operator made are bound by their scopes alone.
- **Audit.** Each change stands in the environment's audit with the token's name.
- **Times** are UTC, `2026-11-23T10:00:00Z`. Names stay; more may be added, so pass over what you do not know.

**Pages.** `limit` (1 to 500, else 100; of the review queue at most 100, else 25) and `cursor`; the answer is
`{"items": [...], "next": "..."}`. Ask again with `cursor=` and that text until `next` is null. A page may hold fewer
than `limit`. Pages hold still: what arrives meanwhile comes before the first one.

**A change once.** Send `Idempotency-Key` with a text of your own, such as a UUID, on any POST. The same request under
the same key gets the first one's answer, for 24 hours, with `Idempotency-Replayed: true`; another request under it is
refused (422 `idempotency-key-reused`), and so is one while the first still runs (409 `request-in-progress`). Answers
that say to try again (401, 403, 409, 429, 502, 503, 504) free the key. If Leadferry was stopped in the middle of a
request, its key can be used again after 10 minutes where a second time does no harm; else the answer is 409
`outcome-unknown`, for nothing is ever made twice under one key. Keys belong to the token.

**A change to what you read.** Answers to GET and PATCH carry an `ETag`. With `If-Match` a PATCH or DELETE is refused
(412 `changed-meanwhile`) where the record has changed since, whoever changed it; of several such changes at once one
is made. `If-None-Match` on a GET is answered 304 while nothing changed.

**Limits.** Right tokens are not counted. 20 wrong ones in 5 minutes shut an address out (429): `RateLimit` and
`RateLimit-Policy` on each 401 and 429 say how many more are borne, `Retry-After` how long to wait.

**Errors** are `application/problem+json` (RFC 9457): `type`, `title`, `status`, `detail`, `code`, `fix`. Codes stay;
those of Leadferry's own errors are in [errors](errors.md), beside these:

| status | code | |
|---|---|---|
| 400 | `bad-request` | the body or a parameter is not as the address takes it |
| 401 | `token-needed` | no token, or one that is wrong, expired or revoked |
| 403 | `scope-needed` | the fix names the scope |
| 403 | `maker-not-allowed` | whoever made the token may not do this any more |
| 404 | `not-found` | no such address or record in this environment |
| 409 | `request-in-progress`, `outcome-unknown` | of an idempotency key: see above |
| 410 | `answer-erased` | it was kept for an idempotency key, and went when a person was erased |
| 412 | `changed-meanwhile` | the record is not any more what `If-Match` names |
| 422 | `idempotency-key-reused`, `bad-idempotency-key` | of an idempotency key: see above |
| 429 | `too-many-attempts` | too many wrong tokens |
| 502, 503 | a code of LinkedIn's or Dynamics' | the service refused, or did not answer; nothing was lost |

"""


def api_markdown() -> str:
    """docs/reference/api.md"""
    with tempfile.TemporaryDirectory() as folder:
        schema, actions = _of_new_console(Path(folder))
    parts = [*_addresses(schema, actions), *_console_only(), *_shapes(schema)]
    return _START + "\n".join(parts) + "\n"


def _of_new_console(folder: Path) -> tuple[Schema, dict[str, Action]]:
    """(the description, the right that each `GET /api/v1/…` needs)"""
    from leadferry.app import open_app
    from leadferry.settings import load_settings

    with open_app(load_settings({"LEADFERRY_DATA": str(folder)})) as app:
        litestar = app.web("http://127.0.0.1:8080").app
        known = {f"{one.method} {one.path}": one.action for one in addresses_of(litestar) if one.action}
        return described(litestar.openapi_schema.to_schema()), known


# Addresses


def _addresses(schema: Schema, actions: Mapping[str, Action]) -> Iterator[str]:
    yield from ("## Addresses", "", "Below `/api/v1/`. *Takes* names the parameters (`?`) and the fields of the body.")
    by_tag: dict[str, list[str]] = {}
    for path, methods in sorted(schema["paths"].items()):
        for method, operation in methods.items():
            line = _address(schema, path, method, operation, actions)
            by_tag.setdefault(operation["tags"][0], []).append(line)
    for tag, lines in by_tag.items():
        yield from (
            "",
            f"### {tag}",
            "",
            "| address | what | takes | answers | scope |",
            "|---|---|---|---|---|",
            *lines,
        )


def _address(schema: Schema, path: str, method: str, operation: Schema, actions: Mapping[str, Action]) -> str:
    scopes = [f"`{scope.value}`" for scope in Scope if actions[f"{method.upper()} {path}"] in SCOPES[scope]]
    return table_row(
        (
            f"`{method.upper()} {path.removeprefix(PREFIX)}`",
            operation.get("description", "").replace("\n", " "),
            _takes(schema, operation),
            _answers(operation),
            ", ".join(scopes),
        )
    )


def _takes(schema: Schema, operation: Schema) -> str:
    asked = [f"`?{one['name']}`" for one in operation.get("parameters", ()) if one["in"] == "query"]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        fields = _resolved(schema, content["schema"]).get("properties", {})
        asked += [f"`{name}`" for name in fields] or ["any option by its name"]
    return ", ".join(asked)


def _answers(operation: Schema) -> str:
    for status, answer in operation["responses"].items():
        for media_type, content in answer.get("content", {}).items():
            if status.startswith("2"):
                return _type(content["schema"]) if "json" in media_type else "a file"
    return "nothing (204)"


def _resolved(schema: Schema, one: Schema) -> Schema:
    name = one.get("$ref", "").rpartition("/")[2]
    return schema["components"]["schemas"][name] if name else one


# What is left to the console


def _console_only() -> Iterator[str]:
    yield from ("", "## Only at the console", "")
    yield from ("Every form of the console has its address here, but these.", "", "| form | why |", "|---|---|")
    for path, why in ONLY_AT_THE_CONSOLE.items():
        yield table_row((f"`{path}`", why))


# Shapes


def _shapes(schema: Schema) -> Iterator[str]:
    yield from ("", "## Shapes", "", "A field with `?` may be left out.")
    for name, shape in sorted(schema["components"]["schemas"].items(), key=lambda one: one[0].casefold()):
        fields = shape.get("properties", {})
        needed = set(shape.get("required", ()))
        listed = ", ".join(f"`{key}{'' if key in needed else '?'}` {_type(kind)}" for key, kind in fields.items())
        words = shape.get("description", "").replace("\n", " ")
        values = ", ".join(f"`{value}`" for value in shape.get("enum", ()))
        yield from ("", f"### {name}", "", *(line for line in (words, listed or values) if line))


def _type(one: Schema) -> str:
    if "$ref" in one:
        name = one["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.casefold()})"
    if "oneOf" in one or "anyOf" in one:
        return " or ".join(_type(each) for each in one.get("oneOf") or one["anyOf"])
    if "enum" in one:
        return " or ".join(f"`{value}`" for value in one["enum"])
    if one.get("type") == "array":
        return f"list of {_type(one.get('items', {}))}"
    if one.get("type") == "object":
        return "object"
    return re.sub(r"^string$", "text", str(one.get("type", "anything")))
