"""An e-mail address, normalised so that it can be compared: lower case, no decoration. No DNS."""

from __future__ import annotations

import re

from leadferry.mapping.model import ProblemKind
from leadferry.mapping.transforms.text import one_line
from leadferry.mapping.unfit import Unfit
from leadferry.words import worded

_PLAIN = re.compile(
    r"[a-z0-9_+'-]+(?:\.[a-z0-9_+'-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+\Z)[a-z0-9-]{2,63}", re.ASCII
)
_BRACKETS = re.compile(r"<([^<>]+)>\s*\Z")
LONGEST = 254
_REFUSED = Unfit(ProblemKind.NOT_AN_EMAIL, worded("not an e-mail address"))
"""Left out under every policy but `default`: a column full of "n/a" would match strangers with each other."""


def email(text: str) -> str | Unfit:
    """Also `Ada <ada@crane.example>` and `mailto:`. The local part is lower-cased too: no mailbox needs its case."""
    address = text.strip().lower()
    if len(address) <= LONGEST and _PLAIN.fullmatch(address) and address.index("@") <= 64:
        return address
    return _careful(address)


def _careful(text: str) -> str | Unfit:
    from email_validator import EmailNotValidError, validate_email

    address = one_line(text).removeprefix("mailto:").strip(" ,;")
    if match := _BRACKETS.search(address):
        address = match[1].strip()
    try:
        found = validate_email(address, strict=True, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        return _REFUSED
    _, dot, top_level = found.ascii_domain.rpartition(".")
    return found.normalized.lower() if dot and not top_level.isdecimal() else _REFUSED
