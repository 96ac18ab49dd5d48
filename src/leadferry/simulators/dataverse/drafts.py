"""Reading a row out of a request body: values checked, lookups resolved, nested rows set aside.

Source: dataverse-api reference, sections 2.2 (create), 2.6 (lookups) and 2.7 (deep insert).
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import Any

from leadferry.clock import as_text
from leadferry.simulators.dataverse import keys, refusals, urls
from leadferry.simulators.dataverse.access import require_rows
from leadferry.simulators.dataverse.model import ManyToMany, OneToMany
from leadferry.simulators.dataverse.privileges import Caller
from leadferry.simulators.dataverse.schema import lookup_table_column, sql_table
from leadferry.simulators.dataverse.storage import Storage
from leadferry.simulators.dataverse.validation import Navigation, TableRules, rules_of, table_of_set

_DIRECT = "CRM do not support direct update of Entity Reference properties, Use Navigation properties instead."


@dataclass(slots=True)
class Draft:
    """`singles` are rows to make before this one, `children` rows to make after it, `links` rows to link to it."""

    values: dict[str, Any] = field(default_factory=dict)
    singles: list[tuple[Navigation, dict[str, Any]]] = field(default_factory=list)
    children: list[tuple[OneToMany | ManyToMany, list[dict[str, Any]]]] = field(default_factory=list)
    links: list[tuple[OneToMany | ManyToMany, list[tuple[str, str]]]] = field(default_factory=list)


class Writing:
    """One write: its transaction, who writes, when, and what has been looked up so far."""

    def __init__(self, storage: Storage, conn: sqlite3.Connection, caller: Caller, solution: str = "") -> None:
        """`solution` is the unique name of the one that new components join."""
        self.storage, self.conn, self.caller, self.solution = storage, conn, caller, solution
        self.now = as_text(storage.clock())
        self.rows_touched = 0
        self._resolved: dict[tuple[str, tuple[str, ...]], tuple[str, str]] = {}
        self._allowed: set[tuple[str, str]] = set()
        self._appending: set[str] = set()
        self._units: dict[tuple[str, str], str] = {}

    def rules(self, table: str) -> TableRules:
        return rules_of(self.storage, table)

    def resolve(self, reference: str, targets: tuple[str, ...]) -> tuple[str, str]:
        """Table and id of `/accounts(<id>)`, with or without slash, absolute, or with an alternate key."""
        found = self._resolved.get((reference, targets))
        if found is None:
            found = self._resolved[(reference, targets)] = self._look_up(reference, targets)
        return found

    def _look_up(self, reference: str, targets: tuple[str, ...]) -> tuple[str, str]:
        parts = urls.segments(_relative(reference, self.caller.base_url))
        if len(parts) != 1 or parts[0].key is None:
            raise refusals.payload_error(f"Resource not found for the segment '{reference}'.")
        table = table_of_set(self.storage, parts[0].name)
        if table is None:
            raise refusals.payload_error(f"Resource not found for the segment '{parts[0].name}'.")
        if table.logical_name not in targets:
            raise refusals.payload_error(
                f"A resource of type 'Microsoft.Dynamics.CRM.{table.logical_name}' cannot be used where "
                f"'{', '.join(targets)}' is expected."
            )
        key = urls.parse_key(parts[0].key, table.primary_id, table.logical_name)
        if isinstance(key, str):
            if not self.exists(table.logical_name, key):
                raise refusals.row_not_found(table.logical_name, key)
            return table.logical_name, key
        row_id = keys.find(self.conn, table, keys.key_values(self.storage, table, key))
        if row_id is None:
            raise refusals.row_not_found_by_key(table.logical_name)
        return table.logical_name, row_id

    def exists(self, table: str, row_id: str) -> bool:
        primary = self.storage.catalog.tables[table].primary_id
        sql = f'SELECT 1 FROM "{sql_table(table)}" WHERE "{primary}" = ?'
        return self.conn.execute(sql, (row_id,)).fetchone() is not None

    def read(self, rules: TableRules, body: Any, *, creating: bool) -> Draft:
        """Raises a refusal for the first property that does not fit."""
        if not isinstance(body, dict):
            raise refusals.payload_error("Expected a JSON object.", rules.table.entity_set)
        setters = rules.on_create if creating else rules.on_update
        draft = Draft()
        values = draft.values
        for name, value in body.items():
            convert = setters.get(name)
            if convert is None:
                self._other(rules, draft, name, value, creating)
            elif value is None:
                values[name] = rules.set_column(name, None, creating)
            else:
                values[name] = convert(value)
        return draft

    def _other(self, rules: TableRules, draft: Draft, name: str, value: Any, creating: bool) -> None:
        if "@" in name:
            self._annotation(rules, draft, name, value, creating)
        elif name in rules.navigations:
            self._nested(rules, draft, rules.navigations[name], value, creating)
        elif name in rules.collections:
            if not isinstance(value, list):
                raise refusals.payload_error(f"'{name}' must be an array.", rules.table.entity_set)
            draft.children.append((rules.collections[name], value))
        elif name in rules.lookups or (name.startswith("_") and rules.knows(name)):
            raise refusals.payload_error(_DIRECT, rules.table.entity_set)
        elif name not in rules.columns:
            raise refusals.unknown_property(name, rules.name, rules.table.entity_set)

    def _annotation(self, rules: TableRules, draft: Draft, name: str, value: Any, creating: bool) -> None:
        target, _, annotation = name.partition("@")
        if annotation == "odata.bind":
            self._bind(rules, draft, target, value, creating)
        elif target and not rules.knows(target):
            raise refusals.undeclared_property(target, rules.table.entity_set)

    def _bind(self, rules: TableRules, draft: Draft, name: str, value: Any, creating: bool) -> None:
        navigation = rules.navigations.get(name)
        if navigation is not None:
            if value is None:
                self.point(rules, draft.values, navigation, None, creating)
            elif isinstance(value, str):
                self.point(rules, draft.values, navigation, self.resolve(value, navigation.targets), creating)
            else:
                raise refusals.payload_error(f"'{name}@odata.bind' must be a string.", rules.table.entity_set)
            return
        relation = rules.collections.get(name)
        if relation is None or not isinstance(value, list):
            raise refusals.undeclared_property(name, rules.table.entity_set)
        other = other_table(relation, rules.name)
        draft.links.append((relation, [self.resolve(str(one), (other,)) for one in value]))

    def _nested(self, rules: TableRules, draft: Draft, navigation: Navigation, value: Any, creating: bool) -> None:
        if value is None:
            self.point(rules, draft.values, navigation, None, creating)
        elif isinstance(value, dict) and creating:
            draft.singles.append((navigation, value))
        else:
            raise refusals.payload_error(_DIRECT, rules.table.entity_set)

    def point(
        self,
        rules: TableRules,
        values: dict[str, Any],
        navigation: Navigation,
        to: tuple[str, str] | None,
        creating: bool,
    ) -> None:
        """Puts a lookup into `values`; one that may not be written is silently left out."""
        if not (navigation.on_create if creating else navigation.on_update):
            return
        if to is None and navigation.column in rules.never_null:
            raise refusals.required(navigation.column, rules.name)
        if to is not None and not navigation.is_owner:
            self._require_append(rules, *to)
        values[navigation.column] = to[1] if to else None
        values[lookup_table_column(navigation.column)] = to[0] if to else None

    def _require_append(self, rules: TableRules, target: str, row_id: str) -> None:
        """Append here is asked when the rows are known (`appends`)."""
        self._appending.add(rules.name)
        if (rules.name, target) in self._allowed:
            return
        self.caller.require("Append", rules.table)
        table = self.storage.catalog.tables[target]
        if self.caller.reach("AppendTo", table) is None:
            self._allowed.add((rules.name, target))
        else:
            require_rows(self.conn, self.caller, "AppendTo", table, [row_id])

    def appends(self, rules: TableRules) -> bool:
        """Whether a row of this table has been given a lookup."""
        return rules.name in self._appending

    def business_unit_of(self, kind: str, owner: str) -> str:
        """Of a user or a team; empty where the environment has no business units."""
        found = self._units.get((kind, owner))
        if found is None:
            table = self.storage.catalog.tables[kind]
            sql = f'SELECT businessunitid FROM "{sql_table(kind)}" WHERE "{table.primary_id}" = ?'
            row = self.conn.execute(sql, (owner,)).fetchone() if "businessunitid" in table.columns else None
            found = self._units[(kind, owner)] = str(row[0] or "") if row else ""
        return found


def other_table(relation: OneToMany | ManyToMany, here: str) -> str:
    """The table at the other end of a collection of `here`."""
    if isinstance(relation, OneToMany):
        return relation.referencing
    return relation.table2 if relation.table1 == here else relation.table1


def _relative(reference: str, base_url: str) -> str:
    text = reference
    if "://" in text:
        text = "/" + text.split("://", 1)[1].partition("/")[2]
    if (below := urls.below_root(text)) is not None:
        return below
    return text.removeprefix(base_url).lstrip("/")
