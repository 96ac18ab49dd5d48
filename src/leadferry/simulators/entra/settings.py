"""What a test or a person may turn while the simulator runs: `GET` and `PATCH /__sim/settings`.

Source: Microsoft identity platform, "Configurable token lifetimes", "OAuth 2.0 authorization code flow".
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

TENANT_ID = "7a0c1f52-3d1e-4b64-9c39-5f2f0f6c0001"
"""The tenant that the simulated Dataverse belongs to, too."""


@dataclass
class Settings:
    tenant_id: str = TENANT_ID
    token_life_s: int = 3_599
    """Of access tokens and id tokens."""
    code_life_s: int = 600
    refresh_token_life_s: int = 7_776_000
    session_life_s: int = 86_400
    """So long a browser stays signed in."""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def change(self, values: dict[str, Any]) -> None:
        """Raises KeyError for a name that is no setting, ValueError for a value of another type."""
        known = {field.name: field for field in fields(self)}
        for name, value in values.items():
            kind = type(getattr(self, known[name].name))
            if type(value) is not kind:
                raise ValueError(f"{name} must be of type {kind.__name__}")
        for name, value in values.items():
            setattr(self, name, value)
