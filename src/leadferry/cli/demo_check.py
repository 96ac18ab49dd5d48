"""The demonstration's judge: asks both simulators from beside, not through our clients, what is there."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from leadferry.accounts.model import Environment
from leadferry.app import App
from leadferry.delivery.ids import environment_namespace, lead_id
from leadferry.delivery.model import State

CHUNK = 500


@dataclass(frozen=True)
class Checked:
    """`proved`: form responses whose final outcome agrees with what Dynamics holds. `unexpected`: leads that neither
    stood there before nor belong to a form response."""

    form_responses: int
    proved: int
    leads: int
    unexpected: int

    @property
    def gap(self) -> int:
        return self.form_responses - self.proved


def check(
    linkedin_url: str,
    dataverse_url: str,
    app: App,
    environment: Environment,
    stood_before: Iterable[str],
) -> Checked:
    shown = _ask(f"{linkedin_url}/__sim/responses?summary=1")["ids"]
    rows = _ask(f"{dataverse_url}/__sim/rows/lead?columns=leadid")
    leads = {row["leadid"] for row in rows}
    namespace = environment_namespace(environment.organization_id)
    unexpected = leads - set(stood_before) - {lead_id(namespace, response_id) for response_id in shown}
    proved = 0
    for start in range(0, len(shown), CHUNK):
        some = shown[start : start + CHUNK]
        for response_id, outcome in app.submissions.outcomes(environment.id, some).items():
            own = lead_id(namespace, response_id)
            proved += _agrees(outcome.state, outcome.lead_id, own, leads)
    return Checked(len(shown), proved, len(leads), len(unexpected))


def _agrees(state: State, lead: str | None, own: str, leads: set[str]) -> bool:
    """Delivered: its lead is there. Any other final state: no lead was made for it."""
    if state is State.DELIVERED:
        return lead in leads
    return state.final and own not in leads


def _ask(url: str) -> Any:
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - our own simulators
        return json.loads(answer.read())
