"""The page *Sync status* (OC-103): what crossed, how far each account is read; a sync at once; a reset, tried first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from litestar import Response
from litestar.params import URLEncodedBody

from leadferry.accounts.model import Cursor, Environment, Owner
from leadferry.accounts.owner_store import OwnerStore
from leadferry.accounts.shown import FORM_SYNC_BADGE, kind_words
from leadferry.console.desk_routes import AtDesk, Desk, page, post
from leadferry.console.rights import Action
from leadferry.delivery.tally import Figures
from leadferry.delivery.tally_store import TallyStore
from leadferry.engine.dry_run_worker import DryRun, DryRuns
from leadferry.engine.rounds import Rounds
from leadferry.errors import InputError
from leadferry.guardian.finding_store import FindingStore
from leadferry.guardian.model import Check, Finding
from leadferry.guardian.quotas import Used
from leadferry.guardian.request_store import RequestStore
from leadferry.words import _

Form = URLEncodedBody[dict[str, str]]
QUOTAS = (Check.LINKEDIN_QUOTA, Check.DYNAMICS_QUOTA)
BADGES = {"good": "b-good", "info": "b-info", "warn": "b-warn", "bad": "b-bad"}


class Rooms(Protocol):
    """What these pages need of the application."""

    owners: OwnerStore
    tallies: TallyStore
    findings: FindingStore
    requests: RequestStore
    rounds: Rounds
    dry_runs: DryRuns

    def start_sync(self, environment: Environment) -> bool: ...
    def dry_run(self, environment: Environment, into: DryRun, stopping: Callable[[], bool]) -> DryRun: ...


def _rooms(desk: Desk) -> Rooms:
    return desk.rooms  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class OwnerRow:
    """`read_up_to`: before this every response of every lead type is stored; None before the first walk has ended."""

    owner: Owner
    figures: Figures
    read_up_to: int | None
    polled_at: int | None
    troubles: tuple[str, ...]


@page("/e/{environment_id:int}/sync", Action.READ_SYNC)
def status(desk: AtDesk) -> Response[Any]:
    rooms, here = _rooms(desk), desk.here
    found = rooms.findings.list(here.id)
    return desk.page(
        "engine/sync.html",
        **_live(desk),
        quotas=[one for one in found if one.check in QUOTAS],
        used=_used(rooms.requests.today(here.id)),
        badges=BADGES,
        dry_run=rooms.dry_runs.newest(here.id),
        owners=rooms.owners.list(here.id),
    )


@page("/e/{environment_id:int}/sync/live", Action.READ_SYNC)
def live(desk: AtDesk) -> Response[Any]:
    """What changes while a sync runs; the page asks for it again and again."""
    return desk.page("engine/_live.html", **_live(desk))


def _live(desk: Desk) -> dict[str, Any]:
    rooms, here = _rooms(desk), desk.here
    tally, newest = rooms.tallies.tally(here.id), rooms.rounds.newest(here.id)
    rows = owner_rows(rooms.owners.list(here.id), rooms.owners.cursors(here.id), tally.by_owner())
    troubles = [f"{row.owner.name}: {text}" for row in rows for text in row.troubles]
    if newest and newest.result:
        troubles += [text for text in newest.result.troubles if not any(text.endswith(known) for known in troubles)]
    return {
        "rows": rows,
        "unowned": tally.by_owner().get(None),
        "total": tally.total(),
        "counted_at": tally.counted_at,
        "newest": newest,
        "running": rooms.rounds.under_way(here.id),
        "newest_sync_at": max((row.polled_at for row in rows if row.polled_at), default=None),
        "troubles": list(dict.fromkeys(troubles)),
        "delivery": _delivery(rooms.findings.list(here.id)),
        "form_badge": FORM_SYNC_BADGE,
        "kind_words": kind_words,
    }


def _delivery(found: list[Finding]) -> list[Finding]:
    """What holds leads up, as Guardian last saw it."""
    held = (Check.DELIVERY, Check.STUCK, Check.INTAKE, Check.GAP)
    return [one for one in found if one.check in held and one.level.rank >= 2]


def owner_rows(owners: list[Owner], cursors: list[Cursor], figures: dict[int | None, Figures]) -> list[OwnerRow]:
    """In the order of the accounts; what is not read to its end yet has no moment."""
    rows = []
    for owner in owners:
        own = [one for one in cursors if one.owner_id == owner.id]
        read = [one.through_at for one in own]
        rows.append(
            OwnerRow(
                owner,
                figures.get(owner.id, Figures()),
                min(read) if read and all(read) else None,
                max((one.polled_at for one in own), default=None),
                tuple(dict.fromkeys(one.trouble for one in own if one.trouble)),
            )
        )
    return rows


def _used(today: list[Used]) -> list[Used]:
    """Each kind of request, the most first; ours to ourselves are left out."""
    return sorted((one for one in today if one.real and one.service != "leadferry"), key=lambda one: -one.requests)


@post("/e/{environment_id:int}/sync", Action.RUN_SYNC)
def sync_now(desk: AtDesk) -> Response[Any]:
    fresh = _rooms(desk).start_sync(desk.here)
    desk.record(Action.RUN_SYNC, "environment", desk.here.id, desk.here.name)
    return desk.go(desk.address("sync"), toast=_("The sync has started") if fresh else _("A sync is under way already"))


# Reset, tried first


@page("/e/{environment_id:int}/sync/dry-run", Action.RESET_SYNC)
def dry_run(desk: AtDesk) -> Response[Any]:
    """The card alone, while the dry run goes on."""
    rooms = _rooms(desk)
    return desk.page(
        "engine/_dry_run.html", dry_run=rooms.dry_runs.newest(desk.here.id), owners=rooms.owners.list(desk.here.id)
    )


@post("/e/{environment_id:int}/sync/dry-run", Action.RESET_SYNC)
def try_reset(desk: AtDesk, data: Form) -> Response[Any]:
    """Begins one; it goes on when the page is left."""
    rooms, here = _rooms(desk), desk.here
    chosen = data.get("account", "")
    owner_ids = frozenset({rooms.owners.by_id(here.id, int(chosen)).id}) if chosen.isdecimal() else None
    fresh = rooms.dry_runs.start(here.id, owner_ids, lambda one, stopping: rooms.dry_run(here, one, stopping))
    return desk.go(desk.address("sync#reset"), toast="" if fresh else _("A dry run is under way already"))


@post("/e/{environment_id:int}/sync/dry-run/stop", Action.RESET_SYNC)
def stop_dry_run(desk: AtDesk) -> Response[Any]:
    _rooms(desk).dry_runs.stop(desk.here.id)
    return desk.go(desk.address("sync#reset"), toast=_("The dry run ends"), detail=_("Nothing was changed."))


@post("/e/{environment_id:int}/sync/reset", Action.RESET_SYNC)
def reset(desk: AtDesk) -> Response[Any]:
    """What the dry run showed: the accounts are read from the beginning, what is missing is delivered."""
    rooms, here = _rooms(desk), desk.here
    tried = rooms.dry_runs.newest(here.id)
    if tried is None or not tried.complete:
        raise InputError(
            _("There is no finished dry run of this reset."),
            fix=_("Make one; nothing is changed by it."),
            code="dry-run-first",
        )
    rooms.owners.reset_cursors(here.id, tried.owner_ids)
    names = [one.name for one in rooms.owners.list(here.id) if tried.owner_ids is None or one.id in tried.owner_ids]
    after = {"accounts": names, "read_again": tried.read, "missing": tried.missing}
    desk.record(Action.RESET_SYNC, "environment", here.id, here.name, after=after)
    rooms.dry_runs.forget(here.id)
    rooms.start_sync(here)
    return desk.go(desk.address("sync"), toast=_("The reset has started"), detail=_("Nothing is delivered twice."))


HANDLERS: tuple[Any, ...] = (status, live, sync_now, dry_run, try_reset, stop_dry_run, reset)
