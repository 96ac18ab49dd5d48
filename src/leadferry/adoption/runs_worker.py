"""Adoptions asked for at a page: the newest dry run and the newest real one of each environment, while this process
runs. What a run has taken is stored page by page; one that ends early is gone on with by the next."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadferry.clock import Clock
from leadferry.engine.background_worker import Background
from leadferry.errors import LeadferryError

if TYPE_CHECKING:
    from leadferry.adoption.model import Report

OnProgress = Callable[[int], None]


class _Stopped(Exception):  # noqa: N818 - an order, not an error
    pass


@dataclass
class Run:
    """`expected`: submissions in Microsoft's tables as the dry run counted them; None where nobody has counted."""

    carry_out: bool
    replace: bool
    began_at: int
    expected: int | None = None
    looked_at: int = 0
    report: Report | None = None
    ended_at: int | None = None
    stopped: bool = False
    trouble: str = ""

    @property
    def under_way(self) -> bool:
        return self.ended_at is None

    @property
    def percent(self) -> int | None:
        return min(100, 100 * self.looked_at // self.expected) if self.expected else None


Work = Callable[[Run, OnProgress], "Report"]


class Runs:
    def __init__(self, clock: Clock) -> None:
        self.clock, self.background = clock, Background()
        self._newest: dict[int, Run] = {}
        self._tried: dict[int, Run] = {}

    def newest(self, environment_id: int) -> Run | None:
        return self._newest.get(environment_id)

    def tried(self, environment_id: int) -> Run | None:
        """The newest dry run that came to its end."""
        one = self._tried.get(environment_id)
        return one if one and one.report else None

    def start(self, environment_id: int, *, carry_out: bool, replace: bool, work: Work) -> bool:
        """False where one is under way."""
        if self.background.running(environment_id):
            return False
        tried = self.tried(environment_id)
        one = Run(carry_out, replace, self.clock(), tried.report.submissions.found if tried and tried.report else None)
        self._newest[environment_id] = one
        if not carry_out:
            self._tried[environment_id] = one
        return self.background.start(environment_id, lambda stop: self._run(one, work, stop))

    def stop(self, environment_id: int) -> None:
        """At the end of the page of submissions that is being read."""
        if one := self._newest.get(environment_id):
            one.stopped = one.under_way

    def forget_dry_run(self, environment_id: int) -> None:
        """It no longer tells what a run would do."""
        self._tried.pop(environment_id, None)

    def _run(self, one: Run, work: Work, stop: threading.Event) -> None:
        def told(looked_at: int) -> None:
            one.looked_at = looked_at
            if one.stopped or stop.is_set():
                raise _Stopped

        try:
            one.report = work(one, told)
            one.stopped = False
        except _Stopped:
            one.stopped = True
        except LeadferryError as error:
            one.trouble = str(error)
        finally:
            one.ended_at = self.clock()
