"""Every table of Microsoft's connector has its twin here, and each twin is filled, or the docs say why not."""

from __future__ import annotations

import json
from pathlib import Path

from delivery.conftest import Ferry
from leadferry.solution import left_out
from leadferry.solution.tables import TABLES
from mirror.test_mirror import ADA, of_campaign

ORIGINAL = Path(__file__).parent.parent / "solution" / "original_tables.json"


def _names() -> list[str]:
    return [str(one["logical_name"]) for one in json.loads(ORIGINAL.read_text("utf-8"))["tables"]]


def test_each_table_is_filled_by_a_delivery_or_said_to_stay_empty(sqlite_ferry: Ferry) -> None:
    ferry = sqlite_ferry
    key = ferry.environment.id
    ferry.app.owners.known(key, "urn:li:sponsoredAccount:5001", "Crane Works")
    ferry.app.profiles.add(key, "Ada")
    of_campaign(ferry)
    ferry.deliver()
    empty = {f"ferry_{name}" for name in left_out.EMPTY}
    rows = {table.name: len(ferry.dynamics.rows(table.name, table.primary_id)) for table in TABLES}
    assert {name for name, count in rows.items() if not count} == empty
    assert ADA["email"] == ferry.dynamics.leads()[0]["emailaddress1"]


def test_no_table_of_the_original_was_forgotten() -> None:
    names = {one.removeprefix("msdyncrm_") for one in _names()}
    ours = {table.name.removeprefix("ferry_") for table in TABLES}
    assert names - ours == set(left_out.TABLES) & names
