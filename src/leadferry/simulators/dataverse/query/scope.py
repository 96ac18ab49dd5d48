"""One request to read, and what its names mean: columns, and paths through lookups that become joins."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.model import Column, ManyToMany, OneToMany, Table
from leadferry.simulators.dataverse.privileges import Caller
from leadferry.simulators.dataverse.query import messages
from leadferry.simulators.dataverse.query.fragments import Sql, quoted
from leadferry.simulators.dataverse.refusals import Refusal
from leadferry.simulators.dataverse.schema import LOOKUPS, intersect_columns, lookup_table_column, sql_table
from leadferry.simulators.dataverse.storage import Storage
from leadferry.simulators.dataverse.validation import Navigation, TableRules, rules_of

UNREADABLE = frozenset({"PartyList", "Virtual"})
MOST_CONDITIONS, MOST_VALUES, MOST_JOINS = 500, 2_000, 15


class Asking:
    """One request: where to read, who asks, when, and how much of the platform's limits is used up."""

    def __init__(
        self, storage: Storage, conn: sqlite3.Connection, base_url: str = "", caller: Caller | None = None
    ) -> None:
        self.storage, self.conn, self.base_url, self.caller = storage, conn, base_url, caller
        self.catalog = storage.catalog
        self.now = datetime.fromtimestamp(storage.clock() / 1000, UTC)
        self.accents = int(storage.settings.accent_insensitive)
        self._limited = storage.settings.query_limits
        self._conditions = self._values = self._aliases = 0

    @property
    def user_id(self) -> str:
        return self.caller.user_id if self.caller else ""

    @property
    def business_unit_id(self) -> str:
        return self.caller.business_unit_id if self.caller else ""

    def rules(self, table: Table) -> TableRules:
        return rules_of(self.storage, table.logical_name)

    def fresh_alias(self) -> str:
        self._aliases += 1
        return f"a{self._aliases}"

    def count_condition(self, values: int = 1) -> None:
        """Raises when the query has more conditions or values than the platform takes."""
        self._conditions += 1
        self._values += values
        if self._limited and self._conditions > MOST_CONDITIONS:
            raise Refusal(
                400, "0x8004430C", f"Number of conditions in query exceeded maximum limit. Limit: {MOST_CONDITIONS}."
            )
        if self._limited and self._values > MOST_VALUES:
            raise refusals.sql_error()

    def source(self, table: Table) -> str:
        """What to read from: only rows that the caller reaches. Raises when they may not read the table."""
        reach = None if self.caller is None else self.caller.reach("Read", table)
        if table.logical_name in messages.TABLES:
            return messages.message_source(self.catalog, table)
        source = quoted(sql_table(table.logical_name))
        return f"(SELECT * FROM {source} WHERE {reach.sql})" if reach else source


@dataclass(frozen=True, slots=True)
class Field:
    """A column of one of the joined tables."""

    table: Table
    column: Column
    sql: str
    kind_sql: str = ""
    """Lookups: the SQL column with the target's table."""


class Scope:
    """A table under an alias. Scopes made by `through` share one list of joins."""

    def __init__(self, asking: Asking, table: Table, alias: str = "", joins: list[Sql] | None = None) -> None:
        self.asking, self.table = asking, table
        self.alias = alias or asking.fresh_alias()
        self.joins: list[Sql] = [] if joins is None else joins
        self._through: dict[str, Scope] = {}

    def from_clause(self) -> Sql:
        text = f"{self.asking.source(self.table)} AS {quoted(self.alias)}"
        texts = [text, *(join.text for join in self.joins)]
        return Sql(" ".join(texts), tuple(value for join in self.joins for value in join.params))

    def property(self, name: str) -> Field:
        """A property of the Web API: `subject`, `_parentaccountid_value`. Raises when there is none."""
        plain = name[1:-6] if name.startswith("_") and name.endswith("_value") else name
        column = self.table.columns.get(plain)
        readable = column is not None and column.valid_for_read and column.kind not in UNREADABLE
        if column is None or not readable or (column.kind in LOOKUPS) != (plain != name):
            raise refusals.unknown_property_in_query(name, self.table.logical_name)
        return self.field(column)

    def column(self, logical_name: str) -> Field:
        """A column by its logical name, as FetchXML and SQL write it."""
        column = self.table.columns.get(logical_name)
        if column is None or column.kind in UNREADABLE:
            raise no_such_column(self.table, logical_name)
        return self.field(column)

    def field(self, column: Column) -> Field:
        name = column.logical_name
        alias = quoted(self.alias)
        kind = f"{alias}.{quoted(lookup_table_column(name))}" if column.kind in LOOKUPS else ""
        return Field(self.table, column, f"{alias}.{quoted(name)}", kind)

    def primary(self) -> Field:
        return self.field(self.table.columns[self.table.primary_id])

    def navigation(self, name: str) -> Navigation:
        found = self.asking.rules(self.table).navigations.get(name)
        if found is None:
            raise refusals.unknown_property_in_query(name, self.table.logical_name)
        return found

    def collection(self, name: str) -> OneToMany | ManyToMany | None:
        return self.asking.rules(self.table).collections.get(name)

    def through(self, name: str) -> Scope:
        """The table behind a single-valued navigation property, joined once."""
        if name not in self._through:
            navigation = self.navigation(name)
            target = self.asking.catalog.tables[navigation.targets[0]]
            other = Scope(self.asking, target, joins=self.joins)
            mine = self.field(self.table.columns[navigation.column])
            self.joins.append(
                Sql(
                    f"LEFT JOIN {self.asking.source(target)} AS {quoted(other.alias)} "
                    f"ON {other.primary().sql} = {mine.sql} AND {mine.kind_sql} = ?",
                    (target.logical_name,),
                )
            )
            self._through[name] = other
        return self._through[name]

    def linked(self, relation: OneToMany | ManyToMany, name: str) -> tuple[Scope, Sql]:
        """The rows of a collection of this row: their scope, and the condition that ties them to this row."""
        catalog = self.asking.catalog
        if isinstance(relation, OneToMany):
            other = Scope(self.asking, catalog.tables[relation.referencing])
            lookup = other.field(other.table.columns[relation.column])
            condition = f"{lookup.sql} = {self.primary().sql} AND {lookup.kind_sql} = ?"
            return other, Sql(condition, (self.table.logical_name,))
        first, second = intersect_columns(catalog, relation)
        mine, theirs = (
            (first, second)
            if relation.navigation1 == name and relation.table1 == self.table.logical_name
            else (second, first)
        )
        target = relation.table2 if mine == first else relation.table1
        other = Scope(self.asking, catalog.tables[target])
        pair = quoted(self.asking.fresh_alias())
        return other, Sql(
            f"EXISTS (SELECT 1 FROM {quoted(sql_table(relation.intersect))} AS {pair} WHERE "
            f"{pair}.{quoted(mine)} = {self.primary().sql} AND {pair}.{quoted(theirs)} = {other.primary().sql})"
        )


def no_such_column(table: Table, name: str) -> Refusal:
    """FetchXML and SQL know columns, not properties."""
    return Refusal(
        400,
        "0x80041103",
        f"'{table.logical_name}' entity doesn't contain attribute with Name = '{name}' and NameMapping = 'Logical'.",
    )
