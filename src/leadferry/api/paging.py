"""Pages of a list: a cursor says where the last one ended. Pure."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any, NoReturn

from leadferry.errors import InputError

MOST = 500


def before(cursor: str) -> int | None:
    """The number after which a page begins; None for the first one. Raises InputError `bad-cursor`."""
    if not cursor:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor.encode() + b"==").decode()
        return int(text.removeprefix("before:"))
    except (binascii.Error, ValueError):
        _bad()


def after(found: Sequence[Any], limit: int) -> str | None:
    """Of a list that was asked for one more than `limit`."""
    if len(found) <= limit:
        return None
    return base64.urlsafe_b64encode(f"before:{found[limit - 1].id}".encode()).decode().rstrip("=")


def of_list(known: Sequence[Any], cursor: str, limit: int) -> tuple[list[Any], str | None]:
    """Of a whole list in the order of its ids: (the page, the cursor of the next one)."""
    size, start = checked(limit), before(cursor) or 0
    found = [one for one in known if one.id > start][: size + 1]
    return found[:size], after(found, size)


def place(cursor: str) -> tuple[int, int] | None:
    """Of a list of submissions: the (time, number) after which a page begins. Raises InputError `bad-cursor`."""
    if not cursor:
        return None
    try:
        kind, at, number = base64.urlsafe_b64decode(cursor.encode() + b"==").decode().split(":")
        key = (int(at), int(number))
    except (binascii.Error, ValueError):
        _bad()
    if kind != "after" or not all(0 <= one < 2**63 for one in key):
        _bad()
    return key


def onwards(key: tuple[int, int] | None) -> str | None:
    if key is None:
        return None
    return base64.urlsafe_b64encode(f"after:{key[0]}:{key[1]}".encode()).decode().rstrip("=")


def checked(limit: int) -> int:
    if not 1 <= limit <= MOST:
        raise InputError(f"A page has 1 to {MOST} items.", fix="Give a `limit` in between.", code="bad-limit")
    return limit


def _bad() -> NoReturn:
    raise InputError("The cursor is none that the API gave.", fix="Begin without one.", code="bad-cursor")
