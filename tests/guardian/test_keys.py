"""The master key: from a file, a variable or a command; rotated while others work."""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from databases import KINDS, new_database
from environments import StandingClock, connect, environment_store
from guardian.conftest import House, ada, environment_of
from leadferry.accounts.key_file_store import keys_at, keys_by_command, open_vault, put_in_front
from leadferry.accounts.profile_store import ProfileStore
from leadferry.accounts.sealed_store import COLUMNS, SealedStore
from leadferry.accounts.vault import Vault
from leadferry.errors import InputError, LeadferryError
from leadferry.linkedin.tokens import Tokens
from leadferry.store.database import Database
from leadferry.store.tables import alert_channels, environments, metadata, sessions, webhooks

OLD, NEW = b"k" * 32, b"n" * 32


@pytest.fixture(params=KINDS)
def filled(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A sealed value in every column that holds them, by the old key."""
    with new_database(request.param, tmp_path) as database:
        vault = Vault([OLD])
        crane = connect(database, "crane")
        store = environment_store(database)
        store.set_linkedin_app(crane.id, "78x", "app-secret")
        ada = ProfileStore(database, vault, StandingClock()).add(crane.id, "Ada", Tokens("access", "refresh"))
        sealed, no = vault.seal(crane.id, b"value"), vault.seal(0, b"id token")
        with database.write() as connection:
            connection.execute(
                sa.insert(metadata.tables["consents"]).values(
                    environment_id=crane.id, profile_id=ada.id, state_hash=b"s", session_hash=b"b", verifier=sealed,
                    redirect_url="x", scopes="x", begun_by="x", begun_at=1, expires_at=2, tokens=sealed,
                )
            )  # fmt: skip
            connection.execute(
                sa.insert(alert_channels).values(
                    environment_id=crane.id, name="x", address=sealed, service="x", events="", enabled=True,
                    created_at=1,
                )
            )  # fmt: skip
            connection.execute(
                sa.insert(metadata.tables["api_tokens"]).values(
                    id=1, environment_id=crane.id, name="x", token_hash=b"h", start="x", scopes="", created_by="x",
                    created_at=1, expires_at=2,
                )
            )  # fmt: skip
            connection.execute(
                sa.insert(metadata.tables["uploads"]).values(
                    key="k", environment_id=crane.id, person_id="p", name="x.csv", at=1, content=sealed
                )
            )
            connection.execute(
                sa.insert(metadata.tables["idempotency_keys"]).values(
                    environment_id=crane.id, token_id=1, key="x", fingerprint=b"f", begun_at=1, expires_at=2,
                    status=201, answer=sealed,
                )
            )  # fmt: skip
            connection.execute(
                sa.insert(webhooks).values(
                    environment_id=crane.id, name="x", address=sealed, shown="x", events="", answers=False,
                    secret=sealed, old_secret=sealed, active=True, created_at=1,
                )
            )  # fmt: skip
            connection.execute(
                sa.insert(sessions).values(
                    token_hash=b"t", kind="entra", person_id="p", name="P", created_at=1, seen_at=1, expires_at=2,
                    id_token_hint=no,
                )
            )  # fmt: skip
        yield database


def test_no_sealed_column_is_forgotten() -> None:
    """Binary columns that hold no seal: hashes, and what LinkedIn or a delivery wrote."""
    binary = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, sa.LargeBinary)
    }
    known = {f"{one.column.table.name}.{one.column.name}" for one in COLUMNS}
    plain = {name for name in binary if name.endswith(("_hash", ".body", ".digest", ".fingerprint"))}
    assert binary - known - plain == set()


def test_everything_is_sealed_again_with_the_newest_key(filled: Database) -> None:
    both = SealedStore(filled, Vault([NEW, OLD]))
    assert {use.newest for use in both.uses()} == {False}
    assert both.seal_again() == len(COLUMNS)
    assert {use.newest for use in both.uses()} == {True}
    assert both.seal_again() == 0
    only_new = environment_store(filled)
    only_new.vault = Vault([NEW])
    crane = only_new.get("crane")
    assert only_new.credential(crane).text == "hush"
    tokens = ProfileStore(filled, Vault([NEW]), StandingClock()).tokens(crane.id, 1)
    assert tokens is not None
    assert tokens.refresh == "refresh"


def test_ended_in_the_middle_it_goes_on(filled: Database) -> None:
    both = SealedStore(filled, Vault([NEW, OLD]))

    def die(done: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        both.seal_again(die)
    assert both.seal_again() == len(COLUMNS) - 3


def test_a_value_that_another_process_changes_meanwhile_is_left_to_it(filled: Database) -> None:
    store, both = environment_store(filled), SealedStore(filled, Vault([NEW, OLD]))
    crane = store.get("crane")
    older = both._older  # the moment between reading and writing

    def meanwhile(sealed: object) -> object:
        for batch in older(sealed):  # type: ignore[arg-type]
            store.set_credential(crane.id, secret="entered just now")
            yield batch

    both._older = meanwhile  # type: ignore[assignment, method-assign]
    both.seal_again()
    assert store.credential(crane).text == "entered just now"


def test_what_no_key_opens_is_counted_and_left_alone(filled: Database) -> None:
    stranger = SealedStore(filled, Vault([NEW]))
    assert {use.known for use in stranger.uses()} == {False}
    assert stranger.seal_again() == 0
    with filled.read() as connection:
        assert connection.execute(sa.select(environments.c.credential)).scalar() is not None


def test_a_file_that_changes_is_read_again_by_a_process_that_runs(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    running = open_vault("", path)
    first = running.seal(1, b"before")
    put_in_front(path, NEW)
    assert path.stat().st_mode & 0o777 == 0o600
    assert keys_at(path)[0] == NEW
    other = open_vault("", path)
    assert running.open(1, other.seal(1, b"after")) == b"after"
    assert running.is_newest(running.seal(1, b"now"))
    assert not running.is_newest(first)
    assert running.open(1, first) == b"before"


# A command


def python(code: str) -> str:
    return f'{sys.executable} -c "{code}"'


def test_a_command_prints_the_key_and_no_shell_is_asked(tmp_path: Path) -> None:
    text = base64.b64encode(NEW).decode()
    keys = open_vault("", tmp_path / "none", python(f"print('{text}')")).key_ids()
    assert keys == Vault([NEW]).key_ids()
    assert not (tmp_path / "none").exists()
    with pytest.raises(InputError):
        keys_by_command(f"true; touch {tmp_path}/shell")
    assert not (tmp_path / "shell").exists()


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (python("import sys; print('c2VjcmV0'); sys.exit(3)"), "ended with exit code 3"),
        (python("print('c2VjcmV0')"), "printed no usable key"),
        (python("print('ключ')"), "printed no usable key"),
        ("no-such-program-here", "cannot be run"),
        ("vault 'read", "is not a command line"),
        ("   ", "is not a command line"),
    ],
)
def test_a_command_that_fails_says_why_and_nothing_of_the_key(command: str, why: str) -> None:
    with pytest.raises(InputError, match=why) as caught:
        keys_by_command(command)
    assert "c2VjcmV0" not in str(caught.value)
    assert caught.value.fix


def test_a_command_that_hangs_is_given_up() -> None:
    with pytest.raises(InputError, match=r"did not end within 0\.2 s"):
        keys_by_command(python("import time; time.sleep(60)"), timeout_s=0.2)


# The commands


def test_key_rotate_makes_a_new_key_and_the_old_one_can_go(house: House) -> None:
    said = house.run("key", "rotate", "--new-key")
    assert (said.returncode, said.stderr) == (0, "")
    path = house.folder / "master.key"
    newest, oldest = keys_at(path)
    path.write_text(base64.b64encode(newest).decode())
    with house.opened() as app:
        assert app.sync_once(environment_of(app)).troubles == []
        assert app.profiles.tokens(environment_of(app).id, ada(app).id) is not None
    status = house.run("key", "status", "--json").stdout
    assert Vault([newest]).newest_id().hex() in status
    assert Vault([oldest]).newest_id().hex() not in status
    assert base64.b64encode(newest).decode() not in status


def test_a_key_from_a_variable_cannot_be_made_anew(house: House) -> None:
    house.extra["LEADFERRY_KEY"] = base64.b64encode(os.urandom(32)).decode()
    said = house.run("key", "rotate", "--new-key")
    assert said.returncode == 2
    assert "Put the new key before the old one there" in said.stderr
    assert house.extra["LEADFERRY_KEY"] not in said.stderr


def test_a_lost_key_is_told_by_the_doctor(house: House) -> None:
    (house.folder / "master.key").write_text(base64.b64encode(NEW).decode())
    said = house.run("doctor")
    assert said.returncode == 1
    assert "were sealed with a master key that is not there" in said.stdout
    with house.opened() as app, pytest.raises(LeadferryError):
        app.environments.credential(environment_of(app))
