"""*Enable contact creation* (OC-90): a new lead gets a contact, an existing one that matches, else a new one. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from leadferry.dataverse.metadata import ColumnType, Table
from leadferry.delivery.ids import contact_id
from leadferry.delivery.plan import BIND, Action
from leadferry.matching.candidates import CandidateIndex, MatchKind
from leadferry.words import worded

OPEN_ONLY = worded("statecode eq 0")
COPIED_TYPES = frozenset({ColumnType.TEXT, ColumnType.MEMO, ColumnType.BOOLEAN})
"""Choices are left out: the two tables number them differently."""


@dataclass(frozen=True)
class ContactPlan:
    """`columns`: the strategy's columns that a contact has too; e-mail where it has none of them."""

    lead: Table
    contact: Table
    strategy_columns: Sequence[str]
    namespace: uuid.UUID
    columns: tuple[str, ...] = field(init=False)
    copied: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        shared = tuple(column for column in self.strategy_columns if column in self.contact.columns)
        object.__setattr__(self, "columns", shared or ("emailaddress1",))
        object.__setattr__(self, "copied", frozenset(filter(self._can_copy, self.lead.columns)))

    def _can_copy(self, name: str) -> bool:
        theirs = self.contact.columns.get(name)
        return bool(theirs and theirs.can_create and theirs.type in COPIED_TYPES)

    @property
    def select(self) -> list[str]:
        return sorted({"contactid", "modifiedon", *self.columns})

    def values_to_ask(self, creates: Iterable[Action]) -> dict[str, list[str]]:
        asked: dict[str, dict[str, None]] = {column: {} for column in self.columns}
        for action in creates:
            for column in self.columns:
                if (value := action.row.get(column)) not in {None, ""}:
                    asked[column][str(value)] = None
        return {column: list(values) for column, values in asked.items() if values}

    def new_row(self, lead_row: Mapping[str, Any], key: str) -> dict[str, Any]:
        row = {name: self._fitting(name, value) for name, value in lead_row.items() if name in self.copied}
        if owner := lead_row.get(f"ownerid{BIND}"):
            row[f"ownerid{BIND}"] = owner
        return {**row, "contactid": key}

    def _fitting(self, name: str, value: Any) -> Any:
        longest = self.contact.columns[name].max_length
        return value[:longest] if isinstance(value, str) and longest else value


def plan_contacts(contacts: ContactPlan, creates: Iterable[Action], rows: Iterable[Mapping[str, Any]]) -> None:
    """Links each create to its contact; two leads of one person share one."""
    index = CandidateIndex(rows, contacts.columns, "contactid")
    for action in creates:
        match = index.find(action.row)
        if match.kind is MatchKind.ALL:
            action.contact_id = str(match.best["contactid"])
        else:
            action.contact_id = contact_id(contacts.namespace, str(action.lead_id))
            action.contact_row = contacts.new_row(action.row, action.contact_id)
            index.add({**action.contact_row, "modifiedon": "9999"})
        action.row[f"parentcontactid{BIND}"] = f"/contacts({action.contact_id})"
