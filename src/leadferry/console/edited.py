"""A form carries the state that it was drawn from: who saves later does not undo unseen what was saved since. Pure.

drawn = Drawn("matching strategy", 3, (Part("name", _("Name"), strategy.name), ...))
drawn.tag(now)      # in the form's field `drawn_from`: `41c0e2.9d2f0c61b7a3.1764146412000`
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from leadferry.errors import StaleError
from leadferry.words import _, json_of, together

FIELD = "drawn_from"
"""Of the form. One that is sent without it (by a script, from a page of an older Leadferry) is taken as it is."""
MARK = 6


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a form shows and changes. `name`: as the audit calls it. `words`: the value as people read it,
    where that is another text; None: it is too long to stand beside another."""

    name: str
    label: str
    value: Any
    words: str | None = ""

    @property
    def said(self) -> str:
        return self.words or _said(self.value)

    @property
    def mark(self) -> str:
        return _mark([self.name, self.value])


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a form shows of a record. `kind` and `key` as in the audit; `key` None: each part is a record of its own.
    `form`: its name where a page has several of one record. `also`: what else the audit calls a change of it; where the
    form is of many records (`key` ""), further kinds of them."""

    kind: str
    key: str | int | None
    parts: tuple[Part, ...]
    form: str = ""
    also: Collection[str] = ()

    @property
    def name(self) -> str:
        return _mark([self.kind, self.key, self.form])

    @property
    def marks(self) -> list[str]:
        return [part.mark for part in self.parts]

    def tag(self, now: int) -> str:
        """One mark for each part, so that a page can say who changed which."""
        return f"{self.name}.{''.join(self.marks)}.{now}"

    def is_named(self, tag: str) -> bool:
        """Whether the tag is of this form, in whatever state."""
        return tag.startswith(f"{self.name}.")


def _mark(value: Any) -> str:
    return hashlib.sha256(json_of(value)).hexdigest()[:MARK]


def _said(value: Any) -> str:
    match value:
        case True:
            return _("Yes")
        case False:
            return _("No")
        case None | "" | () | []:
            return _("empty")
        case list() | tuple():
            return together([_said(one) for one in value], ", ")
    return value if isinstance(value, str) else str(value)


def marks_in(tag: str) -> list[str]:
    text = tag.split(".")[1] if tag.count(".") == 2 else ""
    return [text[place : place + MARK] for place in range(0, len(text), MARK)]


def drawn_at(tag: str) -> int:
    moment = tag.rpartition(".")[2]
    return int(moment) if moment.isdecimal() and len(moment) < 16 else 0


def still(tag: str, there: Drawn, wanted: Drawn | None) -> bool:
    """Whether a save may go on: nothing was changed since the form was drawn, or it is just what is wanted already."""
    if not tag:
        return True
    if wanted is not None and wanted.marks == there.marks:
        return True
    return there.is_named(tag) and marks_in(tag) == there.marks


@dataclass(frozen=True, slots=True)
class Change:
    """Of the audit: who changed what of the record."""

    person_id: str
    person: str
    at: int
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Differing:
    """`mine`: the person has typed another value than the form was drawn with; otherwise what is there now stays.
    `others`: somebody has changed it since; `by`: who, as far as the audit knows."""

    name: str
    label: str
    now: str
    typed: str
    mine: bool
    others: bool
    by: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """What a page says of a save that was refused. `saves`: a form was sent; otherwise a button was pressed.
    `changes`: since the form was drawn, the newest first. `untouched`: parts that were sent as they had been drawn.
    `left_out`: a secret was typed, which no page shows again."""

    saves: bool
    differing: Sequence[Differing] = ()
    changes: Sequence[Change] = ()
    untouched: frozenset[str] = frozenset()
    left_out: bool = False

    @property
    def people(self) -> list[Change]:
        """The newest change of each."""
        newest: dict[str, Change] = {}
        for one in self.changes:
            newest.setdefault(one.person_id, one)
        return list(newest.values())

    @property
    def clash(self) -> bool:
        """Whether saving takes back what somebody else has saved."""
        return any(one.mine and one.others for one in self.differing)

    def merged(self, typed: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
        """The form as it comes back: what was typed, and for what was not touched what is there now."""
        return {**typed, **{name: now[name] for name in self.untouched if name in now}}

    def with_words(self, words: Mapping[str, str]) -> Changed:
        """Values said in other words: people by their names instead of their ids."""

        def told(text: str) -> str:
            return words.get(text, text)

        return replace(
            self, differing=[replace(one, now=told(one.now), typed=told(one.typed)) for one in self.differing]
        )


class ChangedMeanwhileError(StaleError):
    """The page that the form stands on tells it, in the form."""

    def __init__(self, changed: Changed) -> None:
        super().__init__(
            _("This was changed since you opened it; nothing was done."),
            fix=_("Open the page again: it shows what is there now."),
        )
        self.changed = changed


def changed(tag: str, there: Drawn, wanted: Drawn | None, changes: Sequence[Change]) -> Changed:
    """`wanted` None: a button that does something to what the page showed. `changes`: since `drawn_at(tag)`."""
    told = [one for one in changes if _tells(one, there)]
    if wanted is None:
        return Changed(False, (), told)
    before = marks_in(tag)
    if len(before) != len(there.parts) or not there.is_named(tag):
        before = [""] * len(there.parts)
    untouched = frozenset(part.name for part, mark in zip(wanted.parts, before, strict=True) if part.mark == mark)
    return Changed(True, list(_differing(before, there, wanted, told)), told, untouched)


def _differing(before: Sequence[str], there: Drawn, wanted: Drawn, changes: Sequence[Change]) -> Iterator[Differing]:
    for mark, now, typed in zip(before, there.parts, wanted.parts, strict=True):
        others = now.mark != mark
        if now.words is None or (now.mark == typed.mark and not others):
            continue
        by = next((one.person for one in changes if now.name in one.names), "") if others else ""
        yield Differing(now.name, now.label, now.said, typed.said, typed.mark != mark, others, by)


def _tells(change: Change, drawn: Drawn) -> bool:
    """Of what the form shows; not of a test that was sent, say."""
    names = {part.name for part in drawn.parts}.union(drawn.also)
    return drawn.key == "" or bool(names & change.names)


def different_names(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> frozenset[str]:
    old, new = before or {}, after or {}
    return frozenset(name for name in {*old, *new} if old.get(name) != new.get(name))
