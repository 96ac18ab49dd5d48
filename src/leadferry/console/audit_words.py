"""The audit in words: what an action is called, and what changed from what. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from leadferry.console.rights import WORDS, Action
from leadferry.words import _

OTHERS: Mapping[str, str] = {
    "session.begin": _("sign in"),
    "session.end": _("sign out"),
    "session.lost": _("end sessions, because the last role was lost"),
}
"""What is no right of anybody's."""

ACTIONS: Mapping[str, str] = {**{action.value: WORDS[action] for action in Action}, **OTHERS}


def words_of(action: str) -> str:
    return ACTIONS.get(action, action)


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[tuple[str, str, str]]:
    """(name, old, new) of what differs; a value that there was none of is ""."""
    old, new = before or {}, after or {}
    names = [*old, *(name for name in new if name not in old)]
    return [
        (name.replace("_", " "), _text(old, name), _text(new, name)) for name in names if old.get(name) != new.get(name)
    ]


def _text(values: Mapping[str, Any], name: str) -> str:
    if name not in values or values[name] is None:
        return ""
    value = values[name]
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
