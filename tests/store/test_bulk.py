"""Bulk statements leave the same rows as plain ones, on both databases."""

from __future__ import annotations

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
    {"id": n, "name": None if n % 7 == 0 else f"Zoë {n}", "test": n % 2 == 0, "body": bytes([n])} for n in range(99)
]


def test_what_is_inserted_and_updated_in_bulk_is_what_plain_statements_leave(database: Database) -> None:
    insert = Bulk(sa.insert(THINGS))
    update = Bulk(
        sa.update(THINGS)
        .where(THINGS.c.id == sa.bindparam("key"))
        .values(name=sa.func.coalesce(sa.bindparam("new", type_=sa.Text), THINGS.c.name))
    )
    with database.write() as connection:
        THINGS.create(connection)
        insert(connection, ROWS[:50])
        insert(connection, ROWS[50:])
        update(connection, [{"new": "first", "key": 1}, {"new": None, "key": 2}])
    with database.read() as connection:
        found = [dict(row) for row in connection.execute(sa.select(THINGS).order_by(THINGS.c.id)).mappings()]
    assert found == [row | ({"name": "first"} if row["id"] == 1 else {}) for row in ROWS]
