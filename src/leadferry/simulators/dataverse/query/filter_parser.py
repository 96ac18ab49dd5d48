"""Reads `$filter`: recursive descent over the text, because JSON arrays stand inside it.

Source: dataverse-api reference, section 3.2.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from leadferry.simulators.dataverse import refusals
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
from leadferry.simulators.dataverse.query.literals import Kind, Literal
from leadferry.simulators.dataverse.refusals import Refusal

CRM = "Microsoft.Dynamics.CRM."
TEXT_FUNCTIONS = frozenset({"contains", "startswith", "endswith"})
_OPERATORS = frozenset({"eq", "ne", "gt", "ge", "lt", "le"})
_BLANK = re.compile(r"\s*")
_WORD = re.compile(r"[A-Za-z_][\w.]*")
_ALIAS = re.compile(r"@\w+")
_TEXT = re.compile(r"'(?:[^']|'')*'")
_LITERALS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("guid", re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")),
    ("date", re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?")),
    ("number", re.compile(r"-?(?:\d+\.\d+|\.\d+|\d+)(?:[eE][+-]?\d+)?[mMdDfFlL]?")),
)
_NAMES = ("PropertyName", "PropertyValue", "PropertyValues", "PropertyValue1", "PropertyValue2")


def parse_filter(text: str, aliases: Mapping[str, str]) -> Node:
    """`aliases` are the `@p` of the address. Raises a refusal that points at the place of the mistake."""
    parser = FilterParser(text, aliases)
    node = parser.either()
    parser.blank()
    if parser.place < len(text):
        parser.fail()
    return node


class FilterParser:
    def __init__(self, text: str, aliases: Mapping[str, str]) -> None:
        self.text, self.aliases, self.place = text, aliases, 0

    def fail(self, message: str = "") -> NoReturn:
        raise refusals.query_error(message or f"Syntax error at position {self.place} in '{self.text}'.")

    def blank(self) -> None:
        found = _BLANK.match(self.text, self.place)
        self.place = found.end() if found else self.place

    def match(self, pattern: re.Pattern[str]) -> str | None:
        self.blank()
        found = pattern.match(self.text, self.place)
        if found is None:
            return None
        self.place = found.end()
        return found.group()

    def peek(self, sign: str) -> bool:
        self.blank()
        return self.text.startswith(sign, self.place)

    def take(self, sign: str) -> bool:
        if not self.peek(sign):
            return False
        self.place += len(sign)
        return True

    def need(self, sign: str) -> None:
        if not self.take(sign):
            self.fail()

    def keyword(self, *words: str) -> str | None:
        """Takes the next word only if it is one of these."""
        before = self.place
        word = self.match(_WORD)
        if word in words:
            return word
        self.place = before
        return None

    def either(self) -> Node:
        parts = [self.both()]
        while self.keyword("or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Group("or", tuple(parts))

    def both(self) -> Node:
        parts = [self.negation()]
        while self.keyword("and"):
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else Group("and", tuple(parts))

    def negation(self) -> Node:
        if self.keyword("not"):
            return Not(self.negation())
        return self.comparison()

    def comparison(self) -> Node:
        if self.take("("):
            node = self.either()
            self.need(")")
            return self.asserted(node)
        left = self.operand()
        if not isinstance(left, Path | Literal):
            return self.asserted(left)
        operator = self.keyword(*_OPERATORS)
        if operator is None:
            return left
        right = self.operand()
        if not isinstance(right, Path | Literal):
            self.fail()
        return Compare(operator, left, right)

    def asserted(self, node: Node) -> Node:
        """`contains(a,'b') eq true` says what `contains(a,'b')` says."""
        operator = self.keyword("eq", "ne")
        if operator is None:
            return node
        truth = self.operand()
        if not isinstance(truth, Literal) or truth.kind != "boolean":
            self.fail()
        return node if truth.value == (operator == "eq") else Not(node)

    def operand(self) -> Node:
        literal = self.literal()
        if literal is not None:
            return literal
        word = self.match(_WORD)
        if word is None:
            self.fail()
        if word in {"true", "false"}:
            return Literal("boolean", word == "true")
        if word == "null":
            return Literal("null")
        return self.call(word) if self.peek("(") else self.path(word)

    def literal(self) -> Literal | None:
        alias = self.match(_ALIAS)
        if alias is not None:
            return self.inside_alias(alias).whole_literal(alias)
        text = self.match(_TEXT)
        if text is not None:
            return Literal("text", text[1:-1].replace("''", "'"))
        for kind, pattern in _LITERALS:
            found = self.match(pattern)
            if found is not None:
                return Literal(kind, _number(found) if kind == "number" else found)
        return None

    def inside_alias(self, alias: str) -> FilterParser:
        if alias not in self.aliases:
            self.fail(f"The parameter alias '{alias}' is not declared.")
        return FilterParser(self.aliases[alias], {})

    def whole_literal(self, alias: str) -> Literal:
        node = self.operand()
        self.blank()
        if not isinstance(node, Literal) or self.place < len(self.text):
            self.fail(f"The value of the parameter alias '{alias}' is not a literal.")
        return node

    def path(self, first: str) -> Node:
        parts = [first]
        while self.take("/"):
            word = self.match(_WORD)
            if word is None:
                self.fail()
            if word in {"any", "all"} and self.peek("("):
                return self.lambda_of(word, Path(tuple(parts)))
            parts.append(word)
        return Path(tuple(parts))

    def lambda_of(self, kind: str, path: Path) -> Node:
        self.need("(")
        if kind == "any" and self.take(")"):
            return Lambda("any", path, "", None)
        variable = self.match(_WORD)
        if variable is None:
            self.fail()
        self.need(":")
        body = self.either()
        self.need(")")
        return Lambda("any" if kind == "any" else "all", path, variable, body)

    def call(self, name: str) -> Node:
        if name.startswith(CRM):
            return self.crm_call(name.removeprefix(CRM))
        if name not in TEXT_FUNCTIONS:
            self.fail(f"An unknown function with name '{name}' was found. This may also be a function import or a key "
                      "lookup on a navigation property, which is not allowed.")  # fmt: skip
        self.need("(")
        word = self.match(_WORD)
        path = self.path(word) if word else None
        self.need(",")
        value = self.literal()
        self.need(")")
        if not isinstance(path, Path) or value is None or value.kind != "text":
            self.fail(f"No function signature for the function with name '{name}' matches the specified arguments.")
        return TextCall(name, path, value)

    def crm_call(self, function: str) -> Node:
        self.need("(")
        arguments: dict[str, Any] = {}
        while not self.take(")"):
            name = self.match(_WORD)
            if name not in _NAMES:
                self.fail()
            self.need("=")
            arguments[name] = self.argument(name)
            self.take(",")
        if "PropertyName" not in arguments:
            self.fail(f"The function '{CRM}{function}' requires the parameter 'PropertyName'.")
        path = Path(tuple(str(arguments.pop("PropertyName")).split("/")))
        values = [one for value in arguments.values() for one in (value if isinstance(value, list) else [value])]
        return CrmCall(function, path, tuple(values) if arguments else None)

    def argument(self, name: str) -> str | list[str]:
        alias = self.match(_ALIAS)
        if alias is not None:
            return self.inside_alias(alias).argument(name)
        if name == "PropertyValues":
            return self.array()
        value = self.literal()
        if value is None or value.kind == "null":
            self.fail()
        return str(value.value)

    def array(self) -> list[str]:
        """Values are double-quoted texts, even for numbers."""
        self.blank()
        try:
            value, self.place = json.JSONDecoder().raw_decode(self.text, self.place)
        except ValueError:
            self.fail()
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise Refusal(
                400, "0x80048d19", "Cannot read the parameter 'PropertyValues': a collection of Edm.String is expected."
            )
        return value


def _number(text: str) -> int | float:
    plain = text.rstrip("mMdDfFlL")
    return int(plain) if plain.lstrip("-").isdecimal() else float(plain)
