"""`sdkmessages` and `sdkmessagefilters`: which messages a table supports. Made from the catalog, stored nowhere.

Source: dataverse-api reference, section 4.2 (asking whether a table supports CreateMultiple).
"""

from __future__ import annotations

import uuid

from leadferry.simulators.dataverse.model import Catalog, Table

_NAMESPACE = uuid.UUID("0c1f0b52-1c50-4a47-8a0c-3f6c9a7be1d4")
_EVERY_TABLE = (
    "Create", "Update", "Delete", "Retrieve", "RetrieveMultiple", "Upsert",
    "CreateMultiple", "UpdateMultiple", "UpsertMultiple",
)  # fmt: skip
_OF_TABLES = {"lead": ("QualifyLead",)}
TABLES = frozenset({"sdkmessage", "sdkmessagefilter"})


def messages_of(table: Table) -> tuple[str, ...]:
    owned = ("Assign",) if table.ownership == "UserOwned" else ()
    return (*_EVERY_TABLE, *owned, *_OF_TABLES.get(table.logical_name, ()))


def message_source(catalog: Catalog, table: Table) -> str:
    """A bracketed SELECT with every column of the table; its texts are names from the catalog only."""
    rows: list[dict[str, str | int]]
    if table.logical_name == "sdkmessage":
        names = sorted({name for other in catalog.tables.values() for name in messages_of(other)})
        rows = [{"sdkmessageid": _id(name), "name": name, "isprivate": 0} for name in names]
    else:
        rows = [
            {
                "sdkmessagefilterid": _id(name, other.logical_name),
                "primaryobjecttypecode": other.logical_name,
                "iscustomprocessingstepallowed": 1,
                "sdkmessageid": _id(name),
                "sdkmessageid__table": "sdkmessage",
            }
            for other in catalog.tables.values()
            for name in messages_of(other)
        ]
    return _as_select(table, rows)


def _as_select(table: Table, rows: list[dict[str, str | int]]) -> str:
    columns = [*table.columns]
    columns += [f"{name}__table" for name, column in table.columns.items() if column.kind == "Lookup"]
    header = ", ".join(f'column{number + 1} AS "{name}"' for number, name in enumerate(columns))
    values = ", ".join(
        "(" + ", ".join(_literal(1 if name == "versionnumber" else row.get(name)) for name in columns) + ")"
        for row in rows
    )
    return f"(SELECT {header} FROM (VALUES {values}))"


def _literal(value: str | int | None) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def _id(*parts: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, "/".join(parts)))
