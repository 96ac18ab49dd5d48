"""A wave of form responses in which every row of the matching table occurs, and everything odd that people send.

The demonstration matches on e-mail address and phone number, so that a lead can agree in one of the two.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from leadferry.simulators.world import forms
from leadferry.simulators.world.leads import LEADS, Standing
from leadferry.simulators.world.people import Person, person
from leadferry.simulators.world.responses import Draft, Given, response_wire

Wire = dict[str, Any]
FULL = 300
"""The size for which the counts below are meant; smaller waves have proportionally fewer of each, at least one."""
SMALLEST = 60
MINUTE_MS = 60_000
A_DAY = 24 * 60
SPAN_MS = 60 * A_DAY * MINUTE_MS
_KNOWN_SHARE = 0.25
_SPONSORED = (forms.PAPER, forms.DEMO, forms.QUOTE)
_LONG = ("The quay is narrow and the wind comes from the north. " * 80)[:4_000]


@dataclass(frozen=True)
class Case:
    """`count` of 300 responses. `make` gives the responses of one occurrence (two for a person who comes twice)."""

    name: str
    count: int
    make: Callable[[WaveMaker], list[Draft]]


class WaveMaker:
    """Draws new people and standing leads in order, so that nobody is used twice by accident."""

    def __init__(self, seed: int, standing: Standing) -> None:
        self.seed, self.standing = seed, standing
        self.chance = random.Random(f"{seed}:wave")
        self.made = 0
        self._newcomers = LEADS
        self._next: Counter[str] = Counter()

    def newcomer(self, *, other_script: bool = False) -> Person:
        self._newcomers += 1
        return person(self.seed, self._newcomers, other_script=self._newcomers if other_script else None)

    def known(self, kind: str) -> Person:
        """`open`, `closed`, `double`, `other_scripts`: the next of them, round and round."""
        people: list[Person] = getattr(self.standing, kind)
        self._next[kind] += 1
        return people[self._next[kind] % len(people)]

    def form(self) -> forms.Form:
        return self.chance.choice(_SPONSORED)

    def wave(self, count: int, until_ms: int) -> tuple[list[Wire], Counter[str]]:
        """The responses, spread over the sixty days before, and how many of each outcome there must be."""
        drafts = list(self._drafts(count))
        expected = Counter(draft.outcome for draft in drafts)
        expected["test_leads"] = sum(draft.test for draft in drafts)
        return self.wires(drafts, until_ms, SPAN_MS), expected

    def _drafts(self, count: int) -> Iterator[Draft]:
        left = count
        for case in CASES:
            for _ in range(max(1, case.count * min(count, FULL) // FULL)):
                drafts = case.make(self)
                if len(drafts) <= left:
                    yield from drafts
                    left -= len(drafts)
        for number in range(left):
            yield from _all_equal(self) if number < left * _KNOWN_SHARE else _nobody(self)

    def wires(self, drafts: list[Draft], until_ms: int, span_ms: int) -> list[Wire]:
        """`span_ms` 0: all just now. Somebody's second response comes later than the first."""
        made: list[Wire] = []
        for draft in drafts:
            at = until_ms - self.chance.randrange(MINUTE_MS, span_ms) if span_ms else until_ms
            if draft.after:
                at = min(made[-1]["submittedAt"] + draft.after * MINUTE_MS, until_ms - 1)
            self.made += 1
            made.append(response_wire(draft, self.made, self.seed, at))
        return made

    def next_drafts(self, count: int) -> list[Draft]:
        """For the living demonstration: mostly new people, some known, now and then something odd."""
        makers = [_nobody] * 8 + [_all_equal] * 4 + [_event, _page, _product, _other_script, _mail_only, _test, _long]
        return [self.chance.choice(makers)(self)[0] for _ in range(count)]


def _nobody(maker: WaveMaker) -> list[Draft]:
    return [Draft(maker.form(), maker.newcomer(), "created")]


def _all_equal(maker: WaveMaker) -> list[Draft]:
    return [Draft(maker.form(), maker.known("open"), "updated")]


def _closed(maker: WaveMaker) -> list[Draft]:
    return [Draft(maker.form(), maker.known("closed"), "matched_not_updated")]


def _mail_only(maker: WaveMaker) -> list[Draft]:
    other = maker.newcomer()
    return [Draft(maker.form(), maker.known("open"), "match_failed", {"PHONE_NUMBER": other.phone_typed})]


