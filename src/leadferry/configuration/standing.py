"""How an environment is configured now, and that as a file. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import yaml

from leadferry.accounts.model import Owner
from leadferry.alerts.model import Channel, Event
from leadferry.configuration.document import (
    VERSION,
    AccountItem,
    ChannelItem,
    FieldName,
    MappingItem,
    StrategyItem,
    option_values,
)
from leadferry.delivery.configuration import Configuration
from leadferry.mapping.model import FieldMapping
from leadferry.matching.model import Strategy
from leadferry.words import _


@dataclass(frozen=True, slots=True)
class Standing:
    configuration: Configuration
    mappings: tuple[FieldMapping, ...]
    strategies: tuple[Strategy, ...]
    owners: tuple[Owner, ...]
    channels: tuple[Channel, ...]


def written(standing: Standing, environment: str) -> str:
    """The file. Fields that forms ask and nobody has mapped are left out: they come and go by themselves."""
    used = {key for strategy in standing.strategies for key in strategy.fields}
    listed = [one for one in standing.mappings if one.id in used or not untouched(one)]
    sections = {
        "leadferry": VERSION,
        "configuration": option_values(standing.configuration),
        "mappings": [mapping_item(one) for one in listed],
        "strategies": [strategy_item(one, standing.mappings) for one in standing.strategies],
        "accounts": [account_item(one) for one in standing.owners],
        "alert_channels": [channel_item(one) for one in standing.channels],
    }
    head = _(
        "# Configuration of the Leadferry environment {environment}, without secrets.\n# "
        "`leadferry config plan FILE` shows what it would change, `leadferry config apply FILE` "
        "does it.\n# A section that is left out stays as it is; one that is here is meant in "
        "full.\n# yaml-language-server: $schema=config.schema.json\n",
        environment=repr(environment),
    )
    plain: Any = msgspec.to_builtins(sections)
    return head + str(yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=110))


def untouched(mapping: FieldMapping) -> bool:
    """As a form brings it (OC-75): nobody has done anything to it."""
    return mapping == FieldMapping(mapping.id, mapping.source, mapping.key, mapping.name)


def mapping_item(one: FieldMapping) -> MappingItem:
    return MappingItem(
        one.source,
        one.key,
        one.name,
        one.column or "",
        one.transform,
        one.on_update,
        one.on_problem,
        one.default,
        dict(one.synonyms),
    )


def strategy_item(one: Strategy, mappings: Sequence[FieldMapping]) -> StrategyItem:
    by_id = {mapping.id: mapping for mapping in mappings}
    fields = [_named(by_id[key], mappings) for key in one.fields if key in by_id]
    return StrategyItem(one.name, fields, one.active, one.always_create, one.create_contacts)


def _named(mapping: FieldMapping, mappings: Sequence[FieldMapping]) -> FieldName:
    same = [one for one in mappings if (one.source, one.key) == (mapping.source, mapping.key)]
    return FieldName(mapping.source, mapping.key, (mapping.column or "") if len(same) > 1 else "")


def account_item(one: Owner) -> AccountItem:
    return AccountItem(one.urn, one.name, one.sync_enabled, one.default_lead_owner_id)


def channel_item(one: Channel) -> ChannelItem:
    events = [event.value for event in Event if event in one.events]
    return ChannelItem(one.name, events, one.enabled, one.digest_minutes, one.quiet_from, one.quiet_to, one.time_zone)
