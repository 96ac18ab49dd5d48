"""What a test or a person may turn while the simulator runs: `GET` and `PATCH /__sim/settings`.

Limits: dataverse-api reference, section 5 (Service protection API limits).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass
class Settings:
    accent_insensitive: bool = True
    """Online collations depend on the base language; English ones ignore accents."""
    protection: bool = True
    limit_requests: int = 6_000
    limit_execution_ms: int = 1_200_000
    limit_concurrency: int = 52
    window_s: int = 300
    servers: int = 1
    """Web servers behind the address; limits count per user and server, the ARRAffinity cookie names one."""
    dop_hint: int = 4
    latency_ms: float = 0.0
    """Added to each request."""
    latency_per_row_ms: float = 0.0
    """Added for each row that a write touches."""
    token_life_s: int = 3_599
    trusted_authority: str = ""
    """`https://login.example/<tenant>`: bearer tokens of this identity provider are taken, too."""
    trusted_ca_file: str = ""
    """Who signed the certificate of `trusted_authority`; empty: the machine's own list."""
    max_multiple: int = 0
    """Most rows of one CreateMultiple, UpdateMultiple or UpsertMultiple; more end as a SQL timeout. 0 = no limit."""
    gateway_rows: int = 0
    """Most rows that one request may touch before a gateway gives up waiting and answers 504. 0 = no limit."""
    gateway_undoes: bool = False
    """What the gateway gave up on is ended and rolled back; otherwise it is carried out all the same."""
    query_limits: bool = True
    """The platform's bounds on conditions and values in one query."""
    optimistic_concurrency: bool = True
    key_race: bool = False
    """An upsert by alternate key that finds nothing meets a row made meanwhile (412 0x80060892)."""

    customizing_needs_privileges: bool = True
    """Changing definitions needs `prvCreateEntity` and its like; their names are unconfirmed."""
    reading_definitions_needs_privileges: bool = False
    """Reading them needs `prvReadEntity` and its like; whether it does is unconfirmed."""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def change(self, values: dict[str, Any]) -> None:
        """Raises KeyError for a name that is no setting, ValueError for a value of another type."""
        known = {field.name: field for field in fields(self)}
        for name, value in values.items():
            kind = type(getattr(self, known[name].name))
            if kind is float and isinstance(value, int):
                value = float(value)  # noqa: PLW2901
            if type(value) is not kind:
                raise ValueError(f"{name} must be of type {kind.__name__}")
        for name, value in values.items():
            setattr(self, name, value)