def _phone_only(maker: WaveMaker) -> list[Draft]:
    return [Draft(maker.form(), maker.known("open"), "match_failed", {"EMAIL": maker.newcomer().email})]


def _phone_unanswered(maker: WaveMaker) -> list[Draft]:
    return [Draft(forms.DRAW, maker.known("open"), "match_failed", {"PHONE_NUMBER": None})]


def _nothing_to_match(maker: WaveMaker) -> list[Draft]:
    return [Draft(forms.DRAW, maker.newcomer(), "created", {"PHONE_NUMBER": None, "EMAIL": None})]


def _several(maker: WaveMaker) -> list[Draft]:
    return [Draft(maker.form(), maker.known("double"), "updated")]


def _twice(maker: WaveMaker) -> list[Draft]:
    first = Draft(maker.form(), maker.newcomer(), "created")
    shouting = first.who.email.upper()
    return [first, replace(first, outcome="updated", given={"EMAIL": shouting}, form=forms.PAPER, after=A_DAY)]


def _known_twice(maker: WaveMaker) -> list[Draft]:
    first = _all_equal(maker)[0]
    given = {"EMAIL": first.who.email.title(), "JOB_TITLE": "Director"}
    return [first, replace(first, given=given, form=forms.DEMO, after=A_DAY)]


def _empty(maker: WaveMaker) -> list[Draft]:
    return [Draft(forms.PAPER, maker.newcomer(), "created", empty=True)]


def _test(maker: WaveMaker) -> list[Draft]:
    return [Draft(maker.form(), maker.newcomer(), "created", test=True)]


def _long(maker: WaveMaker) -> list[Draft]:
    given = {"JOB_TITLE": _LONG[:300], "remarks": _LONG}
    return [Draft(forms.DEMO, maker.newcomer(), "created", given)]


def _unknown_choice(maker: WaveMaker) -> list[Draft]:
    given: Given = {"timeframe": [len(forms.TIMEFRAMES)], "INDUSTRY": "Space Elevators"}
    return [Draft(forms.DEMO, maker.newcomer(), "created", given)]


def _unknown_option(maker: WaveMaker) -> list[Draft]:
    return [Draft(forms.PAPER, maker.newcomer(), "created", {"interest": [99]})]


def _other_script(maker: WaveMaker) -> list[Draft]:
    return [Draft(maker.form(), maker.newcomer(other_script=True), "created")]


def _known_other_script(maker: WaveMaker) -> list[Draft]:
    return [Draft(maker.form(), maker.known("other_scripts"), "updated")]


def _event(maker: WaveMaker) -> list[Draft]:
    return [Draft(forms.CRANE_DAY, maker.newcomer(), "created")]


def _page(maker: WaveMaker) -> list[Draft]:
    return [Draft(forms.CONTACT_US, maker.newcomer(), "created", {"remarks": "Do you rent by the week?"})]


def _product(maker: WaveMaker) -> list[Draft]:
    return [Draft(forms.TOWER_T9, maker.newcomer(), "created")]


def _older_version(maker: WaveMaker) -> list[Draft]:
    return [Draft(forms.PAPER_1, maker.newcomer(), "created")]


CASES = (
    Case("all strategy fields equal", 30, _all_equal),
    Case("all equal, but closed", 6, _closed),
    Case("e-mail equal, phone differs", 5, _mail_only),
    Case("phone equal, e-mail differs", 3, _phone_only),
    Case("e-mail equal, phone not answered", 2, _phone_unanswered),
    Case("no strategy field answered", 4, _nothing_to_match),
    Case("several leads match", 4, _several),
    Case("the same person twice, in different case", 5, _twice),
    Case("a known person twice, in different case", 2, _known_twice),
    Case("no answer at all", 2, _empty),
    Case("test lead", 5, _test),
    Case("answers of 4,000 characters", 5, _long),
    Case("a choice that Dynamics does not have", 5, _unknown_choice),
    Case("an option that the form does not have", 2, _unknown_option),
    Case("names in other scripts", 12, _other_script),
    Case("a known person in another script", 3, _known_other_script),
    Case("event", 8, _event),
    Case("company page", 6, _page),
    Case("product page", 5, _product),
    Case("older version of the form", 8, _older_version),
)
