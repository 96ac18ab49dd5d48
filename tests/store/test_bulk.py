"""Bulk statements leave the same rows as plain ones, on both databases."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from leadferry.store.database import Database
from leadferry.store.statements import Bulk

THINGS = sa.Table(
    "things",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("name", sa.Text),
    sa.Column("test", sa.Boolean),
    sa.Column("body", sa.LargeBinary),
)
ROWS = [
    {"id": n, "name": None if n % 7 == 0 else f"Zoë {n}", "test": n % 2 == 0, "body": bytes([n % 256])}
    for n in range(399)
]


@pytest.mark.parametrize("names", [("id", "name", "test", "body"), ("body", "id", "test", "name")])
def test_what_is_inserted_and_updated_in_bulk_is_what_plain_statements_leave(
    database: Database, names: Sequence[str]
) -> None:
    insert = Bulk(sa.insert(THINGS), names)
    update = Bulk(
        sa.update(THINGS)
        .where(THINGS.c.id == sa.bindparam("key"))
        .values(name=sa.func.coalesce(sa.bindparam("new", type_=sa.Text), THINGS.c.name)),
        ("key", "new"),
    )
    rows = [tuple(row[name] for name in names) for row in ROWS]
    with database.write() as connection:
        THINGS.create(connection)
        insert(connection, rows[:250])
        insert(connection, rows[250:])
        update(connection, [(1, "first"), (2, None)])
    with database.read() as connection:
        found = [dict(row) for row in connection.execute(sa.select(THINGS).order_by(THINGS.c.id)).mappings()]
    assert found == [row | ({"name": "first"} if row["id"] == 1 else {}) for row in ROWS]
