"""Lead columns that a kept text calls by their logical names, called as Dynamics shows them. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from markupsafe import Markup, escape


def named(text: str, columns: Iterable[str], label: Callable[[str], str]) -> Markup:
    """`Matched on emailaddress1.` -> `Matched on Email.`, the logical name one hover away. `columns`: those that the
    text may name; other words that look like a column are left alone."""
    known = [re.escape(column) for column in columns if column]
    if not known:
        return escape(text)
    parts = re.split(rf"\b({'|'.join(known)})\b", text)
    said = (_named(part, label) if place % 2 else escape(part) for place, part in enumerate(parts))
    return Markup("").join(said)


def _named(column: str, label: Callable[[str], str]) -> Markup:
    return Markup('<span title="{}">{}</span>').format(column, label(column))
