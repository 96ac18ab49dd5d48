"""Around the save of a form: what it was drawn from must still be there, and nobody changes it in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from leadferry.console.audit_store import AuditEntry, Wanted
from leadferry.console.desk_routes import Desk
from leadferry.console.edited import (
    Change,
    ChangedMeanwhileError,
    Drawn,
    changed,
    different_names,
    drawn_at,
    still,
)
from leadferry.console.kept import has_secret
from leadferry.store.statements import settled

MOST = 100
"""Entries of the audit that are looked through for who it was."""


@contextmanager
def saving(desk: Desk, there: Callable[[], Drawn], wanted: Drawn | None) -> Iterator[None]:
    """Around the write, in one transaction with it: no service is asked in it. `there`: the form as it would be drawn
    now. `wanted`: as it would be drawn after the save; None for a button that acts on what the page showed. Raises
    ChangedMeanwhileError, and `desk.changed` is what the page says of it."""
    with settled(desk.rooms.database, desk.here.id):
        now, tag = there(), desk.sent_tag
        fits = still(tag, now, wanted)
        if fits:
            yield
    if not fits:
        found = changed(tag, now, wanted, _since(desk, now, wanted, drawn_at(tag)))
        desk.changed = replace(found, left_out=has_secret(desk.sent))
        raise ChangedMeanwhileError(desk.changed)


def _since(desk: Desk, now: Drawn, wanted: Drawn | None, at: int) -> list[Change]:
    """The newest first, as far as the audit knows."""
    audit, here = desk.rooms.audit, desk.here
    if now.key == "":
        kinds = {str(kind) for kind in (now.kind, *now.also)}
        found = [one for one in audit.list(here, Wanted(since=at), limit=MOST) if one.record_kind in kinds]
    else:
        found = [one for key in _keys(now, wanted) for one in audit.of_record(here.id, str(now.kind), key, MOST)]
    newest = sorted((one for one in found if one.at >= at), key=lambda one: -one.id)
    return [_change(one) for one in newest]


def _keys(now: Drawn, wanted: Drawn | None) -> list[str | int]:
    if now.key is not None:
        return [now.key]
    typed = {part.name: part.mark for part in wanted.parts} if wanted else {}
    return [part.name for part in now.parts if typed.get(part.name) != part.mark]


def _change(entry: AuditEntry) -> Change:
    return Change(entry.person_id, entry.person, entry.at, different_names(entry.before, entry.after))
