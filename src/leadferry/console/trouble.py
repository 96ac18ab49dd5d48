"""An error as people read it. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error page's text. `raw`: what a vendor's support asks for."""

    status: int
    title: str
    what: str
    why: str = ""
    fix: str = ""
    raw: str = ""
