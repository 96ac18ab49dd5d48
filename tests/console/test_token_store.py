from __future__ import annotations

import pytest
import sqlalchemy as sa

from environments import StandingClock, connect
from leadferry.console.rights import Action, Scope
from leadferry.console.token_store import DAY_MS, TokenStore
from leadferry.errors import InputError, NotFoundError
from leadferry.store.database import Database
from leadferry.store.tables import api_tokens


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def store(database: Database, clock: StandingClock) -> TokenStore:
    connect(database, "crane")
    connect(database, "other")
    return TokenStore(database, clock)


def test_a_token_is_found_until_it_expires(store: TokenStore, clock: StandingClock) -> None:
    made, token = store.make(1, "nightly", [Scope.READ], 2, "Ada")
    found = store.find(token)
    assert found is not None
    assert (found.id, found.may(Action.READ_HEALTH), found.may(Action.READ_AUDIT)) == (made.id, True, False)
    clock.now += 2 * DAY_MS - 1
    assert store.find(token)
    clock.now += 1
    assert store.find(token) is None


def test_a_revoked_token_is_good_for_nothing_at_once(store: TokenStore) -> None:
    made, token = store.make(1, "nightly", [Scope.READ], 2, "Ada")
    revoked = store.revoke(1, made.id, "Bob")
    assert store.find(token) is None
    assert store.revoke(1, made.id, "Eve") == revoked


def test_only_its_hash_and_start_are_kept(store: TokenStore, database: Database) -> None:
    _, token = store.make(1, "nightly", [Scope.READ], 2, "Ada")
    with database.read() as connection:
        row = connection.execute(sa.select(api_tokens)).one()
    assert token.startswith("lf_")
    assert len(token) > 40
    assert token[8:] not in repr(row)
    assert row.start == token[:8]


def test_another_environments_token_does_not_exist_here(store: TokenStore) -> None:
    made, _ = store.make(1, "nightly", [Scope.READ], 2, "Ada")
    with pytest.raises(NotFoundError):
        store.revoke(2, made.id, "Bob")
    assert store.list(2) == []


def test_its_use_is_written_down_at_most_once_a_minute(store: TokenStore, clock: StandingClock) -> None:
    _, token = store.make(1, "nightly", [Scope.READ], 2, "Ada")
    uses = []
    for step in (0, 59_999, 1):
        clock.now += step
        store.find(token)
        uses.append(store.list(1)[0].last_used_at)
    assert uses == [clock.now - 60_000, clock.now - 60_000, clock.now]


@pytest.mark.parametrize(
    ("name", "scopes", "days", "code"),
    [
        ("", [Scope.READ], 2, "bad-token-name"),
        ("x" * 101, [Scope.READ], 2, "bad-token-name"),
        ("a\nb", [Scope.READ], 2, "bad-token-name"),
        ("x", [], 2, "no-scope"),
        ("x", [Scope.READ], 0, "bad-token-life"),
        ("x", [Scope.READ], 366, "bad-token-life"),
    ],
)
def test_what_cannot_be_is_refused(store: TokenStore, name: str, scopes: list[Scope], days: int, code: str) -> None:
    with pytest.raises(InputError) as refused:
        store.make(1, name, scopes, days, "Ada")
    assert refused.value.code == code


def test_a_token_makes_none_that_may_more_or_lives_longer(store: TokenStore) -> None:
    parent, _ = store.make(1, "parent", [Scope.READ, Scope.TOKENS], 2, "Ada")
    with pytest.raises(InputError) as refused:
        store.make(1, "child", [Scope.ADMIN], 1, "parent", parent=parent)
    assert refused.value.code == "scope-beyond"
    child, _ = store.make(1, "child", [Scope.READ], 300, "parent", parent=parent)
    assert (child.expires_at, child.parent_id) == (parent.expires_at, parent.id)


def test_revoking_a_token_revokes_all_that_it_made(store: TokenStore) -> None:
    parent, _ = store.make(1, "parent", [Scope.TOKENS], 2, "Ada")
    child, _ = store.make(1, "child", [Scope.TOKENS], 2, "parent", parent=parent)
    _, grandchild = store.make(1, "grandchild", [Scope.TOKENS], 2, "child", parent=child)
    _, other = store.make(1, "other", [Scope.TOKENS], 2, "Ada")
    store.revoke(1, parent.id, "Bob")
    assert store.find(grandchild) is None
    assert store.find(other)
