"""Making and changing rows, with everything that the server fills in itself.

Source: dataverse-api reference, sections 2.2, 2.3 and 7.2.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from leadferry.simulators.dataverse import keys, refusals
from leadferry.simulators.dataverse.access import require_new, require_rows
from leadferry.simulators.dataverse.behaviours import BEHAVIOURS, Behaviour, before_linking
from leadferry.simulators.dataverse.drafts import Draft, Writing, other_table
from leadferry.simulators.dataverse.model import ManyToMany, OneToMany
from leadferry.simulators.dataverse.schema import intersect_columns, lookup_table_column, sql_table
from leadferry.simulators.dataverse.validation import CLOSED_IS_READ_ONLY, States, TableRules

Values = dict[str, Any]
_PLAIN = Behaviour()


def create(writing: Writing, table: str, bodies: Sequence[Any], given: Values | None = None) -> list[str]:
    """Makes all rows or raises; their ids in order. `given` are stored values that the address adds (a key, an id)."""
    rules = writing.rules(table)
    writing.caller.require("Create", rules.table)
    stamp = {**rules.defaults, **_birth(writing, rules)}
    behaviour = BEHAVIOURS.get(table, _PLAIN)
    drafts: list[Draft] = []
    rows: list[Values] = []
    for body in bodies:
        draft = writing.read(rules, body, creating=True)
        for navigation, nested in draft.singles:
            target = navigation.targets[0]
            writing.point(rules, draft.values, navigation, (target, create(writing, target, [nested])[0]), True)
        drafts.append(draft)
        row = _complete(writing, rules, {**stamp, **(given or {}), **draft.values}, draft.values)
        if behaviour.creating:
            behaviour.creating(writing, row)
        rows.append(row)
    require_new(writing.caller, rules.table, rows)
    if writing.appends(rules):
        require_new(writing.caller, rules.table, rows, "Append")
    insert(writing, rules, rows)
    if behaviour.created:
        for row in rows:
            behaviour.created(writing, row)
    ids = [str(row[rules.table.primary_id]) for row in rows]
    for row_id, draft in zip(ids, drafts, strict=True):
        if draft.children or draft.links:
            _attach(writing, rules, row_id, draft)
    return ids


def insert(writing: Writing, rules: TableRules, rows: list[Values]) -> None:
    """One executemany; a clash becomes the platform's refusal."""
    if not rows:
        return
    version = writing.storage.take_versions(len(rows))
    for number, row in enumerate(rows):
        row["versionnumber"] = version + number
    columns = list(dict.fromkeys(name for row in rows for name in row))
    names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
    sql = f'INSERT INTO "{sql_table(rules.name)}" ({names}) VALUES ({marks})'
    try:
        writing.conn.executemany(sql, [tuple(map(row.get, columns)) for row in rows])
    except sqlite3.IntegrityError as error:
        raise keys.clash(error, rules.table, writing.conn, rows[0] if len(rows) == 1 else {}) from None
    writing.rows_touched += len(rows)


def update(writing: Writing, table: str, items: Sequence[tuple[str, Any]]) -> None:
    """Changes rows by id: all or none. Raises when one does not exist."""
    rules = writing.rules(table)
    writing.caller.require("Write", rules.table)
    there = present(writing, rules, [row_id for row_id, _ in items])
    missing = [row_id for row_id, _ in items if row_id not in there]
    if missing:
        raise refusals.row_not_found(table, missing[0]) if len(items) == 1 else refusals.rows_not_found(table, missing)
    require_rows(writing.conn, writing.caller, "Write", rules.table, list(there))
    stamp, behaviour = _change(writing, rules), BEHAVIOURS.get(table, _PLAIN)
    changes: list[tuple[str, Values]] = []
    for row_id, body in items:
        draft = writing.read(rules, body, creating=False)
        if draft.children:
            raise refusals.payload_error("Deep update of related rows is not supported.", rules.table.entity_set)
        if behaviour.changing:
            behaviour.changing(writing, row_id, draft.values)
        changes.append((row_id, {**stamp, **_settled(writing, rules, there[row_id], draft.values)}))
        there[row_id].update(draft.values)
        if draft.links:
            _attach(writing, rules, row_id, draft)
    if writing.appends(rules):
        require_rows(writing.conn, writing.caller, "Append", rules.table, list(there))
    apply(writing, rules, changes)


