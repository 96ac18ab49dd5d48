from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from environments import connect
from leadferry.accounts.model import Environment
from leadferry.errors import InputError, NotFoundError
from leadferry.mapping.defaults import default_mappings
from leadferry.mapping.mapping_store import MappingStore
from leadferry.mapping.model import FieldMapping, OnProblem, OnUpdate, Source
from leadferry.matching.strategy_store import StrategyStore
from leadferry.store.database import Database

SIZE = FieldMapping(0, Source.QUESTION, "10107000003", "Which size?")


@pytest.fixture
def mappings(database: Database) -> MappingStore:
    return MappingStore(database)


@pytest.fixture
def crane(database: Database) -> Environment:
    return connect(database, "crane")


@pytest.fixture
def heron(database: Database) -> Environment:
    return connect(database, "heron")


def email(mappings: MappingStore, environment: Environment) -> FieldMapping:
    return next(mapping for mapping in mappings.list(environment.id) if mapping.key == "EMAIL")


def test_a_new_environment_has_the_default_mappings_in_their_order(mappings: MappingStore, crane: Environment) -> None:
    listed = mappings.list(crane.id)
    assert [replace(mapping, id=0) for mapping in listed] == list(default_mappings())
    assert len({mapping.id for mapping in listed}) == len(listed)


def test_a_mapping_comes_back_as_it_was_added_at_the_end_of_the_list(
    mappings: MappingStore, crane: Environment
) -> None:
    wanted = FieldMapping(
        0,
        Source.QUESTION,
        "10107000003",
        "Größe",
        "new_size",
        "choice",
        OnUpdate.FILL,
        OnProblem.DEFAULT,
        "Small",
        {"große": "Large", "大": "3"},
    )
    added = mappings.add(crane.id, wanted)
    assert replace(added, id=0) == wanted
    assert mappings.get(crane.id, added.id) == added
    assert mappings.list(crane.id)[-1] == added


def test_a_mapping_is_changed_in_place(mappings: MappingStore, crane: Environment) -> None:
    before = mappings.list(crane.id)
    changed = replace(email(mappings, crane), name="E-mail", on_update=OnUpdate.KEEP)
    mappings.change(crane.id, changed)
    assert mappings.list(crane.id) == [changed if mapping.id == changed.id else mapping for mapping in before]


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (replace(SIZE, name=""), "must have 1 to 800 characters; this one has 0"),
        (replace(SIZE, name="x" * 801), "must have 1 to 800 characters; this one has 801"),
        (replace(SIZE, key=""), 'The field mapping "Which size.*" does not say which field it takes'),
    ],
)
def test_a_mapping_that_says_too_little_is_refused(
    mappings: MappingStore, crane: Environment, mapping: FieldMapping, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        mappings.add(crane.id, mapping)


def test_fields_met_in_a_form_are_added_once_and_unmapped(mappings: MappingStore, crane: Environment) -> None:
    met = [SIZE, FieldMapping(0, Source.PREDEFINED, "EMAIL", "E-Mail-Adresse"), SIZE]
    assert mappings.add_discovered(crane.id, met) == 1
    assert mappings.add_discovered(crane.id, met) == 0
    assert replace(mappings.list(crane.id)[-1], id=0) == SIZE
    assert email(mappings, crane).column == "emailaddress1"


def test_the_same_key_from_another_source_is_another_field(mappings: MappingStore, crane: Environment) -> None:
    assert mappings.add_discovered(crane.id, [SIZE, replace(SIZE, source=Source.CONSENT)]) == 2


def test_processes_that_meet_one_field_at_once_add_it_once(mappings: MappingStore, crane: Environment) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: mappings.add_discovered(crane.id, [SIZE]), range(8))) == 1
    assert [mapping.key for mapping in mappings.list(crane.id)].count(SIZE.key) == 1


def test_a_mapping_is_removed(mappings: MappingStore, crane: Environment) -> None:
    added = mappings.add(crane.id, SIZE)
    mappings.remove(crane.id, added.id)
    assert added not in mappings.list(crane.id)
    with pytest.raises(NotFoundError, match=f"There is no field mapping {added.id} in this environment"):
        mappings.remove(crane.id, added.id)


def test_a_mapping_that_a_strategy_uses_is_kept_and_the_strategy_named(
    mappings: MappingStore, crane: Environment
) -> None:
    used = email(mappings, crane)
    attempts: list[Callable[[], object]] = [
        lambda: mappings.remove(crane.id, used.id),
        lambda: mappings.change(crane.id, replace(used, column=None)),
    ]
    for attempt in attempts:
        with pytest.raises(InputError) as refusal:
            attempt()
        assert "'E-mail address'" in str(refusal.value)
        assert "Take it out of the strategy first." in str(refusal.value)
    assert email(mappings, crane) == used


def test_an_inactive_strategy_holds_its_mappings_too(
    database: Database, mappings: MappingStore, crane: Environment
) -> None:
    added = mappings.add(crane.id, replace(SIZE, column="new_size"))
    StrategyStore(database).add(crane.id, "By size", [added.id])
    with pytest.raises(InputError, match="'By size'"):
        mappings.remove(crane.id, added.id)


def test_another_environments_mappings_are_never_visible(
    mappings: MappingStore, crane: Environment, heron: Environment
) -> None:
    added = mappings.add(crane.id, SIZE)
    assert added not in mappings.list(heron.id)
    attempts: list[Callable[[], object]] = [
        lambda: mappings.get(heron.id, added.id),
        lambda: mappings.change(heron.id, replace(added, name="Stolen")),
        lambda: mappings.remove(heron.id, added.id),
    ]
    for attempt in attempts:
        with pytest.raises(NotFoundError, match=f"There is no field mapping {added.id} in this environment"):
            attempt()
    assert mappings.get(crane.id, added.id) == added
    assert mappings.add_discovered(heron.id, [SIZE]) == 1
