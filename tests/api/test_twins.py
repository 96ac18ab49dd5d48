"""Whatever a form of the console does, the API does too, or it is written down why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadferry.api.twins import API, CONSOLE, ONLY_AT_THE_CONSOLE, TWINS
from leadferry.cli.reference_rights import Address, addresses_of
from leadferry.console.rights import SCOPES, Action
from web import new_console

DIFFERS = {
    "profiles/{profile_id}/rights": "At the console the member's colleagues may look too; a token needs `admin`.",
    "privacy/person/file": "It hands out what LinkedIn sent; a token that may delete may not read.",
    "mappings/columns": "It reads again; over the API that changes nothing.",
    "mappings/{mapping_id}/preview": "Answers of people are shown, which a token for rules alone may not see.",
}
"""Twins that need another right, and why."""
NO_TOKEN = {
    Action.ADOPT,
    Action.ADD_ENVIRONMENT,
    Action.REMOVE_ENVIRONMENT,
    Action.AUTHORIZE_PROFILE,
    Action.READ_INSTALLATION,
}
"""Rights of people only: `console.rights.SCOPES` says so."""


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> list[Address]:
    with new_console(Path(tmp_path_factory.mktemp("twins"))) as console:
        return [one for one in addresses_of(console.app.web(console.url).app) if one.action]


def forms(addresses: list[Address]) -> dict[str, Address]:
    found = [one for one in addresses if one.method == "POST" and one.path.startswith(CONSOLE)]
    return {one.path.removeprefix(CONSOLE): one for one in found}


def test_every_form_of_the_console_has_its_twin_or_its_reason(addresses: list[Address]) -> None:
    assert set(forms(addresses)) == {*TWINS, *ONLY_AT_THE_CONSOLE}, "src/leadferry/api/twins.py says which"
    assert not set(TWINS) & set(ONLY_AT_THE_CONSOLE)


def test_every_twin_exists_and_needs_the_same_right(addresses: list[Address]) -> None:
    api = {f"{one.method} {one.path.removeprefix(API)}": one.action for one in addresses if one.api}
    assert set(TWINS.values()) <= set(api)
    others = {path for path, one in forms(addresses).items() if path in TWINS and one.action is not api[TWINS[path]]}
    assert others == set(DIFFERS)


def test_every_right_opens_an_address_of_the_api_but_those_of_people_only(addresses: list[Address]) -> None:
    opened = {one.action for one in addresses if one.api}
    assert set(Action) - opened == NO_TOKEN
    assert frozenset().union(*SCOPES.values()) == set(Action) - NO_TOKEN
