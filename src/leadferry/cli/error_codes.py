"""Every error code of the source, read off the syntax trees, with the words that a person sees. For docs/reference."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

SOURCE = Path(__file__).parents[1]
SERVICE_CODE = re.compile(r"(linkedin|dataverse)(-[a-z]+)+")
"""Codes of the services' refusals also stand in tables, apart from a message."""
NO_CODES = {"simulators"}


@dataclass(frozen=True, slots=True)
class Raised:
    """One place. `message` and `fix` as written, with `{…}` for what is filled in; "" where they stand elsewhere."""

    code: str
    module: str
    message: str = ""
    fix: str = ""


class _Code(ast.Constant):
    """A constant whose value is the text of a code."""

    value: str


def raised() -> dict[str, list[Raised]]:
    """By code, in alphabetical order."""
    found: dict[str, list[Raised]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        if parts[0] not in NO_CODES:
            for one in _in_module(".".join(parts), ast.parse(path.read_text("utf-8"))):
                found.setdefault(one.code, []).append(one)
    return dict(sorted(found.items()))


def _in_module(module: str, tree: ast.Module) -> Iterator[Raised]:
    told: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            for code in _literals(given.get("code")):
                told.add(id(code))
                message = _text(node.args[0]) if node.args else ""
                yield Raised(str(code.value), module, message, _text(given.get("fix")))
        elif isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["code"]:
            for code in _literals(node.value):
                told.add(id(code))
                yield Raised(str(code.value), module)
    for node in ast.walk(tree):
        for code, one in _in_table(module, node):
            told.add(id(code))
            yield one
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in told and SERVICE_CODE.fullmatch(str(node.value)):
            yield Raised(str(node.value), module)


def _in_table(module: str, node: ast.AST) -> Iterator[tuple[ast.Constant, Raised]]:
    """`{"code": "what to do"}`, `("code", "what to do")`, `("code", "what", "what to do")`, and code last."""
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if _is_code(key) and isinstance(value, ast.Constant):
                yield key, Raised(key.value, module, "", _text(value))
    elif isinstance(node, ast.Tuple) and 2 <= len(node.elts) <= 3:
        first, *rest = node.elts
        if _is_code(first) and (texts := [_text(part) for part in rest]) and all(texts):
            yield first, Raised(first.value, module, "" if len(texts) == 1 else texts[0], texts[-1])
        elif _is_code(last := node.elts[-1]) and len(node.elts) == 3:
            yield last, Raised(last.value, module, _text(first), _text(node.elts[1]))


def _is_code(node: ast.AST | None) -> TypeGuard[_Code]:
    return isinstance(node, ast.Constant) and bool(SERVICE_CODE.fullmatch(str(node.value)))


def _literals(node: ast.AST | None) -> Iterator[ast.Constant]:
    """`"a" if late else "b"` has two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)


def _text(node: ast.AST | None) -> str:
    """What will be said, as far as it is written here."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(_text(value) for value in values)
        case ast.FormattedValue(value=value):
            named = isinstance(value, ast.Name | ast.Attribute)
            return f"{{{ast.unparse(value).rpartition('.')[2].strip('_')}}}" if named else "{…}"
        case ast.BinOp(left=left, right=right):
            return _text(left) + _text(right)
        case ast.IfExp(body=body):
            return _text(body)
        case ast.BoolOp(values=values):
            return _text(values[-1])
    return ""