def apply(writing: Writing, rules: TableRules, changes: list[tuple[str, Values]]) -> None:
    """One executemany for each set of columns that occurs."""
    version = writing.storage.take_versions(len(changes))
    groups: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for number, (row_id, values) in enumerate(changes):
        values["versionnumber"] = version + number
        groups.setdefault(tuple(values), []).append((*values.values(), row_id))
    for columns, parameters in groups.items():
        settings = ", ".join(f'"{column}" = ?' for column in columns)
        sql = f'UPDATE "{sql_table(rules.name)}" SET {settings} WHERE "{rules.table.primary_id}" = ?'
        try:
            writing.conn.executemany(sql, parameters)
        except sqlite3.IntegrityError as error:
            row = dict(zip(columns, parameters[0], strict=False)) if len(parameters) == 1 else {}
            raise keys.clash(error, rules.table, writing.conn, row) from None
    writing.rows_touched += len(changes)


def present(writing: Writing, rules: TableRules, ids: Iterable[str]) -> dict[str, Values]:
    """The columns of existing rows that a change depends on, by id."""
    wanted, primary = list(dict.fromkeys(ids)), rules.table.primary_id
    columns = [primary, *_depended_on(rules)]
    names = ", ".join(f'"{column}"' for column in columns)
    found: dict[str, Values] = {}
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        sql = f'SELECT {names} FROM "{sql_table(rules.name)}" WHERE "{primary}" IN ({", ".join("?" * len(part))})'
        for row in writing.conn.execute(sql, part):
            found[str(row[0])] = dict(row)
    return found


def link(writing: Writing, rules: TableRules, row_id: str, relation: OneToMany | ManyToMany, other_id: str) -> None:
    """Links a row of a collection: sets the lookup on the other side, or adds the pair."""
    if isinstance(relation, OneToMany):
        values = {relation.column: row_id, lookup_table_column(relation.column): rules.name}
        other = writing.rules(relation.referencing)
        apply(writing, other, [(other_id, {**_change(writing, other), **values})])
        return
    first, second = intersect_columns(writing.storage.catalog, relation)
    pair = (row_id, other_id) if relation.table1 == rules.name else (other_id, row_id)
    before_linking(writing, relation, pair)
    columns: Values = {first: pair[0], second: pair[1], "versionnumber": writing.storage.take_versions()}
    intersect = writing.storage.catalog.tables.get(relation.intersect)
    if intersect is not None and intersect.primary_id not in columns:
        columns[intersect.primary_id] = str(uuid.uuid4())
    names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
    sql = f'INSERT INTO "{sql_table(relation.intersect)}" ({names}) VALUES ({marks})'
    try:
        writing.conn.execute(sql, tuple(columns.values()))
    except sqlite3.IntegrityError:
        raise refusals.duplicate_id() from None
    writing.rows_touched += 1


def _attach(writing: Writing, rules: TableRules, row_id: str, draft: Draft) -> None:
    for relation, bodies in draft.children:
        if isinstance(relation, OneToMany):
            lookup = {relation.column: row_id, lookup_table_column(relation.column): rules.name}
            create(writing, relation.referencing, bodies, lookup)
            continue
        for made in create(writing, other_table(relation, rules.name), bodies):
            link(writing, rules, row_id, relation, made)
    for relation, targets in draft.links:
        for _, other_id in targets:
            link(writing, rules, row_id, relation, other_id)


def _birth(writing: Writing, rules: TableRules) -> Values:
    """What every new row of this write gets: times, persons, owner, first state."""
    caller = writing.caller
    values = _lookup(rules, "createdby", "systemuser", caller.user_id)
    values |= _lookup(rules, "ownerid", "systemuser", caller.user_id)
    values |= _lookup(rules, "owninguser", "systemuser", caller.user_id)
    if caller.business_unit_id:
        values |= _lookup(rules, "owningbusinessunit", "businessunit", caller.business_unit_id)
    if caller.on_behalf:
        values |= _lookup(rules, "createdonbehalfby", "systemuser", caller.on_behalf)
    if rules.has("createdon"):
        values["createdon"] = writing.now
    return values | _change(writing, rules)


def _change(writing: Writing, rules: TableRules) -> Values:
    values = _lookup(rules, "modifiedby", "systemuser", writing.caller.user_id)
    if rules.has("modifiedonbehalfby"):
        behalf = writing.caller.on_behalf
        values |= _lookup(rules, "modifiedonbehalfby", "systemuser" if behalf else None, behalf)
    if rules.has("modifiedon"):
        values["modifiedon"] = writing.now
    return values


def _lookup(rules: TableRules, column: str, table: str | None, row_id: str | None) -> Values:
    return {column: row_id, lookup_table_column(column): table} if rules.has(column) else {}


