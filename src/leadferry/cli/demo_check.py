"""The demonstration's judge: asks both simulators from beside, not through our clients, what is there."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from leadferry.accounts.model import Environment
from leadferry.app import App
from leadferry.delivery.ids import environment_namespace, lead_id
from leadferry.delivery.model import State
from leadferry.solution.tables import TABLES

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


SOLUTION_PARTS = {"keys": 14, "roles": 20, "views": 26, "charts": 59}
"""`componenttype` of the parts that are counted by their membership alone."""
FORM, DASHBOARD = 60, 0
"""Dashboards are forms of this type."""


def solution_parts(dataverse_url: str, solution_id: str) -> dict[str, int]:
    """What stands in Dynamics of the solution, by kind."""
    rows = _ask(f"{dataverse_url}/__sim/rows/solutioncomponent?columns=componenttype,objectid,solutionid")
    members = [row for row in rows if row["solutionid"] == solution_id]
    forms = {row["objectid"] for row in members if row["componenttype"] == FORM}
    shown = _ask(f"{dataverse_url}/__sim/rows/systemform?columns=formid,type")
    kinds = Counter(row["componenttype"] for row in members)
    tables = sum(_is_there(f"{dataverse_url}/__sim/rows/{table.name}?columns={table.primary_id}") for table in TABLES)
    return {
        "tables": tables,
        **{name: kinds[number] for name, number in SOLUTION_PARTS.items()},
        "dashboards": sum(row["formid"] in forms and row["type"] == DASHBOARD for row in shown),
    }


def _is_there(url: str) -> bool:
    try:
        _ask(url)
    except urllib.error.HTTPError:
        return False
    return True


def mirrored(dataverse_url: str) -> tuple[int, int]:
    """Submissions and answers in Leadferry's own tables in Dynamics."""
    names = ("ferry_linkedinformsubmission", "ferry_linkedinformanswer")
    counts = [len(_ask(f"{dataverse_url}/__sim/rows/{name}?columns={name}id")) for name in names]
    return counts[0], counts[1]


def _agrees(state: State, lead: str | None, own: str, leads: set[str]) -> bool:
    """Delivered: its lead is there. Any other final state: no lead was made for it."""
    if state is State.DELIVERED:
        return lead in leads
    return state.final and own not in leads


def _ask(url: str) -> Any:
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - our own simulators
        return json.loads(answer.read())
