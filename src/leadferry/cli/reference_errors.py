"""docs/reference/errors.md, read off the syntax trees: every code, who raises it, what it says and what to do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from leadferry import errors
from leadferry.options import table_row

SOURCE = Path(__file__).parents[1]
_TABLED = re.compile(r"(linkedin|dataverse)-[a-z0-9-]+")
"""Codes that stand in the tables of vendor codes; their messages are made from the service's answer."""
_ROOTS = {"linkedin": "LinkedInError", "dataverse": "DataverseError"}
_DEFAULTS = {kind.__name__: kind.code for kind in (errors.InputError, errors.NotFoundError, errors.BusyError)}
_START = """\
# Errors

Written by `leadferry.cli.reference` from the program itself; do not edit. An error names its code in its last line
(`Code: ...`); codes stay, wordings may change. `…` stands for what the message names.

Exit codes: 1 for `LeadferryError`, 2 for `InputError` and `NotFoundError`, 3 for `ServiceError`, `LinkedInError` and
`DataverseError`, 4 for `BusyError`. A service error also names the HTTP status, the service's own code and the request
id, for the vendor's support.

| code | kind | message | what to do |
|---|---|---|---|
"""


@dataclass
class Documented:
    kinds: dict[str, None] = field(default_factory=dict)
    messages: dict[str, None] = field(default_factory=dict)
    fixes: dict[str, None] = field(default_factory=dict)


def errors_markdown() -> str:
    rows = [
        table_row(
            (
                f"`{code}`",
                ", ".join(f"`{kind}`" for kind in found.kinds),
                "<br>".join(found.messages) or "the service's answer, in words",
                "<br>".join(found.fixes) or "the message says it",
            )
        )
        for code, found in sorted(error_codes().items())
    ]
    return _START + "\n".join(rows) + "\n"


def error_codes() -> dict[str, Documented]:
    found: dict[str, Documented] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        if "simulators" in path.parts:
            continue
        for code, kind, message, fix in _in_tree(ast.parse(path.read_text("utf-8"))):
            one = found.setdefault(code, Documented())
            for text, into in ((kind, one.kinds), (message, one.messages), (fix, one.fixes)):
                if text:
                    into[text] = None
    return found


Raised = tuple[str, str, str, str]
"""Code, class, message, what to do."""


def _in_tree(tree: ast.Module) -> Iterator[Raised]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield from _of_class(node)
        elif isinstance(node, ast.Call):
            yield from _of_call(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _TABLED.fullmatch(node.value):
            yield node.value, _ROOTS[node.value.partition("-")[0]], "", ""


def _of_class(node: ast.ClassDef) -> Iterator[Raised]:
    for line in node.body:
        if isinstance(line, ast.Assign) and any(isinstance(to, ast.Name) and to.id == "code" for to in line.targets):
            for code in _texts(line.value):
                yield code, node.name, (ast.get_docstring(node) or "").partition("\n")[0], ""


def _of_call(node: ast.Call) -> Iterator[Raised]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name == "unreadable" and len(node.args) > 1:
        for code in _texts(node.args[1]):
            yield code, "a submission's timeline", "The form response cannot be read: …", "`submissions show --json`"
    named = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    message = _pattern(node.args[0]) if node.args else ""
    codes = list(_texts(named["code"])) if "code" in named else [_DEFAULTS.get(name, "")]
    for code in codes if name.endswith("Error") else ():
        if code and (message or "code" in named):
            yield code, name, message, _pattern(named["fix"]) if "fix" in named else ""


def _texts(node: ast.expr) -> Iterator[str]:
    """The texts that an expression can be: one, or both of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


def _pattern(node: ast.expr) -> str:
    """`There is no environment "…".`; "" where the text is made elsewhere."""
    match node:
        case ast.Constant(value=str(text)):
            return text.replace("\n", " ")
        case ast.Call(func=ast.Name(id="_" | "worded"), args=[ast.Constant(value=str(text))], keywords=gaps):
            return re.sub(r"{\w+}", "…", text).replace("{{", "{").replace("}}", "}") if gaps else text
        case ast.Call(func=ast.Name(id="_n" | "worded_many"), args=[_one, ast.Constant(value=str(text)), *_n]):
            return re.sub(r"{\w+}", "…", text)
        case ast.Call(func=ast.Name(id="together"), args=[ast.Tuple(elts=parts), *_by]):
            return " ".join(_pattern(part) or "…" for part in parts if not isinstance(part, ast.Starred))
        case ast.JoinedStr(values=values):
            return "".join(_pattern(value) or "…" for value in values)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return (_pattern(left) or "…") + (_pattern(right) or "…")
        case ast.IfExp(body=body, orelse=orelse):
            both = [text for text in (_pattern(body), _pattern(orelse)) if text]
            return " / ".join(both)
        case ast.BoolOp(values=values):
            return _pattern(values[-1])
    return ""
