"""Which findings are told to people, under which key, and which told ones are over. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from leadferry.guardian.mending import mend_of
from leadferry.guardian.model import Check, Finding, Level

EVENT_OF: Mapping[Check, str] = {
    Check.CONSENT: "token",
    Check.TOKEN: "token",
    Check.PERMISSION: "role",
    Check.VERSION: "version",
    Check.CREDENTIAL: "credential",
    Check.SIGN_IN: "credential",
    Check.LINKEDIN_APP: "credential",
    Check.LINKEDIN_QUOTA: "quota",
    Check.DYNAMICS_QUOTA: "quota",
    Check.GAP: "gap",
    Check.WEBHOOK: "webhook",
}
"""Check -> the event that alert channels choose; all others are about the delivery."""


class Bell(Protocol):
    """The alerts, as far as Guardian rings them. A key that is open is not told again."""

    def open(
        self, environment_id: int, event: Any, key: str, level: str, title: str, body: str, fix: str, address: str
    ) -> object: ...

    def resolve_others(self, environment_id: int, start: str, keep: Iterable[str]) -> object:
        """Every open one whose key begins with `start` and is not in `keep` is over."""
        ...


@dataclass(frozen=True, slots=True)
class Ring:
    """`start`: with what every key of the finding begins. `key`: of what is told now, "" where all is well. Each step
    of a countdown has a key of its own, so that each is told once: `consent:3:14`."""

    event: str
    start: str
    key: str
    address: str


def ring_of(finding: Finding) -> Ring:
    start = f"{finding.check.value}:{finding.subject.rpartition(':')[2] or '-'}:"
    key = f"{start}{'now' if finding.step is None else finding.step}" if is_told(finding) else ""
    return Ring(EVENT_OF.get(finding.check, "delivery"), start, key, mend_of(finding).path)


def is_told(finding: Finding) -> bool:
    if finding.check is Check.DELIVERY or (finding.check is Check.STUCK and finding.level is not Level.BAD):
        return False  # told by the rounds themselves: alerts.round_worker
    return finding.step is not None or finding.level in {Level.WARN, Level.BAD}
