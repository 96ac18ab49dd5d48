"""The customizing side of the Web API: definitions, solutions, publishing, roles. Slow calls, one at a time.

Only one customization runs in an environment at a time; while another one does, a call waits and asks again.
Source: docs `webapi/create-update-entity-definitions-using-web-api.md` and its neighbours (v9.2); dataverse-api 6.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast
from urllib.parse import quote

import msgspec

from leadferry.dataverse import odata
from leadferry.dataverse.batch_results import made_id
from leadferry.dataverse.client import DataverseClient, Row
from leadferry.errors import DataverseError

Json = dict[str, Any]

TIMEOUT_S = 900.0
"""Creating a table or publishing takes minutes in a busy environment."""
LOCK_CODES = frozenset({"0x80071151", "0x80071153"})
_LOCK_TEXT = re.compile(r"another .{0,80}running|CustomizationLock|customization lock", re.IGNORECASE | re.DOTALL)
FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 60.0
_STRONG = {"Consistency": "Strong"}
"""Sees what was changed in the last half minute (dataverse-api 2.1)."""


class CustomizingClient:
    """`patience_s`: how long a call waits in all for another customization. `on_wait` is told the seconds to come."""

    def __init__(
        self,
        client: DataverseClient,
        *,
        sleep: Callable[[float], None] = time.sleep,
        patience_s: float = 1_800.0,
        on_wait: Callable[[float], None] = lambda _seconds: None,
    ) -> None:
        self.client = client
        self._sleep, self._patience_s, self._on_wait = sleep, patience_s, on_wait

    # Reading

    def read(self, path: str) -> Json | None:
        """One definition or row, None where there is none. May be repeated."""
        try:
            return self._json("GET", path, f"GET {_root(path)}", repeatable=True)
        except DataverseError as error:
            if error.status == 404:
                return None
            raise

    def rows(self, entity_set: str, select: Iterable[str], condition: str) -> list[Row]:
        """May be repeated."""
        return list(self.client.query(entity_set, select=list(select), filter=condition))

    def tables(self, names: Iterable[str]) -> list[Json]:
        """Definitions of those tables that exist, with columns of their own type, keys and relationships, in one
        request: `query-schema-definitions.md`, RetrieveMetadataChanges. May be repeated."""
        query = quote(msgspec.json.encode(_tables_query(names)).decode(), safe="")
        path = f"RetrieveMetadataChanges(Query=@p1)?@p1={query}"
        answer = self._json("GET", path, "GET RetrieveMetadataChanges", repeatable=True)
        return cast(list[Json], answer.get("EntityMetadata") or [])

    def privileges(self, names: Iterable[str]) -> dict[str, str]:
        """Name -> id of those that the environment knows. May be repeated."""
        found: dict[str, str] = {}
        listed = list(dict.fromkeys(names))
        for start in range(0, len(listed), 100):
            condition = odata.in_list("name", listed[start : start + 100])
            rows = self.rows("privileges", ("privilegeid", "name"), condition)
            found |= {str(row["name"]): str(row["privilegeid"]).lower() for row in rows}
        return found

    def privileges_of(self, user_id: str) -> dict[str, str]:
        """Privilege id -> depth (`Basic`, `Local`, `Deep`, `Global`) that a user holds through all roles.
        RetrieveUserPrivileges function. May be repeated."""
        path = f"{odata.key_url('systemusers', user_id)}/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()"
        answer = self._json("GET", path, "GET RetrieveUserPrivileges", repeatable=True)
        listed = answer.get("RolePrivileges") or []
        return {str(one["PrivilegeId"]).lower(): str(one["Depth"]) for one in listed}

    def count(self, entity_set: str) -> int:
        """Rows; never more than 5,000 are told (dataverse-api 3.1). May be repeated."""
        answer = self.client.connection.call(
            "GET", f"{entity_set}/$count", what=f"GET {entity_set}/$count", repeatable=True
        )
        text = answer.body.decode("utf-8-sig", "replace").strip()
        return int(text) if text.isdecimal() else 0

    # Changing

    def create(self, path: str, body: Mapping[str, Any], solution: str = "") -> str:
        """A definition or a row. Returns its id. Not repeated."""
        headers = {"MSCRM.SolutionUniqueName": solution} if solution else {}
        answer = self._patiently("POST", path, f"POST {_root(path)}", body, headers)
        return made_id(answer.headers)

    def replace(self, path: str, body: Mapping[str, Any], solution: str = "") -> None:
        """A definition as a whole; labels in other languages stay. May be repeated by the caller."""
        headers = {"MSCRM.MergeLabels": "true", **({"MSCRM.SolutionUniqueName": solution} if solution else {})}
        self._patiently("PUT", path, f"PUT {_root(path)}", body, headers)

    def patch(self, entity_set: str, row_id: str, row: Mapping[str, Any], solution: str = "") -> None:
        """A row that is there. May be repeated by the caller."""
        headers = {"If-Match": "*", **({"MSCRM.SolutionUniqueName": solution} if solution else {})}
        self._patiently("PATCH", odata.key_url(entity_set, row_id), f"PATCH {entity_set}(id)", row, headers)

    def delete(self, path: str) -> bool:
        """False where it was gone already. May be repeated by the caller."""
        try:
            self._patiently("DELETE", path, f"DELETE {_root(path)}", None, {})
        except DataverseError as error:
            if error.status == 404:
                return False
            raise
        return True

    def action(self, path: str, body: Mapping[str, Any]) -> Json:
        """`InsertOptionValue`, `PublishXml`, `roles(id)/Microsoft.Dynamics.CRM.AddPrivilegesRole` ... Not repeated."""
        answer = self._patiently("POST", path, f"POST {path.rpartition('.')[2] if '/' in path else path}", body, {})
        return self._decoded(answer.body, path) if answer.body else {}

    def link(self, path: str, other: str) -> None:
        """Two rows of a many-to-many relationship: `associate-disassociate-entities-using-web-api.md`. A pair that is
        linked already stays so. May be repeated by the caller."""
        reference = {"@odata.id": f"{self.client.url}/api/data/v9.2/{other}"}
        try:
            self._patiently("POST", f"{path}/$ref", f"POST {_root(path)}/$ref", reference, {})
        except DataverseError as error:
            if error.code != "dataverse-duplicate":
                raise

    # Below

    def _json(self, method: str, path: str, what: str, *, repeatable: bool) -> Json:
        call = self.client.connection.call
        answer = call(method, path, what=what, headers=_STRONG, repeatable=repeatable, timeout_s=TIMEOUT_S)
        return self._decoded(answer.body, what)

    def _patiently(self, method: str, path: str, what: str, body: Mapping[str, Any] | None, headers: Json) -> Any:
        content = None if body is None else msgspec.json.encode(body)
        wait, waited = FIRST_WAIT_S, 0.0
        while True:
            try:
                return self.client.connection.call(
                    method, path, what=what, headers=headers, body=content, timeout_s=TIMEOUT_S
                )
            except DataverseError as error:
                if not is_locked(error) or waited >= self._patience_s:
                    raise
            self._on_wait(wait)
            self._sleep(wait)
            waited, wait = waited + wait, min(2 * wait, LONGEST_WAIT_S)

    def _decoded(self, body: bytes, what: str) -> Json:
        try:
            return msgspec.json.decode(body, type=Json)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise DataverseError(
                f"Dynamics' answer to {what} cannot be read: {type(error).__name__}.",
                fix="Check that the address is the environment's, and that no proxy answers in its place.",
                code="dataverse-unreadable",
            ) from error


def is_locked(error: DataverseError) -> bool:
    """Another customization runs: an import, a publishing, somebody in the maker portal. Nothing was done."""
    return error.vendor_code in LOCK_CODES or bool(_LOCK_TEXT.search(error.message))


def _root(path: str) -> str:
    """`EntityDefinitions/Attributes` of an address, for messages."""
    return re.sub(r"\([^)]*\)|\?.*", "", path)


_TABLE = ("LogicalName", "SchemaName", "EntitySetName", "MetadataId", "ObjectTypeCode", "IsCustomEntity")
_TABLE_PARTS = (
    "Attributes", "Keys", "ManyToOneRelationships", "OneToManyRelationships", "ManyToManyRelationships",
)  # fmt: skip
_COLUMN = ("LogicalName", "MetadataId", "AttributeType", "MaxLength", "IsCustomAttribute", "AttributeOf", "IsPrimaryId")
_RELATION = ("SchemaName", "MetadataId", "ReferencingEntity", "ReferencingAttribute", "ReferencedEntity")
_KEY = ("LogicalName", "MetadataId", "KeyAttributes", "EntityKeyIndexStatus")


def _tables_query(names: Iterable[str]) -> Json:
    conditions = [
        {
            "PropertyName": "LogicalName",
            "ConditionOperator": "Equals",
            "Value": {"Type": "System.String", "Value": name},
        }
        for name in names
    ]
    return {
        "Properties": _properties((*_TABLE, *_TABLE_PARTS)),
        "Criteria": {"FilterOperator": "Or", "Conditions": conditions},
        "AttributeQuery": {"Properties": _properties(_COLUMN)},
        "RelationshipQuery": {"Properties": _properties(_RELATION)},
        "KeyQuery": {"Properties": _properties(_KEY)},
    }


def _properties(names: Iterable[str]) -> Json:
    return {"AllProperties": False, "PropertyNames": list(names)}
