"""docs/reference/solution.md, written from the declarations. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from leadferry.options import table_row
from leadferry.solution import left_out
from leadferry.solution.charts import CHARTS
from leadferry.solution.form_xml import DASHBOARD_NAME
from leadferry.solution.forms import LEAD_FORM, LEAD_INFO, MAIN_FORMS
from leadferry.solution.model import FIRST_OPTION, OPTION_PREFIX, PREFIX, Column, Kind, Table
from leadferry.solution.roles import ROLES, Depth
from leadferry.solution.sitemap import APP_NAME, SETTINGS, USE
from leadferry.solution.tables import LEAD_SOURCE, LEAD_SOURCE_LABEL, LEADS, PAIRS, TABLES
from leadferry.solution.views import VIEWS
from leadferry.solution.wanted import FRIENDLY_NAME, UNIQUE_NAME

_START = f"""\
# The solution in Dynamics

Written by `leadferry.cli.reference` from the declarations in `src/leadferry/solution/`; do not edit.

*{FRIENDLY_NAME}*, unique name `{UNIQUE_NAME}`: an unmanaged solution with the publisher prefix
`{PREFIX}` and the option prefix {OPTION_PREFIX}. Table, column, choice and relationship names are those of Microsoft's
connector with `{PREFIX}_` where it had `msdyncrm_` or `msdyncr2_`. [How to install it](../how-to/install-solution.md).
"""
_TYPES = {
    Kind.TEXT: "text",
    Kind.MEMO: "text of several lines",
    Kind.WHOLE: "whole number",
    Kind.MOMENT: "date and time",
    Kind.YES_NO: "yes or no",
    Kind.CHOICE: "choice",
    Kind.LOOKUP: "lookup",
}
_DEPTHS = {Depth.OWN: "own", Depth.UNIT: "business unit", Depth.BELOW: "units below", Depth.ALL: "all"}
_VERBS = ("Create", "Read", "Write", "Delete", "Append", "AppendTo", "Assign", "Share")


def solution_markdown() -> str:
    parts = [_START, "## Tables", left_out.ROLLUPS, left_out.KEYS]
    for table in TABLES:
        parts += _table_section(table)
    parts += _lead_section()
    parts += ["### Many to many", *_pairs(), "## Choices", *_choices()]
    parts += ["## Roles", *_roles(), "## Views", *_views(), "## Charts and the dashboard", *_charts()]
    parts += ["## Forms", *_forms(), "## The app", *_app(), "## Left out", *_left_out()]
    parts += ["## Stays empty", *_empty()]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [table_row(head), "|" + "---|" * len(head), *(table_row(row) for row in rows)]
    return "\n".join(lines)


def _table_section(table: Table) -> Iterator[str]:
    owned = "owned by the organization" if table.organization_owned else "owned by users"
    yield f"### {table.label}"
    yield f"`{table.name}`, set `{table.entity_set}`, {owned}. {table.description}"
    yield _columns(table)
    for key in table.keys:
        yield f"Alternate key `{key.name}`: {', '.join(f'`{name}`' for name in key.columns)}."


def _lead_section() -> Iterator[str]:
    yield "### Lead: columns added"
    yield (
        f"And the lead source *{LEAD_SOURCE_LABEL}*, {LEAD_SOURCE}, on `lead.leadsourcecode`. Contacts get no columns; "
        "form submissions point at them."
    )
    yield _columns(LEADS)


def _columns(table: Table) -> str:
    rows = [
        (f"`{column.name}`", column.label, _type(column), "yes" if column.required else "", column.description)
        for column in table.columns
    ]
    return _table(("column", "label", "type", "required", "meaning"), rows)


def _type(column: Column) -> str:
    match column.kind:
        case Kind.TEXT | Kind.MEMO:
            return f"{_TYPES[column.kind]}, {column.max_length:,}"
        case Kind.MOMENT if column.date_only:
            return "date"
        case Kind.LOOKUP:
            moves = ", moves when merged" if column.on_merge == "Cascade" else ""
            return f"lookup: `{column.target}`{moves}"
        case Kind.YES_NO:
            return f"yes or no, {'yes' if column.default else 'no'} at first"
    return _TYPES[column.kind]


def _pairs() -> Iterator[str]:
    yield _table(
        ("relationship", "between", "and"),
        [(f"`{pair.schema_name}`", f"`{pair.table_1}`", f"`{pair.table_2}`") for pair in PAIRS],
    )
    yield (
        "Deleting a row clears the lookups that point at it and deletes nothing else; submissions of a merged lead or "
        "contact move along."
    )


def _choices() -> Iterator[str]:
    rows = []
    for table in TABLES:
        for column in (one for one in table.columns if one.options):
            values = table.choice_of(column).values().items()
            default = "" if column.default is None else str(FIRST_OPTION + column.default)
            listed = "<br>".join(f"{value} {label}" for value, label in values)
            rows.append((f"`{table.choice_of(column).name}`", listed, default))
    yield _table(("choice", "values", "default"), rows)


def _roles() -> Iterator[str]:
    for role in ROLES:
        yield f"**{role.name}.** {role.description}"
    named = sorted({_split(name)[1] for role in ROLES for name in role.privileges() if _split(name)[0]})
    rows = [(f"`{table}`", *(_granted(role.privileges(), table) for role in ROLES)) for table in named]
    yield _table(("table", *(role.name for role in ROLES)), rows)
    single = [name for role in ROLES for name in role.single]
    yield f"The last one also holds, where the environment knows them: {', '.join(f'`{name}`' for name in single)}."


def _split(privilege: str) -> tuple[str, str]:
    """`prvAppendToLead` is ("AppendTo", "Lead"); ("", …) for what is granted by its own name."""
    for verb in sorted(_VERBS, key=len, reverse=True):
        if privilege.startswith(f"prv{verb}") and privilege not in {one for role in ROLES for one in role.single}:
            return verb, privilege.removeprefix(f"prv{verb}")
    return "", privilege


def _granted(held: dict[str, Depth], table: str) -> str:
    """`Create, Read: all; Write: own`."""
    by_depth: dict[Depth, list[str]] = {}
    for verb in _VERBS:
        if (depth := held.get(f"prv{verb}{table}")) is not None:
            by_depth.setdefault(depth, []).append(verb)
    return "; ".join(f"{', '.join(verbs)}: {_DEPTHS[depth]}" for depth, verbs in by_depth.items()) or "nothing"


def _views() -> Iterator[str]:
    rows = [(f"`{one.table.name}`", one.name, one.description, _named(one.columns)) for one in VIEWS]
    yield _table(("table", "view", "shows", "columns"), rows)


def _charts() -> Iterator[str]:
    rows = [(one.name, f"`{one.table.name}`", f"`{one.group_by}`", one.kind.lower(), one.description) for one in CHARTS]
    yield _table(("chart", "counts", "by", "as", "shows"), rows)
    yield f"The dashboard *{DASHBOARD_NAME}* shows all of them."


def _forms() -> Iterator[str]:
    yield _table(
        ("table", "form", "columns", "lists"),
        [
            (f"`{one.table.name}`", one.name, _named(one.columns()), ", ".join(grid.label for grid in one.grids()))
            for one in MAIN_FORMS
        ],
    )
    yield (
        f"*{LEAD_FORM.name}* is a main form of its own beside those of the environment, with the tab "
        f"*{LEAD_INFO.label}*: [why](../decisions/0006-lead-form.md)."
    )


def _app() -> Iterator[str]:
    yield f"The app *{APP_NAME}* has one area of that name. Without a console's address every entry opens a list."
    rows = [(one.title, _opens(one.path, one.table)) for one in (*USE, *SETTINGS)]
    yield _table(("entry", "opens"), [*rows, ("Lead Performance", f"the dashboard *{DASHBOARD_NAME}*")])


def _opens(path: str, table: Table) -> str:
    return f"the console, `{path}`" if path else f"the list of `{table.name}`"


def _left_out() -> Iterator[str]:
    columns = [(f"`{name}`", why) for name, why in left_out.COLUMNS.items()]
    tables = [(f"`{name}`", why) for name, why in left_out.TABLES.items()]
    yield _table(("table or column of the original", "why it is not here"), [*tables, *columns])


def _empty() -> Iterator[str]:
    yield _table(("table", "why nothing writes it"), [(f"`ferry_{name}`", why) for name, why in left_out.EMPTY.items()])


def _named(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in dict.fromkeys(names))
