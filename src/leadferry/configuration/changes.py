"""What a file would change: the difference between how an environment stands and what the file says. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from msgspec import UnsetType

from leadferry.configuration.document import AccountItem, ChannelItem, Document, FieldName, MappingItem, StrategyItem
from leadferry.configuration.standing import (
    Standing,
    account_item,
    channel_item,
    mapping_item,
    strategy_item,
    untouched,
)
from leadferry.configuration.yaml_text import FileError
from leadferry.delivery.configuration import OPTIONS, Configuration
from leadferry.errors import InputError
from leadferry.mapping.model import FieldMapping
from leadferry.mapping.transforms.registry import LOOKUP, TRANSFORMS
from leadferry.matching.model import Strategy, match_fields
from leadferry.words import _

OPTION, MAPPING, STRATEGY, ACCOUNT, CHANNEL = (
    "option",
    _("field mapping"),
    _("matching strategy"),
    "account",
    _("alert channel"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """`before` {}: added; `after` {}: removed. Both hold only what differs. `key`: our id; below 0 for a new one."""

    kind: str
    name: str
    key: int | str
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)

    @property
    def verb(self) -> str:
        return "add" if not self.before else "remove" if not self.after else "change"


@dataclass(frozen=True, slots=True)
class Plan:
    """`wanted`: how the environment stands afterwards; new mappings and strategies have ids below 0."""

    wanted: Standing
    changes: tuple[Change, ...]
    notes: tuple[str, ...]
    """What the file names and this environment does not have; it is passed over."""


def plan(now: Standing, document: Document) -> Plan:
    """Raises FileError where what the file says cannot work."""
    wrong: list[tuple[int, str]] = []
    notes: list[str] = []
    wanted = now
    if isinstance(document.configuration, Configuration):
        wanted = replace(wanted, configuration=replace(document.configuration, extra=now.configuration.extra))
    if not isinstance(document.mappings, UnsetType):
        wanted = replace(wanted, mappings=_mappings(now.mappings, document.mappings, document, wrong))
    if not isinstance(document.strategies, UnsetType):
        wanted = replace(wanted, strategies=_strategies(now, wanted.mappings, document.strategies, document, wrong))
    if not isinstance(document.accounts, UnsetType):
        wanted = replace(wanted, owners=_accounts(now, document.accounts, notes))
    if not isinstance(document.alert_channels, UnsetType):
        wanted = replace(wanted, channels=_channels(now, document.alert_channels, document, notes, wrong))
    if not wrong:
        _check_together(wanted, document, wrong)
    if wrong:
        raise FileError(wrong)
    return Plan(wanted, tuple(_changes(now, wanted)), tuple(notes))


# Field mappings


def _mappings(
    now: Sequence[FieldMapping], items: Sequence[MappingItem], document: Document, wrong: list[tuple[int, str]]
) -> tuple[FieldMapping, ...]:
    """One that takes the same field into the same column is the same; else one that takes the same field."""
    left = list(now)
    pairs: dict[int, FieldMapping] = {}
    for exactly in (True, False):
        for place, item in enumerate(items):
            same = (one for one in left if place not in pairs and _same(one, item, exactly))
            if found := next(same, None):
                pairs[place] = found
                left.remove(found)
    kept = {pair.id: _mapping(pair.id, items[place]) for place, pair in pairs.items()}
    new = [_mapping(-1 - place, item) for place, item in enumerate(items) if place not in pairs]
    for place, item in enumerate(items):
        if told := _wrong_mapping(item):
            wrong.append((document.text.line("mappings", place), told))
    stay = {one.id: one for one in left if untouched(one)}
    return (*(kept.get(one.id) or stay[one.id] for one in now if one.id in kept or one.id in stay), *new)


def _same(one: FieldMapping, item: MappingItem, exactly: bool) -> bool:
    return (one.source, one.key) == (item.source, item.key) and (not exactly or (one.column or "") == item.column)


def _mapping(key: int, item: MappingItem) -> FieldMapping:
    return FieldMapping(
        key,
        item.source,
        item.key,
        item.name.strip(),
        item.column.strip() or None,
        item.transform,
        item.on_update,
        item.on_problem,
        item.default,
        item.synonyms,
    )


def _wrong_mapping(item: MappingItem) -> str:
    if not item.key or not 0 < len(item.name.strip()) <= 800:
        return _("A field mapping needs a key, and a name of 1 to 800 characters.")
    if item.transform and item.transform not in TRANSFORMS and not item.transform.startswith(LOOKUP):
        return _(
            'There is no transform "{transform}". There are: {transforms}, {lookup}TABLE.COLUMN.',
            transform=item.transform,
            transforms=", ".join(TRANSFORMS),
            lookup=LOOKUP,
        )
    return ""


# Matching strategies


def _strategies(
    now: Standing,
    mappings: Sequence[FieldMapping],
    items: Sequence[StrategyItem],
    document: Document,
    wrong: list[tuple[int, str]],
) -> tuple[Strategy, ...]:
    known = {one.name.casefold(): one for one in now.strategies}
    found: list[Strategy] = []
    for place, item in enumerate(items):
        name, line = item.name.strip(), document.text.line("strategies", place)
        if not 0 < len(name) <= 100 or any(name.casefold() == one.name.casefold() for one in found):
            wrong.append((line, _("A matching strategy needs a name of its own, of 1 to 100 characters.")))
        key = known[name.casefold()].id if name.casefold() in known else -1 - place
        fields = tuple(_field(one, mappings, document, place, number, wrong) for number, one in enumerate(item.fields))
        found.append(
            Strategy(
                key, name, item.active, item.always_create, item.create_contacts, tuple(sorted(dict.fromkeys(fields)))
            )
        )
    if sum(one.active for one in found) != 1:
        wrong.append((document.text.line("strategies"), _("One matching strategy, and only one, must be active.")))
    order = [one.id for one in now.strategies]
    return tuple(sorted(found, key=lambda one: order.index(one.id) if one.id in order else len(order) - one.id))


def _field(
    name: FieldName,
    mappings: Sequence[FieldMapping],
    document: Document,
    place: int,
    number: int,
    wrong: list[tuple[int, str]],
) -> int:
    same = [one for one in mappings if (one.source, one.key) == (name.source, name.key)]
    exact = [one for one in same if name.column and one.column == name.column]
    mapped = [one for one in same if one.column]
    for one in [*exact, *([] if name.column else [*mapped, *same])]:
        return one.id
    line = document.text.line("strategies", place, "fields", number)
    into = _(" into {column}", column=name.column) if name.column else ""
    wrong.append(
        (
            line,
            _("There is no field mapping of {source} {key}{into}.", source=name.source.value, key=name.key, into=into),
        )
    )
    return 0


# What only exists here


def _accounts(now: Standing, items: Sequence[AccountItem], notes: list[str]) -> tuple[Any, ...]:
    by_urn = {item.urn: item for item in items}
    known = {one.urn for one in now.owners}
    notes += [
        _("The account {name} is not in this environment.", name=item.name or item.urn)
        for item in items
        if item.urn not in known
    ]
    return tuple(
        replace(
            one,
            sync_enabled=by_urn[one.urn].sync_enabled,
            default_lead_owner_id=by_urn[one.urn].default_lead_owner_id.strip().lower(),
        )
        if one.urn in by_urn
        else one
        for one in now.owners
    )


def _channels(
    now: Standing,
    items: Sequence[ChannelItem],
    document: Document,
    notes: list[str],
    wrong: list[tuple[int, str]],
) -> tuple[Any, ...]:
    from leadferry.alerts.wishes import read_wishes

    by_name: dict[str, Any] = {}
    for place, item in enumerate(items):
        typed = {name: str(value) for name, value in msgspec.to_builtins(item).items() if name != "events"}
        try:
            by_name[item.name.strip().casefold()] = (item, read_wishes(typed, item.events))
        except InputError as error:
            wrong.append((document.text.line("alert_channels", place), str(error)))
    known = {one.name.casefold() for one in now.channels}
    notes += [
        _(
            'The alert channel "{name}" is not in this environment; `leadferry alerts add` adds it with its address.',
            name=item.name,
        )
        for item in items
        if item.name.strip().casefold() not in known
    ]
    return tuple(_channel(one, by_name.get(one.name.casefold())) for one in now.channels)


def _channel(one: Any, found: Any) -> Any:
    if not found:
        return one
    item, wishes = found
    return replace(
        one,
        enabled=item.enabled,
        events=wishes.events,
        digest_minutes=wishes.digest_minutes,
        quiet_from=wishes.quiet_from,
        quiet_to=wishes.quiet_to,
        time_zone=wishes.time_zone,
    )


# Together


def _check_together(wanted: Standing, document: Document, wrong: list[tuple[int, str]]) -> None:
    """Whatever the file changes, the strategy in force must go on working."""
    ids = {one.id for one in wanted.mappings}
    for strategy in wanted.strategies:
        told = ""
        try:
            if set(strategy.fields) - ids:
                told = _(
                    'The matching strategy "{strategy}" uses a field mapping that would be removed.',
                    strategy=strategy.name,
                )
            elif strategy.active and not strategy.always_create:
                told = (
                    ""
                    if match_fields(strategy, wanted.mappings)
                    else _('"{strategy}" has no field to compare.', strategy=strategy.name)
                )
        except InputError as error:
            told = str(error)
        if told:
            wrong.append((document.text.line("strategies"), told))


def _changes(now: Standing, wanted: Standing) -> Iterable[Change]:
    for name in OPTIONS:
        old, new = now.configuration.text(name), wanted.configuration.text(name)
        if old != new:
            yield Change(OPTION, name, name, {name: old}, {name: new})
    yield from _differing(MAPPING, now.mappings, wanted.mappings, mapping_item)
    yield from _differing(
        STRATEGY,
        now.strategies,
        wanted.strategies,
        lambda one: strategy_item(one, now.mappings if one in now.strategies else wanted.mappings),
    )
    yield from _differing(ACCOUNT, now.owners, wanted.owners, account_item)
    yield from _differing(CHANNEL, now.channels, wanted.channels, channel_item)


def _differing(kind: str, old: Iterable[Any], new: Iterable[Any], item_of: Any) -> Iterable[Change]:
    before, after = ({one.id: one for one in some} for some in (old, new))
    for key in [*before, *(key for key in after if key not in before)]:
        was, shall = before.get(key), after.get(key)
        if was == shall:
            continue
        name = (shall or was).name  # type: ignore[union-attr]
        values = [_plain(item_of(each)) if each else {} for each in (was, shall)]
        if was and shall:
            differ = {one for one in {*values[0], *values[1]} if values[0].get(one) != values[1].get(one)}
            values = [{one: value.get(one, "") for one in sorted(differ)} for value in values]
        yield Change(kind, name, key, values[0], values[1])


def in_words(value: Any) -> str:
    """`yes`, `predefined EMAIL, question 9001`, `(empty)`: a value of a change as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return " ".join(str(one) for one in value.values())
    if isinstance(value, list):
        return ", ".join(in_words(one) for one in value) or "(empty)"
    return str(value) or "(empty)"


def _plain(item: Any) -> dict[str, Any]:
    return {name: value for name, value in msgspec.to_builtins(item).items() if value not in ("", [], {})}
