"""Where in the console a finding is mended. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from leadferry.guardian.model import Check, Finding, Level
from leadferry.words import _


@dataclass(frozen=True, slots=True)
class Mend:
    """`words` of the button, `path` below the environment's address."""

    words: str
    path: str


_MENDS: Mapping[Check, Mend] = {
    Check.CONSENT: Mend(_("Open the profile"), "profiles"),
    Check.TOKEN: Mend(_("Open the profile"), "profiles"),
    Check.PERMISSION: Mend(_("See the permissions"), "profiles"),
    Check.CREDENTIAL: Mend(_("Open the environment"), "settings"),
    Check.LINKEDIN_APP: Mend(_("Open the environment"), "settings"),
    Check.DELIVERY: Mend(_("Open the environment"), "settings"),
    Check.SOLUTION: Mend(_("Open the environment"), "settings"),
    Check.ADOPTION: Mend(_("Look what can be taken over"), "adopt"),
    Check.STUCK: Mend(_("Open the submissions"), "submissions"),
    Check.INTAKE: Mend(_("Open the sync status"), "sync"),
    Check.GAP: Mend(_("Open the sync status"), "sync"),
    Check.WEBHOOK: Mend(_("Open the webhook"), "webhooks"),
}
_HERE = Mend("", "health")


def mend_of(finding: Finding) -> Mend:
    mend = _MENDS.get(finding.check, _HERE)
    kind, _, number = finding.subject.partition(":")
    return Mend(mend.words, f"{mend.path}/{number}") if kind in {"profile", "webhook"} else mend


def has_button(finding: Finding) -> bool:
    return finding.level is not Level.GOOD and bool(finding.fix) and bool(mend_of(finding).words)
