"""Who is looked for: an e-mail address, a lead, or a name, as one line that a person types. Pure."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum

from leadferry.errors import InputError
from leadferry.words import _

LONGEST = 200


class By(StrEnum):
    EMAIL = "email"
    LEAD = "lead"
    NAME = "name"


@dataclass(frozen=True, slots=True, repr=False)
class Wanted:
    by: By
    text: str


def read_wanted(typed: str) -> Wanted:
    """Raises InputError where nothing, or too much, was typed."""
    text = " ".join(typed.split())
    if not 2 <= len(text) <= LONGEST:
        raise InputError(
            _("Nobody is named.") if len(text) < 2 else _("That is too long for a name or an e-mail address."),
            fix=_("Give an e-mail address, a name, or the id of a lead in Dynamics."),
            code="nobody-named",
        )
    if lead := _lead_id(text):
        return Wanted(By.LEAD, lead)
    return Wanted(By.EMAIL if "@" in text else By.NAME, text)


def _lead_id(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""
