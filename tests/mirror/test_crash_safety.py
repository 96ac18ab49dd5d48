"""Cut off at every request of the mirror, before and after Dynamics had committed, and killed in between: it ends
complete, with every row once."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from delivery.conftest import Ferry
from leadferry.mirror.mirror_client import MirrorClient
from leadferry.mirror.mirror_store import MirrorStore

TABLES = (
    "ferry_linkedinformsubmission",
    "ferry_linkedinformanswer",
    "ferry_linkedinform",
    "ferry_linkedinformquestion",
)
PEOPLE = 3


def people(ferry: Ferry) -> None:
    ferry.configure("write_chunk", "2")  # one submission a request: as many places to be cut off as there can be
    for number in range(PEOPLE):
        ferry.respond(first_name="P", last_name=f"No. {number}", email=f"p{number}@x.test")


def assert_complete(ferry: Ferry) -> None:
    rows = {table: ferry.dynamics.rows(table, f"{table}id") for table in TABLES}
    assert [len(rows[table]) for table in TABLES] == [PEOPLE, PEOPLE * 3, 1, 5]
    assert ferry.dynamics.rows("ferry_linkedinform", "ferry_totalsubmissions") == [{"ferry_totalsubmissions": PEOPLE}]
    assert len(ferry.dynamics.leads()) == PEOPLE
    assert ferry.app.mirror_state(ferry.environment)["waiting"] == 0


@pytest.mark.parametrize("kind", ["cut_before", "cut_after"])
@pytest.mark.parametrize("place", range(2, 9))
def test_a_connection_cut_at_any_request_leaves_every_row_once(sqlite_ferry: Ferry, kind: str, place: int) -> None:
    """Of the batches the first two read definitions."""
    people(sqlite_ferry)
    sqlite_ferry.dynamics.fault(kind, method="POST", path="$batch", skip=place)
    assert sqlite_ferry.deliver().created == PEOPLE
    sqlite_ferry.clock.now += 600_000
    sqlite_ferry.deliver()
    assert_complete(sqlite_ferry)


class Killed(BaseException):
    """The process dies: nothing catches it."""


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("place", range(PEOPLE + 1))
def test_a_death_at_any_request_leaves_every_row_once(
    sqlite_ferry: Ferry, monkeypatch: pytest.MonkeyPatch, moment: str, place: int
) -> None:
    people(sqlite_ferry)
    numbers, whole = itertools.count(), MirrorClient.send

    def dying(self: MirrorClient, bulks: Any) -> Any:
        mine = next(numbers) == place
        if mine and moment == "before":
            raise Killed
        result = whole(self, bulks)
        if mine:
            raise Killed
        return result

    monkeypatch.setattr(MirrorClient, "send", dying)
    with pytest.raises(Killed):
        sqlite_ferry.deliver()
    monkeypatch.setattr(MirrorClient, "send", whole)
    born_again(sqlite_ferry)
    assert_complete(sqlite_ferry)


@pytest.mark.parametrize("step", ["remember", "done"])
def test_a_death_between_dynamics_commit_and_our_own_writes_twice_and_leaves_one(
    ferry: Ferry, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    people(ferry)

    def dying(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(MirrorStore, step, dying)
        with pytest.raises(Killed):
            ferry.deliver()
    born_again(ferry)
    assert_complete(ferry)


def born_again(ferry: Ferry) -> None:
    """Nothing that was kept in memory is left."""
    ferry.app._deliveries.clear()
    ferry.deliver()
