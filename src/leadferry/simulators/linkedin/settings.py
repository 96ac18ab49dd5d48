"""What a test or a person may turn while the simulator runs: `GET` and `PATCH /__sim/settings`.

Where the contract marks a fact as unconfirmed or as a switch, the switch is here, standing on the contract's guess.
Source: linkedin-api reference, sections 1.2 to 1.4, 2.2, 3.2, 4.3 and 4.6.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

SUNSETS = {
    "202507": "2026-07-15",
    "202508": "2026-08-17",
    "202509": "2026-09-15",
    "202510": "2026-10-15",
    "202511": "2026-11-16",
    "202601": "2027-01-15",
    "202602": "2027-02-15",
    "202603": "2027-03-16",
    "202604": "2027-04-15",
    "202605": "2027-05-15",
    "202606": "2027-06-15",
    "202607": "2027-07-15",
    "202608": "2027-08-16",
    "202609": "2027-09-15",
}
"""Last day of each version, UTC. Those of 202608 and 202609 are unconfirmed."""

ACTIVE = [f"20260{month}" for month in range(1, 10)]

CHOICES = {
    "order": ("newest", "oldest", "shuffled"),
    "limited_to_test_false_means": ("both", "real"),
    "lost_role_answers": ("403", "empty"),
}


@dataclass
class Settings:
    active_versions: list[str] = field(default_factory=lambda: list(ACTIVE))
    sunset_dates: dict[str, str] = field(default_factory=lambda: dict(SUNSETS))
    sunset_by_date: bool = False
    """Versions also die on their sunset date, as the simulator's clock tells it. Off, so that a copy of this program
    from today still works in later years."""
    newer_versions_answer: bool = False
    """A version newer than all active ones is served instead of refused with 426."""
    access_token_life_s: int = 5_184_000
    refresh_token_life_s: int = 31_536_000
    code_life_s: int = 1_800
    refresh_tokens: bool = True
    """False: no application gets refresh tokens (the per-application switch is `refresh` of the application)."""
    rotate_refresh_tokens: bool = False
    scope_separator: str = ","
    refresh_error: str = "invalid_grant"
    """`error` for a dead refresh token; clients also report invalid_request."""
    fresh_token_lag_s: int = 0
    """A refreshed access token answers 401/65601 for so long."""
    retention_days: int = 90
    omit_total: bool = False
    order: str = "newest"
    limited_to_test_false_means: str = "both"
    """Or `real`: without `limitedToTestLeads=true` test leads stay out."""
    max_count: int = 1_000
    """Most form responses of one page; a larger `count` is cut to it."""
    analytics_settle_days: int = 3
    """For so long after its end a day's cost still grows, by 8 % altogether."""
    analytics_max_rows: int = 15_000
    """Of one answer; what is beyond is not told, and there is no second page."""
    lost_role_answers: str = "403"
    """Or `empty`: finders answer an empty page where the member lacks the role."""
    app_daily_limits: dict[str, int] = field(default_factory=dict)
    """Calls a day by resource, such as `{"leadFormResponses": 1000}`, counted per application."""
    member_daily_limits: dict[str, int] = field(default_factory=dict)
    """The same, counted per member in an application."""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def change(self, values: dict[str, Any]) -> None:
        """Raises KeyError for a name that is no setting, ValueError for a value that does not fit."""
        known = {field.name for field in fields(self)}
        for name, value in values.items():
            if name not in known:
                raise KeyError(name)
            kind = type(getattr(self, name))
            if type(value) is not kind:
                raise ValueError(f"{name} must be of type {kind.__name__}")
            if name in CHOICES and value not in CHOICES[name]:
                raise ValueError(f"{name} must be one of {', '.join(CHOICES[name])}")
        for name, value in values.items():
            setattr(self, name, value)
