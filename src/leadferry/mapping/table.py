"""The docs page of the default mappings, written from what the program does. Pure.

`python -m leadferry.mapping.table > docs/reference/default-mappings.md`
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from leadferry.mapping.convert import BY_FIELD
from leadferry.mapping.defaults import PREDEFINED, PredefinedField
from leadferry.mapping.facts import FACTS
from leadferry.mapping.model import OnProblem, OnUpdate
from leadferry.mapping.subject import COLUMNS
from leadferry.mapping.transforms.registry import TRANSFORMS

_BY_COLUMN_TYPE = {"industrycode": "choice", "numberofemployees": "number"}
_ON_UPDATE = {
    OnUpdate.OVERWRITE: "the answer replaces what is there",
    OnUpdate.FILL: "only where the column is empty",
    OnUpdate.KEEP: "never touches a lead that exists",
}
_ON_PROBLEM = {
    OnProblem.CUT: "text that is too long is cut to the column's length, in whole characters; what is no phone number "
    "but has 7 digits or more is kept as written; anything else is left out",
    OnProblem.LEAVE_OUT: "the column stays as it is",
    OnProblem.DEFAULT: "the mapping's default is used",
}


_START = """\
# Default mappings

<!-- Written by leadferry.mapping.table from the program itself; a test keeps it so. -->

Every environment starts with these field mappings. Order counts: where two fill one column, the one further up wins and
the other is noted as a conflict. A second e-mail address goes to the next free column of emailaddress1 to emailaddress3
instead. How to change them: [Map fields](../how-to/map-fields.md).

## Fields that LinkedIn fills in
"""
_NEW_LEAD = """
A field that LinkedIn adds one day is listed by itself, unmapped, when a form with it is met.

## On every new lead
"""
_FACTS = """
These are set on creation only, and only where no answer fills the column.

## Facts

In the list from the start, unmapped. They can also stand in the subject template, as `{form_name}`; so can"""
_TRANSFORMS = """
## Transforms

Chosen by the field and the column's type unless the mapping names one.
"""
_PROBLEMS = """
## When a value does not fit
"""
_UPDATES = """
In every case the lead is delivered, the problem is noted with the submission, and the answer is kept.

## When the lead exists already
"""
_END = """
A blank answer never clears a column.
"""
_LOOKUP = ("`lookup:TABLE.COLUMN`", "the row of that table whose column equals the answer; for lookup columns")


def markdown_table() -> str:
    placeholders = ", ".join(f"`{{{name}}}`" for name in COLUMNS)
    transforms = [(f"`{transform.name}`", transform.about) for transform in TRANSFORMS.values()]
    lines = [
        _START,
        *_rows(("Field", "LinkedIn sends it", "Lead column", "Transform", "Note"), map(_field, PREDEFINED)),
        _NEW_LEAD,
        *_rows(("Column", "Value"), _always()),
        f"{_FACTS} {placeholders}.\n",
        *_rows(("Fact", "What it is"), ((f"`{fact.name}`", fact.about) for fact in FACTS.values())),
        _TRANSFORMS,
        *_rows(("Transform", "What it does"), [*transforms, _LOOKUP]),
        _PROBLEMS,
        *_rows(("On problem", "Then"), ((f"`{key.value}`", text) for key, text in _ON_PROBLEM.items())),
        _UPDATES,
        *_rows(("On update", "Then"), ((f"`{key.value}`", text) for key, text in _ON_UPDATE.items())),
        _END,
    ]
    return "\n".join(lines)


def _field(field: PredefinedField) -> tuple[str, ...]:
    transform = _BY_COLUMN_TYPE.get(field.column or "") or BY_FIELD.get(field.key, "text")
    return (
        f"{field.name} (`{field.key}`)",
        field.standing,
        f"`{field.column}`" if field.column else "unmapped",
        f"`{transform}`" if field.column else "",
        field.why,
    )


def _always() -> Iterator[tuple[str, str]]:
    yield "`subject`", "the subject template, `LinkedIn: {form_name}` at first"
    yield "`lastname`", "the name in the e-mail address (`ada.lovelace@...` -> Lovelace), else the configured fallback"
    yield "`leadsourcecode`", "192350000, *LinkedIn Sponsored Content*, where the environment has that option"
    yield "every other text column that the environment requires", "the configured fallback"


def _rows(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield _row(head)
    yield _row(("---",) * len(head))
    yield from map(_row, rows)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    print(markdown_table(), end="")
