"""Matching strategies: one is in force, any number lie ready (OC-79 to OC-84)."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.errors import InputError, NotFoundError
from leadferry.mapping.mapping_store import read_mappings
from leadferry.mapping.model import FieldMapping
from leadferry.matching.model import Strategy, check_may_deactivate, check_may_delete, default_strategy, match_fields
from leadferry.matching.model import active as in_force
from leadferry.store.database import Database
from leadferry.store.statements import lock_environment, new_key
from leadferry.store.tables import field_mappings, strategies, strategy_fields
from leadferry.words import _


class StrategyStore:
    def __init__(self, database: Database) -> None:
        self.database = database

    def list(self, environment_id: int) -> list[Strategy]:
        with self.database.read() as connection:
            return _read(connection, environment_id)

    def get(self, environment_id: int, strategy_id: int) -> Strategy:
        with self.database.read() as connection:
            return _one(connection, environment_id, strategy_id)

    def by_name(self, environment_id: int, name: str) -> Strategy:
        """Compared without case."""
        known = self.list(environment_id)
        for strategy in known:
            if strategy.name.casefold() == name.strip().casefold():
                return strategy
        raise NotFoundError(
            _('There is no matching strategy "{name}" in this environment.', name=name),
            fix=_("Known: {known}.", known=", ".join(strategy.name for strategy in known)),
        )

    def active(self, environment_id: int) -> Strategy:
        with self.database.read() as connection:
            found = _read(connection, environment_id, strategies.c.active)
        return in_force(found)

    def add(
        self,
        environment_id: int,
        name: str,
        fields: Sequence[int] = (),
        *,
        always_create: bool = False,
        create_contacts: bool = True,
    ) -> Strategy:
        """A new one is inactive. `fields`: ids of field mappings."""
        with self.database.write() as connection:
            lock_environment(connection, environment_id)
            name = _free_name(connection, environment_id, name)
            _known_mappings(connection, environment_id, fields)
            key = _insert(connection, environment_id, name, fields, always_create, create_contacts, active=False)
            return _one(connection, environment_id, key)

    def change(
        self,
        environment_id: int,
        strategy_id: int,
        *,
        name: str | None = None,
        always_create: bool | None = None,
        create_contacts: bool | None = None,
        fields: Sequence[int] | None = None,
    ) -> Strategy:
        """What is None stays. All of it or nothing."""
        with self.database.write() as connection:
            lock_environment(connection, environment_id)
            strategy = _one(connection, environment_id, strategy_id)
            wanted = {"always_create": always_create, "create_contacts": create_contacts}
            values: dict[str, Any] = {column: value for column, value in wanted.items() if value is not None}
            if name is not None:
                values["name"] = _free_name(connection, environment_id, name, strategy.id)
            if values:
                connection.execute(sa.update(strategies).where(strategies.c.id == strategy.id).values(values))
            if fields is not None:
                _replace_fields(connection, environment_id, strategy_id, fields)
            return _still_usable(connection, environment_id, strategy_id)

    def set_fields(self, environment_id: int, strategy_id: int, fields: Sequence[int]) -> Strategy:
        with self.database.write() as connection:
            lock_environment(connection, environment_id)
            _one(connection, environment_id, strategy_id)
            _replace_fields(connection, environment_id, strategy_id, fields)
            return _still_usable(connection, environment_id, strategy_id)

    def activate(self, environment_id: int, strategy_id: int) -> Strategy:
        """In force from the next delivery on; the one before it becomes inactive (OC-81)."""
        with self.database.write() as connection:
            lock_environment(connection, environment_id)
            _refuse_unusable(connection, environment_id, _one(connection, environment_id, strategy_id))
            connection.execute(
                sa.update(strategies)
                .where(strategies.c.environment_id == environment_id)
                .values(active=strategies.c.id == strategy_id)
            )
            return _one(connection, environment_id, strategy_id)

    def deactivate(self, environment_id: int, strategy_id: int) -> None:
        """One is always in force, so the active one cannot be switched off (OC-81)."""
        check_may_deactivate(self.get(environment_id, strategy_id))

    def remove(self, environment_id: int, strategy_id: int) -> None:
        with self.database.write() as connection:
            lock_environment(connection, environment_id)
            check_may_delete(_one(connection, environment_id, strategy_id))
            connection.execute(sa.delete(strategies).where(strategies.c.id == strategy_id))

    def troubles(self, environment_id: int) -> builtins.list[str]:
        """Why the active strategy does not work, in sentences; for `check`."""
        with self.database.read() as connection:
            try:
                strategy = in_force(_read(connection, environment_id, strategies.c.active))
            except NotFoundError as error:
                return [str(error)]
            unusable = _unusable(connection, environment_id, strategy)
            return [str(unusable)] if unusable else []


def read_strategies(connection: Connection, environment_id: int) -> list[Strategy]:
    return _read(connection, environment_id)


def write_strategy(connection: Connection, environment_id: int, strategy: Strategy) -> None:
    """Adds it (`id` below 1), or replaces the one of the same id; in the caller's transaction, who has checked it."""
    values = {name: getattr(strategy, name) for name in ("name", "active", "always_create", "create_contacts")}
    if strategy.id < 1:
        insert = sa.insert(strategies).values(environment_id=environment_id, **values)
        _insert_fields(connection, new_key(connection.execute(insert)), strategy.fields)
        return
    connection.execute(sa.update(strategies).where(strategies.c.id == strategy.id).values(values))
    connection.execute(sa.delete(strategy_fields).where(strategy_fields.c.strategy_id == strategy.id))
    _insert_fields(connection, strategy.id, strategy.fields)


