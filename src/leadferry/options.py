"""Documented options, declared once as fields of a dataclass; parsed, checked and documented from there. Pure."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from leadferry.errors import InputError
from leadferry.words import _, worded


class Kind(Enum):
    TEXT = auto()
    WHOLE = auto()
    SECONDS = auto()
    YES_NO = auto()
    CHOICE = auto()
    ADDRESS = auto()
    PATH = auto()
    WORDS = auto()
    DAY = auto()


@dataclass(frozen=True, slots=True)
class Option:
    """`original`: the requirement of Microsoft's connector that it keeps (OC-85). `secret`: its value never appears in
    a message. `shown_default`: for one worked out."""

    kind: Kind
    meaning: str
    original: str = ""
    variable: str = ""
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    pattern: str = ""
    pattern_words: str = ""
    secret: bool = False
    shown_default: str = ""


def documented(known: Option) -> str:
    """The meaning, with the requirement's number."""
    return f"{known.meaning[:-1]} ({known.original})." if known.original else known.meaning


def option(default: Any, kind: Kind, meaning: str, **more: Any) -> Any:
    """A dataclass field that carries its documentation."""
    known = Option(kind, meaning, **more)
    return dataclasses.field(default=default, repr=not known.secret, metadata={"option": known})


def options_of(owner: type[Any]) -> dict[str, tuple[Option, Any]]:
    """Field name -> (its option, its default), in the order of declaration."""
    found = {}
    for item in dataclasses.fields(owner):
        if "option" in item.metadata:
            found[item.name] = (item.metadata["option"], item.default)
    return found


def parse(known: Option, text: str, named: str) -> Any:
    """The value that `text` stands for. `named` begins the message: a variable, a line of a file, an option."""
    text = text.strip()
    try:
        value = _READERS[known.kind](text)
    except ValueError:
        raise _refused(known, text, named) from None
    if not _allowed(known, text, value):
        raise _refused(known, text, named)
    return value


def allowed(known: Option) -> str:
    """`1 to 5000`, `ignore, create`: what the reference and the messages say."""
    if known.choices:
        return ", ".join(known.choices)
    if known.pattern_words:
        return known.pattern_words
    if known.minimum is not None and known.maximum is not None:
        return _("{minimum} to {maximum}", minimum=known.minimum, maximum=known.maximum)
    if known.minimum is not None:
        return _("{minimum} or more", minimum=known.minimum)
    return _WORDS[known.kind]


def as_text(value: Any) -> str:
    """As a person would type it."""
    if isinstance(value, bool):
        return worded("yes") if value else worded("no")
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`Did you mean update_matched?`, or "" where nothing is near."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return _("Did you mean {near}?", near=near[0]) if near else ""


def table_row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _refused(known: Option, text: str, named: str) -> InputError:
    fix = _("Allowed: {replace}.", replace=allowed(known).replace("`", ""))
    if known.secret:
        return InputError(_("{named} has a value that is not allowed.", named=named), fix=fix, code="bad-value")
    if known.kind is Kind.CHOICE:
        return InputError(
            _("{named} is {text}, which is none of its choices.", named=named, text=_quoted(text)),
            fix=fix,
            code="bad-value",
        )
    must = _MUST_BE[known.kind]
    message = _(
        "{named} is {text}, which is not allowed: it must be {must}.", named=named, text=_quoted(text), must=must
    )
    return InputError(message, fix=fix, code="bad-value")


def _quoted(text: str) -> str:
    return f'"{text[:80]}…"' if len(text) > 80 else f'"{text}"'


def _allowed(known: Option, text: str, value: Any) -> bool:
    if known.choices and value not in known.choices:
        return False
    if known.pattern and not re.fullmatch(known.pattern, text):
        return False
    if known.kind in {Kind.WHOLE, Kind.SECONDS}:
        return (known.minimum is None or value >= known.minimum) and (known.maximum is None or value <= known.maximum)
    return True


def _whole(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]+", text):
        raise ValueError(text)
    return int(text)


def _seconds(text: str) -> float:
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        raise ValueError(text)
    return float(text)


def _yes_no(text: str) -> bool:
    word = text.lower()
    if word in {"yes", "true", "on", "1"}:
        return True
    if word in {"no", "false", "off", "0"}:
        return False
    raise ValueError(text)


def _address(text: str) -> str:
    if not text:
        return ""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", text):
        raise ValueError(text)
    return text.rstrip("/")


def _day(text: str) -> str:
    """As it was typed: `2027-11-30`."""
    if text and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    return date.fromisoformat(text).isoformat() if text else ""


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.split(r"[\s,]+", text)) if text else ()


_READERS: dict[Kind, Callable[[str], Any]] = {
    Kind.TEXT: str,
    Kind.WHOLE: _whole,
    Kind.SECONDS: _seconds,
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: str.lower,
    Kind.ADDRESS: _address,
    Kind.PATH: lambda text: Path(text).expanduser() if text else None,
    Kind.WORDS: _words,
    Kind.DAY: _day,
}

_MUST_BE = {
    Kind.TEXT: "text",
    Kind.WHOLE: _("a whole number"),
    Kind.SECONDS: _("a number of seconds"),
    Kind.YES_NO: _("yes or no"),
    Kind.CHOICE: _("one of its choices"),
    Kind.ADDRESS: _("a web address"),
    Kind.PATH: "a path",
    Kind.WORDS: "words",
    Kind.DAY: "a day like 2027-11-30",
}

_WORDS = {
    Kind.TEXT: _("any text"),
    Kind.WHOLE: _("a whole number"),
    Kind.SECONDS: "a number",
    Kind.YES_NO: _("yes, no"),
    Kind.CHOICE: "",
    Kind.ADDRESS: _("an address beginning with https:// or http://"),
    Kind.PATH: "a path",
    Kind.WORDS: "words",
    Kind.DAY: "a day like 2027-11-30",
}
