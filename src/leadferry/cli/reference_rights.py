"""docs/reference/rights.md, read off the console itself: each address, what it needs, who may."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leadferry.console.person import ROLES_IN_DYNAMICS, Role
from leadferry.console.rights import RIGHTS, SCOPE_WORDS, SCOPES, WORDS, Action, Scope, may
from leadferry.options import table_row

_ROLES = (Role.OPERATOR, Role.ADMINISTRATOR, Role.SALESPERSON, Role.MANAGER)
_START = """\
# Rights

Written by `leadferry.cli.reference` from `console/rights.py` and the console's own addresses; do not edit.

What a person may do in an environment is decided by their security roles in its Dynamics 365, their own or those of
their teams, asked by their Entra object id and kept for 5 minutes. While Dynamics cannot be asked, the last answer
counts for 10 minutes more. The operator comes by a link from the machine that runs Leadferry, and may do everything.

"""


@dataclass(frozen=True, slots=True)
class Address:
    """`action` None: it is open, or shut for everybody."""

    method: str
    path: str
    action: Action | None
    open: bool

    @property
    def api(self) -> bool:
        return self.path.startswith("/api/")


def addresses_of(litestar: Any) -> list[Address]:
    """Every address of a console, without the answers to HEAD and OPTIONS, and its static files."""
    return sorted(_addresses(litestar), key=lambda one: (one.path, one.method))


def _addresses(litestar: Any) -> Iterator[Address]:
    for route in litestar.routes:
        for method, handled in getattr(route, "route_handler_map", {}).items():
            handler = handled[0] if isinstance(handled, tuple) else handled
            if method in {"HEAD", "OPTIONS"} or route.path.startswith("/static"):
                continue
            yield Address(str(method), route.path_format, handler.opt.get("action"), bool(handler.opt.get("open")))


def rights_markdown() -> str:
    """docs/reference/rights.md"""
    with tempfile.TemporaryDirectory() as folder:
        known = _of_new_console(Path(folder))
    return _START + "\n".join([*_roles(), *_actions(), *_pages(known), *_scopes(known)]) + "\n"


def _of_new_console(folder: Path) -> list[Address]:
    from leadferry.app import open_app
    from leadferry.settings import load_settings

    with open_app(load_settings({"LEADFERRY_DATA": str(folder)})) as app:
        return addresses_of(app.web("http://127.0.0.1:8080").app)


def _roles() -> Iterator[str]:
    yield from ("| security role in Dynamics | here |", "|---|---|")
    for name, role in ROLES_IN_DYNAMICS.items():
        yield table_row((name.title().replace("Linkedin", "LinkedIn"), role.value))


def _actions() -> Iterator[str]:
    yield from ("", "## What each role may do", "")
    yield table_row(("action", "what", *(role.value for role in _ROLES), "scope of a token"))
    yield "|---|---|---|---|---|---|---|"
    for action in RIGHTS:
        scopes = ", ".join(f"`{scope.value}`" for scope in Scope if action in SCOPES[scope])
        yield table_row((f"`{action.value}`", WORDS[action], *_marks(action), scopes or "none"))


def _pages(known: list[Address]) -> Iterator[str]:
    yield from ("", "## Pages and forms", "")
    yield table_row(("address", "action", *(role.value for role in _ROLES)))
    yield "|---|---|---|---|---|---|"
    for one in known:
        if one.action is not None and not one.api:
            yield table_row((f"`{one.method} {one.path}`", f"`{one.action.value}`", *_marks(one.action)))
    yield from ("", "Open to everybody, signed in or not:", "")
    yield ", ".join(f"`{one.method} {one.path}`" for one in known if one.open) + "."


def _scopes(known: list[Address]) -> Iterator[str]:
    yield from ("", "## The API", "")
    yield from (table_row(("scope", "what")), "|---|---|")
    for scope in Scope:
        yield table_row((f"`{scope.value}`", SCOPE_WORDS[scope]))
    yield from ("", table_row(("address", "action", "scopes, one of")), "|---|---|---|")
    for one in known:
        if one.action is not None and one.api:
            scopes = ", ".join(f"`{scope.value}`" for scope in Scope if one.action in SCOPES[scope])
            yield table_row((f"`{one.method} {one.path}`", f"`{one.action.value}`", scopes))


def _marks(action: Action) -> Iterator[str]:
    return ("yes" if may(frozenset({role}), action) else "no" for role in _ROLES)
