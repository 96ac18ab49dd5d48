"""The fields of a form response that come back only when `fields` names them, made once per source and kept.

Source: linkedin-api reference, sections 4.3 and 4.5.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from leadferry.simulators.linkedin import kept_forms
from leadferry.simulators.linkedin.call import last_part
from leadferry.simulators.linkedin.projection import Projection, project
from leadferry.simulators.linkedin.state import State

_decode_shallow = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def decorated(state: State, body: bytes, projection: Projection | None) -> bytes:
    """One form response with just the fields asked for."""
    if projection is None:
        return body
    try:
        fields = _decode_shallow(body)
    except msgspec.ValidationError:
        return body  # A shape that is no record at all is shown as it is.
    parts = []
    for name, below in projection.items():
        value = _value(state, fields, name, below)
        if value is not None:
            parts.append(b'"%b":%b' % (name.encode(), value))
    return b"{%b}" % b",".join(parts)


def _value(state: State, fields: dict[str, msgspec.Raw], name: str, below: Projection | None) -> bytes | None:
    if name in fields:
        raw = bytes(fields[name])
        return raw if below is None else msgspec.json.encode(project(msgspec.json.decode(raw), below))
    if name not in _MAKERS:
        return None
    source, maker = _MAKERS[name]
    if source not in fields:
        return None
    raw = bytes(fields[source])
    key = (name, raw, repr(below))
    with state.lock:
        if key not in state.fragments:
            made = maker(state, msgspec.json.decode(raw))
            state.fragments[key] = None if made is None else msgspec.json.encode(project(made, below))
        found: bytes | None = state.fragments[key]
    return found


def _owner_info(state: State, owner: Any) -> Any:
    urn = kept_forms.owner_urn(owner)
    if urn.startswith("urn:li:sponsoredAccount:"):
        account = state.get("account", last_part(urn))
        return {"sponsoredAccountInfo": {"name": account["name"]}} if account else None
    page = state.get("organization", last_part(urn))
    return {"organizationInfo": {"name": page["localizedName"]}} if page else None


def _entity_info(state: State, entity: Any) -> Any:
    if not isinstance(entity, dict):
        return None
    found = {}
    for kind, urn in entity.items():
        word = "creative" if kind == "associatedCreative" else str(kind)
        thing = state.get(word, last_part(str(urn))) or {}
        found[kind] = {"id": urn} | {name: thing[name] for name in ("name",) if name in thing}
    return found


def _metadata_info(state: State, metadata: Any) -> Any:
    try:
        urn = metadata["sponsoredLeadMetadata"]["campaign"]
    except (KeyError, TypeError):
        return None
    campaign = state.get("campaign", last_part(str(urn)))
    if campaign is None:
        return None
    info = {"id": urn, "name": campaign.get("name", ""), "type": campaign.get("type", "")}
    return {"sponsoredLeadMetadataInfo": {"campaign": info}}


def _form(state: State, urn: Any) -> Any:
    """The version that the member saw, even where the form has newer ones."""
    named = kept_forms.parse_versioned_urn(str(urn))
    return kept_forms.version(state, *named) if named else None


_MAKERS: dict[str, tuple[str, Callable[[State, Any], Any]]] = {
    "ownerInfo": ("owner", _owner_info),
    "associatedEntityInfo": ("associatedEntity", _entity_info),
    "leadMetadataInfo": ("leadMetadata", _metadata_info),
    "form": ("versionedLeadGenFormUrn", _form),
}
"""Decorated field: the field that it explains, and its maker."""
