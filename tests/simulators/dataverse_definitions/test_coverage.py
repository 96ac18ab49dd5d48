"""The page of what the simulator has is what the simulator has."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadferry.simulators.dataverse.definitions.coverage import coverage_page
from leadferry.simulators.dataverse.definitions.standard import standard_catalog
from leadferry.simulators.dataverse.model import Column
from leadferry.simulators.dataverse.query import conditions, hierarchy
from leadferry.simulators.dataverse.query.scope import Asking, Scope
from leadferry.simulators.dataverse.refusals import Refusal
from leadferry.simulators.dataverse.storage import Storage

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "dataverse-simulator.md"
TEXTS = {"between": ["a", "b"], "not-between": ["a", "b"], "null": [], "not-null": []}


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == coverage_page()


@pytest.mark.parametrize("operator", sorted({*conditions.COMPARISONS, *conditions.NAMES, *hierarchy.NAMES}))
def test_every_operator_on_the_page_is_understood(operator: str) -> None:
    catalog = standard_catalog()
    catalog.tables["account"].columns["li_tags"] = Column("li_tags", "li_Tags", "MultiSelectPicklist")
    storage = Storage(":memory:", lambda: 1_795_514_400_000, catalog)
    with storage.reading() as conn:
        asking = Asking(storage, conn)
        scope = Scope(asking, storage.catalog.tables["account"])
        name, values = "name", TEXTS.get(operator, ["a"])
        if "on" in operator.split("-"):
            name, values = "createdon", ["2026-11-24"]
        if operator in hierarchy.NAMES:
            name, values = "accountid", ["00000000-0000-0000-0000-000000000001"]
        if operator.endswith("contain-values"):
            name, values = "li_tags", ["1"]
        if operator.startswith(("eq-user", "ne-user", "eq-business", "ne-business")):
            name, values = "ownerid", []
        found = conditions.condition(asking, scope.column(name), operator, values)
        source = scope.from_clause()
        asking.conn.execute(
            f"SELECT 1 FROM {source.text} WHERE {found.text}", (*source.params, *found.params)
        ).fetchall()


def test_an_operator_that_is_not_on_the_page_is_refused() -> None:
    storage = Storage(":memory:", lambda: 1_795_514_400_000, standard_catalog())
    with storage.reading() as conn:
        asking = Asking(storage, conn)
        field = Scope(asking, storage.catalog.tables["account"]).column("name")
        with pytest.raises(Refusal, match="resembles"):
            conditions.condition(asking, field, "resembles", ["a"])
