"""Secrets at rest: AES-256-GCM, sealed for one environment. Pure.

A sealed value is 1 byte format, 4 bytes key id, 12 bytes nonce, then ciphertext and tag. The environment's id is
associated data: what was sealed for one environment does not open for another.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Callable, Sequence

from leadferry.errors import InputError, LeadferryError
from leadferry.words import _

FORMAT = 1
KEY_BYTES, ID_BYTES, NONCE_BYTES = 32, 4, 12
HEAD_BYTES = 1 + ID_BYTES


class Vault:
    """`keys`: newest first. The newest seals; all of them open.

    `changed` is asked before each sealing and when a key is missing: the keys of a file that was changed while this
    process runs, or None.
    """

    def __init__(
        self,
        keys: Sequence[bytes],
        random: Callable[[int], bytes] = os.urandom,
        changed: Callable[[], Sequence[bytes] | None] = lambda: None,
    ) -> None:
        self._random, self._changed = random, changed
        self._take(keys)

    def _take(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise InputError(
                _("The master key is not usable: it must be 32 bytes."),
                fix=_("Set LEADFERRY_KEY or LEADFERRY_KEY_FILE to a key made by Leadferry."),
                code="bad-key",
            )
        self._keys = {key_id(key): key for key in reversed(keys)}
        self._newest, self._newest_key = key_id(keys[0]), keys[0]

    def look_again(self) -> None:
        """Takes up keys that were changed while we run."""
        if keys := self._changed():
            self._take(keys)

    def key_ids(self) -> frozenset[bytes]:
        return frozenset(self._keys)

    def newest_id(self) -> bytes:
        return self._newest

    def seal(self, environment_id: int, plaintext: bytes) -> bytes:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self.look_again()
        nonce = self._random(NONCE_BYTES)
        cipher = AESGCM(self._keys[self._newest])
        return bytes([FORMAT]) + self._newest + nonce + cipher.encrypt(nonce, plaintext, _bound_to(environment_id))

    def open(self, environment_id: int, sealed: bytes) -> bytes:
        """Raises LeadferryError `vault-wrong-key`."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if sealed[1:HEAD_BYTES] not in self._keys:
            self.look_again()
        key = self._keys.get(sealed[1:HEAD_BYTES])
        if key is None or sealed[0] != FORMAT:
            raise _wrong_key(_("it was sealed with another master key"))
        nonce, rest = sealed[HEAD_BYTES : HEAD_BYTES + NONCE_BYTES], sealed[HEAD_BYTES + NONCE_BYTES :]
        try:
            return AESGCM(key).decrypt(nonce, rest, _bound_to(environment_id))
        except (InvalidTag, ValueError):
            raise _wrong_key(_("it was sealed for another environment, or was changed")) from None

    def derive(self, purpose: str) -> bytes:
        """A secret for `purpose` (the console's CSRF), the same in every process with this master key."""
        return hmac.digest(self._newest_key, b"leadferry:" + purpose.encode(), "sha256")

    def is_newest(self, sealed: bytes) -> bool:
        """False: sealed with an older key, to be sealed again."""
        return sealed[1:HEAD_BYTES] == self._newest


def key_id(key: bytes) -> bytes:
    """Names a key without telling anything about it."""
    return hashlib.sha256(b"leadferry key id\0" + key).digest()[:ID_BYTES]


def key_to_text(key: bytes) -> str:
    return base64.b64encode(key).decode()


def keys_from_text(text: str) -> tuple[bytes, ...]:
    """Keys in base64, separated by white space; lines beginning with `#` are remarks."""
    words = [word for line in text.splitlines() if not line.lstrip().startswith("#") for word in line.split()]
    try:
        keys = tuple(base64.b64decode(word, validate=True) for word in words)
    except (binascii.Error, ValueError):
        keys = ()
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise InputError(
            _("The master key is not usable: it must be 32 bytes in base64."),
            fix=_("Correct LEADFERRY_KEY or the key file. A new key: `openssl rand -base64 32`."),
            code="bad-key",
        )
    return keys


def _bound_to(environment_id: int) -> bytes:
    return f"leadferry:environment:{environment_id}".encode()


def _wrong_key(why: str) -> LeadferryError:
    return LeadferryError(
        _("A stored secret cannot be opened: {why}.", why=why),
        fix=_(
            "Restore the master key that belongs to this database (LEADFERRY_KEY or "
            "LEADFERRY_KEY_FILE), or enter the secret again."
        ),
        code="vault-wrong-key",
    )
