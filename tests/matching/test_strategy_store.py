from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa

from environments import connect
from leadferry.accounts.model import Environment
from leadferry.errors import InputError, NotFoundError
from leadferry.mapping.mapping_store import MappingStore
from leadferry.mapping.model import FieldMapping, Source
from leadferry.matching.model import Strategy
from leadferry.matching.strategy_store import StrategyStore
from leadferry.store import tables
from leadferry.store.database import Database


@pytest.fixture
def strategies(database: Database) -> StrategyStore:
    return StrategyStore(database)


@pytest.fixture
def crane(database: Database) -> Environment:
    return connect(database, "crane")


@pytest.fixture
def heron(database: Database) -> Environment:
    return connect(database, "heron")


@pytest.fixture
def keys(database: Database, crane: Environment) -> dict[str, int]:
    """Field mapping ids by LinkedIn field, and one without a lead column."""
    mappings = MappingStore(database)
    mappings.add(crane.id, FieldMapping(0, Source.QUESTION, "7", "Which size?"))
    return {mapping.key: mapping.id for mapping in mappings.list(crane.id)}


def by_phone(strategies: StrategyStore, crane: Environment, keys: dict[str, int]) -> Strategy:
    return strategies.add(crane.id, "Phone", [keys["PHONE_NUMBER"]])


def test_the_preinstalled_strategy_matches_by_e_mail_address(
    strategies: StrategyStore, crane: Environment, keys: dict[str, int]
) -> None:
    active = strategies.active(crane.id)
    assert (active.name, active.active, active.fields) == ("E-mail address", True, (keys["EMAIL"],))
    assert (active.always_create, active.create_contacts) == (False, True)
    assert strategies.list(crane.id) == [active]
    assert strategies.troubles(crane.id) == []


def test_a_new_strategy_is_inactive_and_any_number_may_exist(
    strategies: StrategyStore, crane: Environment, keys: dict[str, int]
) -> None:
    phone = by_phone(strategies, crane, keys)
    name = strategies.add(
        crane.id, "Name", [keys["LAST_NAME"], keys["FIRST_NAME"]], always_create=True, create_contacts=False
    )
    assert (phone.active, phone.always_create, phone.create_contacts) == (False, False, True)
    assert (name.active, name.always_create, name.create_contacts) == (False, True, False)
    assert name.fields == tuple(sorted([keys["FIRST_NAME"], keys["LAST_NAME"]]))
    assert [strategy.name for strategy in strategies.list(crane.id)] == ["E-mail address", "Phone", "Name"]
    assert strategies.by_name(crane.id, "phone") == phone


def test_activating_one_deactivates_the_other(
    strategies: StrategyStore, crane: Environment, keys: dict[str, int]
) -> None:
    phone = by_phone(strategies, crane, keys)
    assert strategies.activate(crane.id, phone.id).active
    assert strategies.active(crane.id).name == "Phone"
    assert [strategy.active for strategy in strategies.list(crane.id)] == [False, True]


def test_two_people_who_activate_at_once_leave_one_active(
    strategies: StrategyStore, crane: Environment, keys: dict[str, int]
) -> None:
    ready = [strategies.add(crane.id, f"S{number}", [keys["EMAIL"]]).id for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda key: strategies.activate(crane.id, key), ready * 3))
    assert sum(strategy.active for strategy in strategies.list(crane.id)) == 1


def test_the_active_one_can_neither_be_switched_off_nor_deleted(
    strategies: StrategyStore, crane: Environment, keys: dict[str, int]
) -> None:
    active = strategies.active(crane.id)
    attempts: list[Callable[[], object]] = [
        lambda: strategies.deactivate(crane.id, active.id),
        lambda: strategies.remove(crane.id, active.id),
    ]
    for attempt in attempts:
        with pytest.raises(InputError) as refusal:
            attempt()
        assert "'E-mail address'" in str(refusal.value)
        assert "Activate another one first." in str(refusal.value)
    strategies.activate(crane.id, by_phone(strategies, crane, keys).id)
    strategies.deactivate(crane.id, active.id)
    strategies.remove(crane.id, active.id)
    assert [strategy.name for strategy in strategies.list(crane.id)] == ["Phone"]


def test_a_field_without_a_lead_column_is_refused_at_activation(
    strategies: StrategyStore, crane: Environment, keys: dict[str, int]
) -> None:
    size = strategies.add(crane.id, "Size", [keys["EMAIL"], keys["7"]])
    with pytest.raises(InputError) as refusal:
        strategies.activate(crane.id, size.id)
    assert str(refusal.value) == (
        "The matching strategy 'Size' uses the field 'Which size?', which has no lead column. "
        "Map the field to a lead column, or take it out of the strategy."
    )
    assert strategies.active(crane.id).name == "E-mail address"


