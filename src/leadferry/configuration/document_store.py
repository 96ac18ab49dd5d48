"""Reads how an environment is configured, brings it to what a file says: all in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from leadferry.accounts.model import FormSync
from leadferry.accounts.owner_store import read_owners
from leadferry.alerts.channel_store import channels_in
from leadferry.alerts.model import Event
from leadferry.configuration.changes import ACCOUNT, CHANNEL, MAPPING, STRATEGY, Plan, plan
from leadferry.configuration.document import Document
from leadferry.configuration.standing import Standing
from leadferry.delivery.configuration import Configuration
from leadferry.mapping.mapping_store import insert_mappings, read_mappings, update_mapping
from leadferry.matching.strategy_store import read_strategies, write_strategy
from leadferry.store.database import Database
from leadferry.store.statements import lock_environment
from leadferry.store.tables import alert_channels, environments, field_mappings, owners, strategies


class DocumentStore:
    def __init__(self, database: Database) -> None:
        self.database = database

    def standing(self, environment_id: int) -> Standing:
        with self.database.read() as connection:
            return _standing(connection, environment_id)

    def plan(self, environment_id: int, document: Document) -> Plan:
        return plan(self.standing(environment_id), document)

    def apply(self, environment_id: int, document: Document) -> Plan:
        """What it changed. Nobody else changes the environment meanwhile."""
        with self.database.write() as connection:
            lock_environment(connection, environment_id)
            made = plan(_standing(connection, environment_id), document)
            if made.changes:
                _apply(connection, environment_id, made)
            return made


def _standing(connection: Connection, environment_id: int) -> Standing:
    stored = sa.select(environments.c.configuration).where(environments.c.id == environment_id)
    return Standing(
        Configuration.from_json(connection.execute(stored).scalar_one()),
        tuple(read_mappings(connection, environment_id)),
        tuple(read_strategies(connection, environment_id)),
        tuple(read_owners(connection, environment_id)),
        tuple(channels_in(connection, environment_id)),
    )


def _apply(connection: Connection, environment_id: int, made: Plan) -> None:
    configured = sa.update(environments).where(environments.c.id == environment_id)
    connection.execute(configured.values(configuration=made.wanted.configuration.to_json()))
    ids = _put_mappings(connection, environment_id, made)
    _put_strategies(connection, environment_id, made, ids)
    gone = [one.key for one in made.changes if one.kind == MAPPING and one.verb == "remove"]
    connection.execute(sa.delete(field_mappings).where(field_mappings.c.id.in_(gone)))
    _put_accounts(connection, made)
    _put_channels(connection, made)


def _put_mappings(connection: Connection, environment_id: int, made: Plan) -> Mapping[int, int]:
    """Ids as planned -> ids as stored."""
    changed = {one.key for one in made.changes if one.kind == MAPPING}
    ids = {}
    for mapping in made.wanted.mappings:
        ids[mapping.id] = mapping.id
        if mapping.id < 0:
            ids[mapping.id] = insert_mappings(connection, environment_id, [mapping])[0].id
        elif mapping.id in changed:
            update_mapping(connection, mapping)
    return ids


def _put_strategies(connection: Connection, environment_id: int, made: Plan, ids: Mapping[int, int]) -> None:
    changed = [one for one in made.changes if one.kind == STRATEGY]
    gone = [one.key for one in changed if one.verb == "remove"]
    connection.execute(sa.delete(strategies).where(strategies.c.id.in_(gone)))
    keys = {one.key for one in changed}
    for strategy in made.wanted.strategies:
        if strategy.id in keys:
            fields = tuple(ids[key] for key in strategy.fields)
            write_strategy(connection, environment_id, replace(strategy, fields=fields))


def _put_accounts(connection: Connection, made: Plan) -> None:
    changed = {one.key: one for one in made.changes if one.kind == ACCOUNT}
    for owner in made.wanted.owners:
        if owner.id in changed:
            values: dict[str, object] = {"default_lead_owner_id": owner.default_lead_owner_id}
            if "sync_enabled" in changed[owner.id].after:
                status = FormSync.PENDING if owner.sync_enabled else FormSync.NOT_SYNCING
                values |= {"sync_enabled": owner.sync_enabled, "form_sync_status": int(status), "status_text": ""}
            connection.execute(sa.update(owners).where(owners.c.id == owner.id).values(**values))


def _put_channels(connection: Connection, made: Plan) -> None:
    changed = {one.key for one in made.changes if one.kind == CHANNEL}
    for channel in made.wanted.channels:
        if channel.id in changed:
            values = {
                "enabled": channel.enabled,
                "events": " ".join(event for event in Event if event in channel.events),
                "digest_minutes": channel.digest_minutes,
                "quiet_from": channel.quiet_from,
                "quiet_to": channel.quiet_to,
                "time_zone": channel.time_zone,
            }
            connection.execute(sa.update(alert_channels).where(alert_channels.c.id == channel.id).values(**values))
