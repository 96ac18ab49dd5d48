"""Installs, upgrades, checks and removes the solution in one environment, step by step, so that any run can be cut off
anywhere and finished by the next."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from leadferry.dataverse.client import DataverseClient
from leadferry.dataverse.customizing_client import CustomizingClient
from leadferry.errors import DataverseError, InputError, LeadferryError
from leadferry.solution import needs
from leadferry.solution.found import Found
from leadferry.solution.plan import Step, plan
from leadferry.solution.sitemap import checked_console_url, console_in
from leadferry.solution.solution_client import SolutionClient
from leadferry.solution.uninstall import Removal, removal
from leadferry.solution.wanted import Wanted, solution_version, version_order, wanted

ROUNDS = 4
"""How often a step whose outcome is unknown makes one run look again and go on."""


@dataclass(frozen=True, slots=True)
class Progress:
    """`doing`: the step under way, in words."""

    done: int
    total: int
    doing: str


OnProgress = Callable[[Progress], None]
Declared = Callable[[str, str, str], Wanted]
"""Root business unit, the console's address, version: what the solution is there."""


@dataclass
class Result:
    """`steps`: how many were carried out. `notes`: what a person should know."""

    version: str
    steps: int = 0
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True)
class Status:
    """`state`: `missing`, `unfinished`, `older`, `newer` or `installed`. `missing_steps`: what a run would do."""

    state: str
    version: str
    wanted_version: str
    missing_steps: int
    console_url: str = ""

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


class SolutionInstaller:
    """`console_url`: where the settings' entries lead; "" keeps the address that is there."""

    def __init__(
        self,
        client: DataverseClient,
        *,
        console_url: str = "",
        version: str = "",
        declared: Declared = wanted,
        sleep: Callable[[float], None] = time.sleep,
        on_wait: Callable[[float], None] = lambda _seconds: None,
    ) -> None:
        self.client, self._declared = client, declared
        self._solution = SolutionClient(CustomizingClient(client, sleep=sleep, on_wait=on_wait), sleep)
        self._console_url = checked_console_url(console_url) if console_url else ""
        self._version = version or solution_version()

    # Looking

    def wanted(self) -> Wanted:
        console_url = self._console_url or console_in(self._solution.finder.site_map())
        return self._declared(self._solution.finder.root_business_unit(), console_url, self._version)

    def plan(self) -> list[Step]:
        """What `install` or `upgrade` would do. Reads only."""
        should_be = self.wanted()
        return plan(should_be, self._solution.finder.find(should_be))

    def status(self) -> Status:
        should_be = self.wanted()
        found = self._solution.finder.find(should_be)
        console_url = self._console_url or console_in(self._solution.finder.site_map())
        version = found.solution.version if found.solution else ""
        if version_order(version) > version_order(self._version):
            return Status("newer", version, self._version, 0, console_url)
        steps = len(plan(should_be, found))
        return Status(_state(found, self._version, steps), version, self._version, steps, console_url)

    # Changing

    def install(self, on_progress: OnProgress = lambda _: None) -> Result:
        """Installs, or finishes what was begun. Raises `solution-older` where an older version is installed."""
        return self._bring(on_progress, self._refuse_older)

    def upgrade(self, on_progress: OnProgress = lambda _: None) -> Result:
        """Brings an installed solution to this version. Raises `solution-missing` where there is none."""
        return self._bring(on_progress, _refuse_missing)

    def _bring(self, on_progress: OnProgress, refuse: Callable[[Found], None]) -> Result:
        start = time.monotonic()
        result = Result(self._version)
        should_be = self.wanted()
        for round_number in range(ROUNDS):
            found = self._solution.finder.find(should_be)
            if not round_number:
                refuse(found)
            steps = plan(should_be, found)
            if not steps:
                break
            if not round_number:
                self._require(needs.CHANGING)
            self._carry_out(steps, should_be, found, on_progress, result, last=round_number == ROUNDS - 1)
        else:
            raise _incomplete(plan(should_be, self._solution.finder.find(should_be)))
        result.seconds = round(time.monotonic() - start, 1)
        return result

    def _carry_out(
        self,
        steps: list[Step],
        should_be: Wanted,
        found: Found,
        on_progress: OnProgress,
        result: Result,
        *,
        last: bool,
    ) -> None:
        """Stops early where an outcome is unknown: the next round looks what is there."""
        for number, step in enumerate(steps):
            on_progress(Progress(number, len(steps), str(step)))
            try:
                note = self._solution.apply(step, should_be, found)
            except DataverseError as error:
                if last or not (error.unknown_outcome or _is_there(error)):
                    raise
                return
            result.steps += 1
            result.notes += [note] if note else []
        on_progress(Progress(len(steps), len(steps), "check"))

    def _require(self, names: tuple[str, ...]) -> None:
        known, held = self._solution.finder.privileges(names)
        needs.require(needs.missing(names, known, held))

    def _refuse_older(self, found: Found) -> None:
        there = found.solution
        if there and there.mark and version_order(there.version) < version_order(self._version):
            raise InputError(
                f"Version {there.version} of the solution is installed; this Leadferry brings {self._version}.",
                fix="`leadferry solution upgrade` brings the new one; rows stay.",
                code="solution-older",
            )

    # Removing

    def removal(self, *, delete_data: bool) -> tuple[Removal, int]:
        """What `uninstall` would do, and how many rows would be lost. Reads only."""
        should_be = self.wanted()
        found = self._solution.finder.find(should_be)
        planned = removal(should_be, found, delete_data=delete_data)
        going = [found.tables[step.name] for step in planned.steps if step.kind == "table"]
        return planned, self._solution.finder.row_count(going)

    def uninstall(self, *, delete_data: bool, on_progress: OnProgress = lambda _: None) -> Result:
        """Removes what the solution brought; without `delete_data` the tables and their rows stay."""
        start = time.monotonic()
        should_be = self.wanted()
        found = self._solution.finder.find(should_be)
        planned = removal(should_be, found, delete_data=delete_data)
        result = Result(self._version, notes=[f"Left: {one}." for one in planned.kept])
        if planned.steps:
            self._require(needs.REMOVING)
            self._carry_out(list(planned.steps), should_be, found, on_progress, result, last=True)
            self._solution.publish_lead()
        result.seconds = round(time.monotonic() - start, 1)
        return result


def _is_there(error: DataverseError) -> bool:
    """What was just made was not seen yet when we looked: the next look sees it."""
    return error.code == "dataverse-duplicate" or error.vendor_code in {"0x80047013", "0x80060304"}


def _state(found: Found, wanted_version: str, steps: int) -> str:
    if found.solution is None:
        return "missing"
    if version_order(found.solution.version) < version_order(wanted_version):
        return "older"
    return "unfinished" if steps else "installed"


def _refuse_missing(found: Found) -> None:
    if found.solution is None:
        raise InputError(
            "The solution is not installed in this environment.",
            fix="`leadferry solution install` installs it.",
            code="solution-missing",
        )


def _incomplete(left: list[Step]) -> LeadferryError:
    return LeadferryError(
        f"The solution is not complete: {len(left)} steps are left, first: {left[0] if left else 'none'}.",
        fix="Run it again; if it stays so, `leadferry solution plan --json` shows what Dynamics does not take.",
        code="solution-incomplete",
    )
