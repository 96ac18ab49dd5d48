"""The `Prefer` header. Source: dataverse-api reference, section 2.1."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PART = re.compile(r'\s*([^=,;\s]+)\s*(?:=\s*("[^"]*"|[^,;]*))?')


@dataclass(frozen=True, slots=True)
class Prefer:
    representation: bool = False
    annotations: str = ""
    """What `odata.include-annotations` asks for: `*`, or names parted by commas; empty for none."""
    max_page_size: int | None = None
    track_changes: bool = False
    continue_on_error: bool = False

    @property
    def applied(self) -> str:
        """The value of `Preference-Applied`; empty when nothing was preferred."""
        parts = ["return=representation"] if self.representation else []
        if self.annotations:
            parts.append(f'odata.include-annotations="{self.annotations}"')
        if self.max_page_size:
            parts.append(f"odata.maxpagesize={self.max_page_size}")
        if self.track_changes:
            parts.append("odata.track-changes")
        return ", ".join(parts)


NOTHING = Prefer()


def parse_prefer(header: str | None) -> Prefer:
    """`return=representation,odata.maxpagesize=50,odata.include-annotations="*"`; unknown parts are ignored."""
    if not header:
        return NOTHING
    found: dict[str, str] = {}
    for name, value in _PART.findall(header):
        found[name.lower()] = value.strip().strip('"')
    size = found.get("odata.maxpagesize", "")
    return Prefer(
        representation=found.get("return") == "representation",
        annotations=found.get("odata.include-annotations", ""),
        max_page_size=int(size) if size.isdecimal() and int(size) > 0 else None,
        track_changes="odata.track-changes" in found,
        continue_on_error=found.get("odata.continue-on-error", "no") != "false" and "odata.continue-on-error" in found,
    )
