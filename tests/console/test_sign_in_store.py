from __future__ import annotations

import pytest

from environments import StandingClock
from leadferry.console.sign_in_store import LIFE_MS, SignInStore
from leadferry.errors import InputError
from leadferry.store.database import Database


def code(store: SignInStore, state: str, browser: str) -> str:
    with pytest.raises(InputError) as refused:
        store.take(state, browser)
    return refused.value.code


def test_a_sign_in_is_taken_once_by_its_own_browser_in_time(database: Database) -> None:
    clock = StandingClock()
    store = SignInStore(database, clock)
    begun = store.begin("/e/1")
    taken = store.take(begun.state, begun.browser)
    assert (taken.nonce, taken.verifier, taken.return_to) == (begun.nonce, begun.verifier, "/e/1")
    assert code(store, begun.state, begun.browser) == "sign-in-unknown"
    late = store.begin("/")
    clock.now += LIFE_MS
    assert code(store, late.state, late.browser) == "sign-in-expired"


def test_another_browser_uses_it_up_and_gets_nothing(database: Database) -> None:
    store = SignInStore(database, StandingClock())
    begun = store.begin("/")
    assert code(store, begun.state, "another") == "sign-in-other-browser"
    assert code(store, begun.state, begun.browser) == "sign-in-unknown"


def test_two_tabs_of_a_browser_can_both_come_back(database: Database) -> None:
    store = SignInStore(database, StandingClock())
    first = store.begin("/a")
    second = store.begin("/b", first.browser)
    assert store.take(first.state, second.browser).return_to == "/a"
    assert store.take(second.state, second.browser).return_to == "/b"
