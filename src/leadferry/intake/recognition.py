"""Whether a form response is one that Microsoft's connector had brought already, under another id. Pure.

LinkedIn's ids have changed their form since (docs/decisions/0008-adoption.md). What does not change: the form, the
second it was sent in, and who sent it.
"""

from __future__ import annotations

from dataclasses import dataclass

from leadferry.linkedin.reading import UnreadableResponseError, to_form_response
from leadferry.privacy.proof import sealed


@dataclass(frozen=True, slots=True)
class Trace:
    """What a response can be known by. `form_id` 0 and `form_name` "": unknown. `texts`: answers, folded."""

    form_id: int
    form_name: str
    second: int
    texts: frozenset[str]

    @property
    def emails(self) -> frozenset[str]:
        return frozenset(text for text in self.texts if "@" in text)

    def sealed(self, salt: bytes) -> SealedTrace:
        """What stays when the response is erased: digests, of the addresses where there are some."""
        texts = self.emails or self.texts
        digests = frozenset(sealed(text, salt) for text in texts)
        return SealedTrace(self.form_id, self.form_name, self.second, salt.hex(), bool(self.emails), digests)


@dataclass(frozen=True, slots=True)
class SealedTrace:
    """Of a response that was erased. `by_email`: the digests are of addresses, else of all answers."""

    form_id: int
    form_name: str
    second: int
    salt: str
    by_email: bool
    digests: frozenset[str]


def trace(body: bytes, submitted_at: int, form_id: int = 0, form_name: str = "") -> Trace | None:
    """None where the body cannot be read."""
    try:
        response = to_form_response(body)
    except UnreadableResponseError:
        return None
    texts = frozenset(" ".join(answer.text.casefold().split()) for answer in response.answers if answer.text)
    return Trace(form_id or response.form_id, form_name.casefold().strip(), submitted_at // 1000, texts - {""})


def same(one: Trace, other: Trace | SealedTrace) -> bool:
    """A second more or less: Dynamics keeps whole ones, rounded by whoever wrote."""
    if abs(one.second - other.second) > 1 or not _same_form(one, other):
        return False
    return _same_digests(one, other) if isinstance(other, SealedTrace) else _same_person(one, other)


def _same_form(one: Trace, other: Trace | SealedTrace) -> bool:
    if one.form_id and one.form_id == other.form_id:
        return True
    if one.form_name and other.form_name:
        return one.form_name == other.form_name
    return not (one.form_id and other.form_id)


def _same_person(one: Trace, other: Trace) -> bool:
    """By e-mail address; without one on either side, one's answers must all be among the other's."""
    if one.emails or other.emails:
        return bool(one.emails & other.emails)
    return bool(one.texts and other.texts) and (one.texts <= other.texts or other.texts <= one.texts)


def _same_digests(one: Trace, other: SealedTrace) -> bool:
    """As below `_same_person`, by digests: slow, and only asked of what was sent in the same second."""
    salt = bytes.fromhex(other.salt)
    if other.by_email or one.emails:
        return other.by_email and not other.digests.isdisjoint(sealed(text, salt) for text in one.emails)
    digests = frozenset(sealed(text, salt) for text in one.texts)
    return bool(digests and other.digests) and (digests <= other.digests or other.digests <= digests)
