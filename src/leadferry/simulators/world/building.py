"""Puts the world together. Everything follows from the seed, the number of responses and the moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from leadferry.simulators.world import forms, places, wave
from leadferry.simulators.world.leads import USERS, Row, Standing, standing_rows
from leadferry.simulators.world.responses import Draft

Wire = dict[str, Any]


@dataclass(frozen=True)
class Round:
    """A few more responses, sent after somebody turned a switch. `configuration`: option -> value."""

    words: str
    responses: list[Wire]
    expected: Mapping[str, int]
    configuration: Mapping[str, str] = field(default_factory=dict)
    always_create: bool = False


@dataclass
class World:
    """`expected`: what must become of `responses`: how many of each of `responses.OUTCOMES`, and of `test_leads`.
    `rounds` come after the wave; their responses are not among `responses`. A lead matches when all of
    `strategy_fields` are equal."""

    seed: int
    now_ms: int
    standing: Standing
    responses: list[Wire]
    expected: Mapping[str, int]
    rounds: tuple[Round, ...]
    maker: wave.WaveMaker = field(repr=False)

    client_id = places.CLIENT_ID
    client_secret = places.CLIENT_SECRET
    member_id = places.MEMBER_ID
    member_name = places.MEMBER_NAME
    scopes = places.SCOPES
    strategy_name = "E-mail address and phone number"
    strategy_fields = ("EMAIL", "PHONE_NUMBER")
    custom_mappings = forms.CUSTOM_MAPPINGS
    lead_owners: Mapping[str, str] = field(
        default_factory=lambda: {
            places.ACCOUNT_EUROPE.urn: USERS[0][1],
            places.ACCOUNT_AMERICAS.urn: USERS[1][1],
            places.PAGE.urn: USERS[0][1],
        }
    )
    """URN of an account or page -> systemuserid of its default lead owner."""
    redirect_urls: tuple[str, ...] = ()
    """Registered with the LinkedIn app: the console's."""

    @property
    def dynamics(self) -> Mapping[str, list[Row]]:
        """Table -> rows that stand there before the first response."""
        return self.standing.rows

    @property
    def linkedin(self) -> dict[str, list[tuple[str, Wire]]]:
        """Kind of thing -> (id, what it is), in the order in which to tell them."""
        app = {
            "name": places.APP_NAME,
            "secret": places.CLIENT_SECRET,
            "default_member": places.MEMBER_ID,
            "redirect_uris": list(self.redirect_urls),
            "consent": "page",
        }
        return {
            "apps": [(places.CLIENT_ID, app)],
            "members": places.members(),
            "organizations": _by_id(places.organizations()),
            "accounts": _by_id(places.accounts()),
            "campaignGroups": places.campaign_groups(),
            "campaigns": _by_id(places.campaigns(self.now_ms)),
            "creatives": _by_id(places.creatives()),
            "events": _by_id(places.events()),
            "forms": [(str(form.id), forms.form_wire(form, self.now_ms)) for form in forms.FORMS],
        }

    def next_responses(self, count: int, now_ms: int) -> list[Wire]:
        """New form responses, just sent."""
        return self.maker.wires(self.maker.next_drafts(count), now_ms, 0)


def build_world(seed: int, responses: int, now_ms: int, *, redirect_urls: tuple[str, ...] = ()) -> World:
    """From 60 responses on every case occurs in the wave, and the rounds show the switches that cannot be in it."""
    standing = standing_rows(seed, now_ms)
    maker = wave.WaveMaker(seed, standing)
    rounds = _rounds(maker, now_ms) if responses >= wave.SMALLEST else ()
    sent, expected = maker.wave(responses - sum(len(one.responses) for one in rounds), now_ms)
    return World(seed, now_ms, standing, sent, expected, rounds, maker, redirect_urls=redirect_urls)


def _rounds(maker: wave.WaveMaker, now_ms: int) -> tuple[Round, ...]:
    known, other = maker.known("open"), maker.newcomer()
    partly = Draft(forms.PAPER, maker.known("open"), "created", {"PHONE_NUMBER": other.phone_typed})
    linked = Draft(forms.PAPER, known, "matched_not_updated")
    again = Draft(forms.PAPER, known, "created")

    def one(words: str, draft: Draft, configuration: Mapping[str, str], *, always_create: bool = False) -> Round:
        made = maker.wires([draft], now_ms, 0)
        return Round(words, made, Counter({draft.outcome: 1}), configuration, always_create)

    return (
        one("On match fail: create a new lead", partly, {"on_match_fail": "create"}),
        one("Updating matched leads: off", linked, {"update_matched": "no"}),
        one("Always create lead", again, {}, always_create=True),
    )


def _by_id(things: list[Wire]) -> list[tuple[str, Wire]]:
    return [(str(thing["id"]), thing) for thing in things]
