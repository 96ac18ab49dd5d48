"""What a person wants of a webhook, checked field by field. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from leadferry.errors import InputError
from leadferry.webhooks.addresses import Rules, Target, read_target
from leadferry.webhooks.model import CHOOSABLE, EventType
from leadferry.words import _, together


@dataclass(frozen=True, slots=True, repr=False)
class Wishes:
    """`url` "": it stays as it is; what stands behind its question mark may be a key."""

    name: str
    url: str
    target: Target | None
    events: frozenset[EventType]
    form_ids: frozenset[int] = frozenset()
    answers: bool = False


class WrongFieldsError(InputError):
    """`wrong`: what is wrong, by field, in words that stand beside it."""

    code = "bad-webhook"

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__(together((_("The webhook cannot be saved."), *wrong.values())))
        self.wrong = wrong


def read_wishes(
    name: str,
    url: str,
    events: Iterable[str],
    forms: Iterable[int | str],
    *,
    answers: bool,
    known_forms: Collection[int],
    rules: Rules,
    url_needed: bool,
) -> Wishes:
    """Raises WrongFieldsError with everything that is wrong at once."""
    name, url, chosen, ids = name.strip(), url.strip(), list(events), [str(one) for one in forms]
    target, wrong_url = _target(url, rules, needed=url_needed)
    wrong = {
        "name": ""
        if 0 < len(name) <= 100 and name.isprintable()
        else _("The name must have 1 to 100 printable letters."),
        "url": wrong_url,
        "events": _wrong_events(chosen),
        "forms": _wrong_forms(ids, known_forms),
    }
    if any(wrong.values()):
        raise WrongFieldsError({field: text for field, text in wrong.items() if text})
    return Wishes(name, url, target, frozenset(map(EventType, chosen)), frozenset(map(int, ids)), answers)


def _target(url: str, rules: Rules, *, needed: bool) -> tuple[Target | None, str]:
    if not url and not needed:
        return None, ""
    try:
        return read_target(url, rules), ""
    except InputError as error:
        return None, str(error)


def _wrong_events(chosen: list[str]) -> str:
    unknown = [word for word in chosen if word not in CHOOSABLE]
    if unknown:
        return _(
            "There is no event {unknown}. Known: {choosable}.", unknown=unknown[0][:60], choosable=", ".join(CHOOSABLE)
        )
    return "" if chosen else _("Choose at least one event.")


def _wrong_forms(ids: list[str], known: Collection[int]) -> str:
    unknown = [one for one in ids if not (one.isdecimal() and len(one) < 10 and int(one) in known)]
    return _("There is no form {unknown} in this environment.", unknown=unknown[0][:20]) if unknown else ""
