"""Which findings are told to people, under which key, and which told ones are over. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from leadferry.guardian.model import COUNTDOWN, Check, Finding, Level

EVENT_OF: Mapping[Check, str] = {
    Check.CONSENT: "token",
    Check.TOKEN: "token",
    Check.PERMISSION: "role",
    Check.VERSION: "version",
    Check.CREDENTIAL: "credential",
    Check.LINKEDIN_APP: "credential",
    Check.LINKEDIN_QUOTA: "quota",
    Check.DYNAMICS_QUOTA: "quota",
    Check.GAP: "gap",
}
"""Check -> the event that alert channels choose; all others are about the delivery."""
SILENT = frozenset({Check.STUCK})
"""Told by the delivery itself, one by one."""
STEPS = (*COUNTDOWN, 0)


class Bell(Protocol):
    """The alerts, as far as Guardian rings them. A key that is open is not told again."""

    def open(
        self, environment_id: int, event: str, key: str, level: str, title: str, body: str, fix: str, address: str
    ) -> bool: ...

    def resolve(self, environment_id: int, key: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Ring:
    event: str
    key: str
    finding: Finding


def rings(findings: Iterable[Finding]) -> list[Ring]:
    """Each step of a countdown has a key of its own, so that each is told once."""
    return [
        Ring(EVENT_OF.get(finding.check, "delivery"), _key(finding, finding.step), finding)
        for finding in findings
        if is_told(finding)
    ]


def is_told(finding: Finding) -> bool:
    if finding.check in SILENT and finding.level is not Level.BAD:
        return False
    return finding.step is not None or finding.level in {Level.WARN, Level.BAD}


def over(findings: Iterable[Finding]) -> list[str]:
    """Keys to resolve: everything that could have been told of what is well now."""
    return [
        _key(finding, step) for finding in findings if not is_told(finding) for step in (None, *STEPS)
    ]


def superseded(finding: Finding) -> Sequence[str]:
    """Keys of earlier steps: told, and overtaken by this one."""
    if finding.step is None:
        return ()
    return [_key(finding, step) for step in STEPS if step > finding.step]


def _key(finding: Finding, step: int | None) -> str:
    parts = [finding.check.value, finding.subject.rpartition(":")[2], "" if step is None else str(step)]
    return ":".join(part for part in parts if part)