def insert_default_strategy(connection: Connection, environment_id: int, mappings: Iterable[FieldMapping]) -> None:
    """The preinstalled one (OC-80), in the caller's transaction. `mappings`: those just stored, with their ids."""
    new = default_strategy(mappings)
    _insert(connection, environment_id, new.name, new.fields, new.always_create, new.create_contacts, active=new.active)


def _insert(
    connection: Connection,
    environment_id: int,
    name: str,
    fields: Sequence[int],
    always_create: bool,
    create_contacts: bool,
    *,
    active: bool,
) -> int:
    insert = sa.insert(strategies).values(
        environment_id=environment_id,
        name=name,
        active=active,
        always_create=always_create,
        create_contacts=create_contacts,
    )
    key = new_key(connection.execute(insert))
    _insert_fields(connection, key, fields)
    return key


def _replace_fields(connection: Connection, environment_id: int, strategy_id: int, fields: Sequence[int]) -> None:
    _known_mappings(connection, environment_id, fields)
    connection.execute(sa.delete(strategy_fields).where(strategy_fields.c.strategy_id == strategy_id))
    _insert_fields(connection, strategy_id, fields)


def _insert_fields(connection: Connection, strategy_id: int, fields: Iterable[int]) -> None:
    rows = [{"strategy_id": strategy_id, "mapping_id": key} for key in dict.fromkeys(fields)]
    if rows:
        connection.execute(sa.insert(strategy_fields), rows)


def _read(connection: Connection, environment_id: int, *where: sa.ColumnElement[bool]) -> list[Strategy]:
    wanted = (
        sa.select(strategies, strategy_fields.c.mapping_id)
        .outerjoin(strategy_fields, strategy_fields.c.strategy_id == strategies.c.id)
        .where(strategies.c.environment_id == environment_id, *where)
        .order_by(strategies.c.id, strategy_fields.c.mapping_id)
    )
    fields: dict[int, list[int]] = {}
    rows = {}
    for row in connection.execute(wanted).mappings():
        rows[row["id"]] = row
        fields.setdefault(row["id"], []).extend([row["mapping_id"]] if row["mapping_id"] else [])
    return [
        Strategy(
            id=key,
            name=row["name"],
            active=row["active"],
            always_create=row["always_create"],
            create_contacts=row["create_contacts"],
            fields=tuple(fields[key]),
        )
        for key, row in rows.items()
    ]


def _one(connection: Connection, environment_id: int, strategy_id: int) -> Strategy:
    found = _read(connection, environment_id, strategies.c.id == strategy_id)
    if not found:
        raise NotFoundError(
            _("There is no matching strategy {strategy_id} in this environment.", strategy_id=strategy_id),
            fix=_("`leadferry strategies` lists them."),
        )
    return found[0]


def _free_name(connection: Connection, environment_id: int, name: str, own_id: int = 0) -> str:
    name = name.strip()
    if not name or len(name) > 100:
        raise InputError(
            _("The name of a matching strategy must have 1 to 100 characters."), fix=_("Give another."), code="bad-name"
        )
    for strategy in _read(connection, environment_id):
        if strategy.name.casefold() == name.casefold() and strategy.id != own_id:
            raise InputError(
                _('There is a matching strategy "{strategy}" already.', strategy=strategy.name),
                fix=_("Give another name."),
                code="name-taken",
            )
    return name


def _known_mappings(connection: Connection, environment_id: int, fields: Sequence[int]) -> None:
    """Only fields of the mapping list can be used (OC-77), and only this environment's."""
    wanted = sa.select(field_mappings.c.id).where(
        field_mappings.c.environment_id == environment_id, field_mappings.c.id.in_(fields)
    )
    unknown = set(fields) - set(connection.execute(wanted).scalars())
    if unknown:
        raise NotFoundError(
            _("There is no field mapping {number} in this environment.", number=min(unknown)),
            fix=_("`leadferry mappings` lists them with their numbers."),
        )


def _unusable(connection: Connection, environment_id: int, strategy: Strategy) -> InputError | None:
    if strategy.always_create:
        return None
    if not strategy.fields:
        return InputError(
            _("The matching strategy '{strategy}' has no field: it would match nothing.", strategy=strategy.name),
            fix=_("Give it a field that has a lead column, or let it always create a lead."),
            code="strategy-unusable",
        )
    try:
        match_fields(strategy, read_mappings(connection, environment_id))
    except InputError as error:
        return error
    return None


def _refuse_unusable(connection: Connection, environment_id: int, strategy: Strategy) -> None:
    if error := _unusable(connection, environment_id, strategy):
        raise error


def _still_usable(connection: Connection, environment_id: int, strategy_id: int) -> Strategy:
    """After a change in this transaction: the active one must go on working, else all of it is undone."""
    strategy = _one(connection, environment_id, strategy_id)
    if strategy.active:
        _refuse_unusable(connection, environment_id, strategy)
    return strategy
