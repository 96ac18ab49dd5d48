"""Makes the doctor's words fit to be posted in public: no name, no id, no address of the customer. Pure.

The same thing always gets the same short word, so that a reader can tell two profiles apart; the word tells nothing
about the thing to whoever has not the master key.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from typing import Final

_GUID: Final = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE)
_URN: Final = re.compile(r"urn:li\w?:\w+:[^\s,;)]+")
_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_ADDRESS: Final = re.compile(r"(https?)://[^\s\"')>]+")
_HOST: Final = re.compile(r"\b[\w-]+(\.crm\d*)?\.dynamics\.com\b")
_NUMBER: Final = re.compile(r"(?<![\w.,-])\d{5,}(?![\w,-])(?!\.\d)")
_PATH: Final = re.compile(r"(?<![\w<:/.])/(?:[\w.@+-]+/)+[\w.@+-]*")
_WELL_KNOWN: Final = ("https://api.linkedin.com", "https://www.linkedin.com", "https://login.microsoftonline.com")
_LETTERS: Final = str.maketrans("0123456789", "ghijklmnop")
_VERSION: Final = re.compile(r"20[0-9]{2}(0[1-9]|1[0-2])")


class Redactor:
    """`secret`: makes the words. `named`: (kind, name) of everything that has a name here."""

    def __init__(self, secret: bytes, named: Iterable[tuple[str, str]]) -> None:
        self._secret = secret
        kinds = {name.strip(): kind for kind, name in named if len(name.strip()) > 1}
        self._kinds = {name.casefold(): kind for name, kind in kinds.items()}
        words = sorted((re.escape(name) for name in kinds), key=len, reverse=True)
        self._names = re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE) if words else None

    def __call__(self, text: str) -> str:
        text = _ADDRESS.sub(self._address, text)
        for pattern, kind in ((_EMAIL, "address"), (_URN, "urn"), (_GUID, "id"), (_HOST, "host"), (_PATH, "path")):
            text = pattern.sub(lambda found, kind=kind: self.word(kind, found[0]), text)  # type: ignore[misc]
        if self._names:
            text = self._names.sub(lambda found: self.word(self._kinds[found[0].casefold()], found[0]), text)
        return _NUMBER.sub(self._number, text)

    def word(self, kind: str, value: str) -> str:
        """`<profile kfjbme>`: letters only, so that no other pattern finds it."""
        digest = (
            hmac.digest(self._secret, f"{kind}:{value.casefold()}".encode(), "sha256").hex()[:6].translate(_LETTERS)
        )
        return f"<{kind} {digest}>"

    def _address(self, found: re.Match[str]) -> str:
        whole = found[0].rstrip(".,:;")
        rest = found[0][len(whole) :]
        if whole.startswith(_WELL_KNOWN):
            return "/".join(whole.split("/")[:3]) + rest
        return f"{found[1]}://{self.word('host', '/'.join(whole.split('/')[:3]))}{rest}"

    def _number(self, found: re.Match[str]) -> str:
        """Ids of accounts and forms are long; versions look like months, counts have commas."""
        return found[0] if _VERSION.fullmatch(found[0]) else self.word("number", found[0])
