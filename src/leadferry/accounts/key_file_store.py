"""The master key as a file that only its owner reads; made at first use."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from leadferry.accounts.vault import KEY_BYTES, Vault, key_to_text, keys_from_text
from leadferry.errors import InputError


def open_vault(master_key: str, master_key_file: Path) -> Vault:
    """`master_key` wins where both are given."""
    return Vault(keys_from_text(master_key) if master_key else keys_at(master_key_file))


def keys_at(path: Path) -> tuple[bytes, ...]:
    try:
        if not path.exists():
            _make(path)
        return keys_from_text(path.read_text("ascii"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"The master key file {path} cannot be used: {error}.",
            fix="Check the path and its rights, or set LEADFERRY_KEY_FILE.",
            code="bad-key",
        ) from None


def _make(path: Path) -> None:
    """Written aside and linked into place: two processes at first use agree on one key, and neither sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file, draft = tempfile.mkstemp(dir=path.parent)  # mode 0600
    try:
        with os.fdopen(file, "w") as out:
            out.write("# Leadferry's master key. Keep a copy: without it, stored secrets are lost.\n")
            out.write(key_to_text(os.urandom(KEY_BYTES)) + "\n")
            out.flush()
            os.fsync(out.fileno())
        Path(path).hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
