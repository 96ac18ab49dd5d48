"""Reads from Dynamics what became of leads: qualified, won, disqualified, deleted. Beside the way of the leads.

Every hour what changed since: two requests, and one more for each 5,000 changed rows. At first, and every week, each
lead by its id, so that deleted ones are noticed: one request ($batch of two GETs) for 1,000 leads, and one for each
5,000 won opportunities.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from leadferry.clock import Clock, as_text
from leadferry.dataverse.client import DataverseClient
from leadferry.errors import DataverseError
from leadferry.performance.outcome_stages import WON, Stage, stage_of, won_by_lead
from leadferry.performance.outcome_store import OutcomeStore
from leadferry.words import worded

HOUR_MS, WEEK_MS = 3_600_000, 7 * 86_400_000
OVERLAP_MS = 600_000
"""Rows that were committed late, and a clock that is not Dynamics'."""
AT_ONCE, PAGE = 1_000, 5_000
MOST_CHANGED = 200_000
"""Leads changed since the last reading, anybody's, above which asking for ours by id takes fewer requests."""
UNREADABLE = {403, 404}
_LEAD, _OF_LEAD = "_originatingleadid_value", "_originatingleadid_value ne null"
_NAMED_AT_ONCE = 100
_T = TypeVar("_T")


@dataclass
class OutcomeWork:
    environment_id: int
    dynamics: DataverseClient
    outcomes: OutcomeStore
    clock: Clock
    trouble: str = field(default="", init=False)

    def due(self) -> bool:
        known = self.outcomes.reading(self.environment_id)
        return self.clock() - known.tried_at >= HOUR_MS

    def run(self) -> int:
        """Returns how many submissions have another outcome now. Raises DataverseError where leads cannot be read."""
        known, now = self.outcomes.reading(self.environment_id), self.clock()
        self.outcomes.note(self.environment_id, tried_at=now)
        try:
            changed = self._run(known.through_at, known.whole_at, now)
        except DataverseError as error:
            self.outcomes.note(self.environment_id, trouble=str(error))
            raise
        self.outcomes.note(self.environment_id, through_at=now - OVERLAP_MS, trouble=self.trouble)
        return changed

    def _run(self, through_at: int | None, whole_at: int | None, now: int) -> int:
        if through_at is not None and whole_at is not None and now - whole_at < WEEK_MS:
            changed = self._changed_since(through_at)
            if changed is not None:
                return changed + self._matched_only()
        changed = self._whole()
        self.outcomes.note(self.environment_id, whole_at=now)
        return changed + self._matched_only()

    # Each lead by its id

    def _whole(self) -> int:
        won, changed = self._all_won(), 0
        for ids in self.outcomes.lead_ids(self.environment_id, AT_ONCE):
            known = self.outcomes.stages(self.environment_id, ids) if won is None else {}
            has_won = won if won is not None else {lead for lead in ids if known.get(lead) is Stage.WON}
            changed += self._save(self._states(ids), has_won)
        return changed

    def _states(self, ids: Iterable[str]) -> dict[str, int | None]:
        """Lead -> `statecode`; None where there is no such lead."""
        wanted = list(ids)
        rows = self.dynamics.rows_by_id("leads", "leadid", wanted, ["leadid", "statecode"])
        return {lead: int(rows[lead]["statecode"] or 0) if lead in rows else None for lead in wanted}

    def _save(self, states: Mapping[str, int | None], won: Collection[str], *, asked: bool = False) -> int:
        stages = {lead: stage_of(state, won=lead in won) for lead, state in states.items()}
        return self.outcomes.save(self.environment_id, stages, asked=asked)

    def _all_won(self) -> set[str] | None:
        """Leads of ours with a won opportunity; None where opportunities cannot be read."""
        found: set[str] = set()
        try:
            for page in in_parts(self._opportunities(f"statecode eq {WON} and {_OF_LEAD}"), PAGE):
                found |= self._ours(won_by_lead(page)).keys()
        except DataverseError as error:
            self._not_readable(error)
            return None
        return found

    # What changed

    def _changed_since(self, at: int) -> int | None:
        """None where so much did that asking for ours takes fewer requests."""
        since = f"modifiedon ge {as_text(at)}"
        sold = self._sold_since(since)
        states: dict[str, int] = {}
        rows = self.dynamics.query("leads", select=["leadid", "statecode"], filter=since, page_size=PAGE)
        for number, page in enumerate(in_parts(rows, PAGE)):
            if number * PAGE >= MOST_CHANGED:
                return None
            listed = {str(row["leadid"]).lower(): int(row["statecode"] or 0) for row in page}
            states |= {lead: listed[lead] for lead in self._ours(listed)}
        return self._settle(states, sold)

    def _sold_since(self, since: str) -> dict[str, bool]:
        """Leads of ours of which an opportunity changed: whether one of these was won."""
        found: dict[str, bool] = {}
        try:
            for page in in_parts(self._opportunities(f"{since} and {_OF_LEAD}"), PAGE):
                for lead, won in self._ours(won_by_lead(page)).items():
                    found[lead] = found.get(lead, False) or won
        except DataverseError as error:
            self._not_readable(error)
        return found

    def _settle(self, states: Mapping[str, int], sold: Mapping[str, bool]) -> int:
        """A change of an opportunity says nothing of the lead's other ones, and a change of a lead nothing of any."""
        known = self.outcomes.stages(self.environment_id, {*states, *sold})
        doubtful = [lead for lead, won in sold.items() if not won and known[lead] is Stage.WON]
        still = self._won_among(doubtful)
        stages = {}
        for lead, before in known.items():
            won = sold.get(lead, False) or lead in still or (before is Stage.WON and lead not in sold)
            if lead in states:
                stages[lead] = stage_of(states[lead], won=won)
            elif before in {Stage.QUALIFIED, Stage.WON}:
                stages[lead] = Stage.WON if won else Stage.QUALIFIED
        return self.outcomes.save(self.environment_id, stages)

    def _won_among(self, leads: Iterable[str]) -> set[str]:
        found: set[str] = set()
        for some in in_parts(leads, _NAMED_AT_ONCE):
            named = " or ".join(f"{_LEAD} eq {lead}" for lead in some)
            found |= won_by_lead(self._opportunities(f"statecode eq {WON} and ({named})")).keys()
        return found

    def _matched_only(self) -> int:
        """Leads that were closed before a submission met them."""
        changed = 0
        while ids := self.outcomes.unasked(self.environment_id, AT_ONCE):
            states = self._states(ids)
            qualified = [lead for lead, state in states.items() if state == 1]
            changed += self._save(states, set() if self.trouble else self._won_among(qualified), asked=True)
        return changed

    # Below

    def _opportunities(self, condition: str) -> Iterator[Mapping[str, Any]]:
        yield from self.dynamics.query("opportunities", select=[_LEAD, "statecode"], filter=condition, page_size=PAGE)

    def _ours(self, found: Mapping[str, Any]) -> dict[str, Any]:
        mine = self.outcomes.stages(self.environment_id, list(found))
        return {lead: found[lead] for lead in mine}

    def _not_readable(self, error: DataverseError) -> None:
        """Where Dynamics does not show opportunities, leads are told as qualified at most."""
        if error.status not in UNREADABLE:
            raise error
        self.trouble = worded(
            "Won opportunities cannot be read: {why} Give the application user a security role with "
            "prvReadOpportunity for the whole organization; until then leads count as qualified at most.",
            why=error.message,
        )


def in_parts(found: Iterable[_T], size: int) -> Iterator[list[_T]]:
    walk = iter(found)
    while part := list(islice(walk, size)):
        yield part
