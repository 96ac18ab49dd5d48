"""Into the audit: what the command line changed, and which user of this machine did it."""

from __future__ import annotations

import getpass
import os
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from leadferry.console.rights import Action

if TYPE_CHECKING:
    from leadferry.accounts.model import Environment
    from leadferry.app import App
    from leadferry.mapping.model import FieldMapping
    from leadferry.matching.model import Strategy

__all__ = ["Action", "as_recorded", "record"]


def record(
    app: App,
    environment: Environment,
    action: Action,
    kind: str,
    key: str | int,
    name: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Values never hold a secret, or an answer of a person."""
    user = _user()
    app.audit.add(
        action.value,
        person_id=f"os:{user}",
        person=user,
        via="command line",
        environment_id=environment.id,
        environment=environment.name,
        record_kind=kind,
        record_id=key,
        record=name,
        before=before,
        after=after,
    )


def as_recorded(one: FieldMapping | Strategy) -> dict[str, Any]:
    return {name: value for name, value in asdict(one).items() if name != "id"}


def _user() -> str:
    """A container's user may have no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"
