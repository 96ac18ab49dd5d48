from __future__ import annotations

import threading

from leadferry.dataverse.gate import Gate
from leadferry.dataverse.pacing import CONCURRENCY_CODE, RAMP_UP_AFTER, Pace
from scripted_service import Time


def test_everybody_waits_as_long_as_the_service_says() -> None:
    pace = Pace(4)
    assert pace.wait_s(1000) == 0
    assert pace.refused(1000, 5.0, "0x80072322") == 5.0
    assert pace.wait_s(1000) == 5.0
    assert pace.wait_s(5999) == 0.001
    assert pace.wait_s(6000) == 0


def test_a_shorter_wait_never_shortens_a_longer_one() -> None:
    pace = Pace(4)
    pace.refused(0, 30.0, "")
    pace.refused(0, 1.0, "")
    assert pace.wait_s(0) == 30.0


def test_without_a_time_the_waits_double() -> None:
    pace = Pace(4)
    assert [pace.refused(0, None, "") for _ in range(3)] == [5.0, 10.0, 20.0]
    pace.answered(None)
    assert pace.refused(0, None, "") == 5.0


def test_too_many_at_once_halves_and_success_brings_back_one_by_one() -> None:
    pace = Pace(8)
    pace.refused(0, 1.0, CONCURRENCY_CODE)
    assert pace.allowed == 4
    pace.refused(0, 1.0, "0x80072322")
    assert pace.allowed == 4
    for _ in range(RAMP_UP_AFTER):
        pace.answered(None)
    assert pace.allowed == 5
    for _ in range(RAMP_UP_AFTER * 10):
        pace.answered(None)
    assert pace.allowed == 8


def test_the_hint_bounds_but_never_exceeds_the_setting() -> None:
    pace = Pace(4)
    pace.answered(2)
    assert pace.allowed == 2
    pace.answered(100)
    for _ in range(RAMP_UP_AFTER * 5):
        pace.answered(100)
    assert pace.allowed == 4


def test_one_is_always_let_through() -> None:
    pace = Pace(1)
    pace.refused(0, 0.0, CONCURRENCY_CODE)
    assert pace.allowed == 1
    assert Pace(0).allowed == 1


def test_the_gate_holds_back_what_is_over_the_limit() -> None:
    time = Time()
    gate = Gate(Pace(2), time.clock, time.sleep)
    inside, most, lock, full, release = 0, 0, threading.Lock(), threading.Barrier(3, timeout=10), threading.Event()

    def call() -> None:
        nonlocal inside, most
        with gate.passed():
            with lock:
                inside += 1
                most = max(most, inside)
                first = inside
            if first <= 2 and not release.is_set():
                full.wait()
                release.wait(10)
            with lock:
                inside -= 1

    threads = [threading.Thread(target=call) for _ in range(6)]
    for thread in threads:
        thread.start()
    full.wait()
    assert inside == 2
    release.set()
    for thread in threads:
        thread.join(10)
    assert most == 2


def test_the_gate_sleeps_while_the_service_is_blocked() -> None:
    time = Time()
    gate = Gate(Pace(2), time.clock, time.sleep)
    gate.refused(7.0, "")
    with gate.passed():
        assert time.slept == [7.0]