def test_a_strategy_without_fields_is_refused_at_activation_unless_it_always_creates(
    strategies: StrategyStore, crane: Environment
) -> None:
    empty = strategies.add(crane.id, "Empty")
    with pytest.raises(InputError, match="'Empty' has no field: it would match nothing"):
        strategies.activate(crane.id, empty.id)
    strategies.change(crane.id, empty.id, always_create=True)
    assert strategies.activate(crane.id, empty.id).always_create


def test_the_active_strategy_cannot_be_made_unusable(
    strategies: StrategyStore, crane: Environment, keys: dict[str, int]
) -> None:
    active = strategies.active(crane.id)
    unusable: list[list[int]] = [[], [keys["7"]]]
    for fields in unusable:
        with pytest.raises(InputError, match=r"no field|no lead column"):
            strategies.set_fields(crane.id, active.id, fields)
    strategies.change(crane.id, active.id, always_create=True)
    strategies.set_fields(crane.id, active.id, [])
    with pytest.raises(InputError, match="has no field"):
        strategies.change(crane.id, active.id, always_create=False)
    assert strategies.active(crane.id) == replace(active, always_create=True, fields=())


def test_a_column_lost_behind_our_back_is_reported(
    database: Database, strategies: StrategyStore, crane: Environment, keys: dict[str, int]
) -> None:
    with database.write() as connection:
        lost = sa.update(tables.field_mappings).where(tables.field_mappings.c.id == keys["EMAIL"])
        connection.execute(lost.values(column=None))
    assert strategies.troubles(crane.id) == [
        (
            "The matching strategy 'E-mail address' uses the field 'Email address', which has no lead column. "
            "Map the field to a lead column, or take it out of the strategy."
        )
    ]


def test_without_an_active_strategy_the_message_says_what_to_do(
    database: Database, strategies: StrategyStore, crane: Environment
) -> None:
    with database.write() as connection:
        connection.execute(sa.update(tables.strategies).values(active=False))
    with pytest.raises(NotFoundError, match=r"No matching strategy is active\. Activate one"):
        strategies.active(crane.id)
    assert strategies.troubles(crane.id)[0].startswith("No matching strategy is active.")


def test_fields_are_set_and_taken_out_again(
    strategies: StrategyStore, crane: Environment, keys: dict[str, int]
) -> None:
    phone = by_phone(strategies, crane, keys)
    both = strategies.set_fields(crane.id, phone.id, [keys["PHONE_NUMBER"], keys["EMAIL"], keys["EMAIL"]])
    assert set(both.fields) == {keys["PHONE_NUMBER"], keys["EMAIL"]}
    assert strategies.set_fields(crane.id, phone.id, [keys["EMAIL"]]).fields == (keys["EMAIL"],)


def test_a_name_is_given_once_whatever_its_case(
    strategies: StrategyStore, crane: Environment, keys: dict[str, int]
) -> None:
    phone = by_phone(strategies, crane, keys)
    attempts: list[Callable[[], object]] = [
        lambda: strategies.add(crane.id, "PHONE"),
        lambda: strategies.change(crane.id, phone.id, name="e-mail ADDRESS"),
        lambda: strategies.add(crane.id, "  "),
    ]
    for attempt in attempts:
        with pytest.raises(InputError, match=r"already|1 to 100 characters"):
            attempt()
    assert strategies.change(crane.id, phone.id, name="Telephone").name == "Telephone"
    with pytest.raises(
        NotFoundError, match=r'There is no matching strategy "Phone" .* Known: E-mail address, Telephone'
    ):
        strategies.by_name(crane.id, "Phone")


def test_another_environments_strategies_and_fields_are_never_visible(
    strategies: StrategyStore, crane: Environment, heron: Environment, keys: dict[str, int]
) -> None:
    ours = by_phone(strategies, crane, keys)
    before = strategies.list(crane.id)
    assert [strategy.name for strategy in strategies.list(heron.id)] == ["E-mail address"]
    attempts: list[Callable[[], object]] = [
        lambda: strategies.get(heron.id, ours.id),
        lambda: strategies.activate(heron.id, ours.id),
        lambda: strategies.change(heron.id, ours.id, name="Stolen"),
        lambda: strategies.set_fields(heron.id, ours.id, []),
        lambda: strategies.remove(heron.id, ours.id),
        lambda: strategies.add(heron.id, "Theirs", [keys["EMAIL"]]),
        lambda: strategies.set_fields(heron.id, strategies.active(heron.id).id, [keys["EMAIL"]]),
    ]
    for attempt in attempts:
        with pytest.raises(NotFoundError, match="in this environment"):
            attempt()
    theirs = strategies.add(heron.id, "Always", always_create=True)
    strategies.activate(heron.id, theirs.id)
    assert strategies.list(crane.id) == before
