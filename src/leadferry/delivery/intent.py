"""Actions as bytes and back: what a delivery was about to do, kept until it is settled. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from leadferry.delivery.plan import Action
from leadferry.words import json_of

_decoder = msgspec.json.Decoder(list[Action])


def to_bytes(actions: Sequence[Action]) -> bytes:
    return json_of(actions)


def from_bytes(body: bytes) -> list[Action]:
    return _decoder.decode(body)
