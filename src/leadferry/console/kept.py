"""What was typed into a form that could not be taken: it comes back with the error, to be sent again. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from leadferry.console.edited import FIELD as DRAWN_FROM

NEVER_SHOWN = frozenset({"secret", "linkedin_client_secret", "certificate", "address", "token", "_csrf_token"})
"""Fields that hold secrets: they are typed again."""
NOT_OURS = ("/sign-in", "/sign-out", "/theme")
"""Forms where nothing is typed."""
AGAIN = frozenset({401, 409, 412, 429, 500, 502, 503})
"""Answers that another attempt may change."""


@dataclass(frozen=True, slots=True)
class Kept:
    """`path`: where it was sent. `fields`: in their order, blanks too. `left_out`: a secret was among them. `again`:
    another attempt may succeed."""

    path: str
    fields: tuple[tuple[str, str], ...]
    left_out: bool
    again: bool

    @property
    def typed(self) -> list[tuple[str, str]]:
        return [(name, text) for name, text in self.fields if text.strip() and name != DRAWN_FROM]


def kept(path: str, form: Mapping[str, Any], *, again: bool) -> Kept | None:
    """None where nothing was typed and nothing would be gained by sending it again. Files are left out: only the
    browser has them."""
    if path.startswith(NOT_OURS):
        return None
    fields = tuple((name, text) for name, text in _texts(form) if name not in NEVER_SHOWN)
    found = Kept(path, fields, has_secret(form), again)
    return found if again or found.typed else None


def has_secret(form: Mapping[str, Any]) -> bool:
    return any(name in NEVER_SHOWN - {"_csrf_token"} and text for name, text in _texts(form))


def _texts(form: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in form.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str):
                yield name, one
