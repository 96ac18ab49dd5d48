"""The page *Take over from Microsoft's connector*: what it left is looked at first, then taken, while the page shows
how far it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from litestar import Response
from litestar.params import URLEncodedBody

from leadferry.accounts.model import Environment
from leadferry.adoption.model import Do, Report, Standing
from leadferry.adoption.runs_worker import Runs
from leadferry.console.desk_routes import AtDesk, Desk, page, post
from leadferry.console.rights import Action
from leadferry.errors import InputError
from leadferry.words import _

Form = URLEncodedBody[dict[str, str]]
BADGES = {Do.TAKE: "b-good", Do.THERE: "b-info", Do.KEEP: "b-info", Do.PROBLEM: "b-warn"}
TO_DO = {
    Do.TAKE: _("Take"),
    Do.THERE: _("Is here"),
    Do.KEEP: _("Keep ours"),
    Do.PROBLEM: _("Cannot be taken"),
}
DONE = {**TO_DO, Do.TAKE: _("Taken"), Do.KEEP: _("Kept ours")}
ORDER = (Do.PROBLEM, Do.TAKE, Do.KEEP, Do.THERE)


class Rooms(Protocol):
    """What this page needs of the application."""

    adoptions: Runs

    def adopt(
        self, environment: Environment, *, carry_out: bool, replace: bool, on_progress: Callable[[int], None]
    ) -> Report: ...
    def adopted(self, environment: Environment) -> Standing: ...
    def adopting_elsewhere(self, environment: Environment) -> bool: ...


def _rooms(desk: Desk) -> Rooms:
    return desk.rooms  # type: ignore[no-any-return]


@page("/e/{environment_id:int}/adopt", Action.ADOPT)
def shown(desk: AtDesk) -> Response[Any]:
    return desk.page("adoption/adopt.html", **_state(desk))


@page("/e/{environment_id:int}/adopt/live", Action.ADOPT)
def live(desk: AtDesk) -> Response[Any]:
    """What changes while it runs; the page asks for it again and again."""
    return desk.page("adoption/_run.html", **_state(desk))


def _state(desk: Desk) -> dict[str, Any]:
    rooms, here = _rooms(desk), desk.here
    runs, standing = rooms.adoptions, rooms.adopted(here)
    run = runs.newest(here.id)
    idle = not (run and run.under_way)
    items = sorted(run.report.items, key=lambda one: ORDER.index(one.do)) if run and run.report else []
    return {
        "run": run,
        "tried": runs.tried(here.id),
        "standing": standing,
        "elsewhere": idle and standing.unfinished and rooms.adopting_elsewhere(here),
        "items": items,
        "badges": BADGES,
        "words": DONE if run and run.carry_out else TO_DO,
        "problems": sum(one.do is Do.PROBLEM for one in items),
    }


@post("/e/{environment_id:int}/adopt/dry-run", Action.ADOPT)
def try_it(desk: AtDesk, data: Form) -> Response[Any]:
    """Reads, and changes nothing; it goes on when the page is left."""
    fresh = _start(desk, carry_out=False, replace=data.get("replace") == "yes")
    return desk.go(desk.address("adopt"), toast="" if fresh else _("Microsoft's tables are being read already"))


@post("/e/{environment_id:int}/adopt", Action.ADOPT)
def take(desk: AtDesk) -> Response[Any]:
    """What the dry run showed, with what has come since; or the rest of what began before this process did."""
    here, tried = desk.here, _rooms(desk).adoptions.tried(desk.here.id)
    after = _shown_before(tried.report, tried.replace) if tried and tried.report else _begun_before(desk)
    if not _start(desk, carry_out=True, replace=bool(after["replace"])):
        return desk.go(desk.address("adopt"), toast=_("Microsoft's tables are being read already"))
    desk.record(Action.ADOPT, "adoption", here.id, "Microsoft's connector", after=after)
    return desk.go(desk.address("adopt"), toast=_("The takeover has started"))


def _shown_before(report: Report, replace: bool) -> dict[str, object]:
    settings = [item.name for item in report.of(Do.TAKE)]
    return {"settings": settings, "submissions": report.submissions.new, "replace": replace}


def _begun_before(desk: Desk) -> dict[str, object]:
    """Somebody looked, and began it; the look went with the process that it was shown by."""
    standing = _rooms(desk).adopted(desk.here)
    if not standing.unfinished:
        raise InputError(
            _("Nobody has looked yet at what would be taken over."),
            fix=_("Look first; nothing is changed by it."),
            code="dry-run-first",
        )
    return {"taken before": standing.taken, "replace": standing.replace}


@post("/e/{environment_id:int}/adopt/stop", Action.ADOPT)
def stop(desk: AtDesk) -> Response[Any]:
    _rooms(desk).adoptions.stop(desk.here.id)
    return desk.go(desk.address("adopt"), toast=_("It stops after the page of submissions in hand"))


def _start(desk: Desk, *, carry_out: bool, replace: bool) -> bool:
    rooms, here = _rooms(desk), desk.here

    def work(_run: object, on_progress: Callable[[int], None]) -> Report:
        report = rooms.adopt(here, carry_out=carry_out, replace=replace, on_progress=on_progress)
        if carry_out:
            rooms.adoptions.forget_dry_run(here.id)
        return report

    return rooms.adoptions.start(here.id, carry_out=carry_out, replace=replace, work=work)


HANDLERS: tuple[Any, ...] = (shown, live, try_it, take, stop)
