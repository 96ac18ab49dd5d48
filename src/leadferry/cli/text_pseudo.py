"""A language that nobody speaks: every text with other letters and 40 % longer, its gaps and tags as they were. What
stays in plain letters on a page was never marked."""

from __future__ import annotations

import re

from babel.messages.catalog import Catalog

LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "åƀçđéƒĝĥíĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇĐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ",
)
LONGER = 0.4
MORE = "åéíö åíéö öéåíåé "
"""Words as long as words are."""
_KEPT = re.compile(r"(%\(\w+\)s|%%|\{\{|\}\}|\{\w+\}|<[^>]+>|&\w+;|`[^`]*`)")


def pseudo(text: str) -> str:
    """`Save the view` -> `Šåṽé ţĥé ṽíéŵ åéíö`."""
    parts = _KEPT.split(text)
    words = "".join(part if n % 2 else part.translate(LETTERS) for n, part in enumerate(parts))
    more = round(LONGER * sum(len(part) for part in parts[::2]))
    return f"{words} {(MORE * (more // len(MORE) + 1))[: more - 1].strip()}" if more > 1 else words


def pseudo_catalogue(template: Catalog, language: str) -> Catalog:
    made = Catalog(locale=language)
    for one in template:
        if one.id:
            said = tuple(pseudo(text) for text in one.id) if isinstance(one.id, tuple | list) else pseudo(one.id)
            if isinstance(said, tuple):
                said = (said[0], *[said[1]] * (made.num_plurals - 1))
            made.add(one.id, said, context=one.context)
    return made
