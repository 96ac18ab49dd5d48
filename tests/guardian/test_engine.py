"""The engine beside Guardian: takes up what is connected while it runs, wakes when asked."""

from __future__ import annotations

import threading
from collections.abc import Callable

from environments import StandingClock
from guardian.conftest import House, ada, environment_of
from leadferry.app import App
from leadferry.engine.local_worker import LocalEngine, Work
from leadferry.engine.progress import SyncResult
from leadferry.errors import LeadferryError
from leadferry.guardian.model import Check
from leadferry.simulators.dataverse.users import CLIENT_ID, CLIENT_SECRET, TENANT_ID
from samples import response


class NoSubmissions:
    def next_due_at(self, _environment_id: int) -> int | None:
        return None


class Rounds:
    """Counts the rounds of each environment; a test waits for them, never for time."""

    def __init__(self) -> None:
        self.done: dict[str, int] = {}
        self.changed = threading.Condition()

    def made(self, name: str) -> Callable[[], object]:
        rounds = self

        class Crossing:
            def once(self, _stop: threading.Event, *, wait_for_retries: bool) -> SyncResult:
                assert not wait_for_retries
                with rounds.changed:
                    rounds.done[name] = rounds.done.get(name, 0) + 1
                    rounds.changed.notify_all()
                return SyncResult()

        return Crossing

    def wait_for(self, name: str, count: int) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: self.done.get(name, 0) >= count, timeout=30)


def running(engine: LocalEngine, stop: threading.Event) -> threading.Thread:
    thread = threading.Thread(target=engine.run, args=(stop,))
    thread.start()
    return thread


def engine_of(work: dict[int, Work], asked: dict[int, int], **more: object) -> LocalEngine:
    return LocalEngine(
        lambda: dict(work),
        NoSubmissions(),  # type: ignore[arg-type]
        poll_interval_s=3600,
        clock=StandingClock(),
        asked_for=lambda: dict(asked),
        look_s=0.01,
        **more,  # type: ignore[arg-type]
    )


def test_environments_come_and_go_while_it_runs_and_a_wish_wakes_one() -> None:
    rounds, stop = Rounds(), threading.Event()
    work = {1: Work("crane", rounds.made("crane"))}  # type: ignore[arg-type]
    asked: dict[int, int] = {1: 7}
    engine = engine_of(work, asked)
    thread = running(engine, stop)
    assert rounds.wait_for("crane", 1)
    work[2] = Work("heron", rounds.made("heron"))  # type: ignore[arg-type]
    assert rounds.wait_for("heron", 1)
    asked[1] = 8
    assert rounds.wait_for("crane", 2)
    assert engine.wake(2)
    assert rounds.wait_for("heron", 2)
    (gone,) = (one for one in threading.enumerate() if one.name == "environment-heron")
    del work[2]
    gone.join(timeout=30)
    assert not gone.is_alive()
    assert not engine.wake(2)
    stop.set()
    thread.join(timeout=30)
    assert not thread.is_alive()
    assert rounds.done == {"crane": 2, "heron": 2}


def test_a_defect_in_a_round_is_told_and_the_next_round_comes() -> None:
    told: list[str] = []
    rounds, stop = Rounds(), threading.Event()
    failing = iter([ValueError("someone@x.test"), LeadferryError("Refused.")])

    def next_round() -> object:
        error = next(failing, None)
        if error:
            raise error
        return rounds.made("crane")()

    def on_round(_name: str, result: SyncResult) -> None:
        told.extend(result.troubles)
        engine.wake(1)

    engine = engine_of({1: Work("crane", next_round)}, {}, on_round=on_round)  # type: ignore[arg-type]
    thread = running(engine, stop)
    assert rounds.wait_for("crane", 1)
    stop.set()
    thread.join(timeout=30)
    assert told[1] == "Refused."
    assert "ValueError" in told[0]
    assert "someone" not in told[0]


def test_the_whole_house_runs_and_takes_up_an_environment_connected_meanwhile(house: House) -> None:
    """`leadferry web` does just this: rounds, Guardian and alerts, in one process."""
    with house.opened(LEADFERRY_POLL_INTERVAL_S="3600") as app, house.opened() as elsewhere:
        results: dict[str, int] = {}
        changed, stop = threading.Condition(), threading.Event()

        def on_round(name: str, result: SyncResult) -> None:
            with changed:
                results[name] = results.get(name, 0) + 1
                changed.notify_all()

        def rounds_of(name: str, count: int) -> bool:
            with changed:
                return changed.wait_for(lambda: results.get(name, 0) >= count, timeout=60)

        thread = threading.Thread(target=app.run_forever, args=(None, stop, on_round))
        thread.start()
        try:
            assert rounds_of("test", 1)
            connect_another(elsewhere, house)
            assert rounds_of("other", 1)
            house.linkedin.respond(response("r1", app.clock() - 60_000, email="a@x.test", last_name="Ant"))
            elsewhere.wake(environment_of(elsewhere).id)
            assert rounds_of("test", 2)
        finally:
            stop.set()
            thread.join(timeout=60)
        assert not thread.is_alive()
        assert app.counts(environment_of(app))["delivered"] == 1
        assert app.findings.checked_at(environment_of(app).id, Check.DATABASE) is not None
        assert ada(app).rights_checked_at is not None


def connect_another(app: App, house: House) -> None:
    app.environments.add(
        "other",
        house.dynamics.url,
        tenant_id=TENANT_ID,
        client_id=CLIENT_ID,
        secret=CLIENT_SECRET,
        authority=house.dynamics.url,
    )
