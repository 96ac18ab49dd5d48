"""The page `docs/reference/entra-simulator.md`, made from the tables of addresses, settings, refusals and controls.

python -m leadferry.simulators.entra.coverage > docs/reference/entra-simulator.md
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable, Iterator
from dataclasses import fields

from leadferry.simulators.entra import control, refusals
from leadferry.simulators.entra.addresses import ADDRESSES
from leadferry.simulators.entra.settings import Settings

ABSENT = (
    ("implicit and hybrid flows, device code, on behalf of, passwords", "the authorization code"),
    ("userinfo and Microsoft Graph", "the claims are in the id token"),
    ("consent of people and administrators", "an application may have whatever its `resources` name"),
    ("several tenants, guests, `common` and `organizations`", "one tenant, the setting `tenant_id`; others are 90002"),
    ("roles and groups in tokens", "rights are roles in Dynamics"),
    ("conditional access, second factors, sign-in frequency", "choosing a person is signing in"),
    ("`form_post` that sends itself", "the page has no script; the person presses Continue"),
)
"""What Entra has and this service has not, and what it has instead."""

_OPENING = (
    "Made by `python -m leadferry.simulators.entra.coverage`; do not edit by hand. The contract is the Microsoft "
    "identity platform's endpoint v2.0, as Microsoft's own msal uses it."
)
_CLOSING = (
    "Faults, counts and reset are those of every simulator: `/__sim/faults`, `/__sim/stats`, `/__sim/zero`, "
    "`/__sim/reset`."
)


def page() -> str:
    parts = [
        "# The Entra simulator",
        _OPENING,
        "## Addresses",
        _table(("method", "address", "what"), ((one.method, f"`{one.path}`", one.what) for one in ADDRESSES)),
        "## Not here",
        _table(("what", "instead"), ABSENT),
        "## Refusals",
        "Pages for people show the same codes.",
        _table(("code", "`error`", "when"), _refusals()),
        "## Settings",
        "`GET` and `PATCH /__sim/settings`.",
        _table(("setting", "at first"), ((f"`{one.name}`", f"`{one.default}`") for one in fields(Settings))),
        "## Controls",
        f"```\n{_controls()}\n```",
        _CLOSING,
    ]
    return "\n\n".join(parts) + "\n"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _refusals() -> list[tuple[str, str, str]]:
    found = {(number, error, name.replace("_", " ")) for name, error, number in _raised()}
    return [(f"AADSTS{number}", f"`{error}`", name) for number, error, name in sorted(found)]


def _raised() -> Iterator[tuple[str, str, int]]:
    """(function, error, number) of each refusal, read off the source."""
    makers = {"_invalid_client": "invalid_client", "_invalid_grant": "invalid_grant"}
    for function in ast.parse(inspect.getsource(refusals)).body:
        if not isinstance(function, ast.FunctionDef) or function.name in makers:
            continue
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                constants = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
                numbers = [value for value in constants if isinstance(value, int) and value > 999]
                errors = [value for value in constants if isinstance(value, str) and " " not in value]
                if numbers:
                    yield function.name, makers.get(call.func.id) or errors[0], numbers[0]


def _controls() -> str:
    """The block of addresses in the docstring of `control`."""
    block = inspect.getdoc(control) or ""
    return inspect.cleandoc(block.split("\n\n")[1])


if __name__ == "__main__":
    print(page(), end="")
