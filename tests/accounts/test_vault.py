from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from leadferry.accounts.key_file_store import keys_at, open_vault
from leadferry.accounts.vault import Vault, key_to_text, keys_from_text
from leadferry.errors import InputError, LeadferryError

OLD, NEW = b"o" * 32, b"n" * 32


def test_what_was_sealed_opens_again_and_does_not_show_its_content() -> None:
    vault = Vault([OLD])
    sealed = vault.seal(1, b"hush")
    assert vault.open(1, sealed) == b"hush"
    assert b"hush" not in sealed
    assert sealed != vault.seal(1, b"hush")


def test_nothing_opens_for_another_environment() -> None:
    vault = Vault([OLD])
    with pytest.raises(LeadferryError, match="sealed for another environment") as refusal:
        vault.open(2, vault.seal(1, b"hush"))
    assert refusal.value.code == "vault-wrong-key"


def test_another_key_is_named_as_the_cause_with_what_to_do() -> None:
    with pytest.raises(LeadferryError) as refusal:
        Vault([NEW]).open(1, Vault([OLD]).seal(1, b"hush"))
    assert refusal.value.code == "vault-wrong-key"
    assert str(refusal.value) == (
        "A stored secret cannot be opened: it was sealed with another master key. Restore the master key that belongs "
        "to this database (LEADFERRY_KEY or LEADFERRY_KEY_FILE), or enter the secret again."
    )


@pytest.mark.parametrize("place", [0, 1, 5, 17, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    vault = Vault([OLD])
    sealed = bytearray(vault.seal(1, b"hush"))
    sealed[place] ^= 1
    with pytest.raises(LeadferryError, match="cannot be opened"):
        vault.open(1, bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01abcd"])
def test_a_cut_value_is_refused_like_a_wrong_one(sealed: bytes) -> None:
    with pytest.raises(LeadferryError, match="cannot be opened"):
        Vault([OLD]).open(1, sealed)


def test_after_a_rotation_the_newest_key_seals_and_the_old_one_still_opens() -> None:
    before = Vault([OLD]).seal(1, b"hush")
    both = Vault([NEW, OLD])
    assert both.open(1, before) == b"hush"
    assert not both.is_newest(before)
    after = both.seal(1, b"hush")
    assert both.is_newest(after)
    assert Vault([NEW]).open(1, after) == b"hush"


def test_keys_are_read_newest_first_with_remarks() -> None:
    assert keys_from_text(f"# made in May\n{key_to_text(NEW)}\n{key_to_text(OLD)}\n") == (NEW, OLD)
    assert keys_from_text(f"{key_to_text(NEW)} {key_to_text(OLD)}") == (NEW, OLD)


@pytest.mark.parametrize("text", ["", "# nothing", "not base64!", "c2hvcnQ="])
def test_a_key_that_is_none_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(InputError) as refusal:
        keys_from_text(text)
    assert "must be 32 bytes in base64" in str(refusal.value)
    assert "c2hvcnQ" not in str(refusal.value)


def test_the_key_file_is_made_at_first_use_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "data" / "master.key"
    keys = keys_at(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keys_at(path) == keys
    assert [file.name for file in path.parent.iterdir()] == ["master.key"]


def test_processes_at_first_use_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: keys_at(tmp_path / "master.key"), range(16)))
    assert len(found) == 1


def test_a_given_key_wins_over_the_file(tmp_path: Path) -> None:
    vault = open_vault(key_to_text(NEW), tmp_path / "master.key")
    assert Vault([NEW]).open(1, vault.seal(1, b"hush")) == b"hush"
    assert not (tmp_path / "master.key").exists()


def test_a_key_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"The master key file {tmp_path} cannot be used"):
        keys_at(tmp_path)
