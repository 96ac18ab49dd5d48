"""Checks a connected environment live, step by step, and says for each step that fails what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from leadferry.accounts.environment_store import EnvironmentStore
from leadferry.accounts.model import Environment
from leadferry.dataverse.client import DataverseClient
from leadferry.engine.needed_privileges import in_words, mirror_lacks, missing
from leadferry.errors import DataverseError, LeadferryError, facts_of
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
    """`raw`: of one that fails, what a vendor's support asks for."""

    name: str
    ok: bool
    detail: str
    fix: str = ""
    raw: str = ""


def check_environment(environment: Environment, client: DataverseClient, environments: EnvironmentStore) -> list[Step]:
    """Stops at the first step that fails: the later ones need it."""
    steps: list[Step] = []
    for name, step in _Check(environment, client, environments).steps():
        try:
            steps.append(Step(name, ok=True, detail=step()))
        except LeadferryError as error:
            steps.append(Step(name, ok=False, detail=error.message, fix=error.fix, raw=facts_of(error)))
            break
    return steps


@dataclass(frozen=True, slots=True)
class _Check:
    """Each step says what is there, or raises what is wrong."""

    environment: Environment
    client: DataverseClient
    environments: EnvironmentStore

    def steps(self) -> list[tuple[str, Callable[[], str]]]:
        return [
            (_("Sign-in and application user"), self._identity),
            (_("Privileges"), self._privileges),
            (_("Lead table"), self._lead_table),
            (_("Read leads"), self._reading),
            (_("Bulk writing"), self._bulk),
            (_("Solution"), self._solution),
        ]

    def _identity(self) -> str:
        who = self.client.who_am_i()
        self.environments.set_identity(
            self.environment.id,
            organization_id=who.organization_id,
            user_id=who.user_id,
            business_unit_id=who.business_unit_id,
        )
        return _(
            "application user {user} of organization {organization}", user=who.user_id, organization=who.organization_id
        )

    def _privileges(self) -> str:
        try:
            held = self.client.privileges_of(self.environments.by_id(self.environment.id).user_id)
        except DataverseError as error:
            return _unseen(error, _("cannot be seen, so writing will tell: {text}", text=error.message))
        needed, useful = missing(held)
        if needed:
            raise _lacks(needed)
        lacking = [one for one in (in_words(useful), self._mirror_lacks(held)) if one]
        if lacking:
            return _("all that leads need; not held: {in_words}", in_words="; ".join(lacking))
        return _("all that are needed")

    def _mirror_lacks(self, held: set[str]) -> str:
        """Asked only where it is on, and the solution, which brings the tables, is installed."""
        configuration = self.environments.configuration(self.environment)
        if not configuration.mirror or SOLUTION_COLUMN not in self.client.table("lead").columns:
            return ""
        return mirror_lacks(held, dynamics_campaigns=configuration.dynamics_campaigns)

    def _lead_table(self) -> str:
        lead = self.client.table("lead")
        source = lead.columns.get("leadsourcecode")
        wanted = self.environments.configuration(self.environment).lead_source
        known = bool(source and wanted in source.options)
        note = "" if known else _("; lead source {wanted} is not there, so new leads get none", wanted=wanted)
        return _("{count} columns{note}", count=len(lead.columns), note=note)

    def _reading(self) -> str:
        next(iter(self.client.query("leads", select=["leadid"], top=1)), None)
        return _("leads can be read")

    def _bulk(self) -> str:
        lacking = [name for name in ("CreateMultiple", "UpdateMultiple") if not self.client.supports(name, "lead")]
        if lacking:
            return _("not offered: {missing}; rows go one by one", missing=", ".join(lacking))
        return _("CreateMultiple, UpdateMultiple")

    def _solution(self) -> str:
        try:
            status = SolutionInstaller(self.client).status()
        except DataverseError as error:
            return _unseen(error, _("cannot be seen, which leads do not need: {text}", text=error.message))
        return _SOLUTION[status.state].format(found=status.version, wanted=status.wanted_version)


def _unseen(error: DataverseError, words: str) -> str:
    if error.status not in UNSEEN:
        raise error
    return words


def _lacks(needed: dict[str, str]) -> DataverseError:
    return DataverseError(
        _("The application user lacks {in_words}.", in_words=in_words(needed)),
        fix=_(
            "Give it a security role with these privileges, for the whole organization: in the Power Platform admin "
            "center, the environment's Settings, Users, Application users, Edit security roles."
        ),
        code="dataverse-missing-privilege",
        status=403,
    )
