"""Which of LinkedIn's predefined fields a name of Microsoft's connector means. Pure."""

from __future__ import annotations

from leadferry.intake.csv_file import PREDEFINED as HEADERS
from leadferry.mapping.defaults import PREDEFINED


def _folded(name: str) -> str:
    """`First name`, `firstName` and `FIRST_NAME` are one."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


_KNOWN = {
    **{_folded(header): key for key, headers in HEADERS.items() for header in headers},
    **{_folded(known.name): known.key for known in PREDEFINED},
    **{_folded(known.key): known.key for known in PREDEFINED},
    "linkedinprofileurl": "LINKEDIN_PROFILE_LINK",
}


def predefined_field(*names: str) -> str:
    """LinkedIn's word of the first name that is one, else ""."""
    return next((_KNOWN[_folded(name)] for name in names if _folded(name) in _KNOWN), "")
