"""Which privilege a change of definitions needs. The names are unconfirmed (dataverse-api reference, section 6.10)."""

from __future__ import annotations

from collections.abc import Sequence

from leadferry.simulators.dataverse.definitions.create_choices import ACTIONS
from leadferry.simulators.dataverse.privileges import Caller
from leadferry.simulators.dataverse.settings import Settings
from leadferry.simulators.dataverse.urls import Segment

_KINDS = {
    "EntityDefinitions": "Entity",
    "Attributes": "Attribute",
    "Keys": "EntityKey",
    "RelationshipDefinitions": "Relationship",
    "GlobalOptionSetDefinitions": "OptionSet",
}
_READ_TOGETHER = ("Entity", "Attribute", "EntityKey", "Relationship")
_VERBS = {"POST": "Create", "PUT": "Write", "DELETE": "Delete"}
_OF_ACTIONS = {
    "PublishXml": "prvPublishCustomization",
    "PublishAllXml": "prvPublishCustomization",
    "CreateEntities": "prvCreateEntity",
    "CreateCustomerRelationships": "prvCreateRelationship",
    "ReactivateEntityKey": "prvWriteEntityKey",
    **dict.fromkeys(ACTIONS, "prvWriteOptionSet"),
}


def require(caller: Caller, settings: Settings, method: str, parts: Sequence[Segment]) -> None:
    """Raises the 403 that names the missing privilege."""
    if method != "GET":
        name = _to_change(method, parts)
        if name and settings.customizing_needs_privileges:
            caller.require_privilege(name)
    elif settings.reading_definitions_needs_privileges:
        for kind in _kinds_read(parts):
            caller.require_privilege(f"prvRead{kind}")


def _to_change(method: str, parts: Sequence[Segment]) -> str:
    if parts[0].name in _OF_ACTIONS:
        return _OF_ACTIONS[parts[0].name]
    return f"prv{_VERBS.get(method, 'Write')}{_kind(parts)}" if parts[0].name in _KINDS else ""


def _kinds_read(parts: Sequence[Segment]) -> Sequence[str]:
    if parts[0].name == "RetrieveMetadataChanges":
        return _READ_TOGETHER
    return (_kind(parts),) if parts[0].name in _KINDS else ()


def _kind(parts: Sequence[Segment]) -> str:
    return next((_KINDS[part.name] for part in reversed(parts) if part.name in _KINDS), "Entity")