def _complete(writing: Writing, rules: TableRules, row: Values, sent: Values) -> Values:
    if not row.get(rules.table.primary_id):
        row[rules.table.primary_id] = str(uuid.uuid4())
    if "ownerid" in sent:
        _settle_owner(writing, rules, row)
    if rules.states:
        _settle_birth_state(rules, rules.states, row, sent)
    if sent.get("overriddencreatedon"):
        if not writing.caller.has("prvOverrideCreatedOnCreatedBy"):
            raise refusals.organization_privilege_denied(writing.caller.user_id, "prvOverrideCreatedOnCreatedBy")
        row["createdon"], row["overriddencreatedon"] = sent["overriddencreatedon"], writing.now
    _compute(rules, row, row)
    return row


def _settled(writing: Writing, rules: TableRules, there: Values, values: Values) -> Values:
    """Adds to a change what follows from it. `there` is the row before."""
    row_id = str(there[rules.table.primary_id])
    if rules.states:
        _settle_changed_state(rules, rules.states, there, values, row_id)
    if "ownerid" in values:
        if values["ownerid"] != writing.caller.user_id:
            require_rows(writing.conn, writing.caller, "Assign", rules.table, [row_id])
        _settle_owner(writing, rules, values)
    _compute(rules, {**there, **values}, values)
    return values


def _settle_owner(writing: Writing, rules: TableRules, row: Values) -> None:
    owner, kind = row["ownerid"], row["ownerid__table"]
    if owner != writing.caller.user_id:
        writing.caller.require("Assign", rules.table)
    row |= _lookup(rules, "owninguser", *(("systemuser", owner) if kind == "systemuser" else (None, None)))
    row |= _lookup(rules, "owningteam", *(("team", owner) if kind == "team" else (None, None)))
    unit = writing.business_unit_of(kind, owner)
    if unit:
        row |= _lookup(rules, "owningbusinessunit", "businessunit", unit)


def _settle_birth_state(rules: TableRules, states: States, row: Values, sent: Values) -> None:
    state = sent.get("statecode")
    row["statecode"] = states.first if state is None else state
    status = sent.get("statuscode")
    if not rules.has("statuscode"):
        return
    row["statuscode"] = states.default_status.get(row["statecode"]) if status is None else status
    _check_state(rules, states, row, str(row[rules.table.primary_id]))


def _settle_changed_state(rules: TableRules, states: States, there: Values, values: Values, row_id: str) -> None:
    closed = rules.name in CLOSED_IS_READ_ONLY and there["statecode"] not in {None, states.first}
    if closed and values and "statecode" not in values and "statuscode" not in values:
        raise refusals.read_only_row(rules.name, row_id, states.labels.get(there["statecode"], ""))
    if not {"statecode", "statuscode"} & values.keys() or not rules.has("statuscode"):
        return
    if values.get("statecode") is None:
        values.pop("statecode", None)
    pair = {"statecode": there["statecode"], **values}
    if pair.get("statuscode") is None:
        pair["statuscode"] = values["statuscode"] = states.default_status.get(pair["statecode"])
    _check_state(rules, states, pair, row_id)


def _check_state(rules: TableRules, states: States, pair: Values, row_id: str) -> None:
    status, state = pair["statuscode"], pair["statecode"]
    if states.state_of and states.state_of.get(status) != state:
        raise refusals.invalid_state(status, states.labels.get(state, str(state)), rules.name, row_id)


def _compute(rules: TableRules, row: Values, into: Values) -> None:
    """Columns made of others; `row` is the whole new row, `into` gets those that changed."""
    if rules.full_name and ("firstname" in into or "lastname" in into):
        into["fullname"] = " ".join(part for part in (row.get("firstname"), row.get("lastname")) if part) or None
    for name, base in rules.amounts:
        if name in into:
            into[base] = into[name]
    for prefix in rules.addresses:
        if any(name.startswith(prefix) for name in into):
            into[f"{prefix}_composite"] = _composite(row, prefix)


def _composite(row: Values, prefix: str) -> str | None:
    lines = [row.get(f"{prefix}_line{number}") for number in (1, 2, 3)]
    region = " ".join(part for name in ("stateorprovince", "postalcode") if (part := row.get(f"{prefix}_{name}")))
    place = ", ".join(part for part in (row.get(f"{prefix}_city"), region) if part)
    return "\r\n".join(part for part in (*lines, place, row.get(f"{prefix}_country")) if part) or None


def _depended_on(rules: TableRules) -> list[str]:
    parts = ("line1", "line2", "line3", "city", "stateorprovince", "postalcode", "country")
    wanted = ["statecode", "statuscode", "ownerid", "ownerid__table"]
    wanted += ["firstname", "lastname"] if rules.full_name else []
    wanted += [f"{prefix}_{part}" for prefix in rules.addresses for part in parts]
    return [name for name in wanted if rules.has(name.removesuffix("__table"))] + ["versionnumber"]
