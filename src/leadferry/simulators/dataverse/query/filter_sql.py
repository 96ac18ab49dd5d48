"""From the tree of `$filter` to a condition in SQL."""

from __future__ import annotations

import re
from collections.abc import Mapping

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.query.conditions import COMPARISONS, compare, condition, like
from leadferry.simulators.dataverse.query.filter_parser import CRM, parse_filter
from leadferry.simulators.dataverse.query.filter_tree import (
    Compare,
    CrmCall,
    Group,
    Lambda,
    Node,
    Not,
    Path,
    TextCall,
)
from leadferry.simulators.dataverse.query.fragments import TRUE, Sql, all_of, any_of, negated
from leadferry.simulators.dataverse.query.literals import Literal, family, from_literal
from leadferry.simulators.dataverse.query.scope import Field, Scope
from leadferry.simulators.dataverse.schema import LOOKUPS

_NAMES = {"eq": "Equal", "ne": "NotEqual", "gt": "GreaterThan", "ge": "GreaterThanOrEqual", "lt": "LessThan",
          "le": "LessThanOrEqual"}  # fmt: skip
_TURNED = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}
_PATTERNS = {"contains": "%{0}%", "startswith": "{0}%", "endswith": "%{0}"}
_CRM_NAMES = {
    "Last7Days": "last-seven-days", "Next7Days": "next-seven-days", "EqualUserId": "eq-userid",
    "NotEqualUserId": "ne-userid", "EqualBusinessId": "eq-businessid", "NotEqualBusinessId": "ne-businessid",
    "EqualUserTeams": "eq-userteams", "EqualUserOrUserTeams": "eq-useroruserteams",
    "DoesNotContainValues": "not-contain-values", "AboveOrEqual": "eq-or-above", "UnderOrEqual": "eq-or-under",
}  # fmt: skip
_FUNCTIONS = re.compile(
    r"(Not)?(In|Between|Under)|On(OrAfter|OrBefore)?|NotOn|(Not)?(Like)|Today|Yesterday|Tomorrow|Above|ContainValues"
    r"|(Last|Next)X(Hours|Days|Weeks|Months|Years)|OlderThanX(Minutes|Hours|Days|Weeks|Months|Years)"
    r"|(Last|This|Next)(Week|Month|Year)"
)


def filter_condition(scope: Scope, text: str, aliases: Mapping[str, str]) -> Sql:
    return FilterCompiler({"": scope}).compile(parse_filter(text, aliases))


class FilterCompiler:
    """`scopes` are the row itself under "" and the variables of the lambdas around."""

    def __init__(self, scopes: dict[str, Scope]) -> None:
        self.scopes = scopes
        self.asking = scopes[""].asking

    def compile(self, node: Node) -> Sql:
        match node:
            case Group("and", parts):
                return all_of([self.compile(part) for part in parts])
            case Group(_, parts):
                return any_of([self.compile(part) for part in parts])
            case Not(body):
                return negated(self.compile(body))
            case Compare():
                return self.compare(node)
            case TextCall(function, path, value):
                self.asking.count_condition()
                return like(self.asking, self.field(path), _PATTERNS[function].format(value.value))
            case CrmCall(function, path, values):
                operator = _operator(function)
                return condition(self.asking, self.field(path, by_logical_name=True), operator, values or ())
            case Lambda():
                return self.lambda_of(node)
            case Path():
                return self.truth(node)
            case Literal("boolean", value):
                return Sql("1" if value else "0")
        raise refusals.query_error("The $filter expression must evaluate to a single boolean value.")

    def truth(self, path: Path) -> Sql:
        field = self.field(path)
        if family(field.column) != "boolean":
            raise refusals.query_error("The $filter expression must evaluate to a single boolean value.")
        return compare(field, "eq", 1)

    def compare(self, node: Compare) -> Sql:
        self.asking.count_condition()
        operator, left, right = node.operator, node.left, node.right
        if isinstance(left, Literal):
            operator, left, right = _TURNED.get(operator, operator), right, left
        if isinstance(left, Literal):
            raise refusals.query_error("A comparison of two literals is not supported.")
        field = self.field(left)
        if isinstance(right, Path):
            return self.two_columns(field, operator, self.field(right))
        return compare(field, operator, from_literal(field.column, right, _NAMES[operator]))

    def two_columns(self, left: Field, operator: str, right: Field) -> Sql:
        if family(left.column) != family(right.column):
            raise refusals.query_error(
                "A binary operator with incompatible types was detected for operator kind '" + _NAMES[operator] + "'."
            )
        if operator == "ne":
            return Sql(f"{left.sql} IS NOT {right.sql}")
        return Sql(f"{left.sql} {COMPARISONS[operator]} {right.sql}")

    def field(self, path: Path, *, by_logical_name: bool = False) -> Field:
        """The functions of the platform call a lookup `ownerid`, everything else `_ownerid_value`."""
        scope, parts = self.start(path)
        for name in parts[:-1]:
            if scope.collection(name):
                raise refusals.query_error(
                    f"The parent value for a property access of a property '{parts[-1]}' is not a single value."
                )
            navigation = scope.navigation(name)
            if navigation.is_owner and parts[-1] == "ownerid":
                return scope.property("_ownerid_value")
            scope = scope.through(name)
        column = scope.table.columns.get(parts[-1])
        if by_logical_name and column is not None and column.kind in LOOKUPS:
            return scope.field(column)
        return scope.property(parts[-1])

    def start(self, path: Path) -> tuple[Scope, tuple[str, ...]]:
        if len(path.parts) > 1 and path.parts[0] in self.scopes:
            return self.scopes[path.parts[0]], path.parts[1:]
        if len(path.parts) > 1 and path.parts[0] == "$it":
            return self.scopes[""], path.parts[1:]
        return self.scopes[""], path.parts

    def lambda_of(self, node: Lambda) -> Sql:
        scope, parts = self.start(node.path)
        relation = scope.collection(parts[0])
        if len(parts) > 1:
            raise refusals.query_error("Lambda operators are only supported on collections of the row itself.")
        if relation is None:
            raise refusals.unknown_property_in_query(parts[0], scope.table.logical_name)
        other, tie = scope.linked(relation, parts[0])
        inner = TRUE
        if node.body is not None:
            inner = FilterCompiler({**self.scopes, node.variable: other}).compile(node.body)
        if node.kind == "all":
            inner = negated(inner)
        source = other.from_clause()
        text = f"EXISTS (SELECT 1 FROM {source.text} WHERE {tie.text} AND {inner.text})"
        found = Sql(text, (*source.params, *tie.params, *inner.params))
        return negated(found) if node.kind == "all" else found


def _operator(function: str) -> str:
    if function in _CRM_NAMES:
        return _CRM_NAMES[function]
    if not _FUNCTIONS.fullmatch(function):
        raise refusals.query_error(f"An unknown function with name '{CRM}{function}' was found.")
    if function == "ContainValues":
        return "contain-values"
    words = re.findall(r"[A-Z][a-z]*", function)
    return "-".join(words).lower().replace("older-than", "olderthan")
