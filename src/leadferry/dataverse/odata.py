"""Writes what the Web API reads: literals, `In()` lists, key addresses, query strings. Pure.

Source: docs `webapi/query/filter-rows.md`, `use-alternate-key-reference-record.md` (Web API v9.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import msgspec

MAX_URL = 32_768
"""Characters of a GET's address (dataverse-api 2.1)."""
MAX_BATCHED_URL = 65_536
"""The same for a GET inside `$batch`."""
IN_VALUES = 500
"""Values of the conditions of one query; the service's own limit is not documented (dataverse-api 3.2)."""

_SAFE = "$()',:;@/=*!-._~"
_UNSAFE = re.compile(r"[^\w$()',:;@/=*!\-.~]+", re.ASCII)
_UNUSABLE_IN_KEYS = re.compile(r"[/<>*%&:\\?+]")


def text(value: str) -> str:
    """A string literal: `'O''Neil'`."""
    return "'" + value.replace("'", "''") + "'"


def literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return text(value) if isinstance(value, str) else str(value)


def in_list(column: str, values: Iterable[str]) -> str:
    """`Microsoft.Dynamics.CRM.In(...)`: its values are double-quoted strings whatever the column's type."""
    listed = ",".join(_in_value(value) for value in values)
    return f"Microsoft.Dynamics.CRM.In(PropertyName='{column}',PropertyValues=[{listed}])"


def _in_value(value: str) -> str:
    return msgspec.json.encode(value).decode()


def like_text(value: str) -> str:
    """A literal for `contains`, `startswith` and `endswith`, which otherwise read `%`, `_` and `[` as wildcards."""
    return text(re.sub(r"[\[%_]", lambda found: f"[{found[0]}]", value))


def key_url(entity_set: str, row_id: str) -> str:
    return f"{entity_set}({row_id.strip('{}').lower()})"


def alternate_key_url(entity_set: str, columns: Mapping[str, Any]) -> str:
    """`leads(new_key='abc',new_part=5)`. Raises ValueError where the value has a character that no key URL can have."""
    for column, value in columns.items():
        if isinstance(value, str) and (found := _UNUSABLE_IN_KEYS.search(value)):
            raise ValueError(f"The value for key column {column} has a {found[0]!r}, which no key URL can carry.")
    parts = ",".join(f"{column}={quote(literal(value), safe=_SAFE)}" for column, value in columns.items())
    return f"{entity_set}({parts})"


def bind(entity_set: str, row_id: str) -> str:
    """What a `...@odata.bind` takes."""
    return "/" + key_url(entity_set, row_id)


def encode(value: str) -> str:
    """As `quote`, which looks at each character in Python: lookups of hundreds of addresses are long texts."""
    return _UNSAFE.sub(_encoded, value)


def _encoded(found: re.Match[str]) -> str:
    return _quoted(found[0])


@lru_cache(1024)
def _quoted(characters: str) -> str:
    return quote(characters, safe=_SAFE)


def query_string(options: Mapping[str, str | int | None]) -> str:
    """`?$select=a,b&$top=5`, percent-encoded; options that are None or "" are left out."""
    given = [f"{name}={encode(str(value))}" for name, value in options.items() if value not in {None, ""}]
    return "?" + "&".join(given) if given else ""


def any_in(column_values: Mapping[str, Sequence[str]], extra_filter: str | None = None) -> str:
    """Rows in which any column is one of its values, and `extra_filter` holds."""
    some = " or ".join(in_list(column, values) for column, values in column_values.items() if values)
    return f"({some}) and ({extra_filter})" if extra_filter else some


def in_chunks(
    column_values: Mapping[str, Sequence[str]], room: int, max_values: int = IN_VALUES
) -> Iterator[dict[str, list[str]]]:
    """Splits the values so that each part's filter takes at most `room` characters of an address."""
    if sum(map(len, column_values.values())) <= max_values and len(encode(any_in(column_values))) <= room:
        if any(column_values.values()):
            yield {column: list(values) for column, values in column_values.items() if values}
        return
    chunk: dict[str, list[str]] = {}
    size = count = 0
    for column, values in column_values.items():
        head = len(encode(in_list(column, []))) + len(encode(" or "))
        for value in values:
            more = len(encode(_in_value(value) + ",")) + (0 if column in chunk else head)
            if chunk and (size + more > room or count >= max_values):
                yield chunk
                chunk, size, count = {}, 0, 0
                more = len(encode(_in_value(value) + ",")) + head
            chunk.setdefault(column, []).append(value)
            size, count = size + more, count + 1
    if chunk:
        yield chunk
