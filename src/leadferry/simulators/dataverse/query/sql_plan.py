"""From a SELECT to a query on the stored rows. Source: dataverse-api reference, section 3.7."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from leadferry.simulators.dataverse.model import Table
from leadferry.simulators.dataverse.query.fetch_plan import no_such_table
from leadferry.simulators.dataverse.query.fragments import Sql, quoted
from leadferry.simulators.dataverse.query.paging import Order, complete
from leadferry.simulators.dataverse.query.render import property_name
from leadferry.simulators.dataverse.query.rows_page import RowsQuery
from leadferry.simulators.dataverse.query.scope import MOST_JOINS, Asking, Field, Scope
from leadferry.simulators.dataverse.query.sql_text import refused
from leadferry.simulators.dataverse.query.sql_where import SqlWhere
from leadferry.simulators.dataverse.query.table_query import Output, TableQuery, aggregate, output

_FUNCTIONS: dict[type[exp.Expression], str] = {exp.Sum: "sum", exp.Avg: "avg", exp.Min: "min", exp.Max: "max"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """`attribute` is the column's own name, where it has an alias."""

    output: Output
    attribute: str = ""


class SqlPlan:
    def __init__(self, asking: Asking, table: Table, statement: exp.Select) -> None:
        self.asking = asking
        self.scopes: dict[str, Scope] = {}
        source = statement.args.get("from_") or statement.args.get("from")
        if source is None:
            raise refused("FROM is missing.")
        self.root = self._scope(source.this, None)
        if self.root.table.logical_name != table.logical_name:
            raise refused(f"The table '{self.root.table.logical_name}' does not match the set '{table.entity_set}'.")
        self.where = SqlWhere(asking, self.column)
        for join in statement.args.get("joins") or ():
            self._join(join)
        self.conditions = [self.where.compile(statement.args["where"].this)] if statement.args.get("where") else []
        self.chosen = [self._choose(one, number) for number, one in enumerate(statement.expressions)]
        self.query = self._query(statement)

    def _scope(self, source: exp.Expression, parent: Scope | None) -> Scope:
        if not isinstance(source, exp.Table):
            raise refused("Only tables can be read from.")
        table = self.asking.catalog.tables.get(source.name.lower())
        if table is None:
            raise no_such_table(source.name)
        scope = Scope(self.asking, table, joins=parent.joins if parent else None)
        name = (source.alias or source.name).lower()
        if name in self.scopes:
            raise refused(f"The alias '{name}' is used twice.")
        self.scopes[name] = scope
        if len(self.scopes) > MOST_JOINS + 1:
            raise refused(f"At most {MOST_JOINS} joins are supported.")
        return scope

    def _join(self, join: exp.Join) -> None:
        side, kind = join.side.upper(), join.kind.upper()
        condition = join.args.get("on")
        if side not in {"", "LEFT"} or (kind in {"CROSS", "OUTER"} and side != "LEFT") or condition is None:
            raise refused("Only INNER JOIN and LEFT JOIN with ON are supported.")
        scope = self._scope(join.this, self.root)
        on: Sql = self.where.compile(condition)
        word = "LEFT JOIN" if side == "LEFT" else "JOIN"
        source = self.asking.source(scope.table)
        self.root.joins.append(Sql(f"{word} {source} AS {quoted(scope.alias)} ON {on.text}", on.params))

    def column(self, column: exp.Column) -> Field:
        name, table = column.name.lower(), column.table.lower()
        if table:
            if table not in self.scopes:
                raise refused(f"The alias '{table}' is not known.")
            return self.scopes[table].column(name)
        found = [scope for scope in self.scopes.values() if name in scope.table.columns]
        if len(found) > 1:
            raise refused(f"Ambiguous column name '{name}'.")
        return (found[0] if found else self.root).column(name)

    def _choose(self, item: exp.Expression, number: int) -> Chosen:
        alias = item.alias if isinstance(item, exp.Alias) else ""
        what = item.this if isinstance(item, exp.Alias) else item
        if isinstance(what, exp.Star) or (isinstance(what, exp.Column) and isinstance(what.this, exp.Star)):
            raise refused("SELECT * is not supported.")
        if isinstance(what, exp.Column):
            return self._choose_column(what, alias)
        if isinstance(what, exp.Count):
            return self._choose_count(what, alias or f"count{number}")
        function = _FUNCTIONS.get(type(what))
        if function is None or not isinstance(what.this, exp.Column):
            raise refused(f"The expression '{what.sql(dialect='tsql')}' is not supported.")
        key = alias or f"{function}{number}"
        return Chosen(aggregate(self.asking.catalog, self.column(what.this), function, key))

    def _choose_column(self, what: exp.Column, alias: str) -> Chosen:
        field = self.column(what)
        if alias:
            return Chosen(output(self.asking.catalog, field, alias), field.column.logical_name)
        own = field.sql.startswith(f"{quoted(self.root.alias)}.")
        prefix = "" if own else f"{(what.table or field.table.logical_name)}."
        key = property_name(field.column) if own else f"{prefix}{field.column.logical_name}"
        return Chosen(output(self.asking.catalog, field, key, navigation=own))

    def _choose_count(self, what: exp.Count, key: str) -> Chosen:
        inner, distinct = what.this, isinstance(what.this, exp.Distinct)
        if distinct:
            inner = inner.expressions[0]
        if isinstance(inner, exp.Star):
            return Chosen(aggregate(self.asking.catalog, self.root.primary(), "count", key))
        if not isinstance(inner, exp.Column):
            raise refused("COUNT takes a column or *.")
        function = "countdistinct" if distinct else "countcolumn"
        return Chosen(aggregate(self.asking.catalog, self.column(inner), function, key))

    def _query(self, statement: exp.Select) -> RowsQuery | TableQuery:
        outputs = [one.output for one in self.chosen]
        group = statement.args.get("group")
        aggregated = group is not None or any(one.find(exp.AggFunc) for one in statement.expressions)
        orders = self._orders(statement)
        if not aggregated and not statement.args.get("distinct"):
            query = RowsQuery(self.root, (), self.conditions, complete(orders, self.root))
            query.orders += [Order(scope.primary()) for scope in self.scopes.values() if scope is not self.root]
            query.extra = [column for one in outputs for column in one.columns]
            return query
        table = TableQuery(self.root, outputs, self.conditions, distinct=bool(statement.args.get("distinct")))
        table.orders = [order.sql for order in orders]
        if aggregated:
            table.group = [sql for field in self._groups(group) for sql in (field.sql, field.kind_sql) if sql]
        table.orders = table.orders or (table.group if aggregated else ["1"]) or []
        return table

    def _groups(self, group: exp.Group | None) -> list[Field]:
        columns = group.expressions if group else []
        if not all(isinstance(one, exp.Column) for one in columns):
            raise refused("GROUP BY takes columns only.")
        return [self.column(one) for one in columns]

    def _orders(self, statement: exp.Select) -> list[Order]:
        clause = statement.args.get("order")
        found = []
        for ordered in clause.expressions if clause else ():
            if not isinstance(ordered.this, exp.Column):
                raise refused("ORDER BY takes columns only.")
            alias = next(
                (one for one in self.chosen if one.attribute and one.output.cell.key == ordered.this.name), None
            )
            if alias and not ordered.this.table:
                cell = alias.output.cell
                found.append(
                    Order(
                        Field(cell.table, cell.column, alias.output.sql, alias.output.kind_sql),
                        bool(ordered.args.get("desc")),
                    )
                )
                continue
            found.append(Order(self.column(ordered.this), bool(ordered.args.get("desc"))))
        return found
