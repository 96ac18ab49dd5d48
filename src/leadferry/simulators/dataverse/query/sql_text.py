"""Reads the text of `?sql=` and refuses what the platform refuses. Source: dataverse-api reference, section 3.7."""

from __future__ import annotations

from sqlglot import ParseError, TokenError, exp, parse

from leadferry.simulators.dataverse.refusals import Refusal

_REFUSED: tuple[tuple[str, str], ...] = (
    ("limit", "TOP"), ("offset", "OFFSET"), ("having", "HAVING"), ("with_", "WITH"), ("qualify", "QUALIFY"),
    ("windows", "WINDOW"), ("into", "INTO"),
)  # fmt: skip
_REFUSED_INSIDE: tuple[tuple[type[exp.Expression], str], ...] = (
    (exp.Subquery, "Subqueries"), (exp.Exists, "EXISTS"), (exp.Window, "Window functions"), (exp.Case, "CASE"),
    (exp.Coalesce, "COALESCE"),
)  # fmt: skip


def parse_sql(text: str) -> exp.Select:
    """One SELECT, and nothing in it that is not supported."""
    if "\0" in text:
        raise refused("Incorrect syntax in the SQL query.")
    try:
        statements = [one for one in parse(text, dialect="tsql") if one is not None]
    except (ParseError, TokenError):
        raise refused("Incorrect syntax in the SQL query.") from None
    if len(statements) != 1:
        raise refused("Exactly one SELECT statement is expected.")
    statement = statements[0]
    if isinstance(statement, exp.SetOperation):
        raise refused("UNION, INTERSECT and EXCEPT are not supported.")
    if not isinstance(statement, exp.Select):
        raise refused("Only SELECT statements are supported.")
    for name, label in _REFUSED:
        if statement.args.get(name) or (name == "with_" and statement.args.get("with")):
            raise refused(f"{label} is not supported.")
    for kind, label in _REFUSED_INSIDE:
        if statement.find(kind):
            raise refused(f"{label} are not supported." if label.endswith("s") else f"{label} is not supported.")
    if sum(1 for _ in statement.find_all(exp.Select)) > 1:
        raise refused("Subqueries are not supported.")
    return statement


def refused(message: str) -> Refusal:
    return Refusal(400, "0x80040203", f"SQL query is not supported: {message}")
