"""From Microsoft's field mappings to ours: which field each means, and whether ours gives way (OC-72 to OC-78). Pure.

Theirs are known by name, which equals the field's name on the form; ours by LinkedIn's id of the field.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from leadferry.adoption.fields import predefined_field
from leadferry.adoption.model import Do, Item
from leadferry.adoption.original import PREFIX, Original, number_of
from leadferry.dataverse.metadata import Table
from leadferry.forms.model import FormVersion
from leadferry.mapping.defaults import default_mappings
from leadferry.mapping.discovered import LONGEST_NAME
from leadferry.mapping.model import FieldMapping, Source
from leadferry.mapping.standing import LEFT_OUT, standing_problem
from leadferry.words import _, worded

KIND = worded("field mapping")
OUR_PREFIX = "ferry_"
Key = tuple[Source, str]
_DEFAULTS = {(mapping.source, mapping.key): mapping.column for mapping in default_mappings()}


@dataclass(frozen=True, slots=True)
class Here:
    """What there is on our side. `taken`: ids of their rows that were adopted before."""

    mappings: Sequence[FieldMapping]
    forms: Sequence[FormVersion]
    lead: Table
    taken: Collection[str] = ()
    replace: bool = False


@dataclass(slots=True)
class MappingsPlan:
    """`write`: ours as they shall be, `id` 0 for new ones. `fields`: what each of their mappings is here, for
    strategies; without those that cannot be used."""

    items: list[Item] = field(default_factory=list)
    write: list[FieldMapping] = field(default_factory=list)
    fields: dict[str, tuple[Key, ...]] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)


def plan_mappings(
    originals: Iterable[Original], lead_fields: Iterable[Original], questions: Sequence[Original], here: Here
) -> MappingsPlan:
    columns = {one.id: one.text("logicalname") for one in lead_fields}
    plan = MappingsPlan()
    for original in originals:
        column = columns.get(original.link("leadfieldlookup"), "") or original.text("leadfield")
        _plan_one(plan, original, column.strip().lower(), questions, here)
    return plan


def _plan_one(plan: MappingsPlan, original: Original, theirs: str, questions: Sequence[Original], here: Here) -> None:
    name = original.text("name")
    keys = tuple(dict.fromkeys(meant_fields(original, questions, here.forms)))
    if not theirs:
        plan.items.append(Item(KIND, name, Do.THERE, _("it has no lead column: nothing is to be taken")))
        return
    column = _column_here(theirs, here.lead)
    if problem := _problem(keys, column, theirs, name, here.lead):
        plan.items.append(Item(KIND, name, Do.PROBLEM, problem))
        return
    plan.fields[original.id] = keys
    known = {(mapping.source, mapping.key): mapping for mapping in here.mappings}
    changes = [_wanted(known.get(key), key, name, column) for key in keys]
    plan.items.append(_item(plan, original, column, [change for change in changes if change], here))


def _item(plan: MappingsPlan, original: Original, column: str, changes: Sequence[FieldMapping], here: Here) -> Item:
    name = original.text("name")
    if not changes or (original.id in here.taken and not here.replace):
        plan.taken.append(original.id)
        words = _("taken before, and changed since") if changes else _("goes to {column}", column=column)
        return Item(KIND, name, Do.THERE, words)
    ours = {mapping.id: mapping.column for mapping in here.mappings}
    kept = [change for change in changes if change.id and not here.replace and not untouched(change, ours[change.id])]
    if kept:
        decided = ours[kept[0].id] or _("no column")
        return Item(KIND, name, Do.KEEP, _("here it goes to {ours}, there to {theirs}", ours=decided, theirs=column))
    plan.write += changes
    plan.taken.append(original.id)
    return Item(KIND, name, Do.TAKE, _("to {column}", column=column))


def untouched(mapping: FieldMapping, column: str | None) -> bool:
    """Whether ours is as Leadferry made it, and no person's decision."""
    return column == _DEFAULTS.get((mapping.source, mapping.key))


def _wanted(ours: FieldMapping | None, key: Key, name: str, column: str) -> FieldMapping | None:
    """None: it is so already."""
    if ours is None:
        return FieldMapping(0, *key, name[:LONGEST_NAME], column)
    return None if ours.column == column else replace(ours, column=column, transform="", synonyms={})


def meant_fields(original: Original, questions: Iterable[Original], forms: Iterable[FormVersion]) -> Iterator[Key]:
    """A predefined field; else every custom question, consent and hidden field that has the name."""
    name = original.text("name")
    asking = [one for one in questions if original.id == one.link("linkedinpredefinedfield")]
    custom = [one for one in asking if one.flag("iscustomquestion", False) or one.flag("isconsentcheckbox", False)]
    key = predefined_field(original.text("linkedinpredefinedfield"), name)
    if key and not custom:
        yield Source.PREDEFINED, key
        return
    for question in custom:
        source = Source.CONSENT if question.flag("isconsentcheckbox", False) else Source.QUESTION
        yield source, str(number_of(question.text("linkedinid"), question.id))
    for form in forms:
        yield from _named(form, name.casefold())


def _named(form: FormVersion, name: str) -> Iterator[Key]:
    for question in form.questions:
        if not question.predefined and name in {question.name.casefold(), question.label.casefold()}:
            yield Source.QUESTION, str(question.id)
    for consent in form.consents:
        if consent.text.casefold() == name:
            yield Source.CONSENT, str(consent.id)
    for hidden, _value in form.hidden_fields:
        if hidden.casefold() == name:
            yield Source.HIDDEN, hidden


def _column_here(theirs: str, lead: Table) -> str:
    """Theirs while it stands; once Microsoft's solution is gone, ours of the same name."""
    ours = theirs.replace(PREFIX, OUR_PREFIX, 1) if theirs.startswith(PREFIX) else theirs
    return ours if theirs not in lead.columns and ours in lead.columns else theirs


def _problem(keys: Sequence[Key], column: str, theirs: str, name: str, lead: Table) -> str:
    if not keys:
        return _("no form known here has a field of this name; its column would be {column}", column=theirs)
    found = standing_problem(FieldMapping(0, *keys[0], name, column), lead)
    return found.detail if found and found.action == LEFT_OUT else ""
