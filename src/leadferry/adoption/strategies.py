"""From Microsoft's matching strategies to ours: all of them, and the same one in force (OC-79 to OC-84). Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from leadferry.adoption.mappings import Key
from leadferry.adoption.model import Do, Item
from leadferry.adoption.original import Original
from leadferry.mapping.model import FieldMapping, Source
from leadferry.matching.model import DEFAULT_NAME, Strategy
from leadferry.words import _, worded

KIND = worded("matching strategy")
IN_FORCE = worded("in force")
"""Kept among the ids of what was taken: which strategy is in force was decided once."""
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Here:
    strategies: Sequence[Strategy]
    mappings: Sequence[FieldMapping]
    taken: Collection[str] = ()
    replace: bool = False

    def keys_of(self, strategy: Strategy) -> frozenset[Key]:
        by_id = {mapping.id: (mapping.source, mapping.key) for mapping in self.mappings}
        return frozenset(by_id[one] for one in strategy.fields if one in by_id)

    def is_untouched(self, strategy: Strategy) -> bool:
        """As it was when the environment was connected."""
        plain = strategy.name == DEFAULT_NAME and not strategy.always_create and strategy.create_contacts
        return plain and self.keys_of(strategy) == {(Source.PREDEFINED, "EMAIL")}


@dataclass(frozen=True, slots=True)
class Wanted:
    """`id` 0: new here."""

    id: int
    name: str
    always_create: bool
    create_contacts: bool
    keys: frozenset[Key]


@dataclass(slots=True)
class StrategiesPlan:
    """`activate`: the name of the one to put in force, "" to leave it."""

    items: list[Item] = field(default_factory=list)
    write: list[Wanted] = field(default_factory=list)
    activate: str = ""
    taken: list[str] = field(default_factory=list)


def plan_strategies(
    originals: Iterable[tuple[Original, Sequence[str]]],
    fields: Mapping[str, Sequence[Key]],
    names: Mapping[str, str],
    here: Here,
) -> StrategiesPlan:
    """`fields`: their mapping's id -> our fields; `names`: their mapping's id -> its name."""
    plan = StrategiesPlan()
    for original, mapping_ids in originals:
        name = (original.text("name") or f"Adopted {original.id[:8]}")[:LONGEST_NAME]
        item = _plan_one(plan, original, name, mapping_ids, fields, names, here)
        plan.items.append(item)
        if original.flag("activated", False):
            _plan_activation(plan, name, item, here)
    return plan


def _plan_one(
    plan: StrategiesPlan,
    original: Original,
    name: str,
    mapping_ids: Sequence[str],
    fields: Mapping[str, Sequence[Key]],
    names: Mapping[str, str],
    here: Here,
) -> Item:
    lacking = [names.get(one, one) for one in mapping_ids if one not in fields]
    if lacking:
        quoted = ", ".join(f'"{one}"' for one in lacking)
        return Item(
            KIND,
            name,
            Do.PROBLEM,
            _("its field {quoted} cannot be taken; with fewer fields it would match more", quoted=quoted),
        )
    always = original.flag("alwayscreatelead", False)
    if not mapping_ids and not always:
        return Item(KIND, name, Do.PROBLEM, _("it has no field: it would match nothing"))
    keys = frozenset(key for one in mapping_ids for key in fields[one])
    ours = next((one for one in here.strategies if one.name.casefold() == name.casefold()), None)
    contacts = original.flag("enablecontactcreation", True)
    wanted = Wanted(ours.id if ours else 0, ours.name if ours else name, always, contacts, keys)
    return _decided(plan, original, wanted, ours, here)


def _decided(plan: StrategiesPlan, original: Original, wanted: Wanted, ours: Strategy | None, here: Here) -> Item:
    words = _("creates a lead for each submission") if wanted.always_create else _fields(wanted.keys)
    if ours and _same(ours, wanted, here):
        plan.taken.append(original.id)
        return Item(KIND, wanted.name, Do.THERE, words)
    if original.id in here.taken and not here.replace:
        return Item(KIND, wanted.name, Do.THERE, _("taken before, and changed or removed since"))
    if ours and not here.replace and not here.is_untouched(ours):
        return Item(KIND, wanted.name, Do.KEEP, _("one of this name is here already; theirs: {theirs}", theirs=words))
    plan.write.append(wanted)
    plan.taken.append(original.id)
    return Item(KIND, wanted.name, Do.TAKE, words)


def _same(ours: Strategy, wanted: Wanted, here: Here) -> bool:
    flags = (ours.always_create, ours.create_contacts) == (wanted.always_create, wanted.create_contacts)
    return flags and here.keys_of(ours) == wanted.keys


def _fields(keys: Iterable[Key]) -> str:
    return _("by {fields}", fields=", ".join(sorted(key for _source, key in keys)))


def _plan_activation(plan: StrategiesPlan, name: str, item: Item, here: Here) -> None:
    active = next((one for one in here.strategies if one.active), None)
    if item.do is Do.PROBLEM or (active and active.name.casefold() == name.casefold()):
        return
    if IN_FORCE in here.taken and not here.replace:
        return
    if active and not here.replace and not here.is_untouched(active):
        plan.items.append(Item(IN_FORCE, name, Do.KEEP, _('here "{name}" is in force', name=active.name)))
        return
    plan.activate = name
    plan.taken.append(IN_FORCE)
    plan.items.append(Item(IN_FORCE, name, Do.TAKE, _('instead of "{name}"', name=active.name) if active else ""))
