"""What Dynamics is asked before a claim is planned: who may be there already, and which rows lookups mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any, NamedTuple, TypeVar

from msgspec.structs import replace

from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.metadata import Table
from leadferry.delivery.configuration import Configuration
from leadferry.delivery.contacts import OPEN_ONLY, ContactPlan
from leadferry.delivery.lookups import lookup_questions, with_lookups
from leadferry.delivery.plan import Action, Item, read_name
from leadferry.delivery.surroundings_store import Surroundings
from leadferry.matching.candidates import CandidateIndex
from leadferry.matching.query import values_to_ask
from leadferry.watch.log import carrying

Row = dict[str, Any]
T = TypeVar("T")


class Found(NamedTuple):
    """`items`: as they came, with lookups resolved. `lead_ids`: of every lead that was read."""

    candidates: CandidateIndex
    items: list[Item]
    lead_ids: Sequence[str]


class Matching:
    """`table`: gives a table's definition."""

    def __init__(self, client: DataverseClient, table: Callable[[str], Table], around: Surroundings) -> None:
        self.client, self.table, self.around = client, table, around
        self.configuration: Configuration = around.configuration

    def candidates(self, items: list[Item], more: Iterable[str]) -> Found:
        """`more`: columns to read beside those that are compared or written."""
        columns = self.around.strategy_columns
        chunks = list(self._chunks(items))
        select = sorted({*_select(items, columns), *more})
        with self._pool() as pool:
            asked = [values_to_ask([item.mapped for item in some], columns) for some in chunks]
            found = pool.map(
                lambda values: self._find("lead", values, select), [] if self.around.strategy.always_create else asked
            )
            resolved = pool.map(self._with_lookups, chunks)
            rows = {row["leadid"]: row for answer in found for row in answer}
            items = [item for some in resolved for item in some]
        rows |= self._ordered_leads(items, select)
        everything_asked = {column: chain.from_iterable(some.get(column, ()) for some in asked) for column in columns}
        index = CandidateIndex(rows.values(), columns, "leadid", asked=everything_asked)
        return Found(index, self._after_earlier_attempts(items), list(rows))

    def contacts(self, actions: Sequence[Action], plan: ContactPlan) -> list[Row]:
        """Those that may be the persons of these leads, each once."""
        with self._pool() as pool:
            found = pool.map(
                lambda some: self._find("contact", plan.values_to_ask(some), plan.select, OPEN_ONLY),
                self._chunks(actions),
            )
            return list({row["contactid"]: row for answer in found for row in answer}.values())

    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self.configuration.parallel, initializer=carrying())

    def _chunks(self, some: Sequence[T]) -> Iterator[Sequence[T]]:
        size = self.configuration.lookup_chunk
        return (some[i : i + size] for i in range(0, len(some), size))

    def _find(
        self, table: str, asked: Mapping[str, Sequence[str]], select: Sequence[str], extra_filter: str | None = None
    ) -> list[Row]:
        if not asked:
            return []
        return self.client.find_any(self.table(table).entity_set, asked, select=select, extra_filter=extra_filter)

    def _ordered_leads(self, items: Iterable[Item], select: Sequence[str]) -> dict[str, Row]:
        """Leads that a person named when deciding a review."""
        wanted = [item.order.removeprefix("lead:") for item in items if item.order.startswith("lead:")]
        return self.client.rows_by_id("leads", "leadid", wanted, select) if wanted else {}

    def _after_earlier_attempts(self, items: list[Item]) -> list[Item]:
        """A submission that comes again may have its lead: an answer got lost, and the retries with it."""
        doubtful = [item.own_lead_id for item in items if item.attempts > 1 and not item.delivered_lead_id]
        if not doubtful:
            return items
        made = self.client.existing_ids("leads", "leadid", doubtful)
        return [replace(item, made_already=True) if item.own_lead_id in made else item for item in items]

    def _with_lookups(self, items: Sequence[Item]) -> Sequence[Item]:
        answers = {}
        for question in lookup_questions(items):
            table = self.table(question.table)
            rows = self.client.find_any(
                table.entity_set,
                {question.match_column: question.texts},
                select=[table.primary_id, question.match_column],
            )
            answers[question] = (table, rows)
        return with_lookups(items, answers, self.table("lead")) if answers else items


def _select(items: Iterable[Item], columns: Sequence[str]) -> list[str]:
    written = {read_name(column) for column in set().union(*(item.mapped.values for item in items))}
    written |= {f"_{lookup.column}_value" for item in items for lookup in item.mapped.lookups}
    return sorted({"leadid", "statecode", "modifiedon", *columns, *written})
