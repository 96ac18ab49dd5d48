"""A change of definitions touches only what it changes, and ends where making everything anew would end."""

from __future__ import annotations

import gc
import json
import weakref
from typing import Any

from leadferry.simulators.dataverse.catalog_copy import changed_tables, copy_to_change, settled
from leadferry.simulators.dataverse.definitions import handle
from leadferry.simulators.dataverse.definitions.standard import standard_catalog
from leadferry.simulators.dataverse.refusals import privilege_id
from leadferry.simulators.dataverse.storage import Storage
from leadferry.simulators.server import Request
from simulators.dataverse_definitions.conftest import CRM, label, table_body

BASE = "http://contoso.example/api/data/v9.2"
KEY = {"SchemaName": "li_ByName", "KeyAttributes": ["li_name"], "DisplayName": label("By name")}
NUMBER = {"@odata.type": f"{CRM}IntegerAttributeMetadata", "SchemaName": "li_Number", "DisplayName": label("Number")}
LOOKUP = {"@odata.type": f"{CRM}OneToManyRelationshipMetadata", "SchemaName": "li_lead_event",
          "ReferencedEntity": "li_event", "ReferencingEntity": "lead",
          "Lookup": {"SchemaName": "li_EventId", "DisplayName": label("Event")}}  # fmt: skip
PAIRS = {"@odata.type": f"{CRM}ManyToManyRelationshipMetadata", "SchemaName": "li_event_contact",
         "IntersectEntityName": "li_event_contact", "Entity1LogicalName": "li_event",
         "Entity2LogicalName": "contact"}  # fmt: skip
CHANGES: tuple[tuple[str, str, Any], ...] = (
    ("POST", "EntityDefinitions", table_body("li_Event")),
    ("POST", "EntityDefinitions", table_body("li_Gone")),
    ("POST", "EntityDefinitions(LogicalName='li_event')/Attributes", NUMBER),
    ("POST", "EntityDefinitions(LogicalName='li_event')/Keys", KEY),
    ("POST", "RelationshipDefinitions", LOOKUP),
    ("POST", "RelationshipDefinitions", PAIRS),
    ("DELETE", "EntityDefinitions(LogicalName='li_event')/Attributes(LogicalName='li_number')", None),
    ("DELETE", "EntityDefinitions(LogicalName='li_gone')", None),
)


def storage(**more: Any) -> Storage:
    return Storage(":memory:", lambda: 1_795_514_400_000, standard_catalog(), **more)


def change(storage: Storage, method: str, tail: str, body: Any) -> None:
    sent = b"" if body is None else json.dumps(body).encode()
    handle(storage, Request(method, f"/api/data/v9.2/{tail}", "", {}, sent, "http://contoso.example"), BASE)


def changed_step_by_step() -> Storage:
    kept = storage()
    for one in CHANGES:
        change(kept, *one)
    return kept


def shape(storage: Storage) -> tuple[dict[str, set[str]], dict[str, str], set[str]]:
    """SQL tables with their columns, indexes with their SQL, privileges."""
    with storage.reading() as conn:
        master = conn.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
        tables = {
            name: {row[1] for row in conn.execute(f'PRAGMA table_info("{name}")')}
            for kind, name, _ in master
            if kind == "table"
        }
        privileges = {row[0] for row in conn.execute('SELECT "name" FROM "t_privilege"')}
    return tables, {name: sql for kind, name, sql in master if kind == "index"}, privileges


def test_changes_one_by_one_end_where_all_at_once_would() -> None:
    step_by_step = changed_step_by_step()
    at_once = Storage(":memory:", lambda: 0, step_by_step.catalog)
    assert shape(step_by_step) == shape(at_once)
    assert "prvReadli_Event" in shape(at_once)[2]


def test_a_change_leaves_the_catalog_before_it_as_it_was() -> None:
    kept = storage()
    for one in CHANGES:
        before = kept.catalog
        encoded = repr(before)
        change(kept, *one)
        assert repr(before) == encoded, one[1]
        assert kept.catalog is not before


def test_only_what_is_taken_by_name_is_copied() -> None:
    catalog = standard_catalog()
    copy = copy_to_change(catalog)
    copy.tables["lead"].label = "Prospect"
    choice = copy.option_set_of(copy.tables["lead"].columns["leadsourcecode"])
    assert choice is not None
    choice.options.clear()
    after = settled(copy)
    assert changed_tables(catalog, after) == ["lead"]
    assert (catalog.tables["lead"].label, after.tables["lead"].label) == ("Lead", "Prospect")
    assert catalog.option_sets[choice.name].options
    assert after.tables["account"] is catalog.tables["account"]


def test_a_copy_of_all_that_is_kept_goes_on_from_there_and_leaves_the_first_alone() -> None:
    first = changed_step_by_step()
    with first.transaction() as conn:
        conn.execute('INSERT INTO "t_li_event" ("li_eventid", "li_name", "versionnumber") VALUES (?, ?, 1)', ("e", "x"))
    second = storage(image=first.image())
    assert shape(second) == shape(first)
    change(second, "POST", "EntityDefinitions", table_body("li_Other"))
    with second.transaction() as conn:
        assert [row[0] for row in conn.execute('SELECT "li_name" FROM "t_li_event"')] == ["x"]
        generation = second.rights_generation
        conn.execute('DELETE FROM "t_privilege" WHERE "privilegeid" = ?', (privilege_id("prvReadli_Event"),))
    assert second.rights_generation == generation + 1
    assert "li_other" in second.catalog.tables
    assert "li_other" not in first.catalog.tables
    second.reset()
    assert "li_event" not in second.catalog.tables


def test_what_is_brought_back_tells_when_rights_change() -> None:
    kept = storage()
    kept.restore(kept.image())
    generation, version = kept.rights_generation, kept.catalog.version
    with kept.transaction() as conn:
        conn.execute('DELETE FROM "t_privilege" WHERE "privilegeid" = ?', (privilege_id("prvReadAccount"),))
    assert kept.rights_generation == generation + 1
    kept.restore(kept.image())
    assert (kept.rights_generation > generation + 1, kept.catalog.version > version) == (True, True)


def test_a_storage_that_nobody_has_any_more_is_gone() -> None:
    kept = weakref.ref(storage())
    gc.collect()
    assert kept() is None
