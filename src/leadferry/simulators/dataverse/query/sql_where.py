"""WHERE and ON of `?sql=`: columns against literals, and columns against columns where tables are joined."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from leadferry.simulators.dataverse.query.conditions import like
from leadferry.simulators.dataverse.query.fragments import Sql, all_of, any_of, marks
from leadferry.simulators.dataverse.query.literals import stored
from leadferry.simulators.dataverse.query.scope import Asking, Field
from leadferry.simulators.dataverse.query.sql_text import refused

_OPERATORS: dict[type[exp.Expr], tuple[str, str]] = {
    exp.EQ: ("=", "="), exp.NEQ: ("<>", "<>"), exp.GT: (">", "<"), exp.GTE: (">=", "<="), exp.LT: ("<", ">"),
    exp.LTE: ("<=", ">="),
}  # fmt: skip
"""The operator, and the one for the other way round."""


class SqlWhere:
    """`column` finds what a name means."""

    def __init__(self, asking: Asking, column: Callable[[exp.Column], Field]) -> None:
        self.asking, self.column = asking, column

    def compile(self, node: exp.Expr) -> Sql:
        match node:
            case exp.Paren():
                return self.compile(node.this)
            case exp.And():
                return all_of([self.compile(node.left), self.compile(node.right)])
            case exp.Or():
                return any_of([self.compile(node.left), self.compile(node.right)])
            case exp.Not():
                inner = self.compile(node.this)
                return Sql(f"NOT ({inner.text})", inner.params)
        self.asking.count_condition()
        return self._condition(node)

    def _condition(self, node: exp.Expr) -> Sql:
        match node:
            case exp.Is() if isinstance(node.expression, exp.Null):
                return Sql(f"{self._field(node.this).sql} IS NULL")
            case exp.In() if node.args.get("query") is None:
                field = self._field(node.this)
                values = tuple(stored(field.column, _value(one)) for one in node.expressions)
                return Sql(f"{field.sql} IN ({marks(len(values))})", values)
            case exp.Between():
                field = self._field(node.this)
                ends = (stored(field.column, _value(node.args["low"])), stored(field.column, _value(node.args["high"])))
                return Sql(f"{field.sql} BETWEEN ? AND ?", ends)
            case exp.Like():
                field = self._field(node.this)
                found = like(self.asking, field, str(_value(node.expression)))
                return Sql(f"(CASE WHEN {field.sql} IS NULL THEN NULL ELSE {found.text} END)", found.params)
        if type(node) in _OPERATORS:
            return self._compare(node)
        raise refused(f"The condition '{node.sql(dialect='tsql')}' is not supported.")

    def _compare(self, node: exp.Expr) -> Sql:
        operator, turned = _OPERATORS[type(node)]
        left, right = node.this, node.expression
        if not isinstance(left, exp.Column):
            left, right, operator = right, left, turned
        field = self._field(left)
        if isinstance(right, exp.Column):
            return Sql(f"{field.sql} {operator} {self._field(right).sql}")
        return Sql(f"{field.sql} {operator} ?", (stored(field.column, _value(right)),))

    def _field(self, node: exp.Expr) -> Field:
        if not isinstance(node, exp.Column):
            raise refused(f"The expression '{node.sql(dialect='tsql')}' is not supported in a condition.")
        return self.column(node)


def _value(node: exp.Expr) -> Any:
    match node:
        case exp.Literal():
            return node.this if node.is_string else float(node.this) if "." in node.this else int(node.this)
        case exp.Neg() if isinstance(node.this, exp.Literal):
            return -_value(node.this)
        case exp.Boolean():
            return node.this
        case exp.National():
            return node.this
    raise refused(f"The value '{node.sql(dialect='tsql')}' is not supported.")
