"""The field mappings of each environment, in their order: the first that fills a column wins."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from leadferry.errors import InputError, NotFoundError
from leadferry.mapping.model import FieldMapping, OnProblem, OnUpdate, Source
from leadferry.matching.model import Strategy, check_may_unmap
from leadferry.store.database import Database
from leadferry.store.statements import lock_environment
from leadferry.store.tables import field_mappings, strategies, strategy_fields
from leadferry.words import _

NAME_LENGTH = 800
"""OC-78."""


class MappingStore:
    def __init__(self, database: Database) -> None:
        self.database = database

    def list(self, environment_id: int) -> list[FieldMapping]:
        with self.database.read() as connection:
            return read_mappings(connection, environment_id)

    def get(self, environment_id: int, mapping_id: int) -> FieldMapping:
        with self.database.read() as connection:
            return _one(connection, environment_id, mapping_id)

    def add(self, environment_id: int, mapping: FieldMapping) -> FieldMapping:
        """Puts it at the end of the list. Its `id` is chosen here."""
        _check(mapping)
        with self.database.write() as connection:
            return insert_mappings(connection, environment_id, [mapping])[0]

    def change(self, environment_id: int, mapping: FieldMapping) -> None:
        """Replaces the mapping of the same id. One that a strategy uses must keep a lead column."""
        _check(mapping)
        with self.database.write() as connection:
            lock_environment(connection, environment_id)
            _one(connection, environment_id, mapping.id)
            if not mapping.column:
                check_may_unmap(mapping, _strategies_with(connection, mapping.id))
            connection.execute(
                sa.update(field_mappings).where(field_mappings.c.id == mapping.id).values(_columns(mapping))
            )

    def remove(self, environment_id: int, mapping_id: int) -> None:
        """Refused while a strategy, active or not, uses it."""
        with self.database.write() as connection:
            lock_environment(connection, environment_id)
            mapping = _one(connection, environment_id, mapping_id)
            check_may_unmap(mapping, _strategies_with(connection, mapping_id))
            connection.execute(sa.delete(field_mappings).where(field_mappings.c.id == mapping_id))

    def add_discovered(self, environment_id: int, mappings: Iterable[FieldMapping]) -> int:
        """Adds those whose source and key are not in the list yet (OC-75). Returns how many were new."""
        wanted = {(mapping.source, mapping.key): mapping for mapping in mappings}
        if not wanted or not wanted.keys() - self._known(environment_id):
            return 0
        with self.database.write() as connection:
            lock_environment(connection, environment_id)
            known = {(mapping.source, mapping.key) for mapping in read_mappings(connection, environment_id)}
            new = [mapping for key, mapping in wanted.items() if key not in known]
            insert_mappings(connection, environment_id, new)
            return len(new)

    def _known(self, environment_id: int) -> set[tuple[Source, str]]:
        return {(mapping.source, mapping.key) for mapping in self.list(environment_id)}


def insert_mappings(
    connection: Connection, environment_id: int, mappings: Iterable[FieldMapping]
) -> list[FieldMapping]:
    """In the caller's transaction. Returns them with their ids."""
    new = list(mappings)
    if not new:
        return []
    insert = sa.insert(field_mappings).returning(field_mappings.c.id, sort_by_parameter_order=True)
    keys = connection.execute(insert, [{"environment_id": environment_id, **_columns(mapping)} for mapping in new])
    return [dataclasses.replace(mapping, id=key) for mapping, key in zip(new, keys.scalars(), strict=True)]


def update_mapping(connection: Connection, mapping: FieldMapping) -> None:
    """Replaces the mapping of the same id, in the caller's transaction, who has checked it."""
    connection.execute(sa.update(field_mappings).where(field_mappings.c.id == mapping.id).values(_columns(mapping)))


def read_mappings(connection: Connection, environment_id: int) -> list[FieldMapping]:
    wanted = sa.select(field_mappings).where(field_mappings.c.environment_id == environment_id)
    return [to_mapping(row) for row in connection.execute(wanted.order_by(field_mappings.c.id)).mappings()]


def _one(connection: Connection, environment_id: int, mapping_id: int) -> FieldMapping:
    wanted = sa.select(field_mappings).where(
        field_mappings.c.environment_id == environment_id, field_mappings.c.id == mapping_id
    )
    row = connection.execute(wanted).mappings().first()
    if row is None:
        raise NotFoundError(
            _("There is no field mapping {mapping_id} in this environment.", mapping_id=mapping_id),
            fix=_("`leadferry mappings` lists them with their numbers."),
        )
    return to_mapping(row)


def _strategies_with(connection: Connection, mapping_id: int) -> list[Strategy]:
    wanted = (
        sa.select(strategies.c.id, strategies.c.name)
        .join(strategy_fields, strategy_fields.c.strategy_id == strategies.c.id)
        .where(strategy_fields.c.mapping_id == mapping_id)
        .order_by(strategies.c.active.desc(), strategies.c.id)
    )
    return [Strategy(key, name, fields=(mapping_id,)) for key, name in connection.execute(wanted)]


def _check(mapping: FieldMapping) -> None:
    if not mapping.name.strip() or len(mapping.name) > NAME_LENGTH:
        raise InputError(
            _(
                "The name of a field mapping must have 1 to {name_length} characters; this one has {count}.",
                name_length=NAME_LENGTH,
                count=len(mapping.name),
            ),
            fix=_("Give it the name of the field on the form."),
            code="bad-mapping",
        )
    if not mapping.key:
        raise InputError(
            _('The field mapping "{mapping}" does not say which field it takes.', mapping=mapping.name),
            fix=_("Give a key: a predefined field like EMAIL, a question or consent id, or a hidden field's name."),
            code="bad-mapping",
        )


def to_mapping(row: RowMapping) -> FieldMapping:
    return FieldMapping(
        id=row["id"],
        source=Source(row["source"]),
        key=row["key"],
        name=row["name"],
        column=row["column"] or None,
        transform=row["transform"],
        on_update=OnUpdate(row["on_update"]),
        on_problem=OnProblem(row["on_problem"]),
        default=row["default"],
        synonyms=json.loads(row["synonyms"]),
    )


def _columns(mapping: FieldMapping) -> dict[str, Any]:
    return {
        "source": mapping.source.value,
        "key": mapping.key,
        "name": mapping.name,
        "column": mapping.column or None,
        "transform": mapping.transform,
        "on_update": mapping.on_update.value,
        "on_problem": mapping.on_problem.value,
        "default": mapping.default,
        "synonyms": json.dumps(dict(mapping.synonyms), ensure_ascii=False),
    }
