"""That a text was here once, without keeping the text: a salted digest that is slow to try. Pure.

scrypt, for there are few e-mail addresses in the world and a fast digest of each is quickly made (RFC 7914).
"""

from __future__ import annotations

import hashlib
import hmac

from leadferry.matching.collation import fold

COST, BLOCK, DIGEST_BYTES = 2**13, 8, 16
MARK = "scrypt"


def sealed(text: str, salt: bytes) -> str:
    """Of the folded text: case and trailing blanks do not count."""
    digest = hashlib.scrypt(fold(text.strip()).encode(), salt=salt, n=COST, r=BLOCK, p=1, dklen=DIGEST_BYTES)
    return digest.hex()


def proof_of(text: str, salt: bytes) -> str:
    """`scrypt$5f1c…$9a02…`"""
    return f"{MARK}${salt.hex()}${sealed(text, salt)}"


def proves(proof: str, text: str) -> bool:
    """Whether the proof was made of this text."""
    mark, _, rest = proof.partition("$")
    salt, _, digest = rest.partition("$")
    if mark != MARK:
        return False
    try:
        return hmac.compare_digest(sealed(text, bytes.fromhex(salt)), digest)
    except ValueError:
        return False
