"""What the installing user must be allowed to do, asked before anything is changed. Pure.

Names of privileges that an environment does not know are not asked for (some are unconfirmed, dataverse-api 6.10).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from leadferry.errors import LeadferryError

_DEFINITIONS = ("Entity", "Attribute", "Relationship", "OptionSet", "EntityKey")
_ROWS = (
    "Publisher", "Solution", "Role", "Query", "SavedQuery", "SavedQueryVisualizations", "SavedQueryVisualization",
    "SystemForm", "SiteMap", "AppModule",
)  # fmt: skip

CHANGING: tuple[str, ...] = (
    *(f"prv{verb}{what}" for what in (*_DEFINITIONS, *_ROWS) for verb in ("Create", "Read", "Write")),
    "prvPublishCustomization",
)
REMOVING: tuple[str, ...] = (
    *(f"prv{verb}{what}" for what in (*_DEFINITIONS, *_ROWS) for verb in ("Read", "Delete")),
    "prvPublishCustomization",
)


def missing(wanted: Iterable[str], known: Mapping[str, str], held: Mapping[str, str]) -> list[str]:
    """`known`: name -> id of the environment's privileges; `held`: id -> depth of the user's own."""
    return [name for name in wanted if name in known and known[name] not in held]


def require(lacking: Sequence[str]) -> None:
    """Raises `solution-privileges`, naming each."""
    if lacking:
        raise LeadferryError(
            f"The application user lacks {len(lacking)} privileges that this needs: {', '.join(lacking)}. "
            "Nothing was changed.",
            fix="Give it the role System Customizer and one that may write roles, or System Administrator, for the "
            "installation; take it away afterwards.",
            code="solution-privileges",
        )
