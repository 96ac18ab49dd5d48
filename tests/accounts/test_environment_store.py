from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from environments import StandingClock, certificate_pem, connect
from leadferry.accounts.environment_store import EnvironmentStore
from leadferry.accounts.model import Environment
from leadferry.accounts.vault import Vault
from leadferry.errors import InputError, LeadferryError, NotFoundError
from leadferry.mapping.mapping_store import MappingStore
from leadferry.matching.strategy_store import StrategyStore
from leadferry.store import tables
from leadferry.store.database import Database

PEM = certificate_pem(ends=datetime(2027, 11, 30, tzinfo=UTC))


def test_an_environment_is_added_with_its_address_at_the_root(environments: EnvironmentStore) -> None:
    added = environments.add(
        " production ",
        "https://crane.crm4.dynamics.com/api/data/v9.2/",
        tenant_id="crane.onmicrosoft.com",
        client_id="c-1",
        secret="hush",
    )
    assert (added.name, added.url) == ("production", "https://crane.crm4.dynamics.com")
    assert added.authority == "https://login.microsoftonline.com"
    assert (added.credential_kind, added.organization_id, added.created_at) == ("secret", "", 1_790_000_000_000)
    assert environments.get("Production") == added
    assert environments.list() == [added]


def test_it_starts_with_the_default_mappings_and_the_e_mail_strategy(database: Database, crane: Environment) -> None:
    mappings = MappingStore(database).list(crane.id)
    strategy = StrategyStore(database).active(crane.id)
    assert {"EMAIL", "LAST_NAME", "COMPANY_NAME"} <= {mapping.key for mapping in mappings}
    assert [mapping.column for mapping in mappings if mapping.id in strategy.fields] == ["emailaddress1"]
    assert (strategy.active, strategy.always_create, strategy.create_contacts) == (True, False, True)


def test_the_secret_is_stored_sealed_and_opens_again(
    database: Database, environments: EnvironmentStore, crane: Environment
) -> None:
    with database.read() as connection:
        stored = connection.execute(sa.select(tables.environments.c.credential)).scalar_one()
    assert b"hush" not in stored
    assert environments.credential(crane).text == "hush"


def test_a_secret_sealed_for_one_environment_does_not_open_for_another(
    database: Database, environments: EnvironmentStore, crane: Environment, heron: Environment
) -> None:
    theirs = sa.select(tables.environments.c.credential).where(tables.environments.c.id == crane.id)
    with database.write() as connection:
        change = sa.update(tables.environments).where(tables.environments.c.id == heron.id)
        connection.execute(change.values(credential=theirs.scalar_subquery()))
    with pytest.raises(LeadferryError, match="sealed for another environment"):
        environments.credential(heron)


def test_another_master_key_is_named_as_the_cause(database: Database, clock: StandingClock, crane: Environment) -> None:
    with pytest.raises(LeadferryError) as refusal:
        EnvironmentStore(database, Vault([b"x" * 32]), clock).credential(crane)
    assert refusal.value.code == "vault-wrong-key"


def test_a_certificate_is_taken_instead_of_a_secret_and_later_replaced(environments: EnvironmentStore) -> None:
    added = environments.add("c", "https://c.example", tenant_id="t", client_id="c", certificate_pem=PEM)
    assert (added.credential_kind, environments.credential(added).text) == ("certificate", PEM)
    assert added.credential_expires_at == 1_827_532_800_000
    environments.set_credential(added.id, secret="new")
    assert environments.get("c").credential_kind == "secret"
    assert environments.credential(added).text == "new"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": " "}, "The name of an environment must have 1 to 100 printable characters."),
        ({"url": "http://crane.example"}, "is not https"),
        ({"authority": "http://login.example"}, 'The address of the sign-in service, "http://login.example", is not'),
        ({"tenant_id": ""}, "The tenant id is missing. It stands on the overview page of the app registration"),
        ({"client_id": "a b"}, 'The client id "a b" is not usable.'),
        ({"secret": ""}, "An environment needs either a client secret or a certificate, and has neither."),
        ({"certificate_pem": PEM}, "needs either a client secret or a certificate, and has both."),
        ({"secret": "", "certificate_pem": "-----BEGIN CERTIFICATE-----"}, "must hold a certificate and its private"),
    ],
)
def test_what_cannot_work_is_refused_and_nothing_is_stored(
    environments: EnvironmentStore, change: dict[str, Any], message: str
) -> None:
    given = {"name": "crane", "url": "https://crane.example", "tenant_id": "t", "client_id": "c", "secret": "hush"}
    with pytest.raises(InputError) as refusal:
        environments.add(**{**given, **change})
    assert message in str(refusal.value)
    assert "hush" not in str(refusal.value)
    assert environments.list() == []


