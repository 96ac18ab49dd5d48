"""Joins, filters and orders of FetchXML, shared by rows and aggregates."""

from __future__ import annotations

from collections.abc import Iterator

from leadferry.simulators.dataverse.model import Table
from leadferry.simulators.dataverse.query.conditions import COMPARISONS, condition
from leadferry.simulators.dataverse.query.fetch_tree import Condition, Fetch, Filter, Node, invalid
from leadferry.simulators.dataverse.query.fragments import TRUE, Sql, all_of, any_of, negated, quoted
from leadferry.simulators.dataverse.query.scope import MOST_JOINS, Asking, Field, Scope
from leadferry.simulators.dataverse.refusals import Refusal
from leadferry.simulators.dataverse.schema import LOOKUPS, intersect_columns, sql_table

_JOINS = {"inner": "JOIN", "outer": "LEFT JOIN"}
_EXISTS = {"exists": True, "in": True, "any": True, "not any": False, "not-any": False}


class FetchPlan:
    """`scopes` are the root under "" and every joined link-entity under its alias."""

    def __init__(self, asking: Asking, table: Table, fetch: Fetch) -> None:
        self.asking, self.fetch = asking, fetch
        self.root = Scope(asking, table)
        self.scopes: dict[str, Scope] = {"": self.root}
        self.joined: list[tuple[str, Node]] = []
        self.conditions: list[Sql] = []
        self._join_all(fetch.root, self.root)
        self.conditions += [self.filter(self.root, one) for one in fetch.root.filters]

    def _join_all(self, node: Node, parent: Scope) -> None:
        for link in node.links:
            if link.kind in _EXISTS:
                self.conditions.append(self._exists(link, parent))
                continue
            if link.kind not in _JOINS:
                raise invalid(f"The link-type '{link.kind}' is not supported.")
            alias = link.alias or f"{link.table}{len(self.joined) + 1}"
            if alias in self.scopes:
                raise invalid(f"The alias '{alias}' is used twice.")
            self.joined.append((alias, link))
            if len(self.joined) > MOST_JOINS:
                raise Refusal(
                    400, "0x8004430D", f"Number of link entities in query exceeded maximum limit. Limit: {MOST_JOINS}."
                )
            self._join(alias, link, parent)

    def _join(self, alias: str, link: Node, parent: Scope) -> None:
        """Filters of a link-entity belong to its ON, so that an outer join keeps the parent's row."""
        table = self.table(link.table)
        if table is None:
            self._join_pairs(alias, link, parent)
            return
        scope = Scope(self.asking, table, joins=parent.joins)
        self.scopes[alias] = scope
        tie = _tie(scope.column(link.own_column), parent.column(link.parent_column))
        on = all_of([Sql(tie), *(self.filter(scope, one) for one in link.filters)])
        source = self.asking.source(table)
        parent.joins.append(Sql(f"{_JOINS[link.kind]} {source} AS {quoted(scope.alias)} ON {on.text}", on.params))
        self._join_all(link, scope)

    def _join_pairs(self, alias: str, link: Node, parent: Scope) -> None:
        """The intersect table of a many-to-many relationship: two ids, and no table of its own in the catalog."""
        relation = next((one for one in self.asking.catalog.many_to_many if one.intersect == link.table), None)
        if relation is None:
            raise no_such_table(link.table)
        columns = intersect_columns(self.asking.catalog, relation)
        if link.own_column not in columns:
            raise invalid(f"'{link.table}' has no attribute '{link.own_column}'.")
        pairs = self.asking.fresh_alias()
        on = f"{quoted(pairs)}.{quoted(link.own_column)} = {parent.column(link.parent_column).sql}"
        parent.joins.append(Sql(f"{_JOINS[link.kind]} {quoted(sql_table(link.table))} AS {quoted(pairs)} ON {on}"))
        for inner in link.links:
            table = self.table(inner.table)
            if table is None or inner.parent_column not in columns:
                raise invalid(f"'{link.table}' cannot be linked to '{inner.table}'.")
            name = inner.alias or f"{alias}_{inner.table}"
            scope = self.scopes[name] = Scope(self.asking, table, joins=parent.joins)
            self.joined.append((name, inner))
            ties = Sql(f"{scope.column(inner.own_column).sql} = {quoted(pairs)}.{quoted(inner.parent_column)}")
            whole = all_of([ties, *(self.filter(scope, one) for one in inner.filters)])
            source = self.asking.source(table)
            parent.joins.append(
                Sql(f"{_JOINS[inner.kind]} {source} AS {quoted(scope.alias)} ON {whole.text}", whole.params)
            )
            self._join_all(inner, scope)

    def _exists(self, link: Node, parent: Scope) -> Sql:
        table = self.table(link.table)
        if table is None:
            raise no_such_table(link.table)
        scope = Scope(self.asking, table)
        inner = all_of(
            [
                Sql(_tie(scope.column(link.own_column), parent.column(link.parent_column))),
                *(self.filter(scope, one) for one in link.filters),
            ]
        )
        source = scope.from_clause()
        found = Sql(f"EXISTS (SELECT 1 FROM {source.text} WHERE {inner.text})", (*source.params, *inner.params))
        return found if _EXISTS[link.kind] else negated(found)

    def table(self, name: str) -> Table | None:
        return self.asking.catalog.tables.get(name)

    def filter(self, scope: Scope, node: Filter) -> Sql:
        parts = [
            self.filter(scope, part) if isinstance(part, Filter) else self.condition(scope, part) for part in node.parts
        ]
        if not parts:
            return TRUE
        return any_of(parts) if node.is_or else all_of(parts)

    def condition(self, scope: Scope, node: Condition) -> Sql:
        if node.entity:
            scope = self.scope(node.entity)
        field = self.column(scope, node.attribute)
        if not node.other:
            return condition(self.asking, field, node.operator, node.values)
        alias, dot, name = node.other.rpartition(".")
        other = self.column(self.scope(alias) if dot else scope, name)
        if node.operator not in COMPARISONS:
            raise invalid(f"valueof cannot be used with the operator '{node.operator}'.")
        self.asking.count_condition()
        return Sql(f"{field.sql} {COMPARISONS[node.operator]} {other.sql}")

    def scope(self, alias: str) -> Scope:
        if alias not in self.scopes:
            raise Refusal(400, "0x80041102", f"The entity '{alias}' is not part of the query.")
        return self.scopes[alias]

    def column(self, scope: Scope, name: str) -> Field:
        """`parentaccountidname` is the name of the row behind `parentaccountid`."""
        column = scope.table.columns.get(name.removesuffix("name"))
        if name not in scope.table.columns and column is not None and column.kind in LOOKUPS:
            for navigation in self.asking.rules(scope.table).navigations.values():
                if navigation.column == column.logical_name:
                    target = scope.through(navigation.name)
                    return target.column(target.table.primary_name)
        return scope.column(name)

    def nodes(self) -> Iterator[tuple[str, Scope, Node]]:
        """The root, then every link-entity, with its alias."""
        yield "", self.root, self.fetch.root
        for alias, node in self.joined:
            if alias in self.scopes:
                yield alias, self.scopes[alias], node


def _tie(own: Field, parent: Field) -> str:
    """A lookup to several tables must point to the table that it is joined with."""
    tie = f"{own.sql} = {parent.sql}"
    for lookup, other in ((own, parent), (parent, own)):
        if lookup.kind_sql and not other.kind_sql and len(lookup.column.targets) > 1:
            tie += f" AND {lookup.kind_sql} = '{other.table.logical_name}'"
    return tie


def no_such_table(name: str) -> Refusal:
    return Refusal(400, "0x80041102", f"The entity with a name = '{name}' was not found in the MetadataCache.")
