"""The master key as a file that only its owner reads, made at first use; or what a command prints: a key manager's."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from leadferry.accounts.vault import KEY_BYTES, Vault, key_to_text, keys_from_text
from leadferry.errors import InputError
from leadferry.words import _

COMMAND_TIMEOUT_S = 30


def open_vault(master_key: str, master_key_file: Path, command: str = "") -> Vault:
    """`master_key` wins, then `command`, then the file. A file that changes while we run is read again."""
    if master_key:
        return Vault(keys_from_text(master_key))
    if command:
        return Vault(keys_by_command(command))
    keys, stamp = keys_at(master_key_file), _stamp(master_key_file)
    return Vault(keys, changed=_watching(master_key_file, stamp))


def keys_at(path: Path) -> tuple[bytes, ...]:
    try:
        if not path.exists():
            _make(path)
        return keys_from_text(path.read_text("ascii"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            _("The master key file {path} cannot be used: {error}.", path=path, error=error),
            fix=_("Check the path and its rights, or set LEADFERRY_KEY_FILE."),
            code="bad-key",
        ) from None


def keys_by_command(command: str, timeout_s: float = COMMAND_TIMEOUT_S) -> tuple[bytes, ...]:
    """Runs the program without a shell and reads the keys off its output. Nothing of either stands in an error."""
    try:
        words = shlex.split(command)
        if not words:
            raise ValueError
        done = subprocess.run(  # noqa: S603 - the operator's own command, no shell
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout_s, check=False
        )
    except ValueError:
        raise _no_key("is not a command line: a quotation mark is missing, or it is empty") from None
    except subprocess.TimeoutExpired:
        raise _no_key(f"did not end within {timeout_s:g} s") from None
    except OSError as error:
        raise _no_key(f"cannot be run: {error.strerror or type(error).__name__}") from None
    if done.returncode:
        raise _no_key(f"ended with exit code {done.returncode}")
    try:
        return keys_from_text(done.stdout.decode("ascii"))
    except (UnicodeDecodeError, InputError):
        raise _no_key("printed no usable key: 32 bytes in base64, one a line, newest first") from None


def put_in_front(path: Path, key: bytes) -> None:
    """A new key becomes the newest one. The file is replaced as a whole: nobody reads half of it."""
    old = path.read_text("ascii")
    file, draft = tempfile.mkstemp(dir=path.parent)  # mode 0600
    try:
        with os.fdopen(file, "w") as out:
            out.write("# Leadferry's master keys, newest first. Keep a copy: without them, stored secrets are lost.\n")
            out.write(key_to_text(key) + "\n")
            out.writelines(f"{line}\n" for line in old.splitlines() if not line.lstrip().startswith("#"))
            out.flush()
            os.fsync(out.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _no_key(why: str) -> InputError:
    return InputError(
        _("The command of LEADFERRY_KEY_COMMAND {why}.", why=why),
        fix=_("Run it by hand as the same user: it must print the master key and end with exit code 0."),
        code="bad-key",
    )


def _watching(path: Path, stamp: tuple[int, int, int]) -> Callable[[], Sequence[bytes] | None]:
    last = [stamp]

    def changed() -> Sequence[bytes] | None:
        now = _stamp(path)
        if now in {last[0], _MISSING}:
            return None
        last[0] = now
        return keys_at(path)

    return changed


_MISSING = (0, 0, 0)


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except OSError:
        return _MISSING
    return found.st_ino, found.st_mtime_ns, found.st_size


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
