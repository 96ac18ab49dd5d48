"""Rest.li 2.0.0 as LinkedIn reads it: values, records, lists, query strings, URNs. Pure.

Source: Microsoft Learn "LinkedIn Marketing API Versioning", linkedin-developers/linkedin-api-python-client;
linkedin-api 2.3. Structure `( ) : ,` stays literal, values are percent-encoded; general URL builders get that wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

TUNNEL_ABOVE = 4000
"""Characters of a query above which it travels in the body (linkedin-api 2.6)."""

_VERSIONED_FORM = re.compile(r"\(\s*urn:li:\w+:(\d+)\s*,\s*(\d+)\s*\)\s*$")


class Structure(str):
    """Text that is Rest.li structure already and goes out as it is."""

    __slots__ = ()


def encode(value: Any) -> str:
    """`List(a,b)` for a sequence, `(k:v)` for a mapping, else the value percent-encoded."""
    if isinstance(value, Structure):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "(" + ",".join(f"{encode(key)}:{encode(inner)}" for key, inner in value.items()) + ")"
    if isinstance(value, list | tuple | set | frozenset):
        return "List(" + ",".join(encode(inner) for inner in value) + ")"
    return quote(str(value), safe="")


def query_string(parameters: Mapping[str, Any]) -> str:
    """`q=owner&start=0`; parameters that are None are left out."""
    return "&".join(f"{name}={encode(value)}" for name, value in parameters.items() if value is not None)


def urn_id(urn: str) -> str:
    """`urn:li:sponsoredAccount:5001` -> `5001`; of a versioned form, the form's."""
    form_id, _ = parse_versioned_form(urn)
    return str(form_id) if form_id else urn.rpartition(":")[2]


def urn_kind(urn: str) -> str:
    """`urn:li:sponsoredAccount:5001` -> `sponsoredAccount`; "" where it is no URN."""
    parts = urn.split(":", 3)
    return parts[2] if len(parts) == 4 and parts[0] == "urn" else ""


def owner_record(owner_urn: str) -> dict[str, str]:
    """The union that finders take: `(sponsoredAccount:urn…)` or `(organization:urn…)`."""
    return {urn_kind(owner_urn): owner_urn}


def parse_versioned_form(urn: str) -> tuple[int, int]:
    """`urn:li:versionedLeadGenForm:(urn:li:leadGenForm:3162,2)`, blanks tolerated -> (3162, 2), else (0, 0)."""
    found = _VERSIONED_FORM.search(urn)
    return (int(found[1]), int(found[2])) if found else (0, 0)
