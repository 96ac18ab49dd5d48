"""Checks a connected environment live, step by step, and says for each step that fails what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from leadferry.accounts.environment_store import EnvironmentStore
from leadferry.accounts.model import Environment
from leadferry.dataverse.client import DataverseClient
from leadferry.engine.needed_privileges import in_words, mirror_lacks, missing
from leadferry.errors import DataverseError, LeadferryError
from leadferry.mirror.model import SOLUTION_COLUMN
from leadferry.solution.install_worker import SolutionInstaller
from leadferry.words import _

_SOLUTION = {
    "installed": _("version {found} is installed"),
    "missing": _(
        "not installed; leads cross without it. `leadferry solution install` brings tables, roles and dashboard"
    ),
    "unfinished": _("version {found} is not complete; `leadferry solution install` finishes it"),
    "older": _("version {found} is installed, {wanted} is at hand; `leadferry solution upgrade` brings it"),
    "newer": _("version {found} is installed, newer than this Leadferry's {wanted}; update Leadferry"),
}


UNSEEN = {400, 403, 404, 501}
"""Not allowed to be seen, or not offered there: no reason to stop."""


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    ok: bool
    detail: str
    fix: str = ""


def check_environment(environment: Environment, client: DataverseClient, environments: EnvironmentStore) -> list[Step]:
    """Stops at the first step that fails: the later ones need it."""

    def identity() -> str:
        who = client.who_am_i()
        environments.set_identity(
            environment.id,
            organization_id=who.organization_id,
            user_id=who.user_id,
            business_unit_id=who.business_unit_id,
        )
        return _(
            "application user {user} of organization {organization}", user=who.user_id, organization=who.organization_id
        )

    def privileges() -> str:
        try:
            held = client.privileges_of(environments.by_id(environment.id).user_id)
        except DataverseError as error:
            if error.status not in UNSEEN:
                raise
            return _("cannot be seen, so writing will tell: {text}", text=error.message)
        needed, useful = missing(held)
        if needed:
            raise DataverseError(
                _("The application user lacks {in_words}.", in_words=in_words(needed)),
                fix=_(
                    "Give it a security role with these privileges, for the whole organization: in the Power "
                    "Platform admin center, the environment's Settings, Users, Application users, Edit "
                    "security roles."
                ),
                code="dataverse-missing-privilege",
                status=403,
            )
        lacking = [one for one in (in_words(useful), mirror(held)) if one]
        return (
            _("all that leads need; not held: {in_words}", in_words="; ".join(lacking))
            if lacking
            else _("all that are needed")
        )

    def mirror(held: set[str]) -> str:
        """Asked only where it is on, and the solution, which brings the tables, is installed."""
        configuration = environments.configuration(environment)
        if not configuration.mirror or SOLUTION_COLUMN not in client.table("lead").columns:
            return ""
        return mirror_lacks(held, dynamics_campaigns=configuration.dynamics_campaigns)

    def table() -> str:
        lead = client.table("lead")
        source = lead.columns.get("leadsourcecode")
        wanted = environments.configuration(environment).lead_source
        known = bool(source and wanted in source.options)
        note = "" if known else _("; lead source {wanted} is not there, so new leads get none", wanted=wanted)
        return _("{count} columns{note}", count=len(lead.columns), note=note)

    def reading() -> str:
        next(iter(client.query("leads", select=["leadid"], top=1)), None)
        return _("leads can be read")

    def bulk() -> str:
        missing = [name for name in ("CreateMultiple", "UpdateMultiple") if not client.supports(name, "lead")]
        return (
            _("not offered: {missing}; rows go one by one", missing=", ".join(missing))
            if missing
            else _("CreateMultiple, UpdateMultiple")
        )

    def solution() -> str:
        try:
            status = SolutionInstaller(client).status()
        except DataverseError as error:
            if error.status not in UNSEEN:
                raise
            return _("cannot be seen, which leads do not need: {text}", text=error.message)
        return _SOLUTION[status.state].format(found=status.version, wanted=status.wanted_version)

    steps: list[Step] = []
    named: list[tuple[str, Callable[[], str]]] = [
        (_("Sign-in and application user"), identity),
        (_("Privileges"), privileges),
        (_("Lead table"), table),
        (_("Read leads"), reading),
        (_("Bulk writing"), bulk),
        (_("Solution"), solution),
    ]
    for name, step in named:
        try:
            steps.append(Step(name, ok=True, detail=step()))
        except LeadferryError as error:
            steps.append(Step(name, ok=False, detail=error.message, fix=error.fix))
            break
    return steps
