"""The tables of Microsoft's discontinued connector, and their rows as Leadferry reads them. Pure.

Source: original-connector, sections 5 to 14; original-tables. Columns came and went with its versions, so none but the
ids is relied on.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Row = Mapping[str, Any]
PREFIX = "msdyncrm_"
NUMBER_BIT = 1 << 52
"""Set in numbers that are derived because LinkedIn's id is no number: above any id of LinkedIn's, exact in JSON."""
_LAST_NUMBER = re.compile(r"(\d{1,15})\)?\s*$")
_CONFIGURATION = "linkedinconfiguration"


@dataclass(frozen=True, slots=True)
class OriginalTable:
    """`columns` and `lookups` without the prefix: what is read where it is there."""

    key: str
    columns: tuple[str, ...]
    lookups: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return PREFIX + self.key

    @property
    def primary_id(self) -> str:
        return f"{self.name}id"


def _table(key: str, columns: str, lookups: str = "") -> OriginalTable:
    return OriginalTable(key, tuple(columns.split()), tuple(lookups.split()))


LEAD_FIELDS = _table("leadentityfield", "logicalname")
MAPPINGS = _table("linkedinfieldmapping", "name leadfield linkedinpredefinedfield", "leadfieldlookup")
STRATEGIES = _table("linkedinleadmatchingstrategy", "name activated alwayscreatelead enablecontactcreation")
CONFIGURATIONS = _table(_CONFIGURATION, "onmatchingfail msdyncr2_synchronizecampaigns")
ACCOUNTS = _table("linkedinaccount", "name linkedinaccounttextid enabledforsync", "defaultleadowner")
CAMPAIGNS = _table(
    "linkedincampaign", "name linkedinid campaigntype linkedinstatus startdate enddate", "linkedinaccount"
)
FORMS = _table(
    "linkedinform",
    "name linkedinid headline description landingpageurl privacypolicyurl thankyoumessage localecountry localelanguage",
    "linkedinparentaccount",
)
QUESTIONS = _table(
    "linkedinformquestion",
    "name displayname linkedinid iscustomquestion isconsentcheckbox responseeditable",
    "linkedinform linkedinpredefinedfield",
)
SUBMISSIONS = _table(
    "linkedinformsubmission",
    "linkedinformsubmission_textid submissiondate matchingstatus processingstate type linkedinaccountid "
    "linkedincampaignid linkedincreativeid",
    "linkedinformid lead contact",
)
ANSWERS = _table("linkedinformanswer", "answertext linkedinquestionid", "linkedinformquestion linkedinformsubmission")
TABLES = (
    LEAD_FIELDS, MAPPINGS, STRATEGIES, CONFIGURATIONS, ACCOUNTS, CAMPAIGNS, FORMS, QUESTIONS, SUBMISSIONS, ANSWERS,
)  # fmt: skip
STRATEGY_FIELDS = "msdyncrm_msdyncrm_linkedinlms_fieldmapping"
"""The many-to-many relationship of strategies and mappings, on both sides."""


def logical_name(column: str) -> str:
    """`name` -> `msdyncrm_name`; one that the marketing add-on brought has a prefix of its own."""
    return column if column.startswith("msdyncr2_") else PREFIX + column


@dataclass(frozen=True, slots=True)
class Original:
    """One row. Values by column name without prefix."""

    table: OriginalTable
    row: Row

    @property
    def id(self) -> str:
        return str(self.row.get(self.table.primary_id) or "").lower()

    def text(self, column: str) -> str:
        value = self.row.get(logical_name(column))
        return "" if value is None else str(value).strip()

    def flag(self, column: str, default: bool) -> bool:
        value = self.row.get(logical_name(column))
        return default if value is None else bool(value)

    def whole(self, column: str, default: int = 0) -> int:
        value = self.row.get(logical_name(column))
        return value if isinstance(value, int) else default

    def link(self, column: str) -> str:
        """The id of the row that a lookup points to, "" for none."""
        return str(self.row.get(f"_{logical_name(column)}_value") or "").lower()

    def at(self, column: str) -> int | None:
        """A moment in ms UTC. `createdon` and `modifiedon` have no prefix."""
        value = self.row.get(column if column in {"createdon", "modifiedon"} else logical_name(column))
        return moment(value) if isinstance(value, str) else None


def moment(text: str) -> int | None:
    """Dataverse keeps whole seconds: `2024-09-01T08:00:00Z`; a date alone counts from its midnight."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()) * 1000


def number_of(text: str, seed: str = "") -> int:
    """LinkedIn's number in an id or URN; where there is none, one derived from it (from `seed` where it is empty)."""
    found = _LAST_NUMBER.search(text)
    if found:
        return int(found[1])
    digest = hashlib.sha256((text or seed).encode()).digest()
    return int.from_bytes(digest[:6], "big") | NUMBER_BIT


def urn(kind: str, text: str) -> str:
    """`urn:li:sponsoredAccount:5001` from `5001` or from any URN that ends so; "" where there is no number."""
    found = _LAST_NUMBER.search(text)
    return f"urn:li:{kind}:{found[1]}" if found else ""


def response_id(text: str, row_id: str) -> str:
    """The id as LinkedIn's lead API gives it: without the URN around it (docs/decisions/0008). A row without one gets
    an id of its own, so that it is stored once."""
    text = text.strip()
    if not text:
        return f"original-{row_id}"
    if text.casefold().startswith("urn:li:"):
        return text.rpartition(":")[2].strip("()") or text
    return text
