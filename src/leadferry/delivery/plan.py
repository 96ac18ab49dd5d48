"""From (submission, candidates, strategy, configuration) to exactly one action. Pure.

This is the matching table of docs/lifecycle.md, row by row. Columns of the values are those of the Web API, so an
action can be sent as it is, and kept as an intent as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from leadferry.mapping.model import Mapped, OnUpdate, Problem
from leadferry.matching.candidates import Match, MatchKind
from leadferry.words import worded

BIND = "@odata.bind"


class ActionKind(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    LINK = "link"
    HOLD = "hold"


class Item(msgspec.Struct, frozen=True):
    """One submission, mapped. `own_lead_id` is the id a lead of its own would get; `order` a person's decision."""

    submission_id: int
    response_id: str
    own_lead_id: str
    mapped: Mapped
    row_owner_id: str = ""
    attempts: int = 0
    delivered_lead_id: str | None = None
    made_already: bool = False
    """An earlier attempt made the lead and could not say so."""
    order: str = ""
    test: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """What the strategy and the configuration say."""

    always_create: bool = False
    create_on_partial: bool = False
    update_matched: bool = True
    strategy: str = ""
    """Its name."""


class Action(msgspec.Struct):
    """`row`: the columns to write. `old`: for an update, what they held. `why` goes to the timeline."""

    submission_id: int
    kind: ActionKind
    lead_id: str | None
    row: dict[str, Any] = {}
    old: dict[str, Any] = {}
    why: str = ""
    attempts: int = 0
    test: bool = False
    duplicates: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    contact_id: str | None = None
    contact_row: dict[str, Any] | None = None
    """A contact to make before the lead; None when an existing one is linked, or none is wanted."""
    strategy: str = ""
    compared: tuple[str, ...] = ()
    """The strategy's columns, where they found a lead."""
    held: dict[str, Any] = {}
    """For a review: what was submitted, by column, and the closest leads as they were."""
    recount: tuple[str, ...] = ()
    """Leads that this action ties a submission to, or takes one from, without writing how many they have."""


def plan(item: Item, match: Match, rules: Rules) -> Action:
    action = _planned(item, match, rules)
    action.strategy = rules.strategy
    if match.kind in {MatchKind.ALL, MatchKind.SOME} and not match.chosen:
        action.compared = match.columns
    return action


def _planned(item: Item, match: Match, rules: Rules) -> Action:
    if item.made_already:
        return _action(item, ActionKind.CREATE, item.own_lead_id, worded("An earlier attempt made this lead."))
    if item.order == "create":
        return _create(item, worded("A person decided: create."))
    if item.order.startswith("link:"):
        return _link(item, item.order.removeprefix("link:"), worded("A person decided: link only."))
    if rules.always_create and not item.order:
        if item.delivered_lead_id:
            return _link(
                item,
                item.delivered_lead_id,
                worded("The strategy always creates; this submission has its lead already."),
            )
        return _create(item, worded("The strategy always creates."))
    if match.kind is MatchKind.ALL:
        return _take(item, match, rules)
    if match.kind is MatchKind.SOME and not rules.create_on_partial:
        held = _held(item, match)
        return _action(item, ActionKind.HOLD, None, match.explain(), candidates=match.candidate_ids, held=held)
    return _create(item, match.explain())


def _take(item: Item, match: Match, rules: Rules) -> Action:
    """A lead with all strategy fields equal: update it, or only link it."""
    row = match.best
    lead_id = str(row["leadid"])
    if row.get("statecode") not in {0, None}:
        return _link(item, lead_id, worded("{explain} The lead is closed.", explain=match.explain()), match.duplicates)
    if not rules.update_matched:
        return _link(
            item,
            lead_id,
            worded("{explain} Updating matched leads is switched off.", explain=match.explain()),
            match.duplicates,
        )
    changes, old = changed_columns(row, item.mapped)
    return _action(item, ActionKind.UPDATE, lead_id, match.explain(), row=changes, old=old, duplicates=match.duplicates)


HELD_LEADS = 3
LONGEST_TOLD = 200
"""Characters of a value in the timeline; the whole is in the answers and in Dynamics."""


def _held(item: Item, match: Match) -> dict[str, Any]:
    leads = [
        {"id": one.id, "equal": list(one.equal), "row": told(one.row)} for one in match.partial[:HELD_LEADS] if one.row
    ]
    return {"values": told(item.mapped.values), "leads": leads}


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """For the timeline: what is empty is left out, long texts are cut."""
    return {
        name: value if not isinstance(value, str) or len(value) <= LONGEST_TOLD else f"{value[:LONGEST_TOLD]}…"
        for name, value in values.items()
        if value is not None and value != "" and name[:1] != "@"
    }


def _create(item: Item, why: str) -> Action:
    row = {**item.mapped.create_only, **item.mapped.values, "leadid": item.own_lead_id}
    if item.row_owner_id:
        row[f"ownerid{BIND}"] = f"/systemusers({item.row_owner_id})"
    return _action(item, ActionKind.CREATE, item.own_lead_id, why, row=row)


def _link(item: Item, lead_id: str, why: str, duplicates: tuple[str, ...] = ()) -> Action:
    return _action(item, ActionKind.LINK, lead_id, why, duplicates=duplicates)


def _action(item: Item, kind: ActionKind, lead_id: str | None, why: str, **more: Any) -> Action:
    return Action(
        item.submission_id,
        kind,
        lead_id,
        why=why,
        attempts=item.attempts,
        test=item.test,
        problems=item.mapped.problems,
        **more,
    )


def changed_columns(row: Mapping[str, Any], mapped: Mapped) -> tuple[dict[str, Any], dict[str, Any]]:
    """(what to send, what was there): only columns whose value differs and whose policy allows it."""
    changes: dict[str, Any] = {}
    old: dict[str, Any] = {}
    for column, value in mapped.values.items():
        if value == row.get(column):
            continue  # as most are
        name = read_name(column)
        before = row.get(name)
        policy = mapped.on_update.get(column, OnUpdate.OVERWRITE)
        if policy is OnUpdate.KEEP or (policy is OnUpdate.FILL and before not in {None, ""}):
            continue
        if not same(before, value if name == column else bound_id(value)):
            changes[column] = value
            old[column] = before
    return changes, old


def read_name(column: str) -> str:
    """The property that shows what `column` holds: a lookup is written by name and read as `_name_value`."""
    return f"_{column.removesuffix(BIND).lower()}_value" if column.endswith(BIND) else column


def bound_id(reference: object) -> str:
    """`/campaigns(1111-…)` -> `1111-…`."""
    return str(reference).rpartition("(")[2].rstrip(")")


def same(before: object, after: object) -> bool:
    if before in {None, ""} and after in {None, ""}:
        return True
    if isinstance(before, int | float) and isinstance(after, int | float):
        return float(before) == float(after)
    return before == after
