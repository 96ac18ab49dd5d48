"""What the parts of an exported solution share: its contents, and how elements are put."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from leadferry.simulators.dataverse.model import Catalog, OptionSet, Table
from leadferry.simulators.dataverse.solution_components import SHELL, TABLE, Component


class Contents:
    """The components of one solution; `has` also knows those that a whole table brings along."""

    def __init__(self, conn: sqlite3.Connection, catalog: Catalog, components: Sequence[Component]) -> None:
        self.conn, self.catalog, self.components = conn, catalog, components
        self._ids = {(one.kind, one.object_id) for one in components}
        self._whole = {one.object_id for one in components if one.kind == TABLE and one.behavior != SHELL}

    @property
    def tables(self) -> list[Table]:
        return [one for one in self.catalog.tables.values() if (TABLE, one.metadata_id) in self._ids]

    @property
    def choices(self) -> list[OptionSet]:
        return list(self.catalog.option_sets.values())

    def listed(self, kind: int, object_id: str) -> bool:
        return (kind, object_id) in self._ids

    def has(self, kind: int, object_id: str, table: Table | None) -> bool:
        return self.listed(kind, object_id) or (table is not None and table.metadata_id in self._whole)

    def rows(self, table: str, kind: int, where: str = "1", *values: Any) -> list[sqlite3.Row]:
        """Rows of `table` that are components themselves, or whose table is there as a whole."""
        found = self.conn.execute(f'SELECT * FROM "t_{table}" WHERE {where}', values).fetchall()
        primary = self.catalog.tables[table].primary_id
        return [row for row in found if self.has(kind, row[primary], self._table_of(table, row))]

    def _table_of(self, table: str, row: sqlite3.Row) -> Table | None:
        column = {
            "savedquery": "returnedtypecode",
            "savedqueryvisualization": "primaryentitytypecode",
            "systemform": "objecttypecode",
        }.get(table)
        return self.catalog.tables.get(row[column] or "") if column else None


def put(parent: Element, tag: str, text: str | None = None, **attributes: str) -> Element:
    element = SubElement(parent, tag, attributes)
    element.text = text
    return element


def put_xml(parent: Element, tag: str, xml: str) -> None:
    """An element whose content is XML that was checked when it was stored."""
    put(parent, tag).append(ElementTree.fromstring(xml))  # noqa: S314 (checked when it was stored)


def language(parent: Element, tag: str, text: str) -> None:
    put(parent, tag, description=text or "", languagecode="1033")
