"""Runs an edited matching strategy over the newest submissions: asks Dynamics for candidates, writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from leadferry.accounts.model import Environment
from leadferry.clock import Clock
from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.metadata import Table
from leadferry.delivery.ids import environment_namespace, lead_id
from leadferry.delivery.plan import Item, Rules, read_name
from leadferry.delivery.rehearsal import Comparison, Rehearsed, person_of, rehearse
from leadferry.delivery.sample_store import newest_samples
from leadferry.delivery.surroundings_store import Stores, Surroundings, read_surroundings
from leadferry.mapping.compile import Mapper, compile_mapping
from leadferry.mapping.sample import Sample
from leadferry.matching.model import Strategy
from leadferry.matching.query import values_to_ask
from leadferry.store.database import Database
from leadferry.watch.log import carrying

COUNTS = (100, 500)
"""How many submissions a preview may take."""
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    database: Database
    stores: Stores
    clock: Clock

    def run(
        self, environment: Environment, client: DataverseClient, table: Table, edited: Strategy, count: int
    ) -> Comparison:
        """Beside the strategy in force. Raises InputError for a field without a lead column, and what Dynamics says."""
        began, asked_before = self.clock(), client.requests
        around = read_surroundings(self.stores, environment)
        samples = newest_samples(self.database, self.stores, environment, around, count)
        known = sorted(samples.known, key=lambda one: (one.response.submitted_at, one.submission_id))
        items = _items(environment, known, around, table)
        sides = (around, replace(around, strategy=edited))
        compared = tuple(() if side.strategy.always_create else side.strategy_columns for side in sides)
        asked = values_to_ask([item.mapped for item in items], tuple(dict.fromkeys((*compared[0], *compared[1]))))
        found = _candidates(client, table, asked, items, around)
        ends = [
            rehearse(items, found, asked, columns, _rules(side)) for side, columns in zip(sides, compared, strict=True)
        ]
        return Comparison(
            tuple(_rehearsed(item, one, *ends) for item, one in zip(items, known, strict=True)),
            samples.unreadable,
            client.requests - asked_before,
            self.clock() - began,
            known[-1].response.submitted_at - known[0].response.submitted_at if known else 0,
        )


def _items(environment: Environment, known: Sequence[Sample], around: Surroundings, table: Table) -> list[Item]:
    """As if each came for the first time."""
    namespace = environment_namespace(environment.organization_id or environment.url)
    settings = around.configuration.mapping_settings()
    mappers: dict[tuple[int, int], Mapper] = {}
    items = []
    for one in known:
        key = one.version.form_id, one.version.version
        if key not in mappers:
            mappers[key] = compile_mapping(one.version, around.mappings, table, settings)
        mapped = mappers[key](one.response, one.context)
        items.append(Item(one.submission_id, one.response.id, lead_id(namespace, one.response.id), mapped))
    return items


def _candidates(
    client: DataverseClient,
    table: Table,
    asked: Mapping[str, Sequence[str]],
    items: Sequence[Item],
    around: Surroundings,
) -> dict[str, list[Row]]:
    """Column by column, so that each strategy sees what it alone would have found."""
    written = {read_name(column) for item in items for column in item.mapped.values}
    select = sorted({"leadid", "statecode", "modifiedon", *asked, *written})
    if not asked:
        return {}
    with ThreadPoolExecutor(around.configuration.parallel, initializer=carrying()) as pool:
        rows = pool.map(lambda one: client.find_any(table.entity_set, {one: asked[one]}, select=select), asked)
        return dict(zip(asked, rows, strict=True))


def _rules(around: Surroundings) -> Rules:
    configuration = around.configuration
    return Rules(around.strategy.always_create, configuration.on_match_fail == "create", configuration.update_matched)


def _rehearsed(item: Item, one: Sample, today: Mapping[int, Any], edited: Mapping[int, Any]) -> Rehearsed:
    key = item.submission_id
    return Rehearsed(key, person_of(item.mapped.values), one.version.name, today[key], edited[key])