def test_a_name_is_given_once_whatever_its_case(
    database: Database, environments: EnvironmentStore, crane: Environment
) -> None:
    with pytest.raises(InputError, match='There is an environment "crane" already'):
        connect(database, "CRANE")
    assert environments.list() == [crane]


def test_of_two_processes_that_add_one_name_one_is_refused(database: Database) -> None:
    def attempt(_: int) -> str:
        try:
            return connect(database, "crane").name
        except InputError as error:
            return error.code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(4))) == ["crane", "name-taken", "name-taken", "name-taken"]


def test_an_unknown_environment_is_named_with_those_that_exist(
    environments: EnvironmentStore, crane: Environment, heron: Environment
) -> None:
    with pytest.raises(NotFoundError) as refusal:
        environments.get("stork")
    assert str(refusal.value) == 'There is no environment "stork". Known: crane, heron.'


def test_without_any_environment_the_message_says_how_to_connect_one(environments: EnvironmentStore) -> None:
    with pytest.raises(NotFoundError, match="None is connected yet: `leadferry environment add` connects one"):
        environments.get("crane")


def test_removing_takes_everything_of_it_and_nothing_of_others(
    database: Database, environments: EnvironmentStore, crane: Environment, heron: Environment
) -> None:
    before = MappingStore(database).list(heron.id)
    environments.remove("crane")
    assert environments.list() == [heron]
    assert MappingStore(database).list(crane.id) == []
    assert StrategyStore(database).list(crane.id) == []
    assert MappingStore(database).list(heron.id) == before
    assert StrategyStore(database).active(heron.id).fields


def test_who_am_i_is_remembered(environments: EnvironmentStore, crane: Environment, clock: StandingClock) -> None:
    clock.now += 5
    known = environments.set_identity(crane.id, organization_id="O-1", user_id="u-1", business_unit_id="b-1")
    assert (known.organization_id, known.user_id, known.business_unit_id) == ("O-1", "u-1", "b-1")
    assert known.checked_at == clock.now
    assert environments.set_identity(crane.id, organization_id="o-1", user_id="u-2", business_unit_id="b-1")


def test_another_organization_under_a_known_address_is_refused(
    environments: EnvironmentStore, crane: Environment
) -> None:
    environments.set_identity(crane.id, organization_id="o-1", user_id="u", business_unit_id="b")
    with pytest.raises(InputError, match=r"answers as another organization \(o-2\) than before \(o-1\)"):
        environments.set_identity(crane.id, organization_id="o-2", user_id="u", business_unit_id="b")
    assert environments.get("crane").organization_id == "o-1"


def test_configuration_is_kept_per_environment(
    environments: EnvironmentStore, crane: Environment, heron: Environment
) -> None:
    environments.set_configuration(crane, "on_match_fail", "create")
    environments.set_configuration(crane, "parallel", "2")
    assert environments.configuration(crane).on_match_fail == "create"
    assert environments.configuration(crane).parallel == 2
    assert environments.configuration(heron).on_match_fail == "ignore"


def test_two_people_who_change_options_at_once_lose_neither(environments: EnvironmentStore, crane: Environment) -> None:
    names = ["lookup_chunk", "write_chunk", "claim_size", "parallel", "max_attempts", "backoff_base_s"]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda name: environments.set_configuration(crane, name, "7"), names))
    configuration = environments.configuration(crane)
    assert [configuration.text(name) for name in names] == ["7"] * 6


def test_a_trouble_keeps_the_moment_it_began_until_it_is_over(
    environments: EnvironmentStore, crane: Environment, heron: Environment, clock: StandingClock
) -> None:
    began = clock.now
    environments.set_trouble(crane.id, "The secret has expired.")
    clock.now += 60_000
    environments.set_trouble(crane.id, "The secret has expired.")
    troubled = environments.get("crane")
    assert (troubled.trouble, troubled.trouble_at) == ("The secret has expired.", began)
    assert environments.get("heron").trouble == ""
    environments.set_trouble(crane.id, "No privilege.")
    assert environments.get("crane").trouble_at == clock.now
    environments.clear_trouble(crane.id)
    assert (environments.get("crane").trouble, environments.get("crane").trouble_at) == ("", None)


def test_work_on_an_environment_removed_meanwhile_says_so(environments: EnvironmentStore, crane: Environment) -> None:
    environments.remove("crane")
    attempts: list[Callable[[], object]] = [
        lambda: environments.credential(crane),
        lambda: environments.configuration(crane),
        lambda: environments.set_trouble(crane.id, "x"),
    ]
    for attempt in attempts:
        with pytest.raises(NotFoundError, match="it was removed"):
            attempt()
