"""One condition on one column: the operators of FetchXML, which the functions of the Web API share.

Source: dataverse-api reference, sections 3.2, 3.3 and 3.6. `ne`, `not-in` and `not-like` hold for missing values too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.query import hierarchy
from leadferry.simulators.dataverse.query.fragments import FALSE, TRUE, Sql, all_of, any_of, marks, negated
from leadferry.simulators.dataverse.query.literals import as_bound, bad_value, family, moment_of, stored
from leadferry.simulators.dataverse.query.periods import Period, period, shifted
from leadferry.simulators.dataverse.query.scope import Asking, Field
from leadferry.simulators.dataverse.refusals import Refusal

COMPARISONS = {"eq": "=", "ne": "<>", "neq": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_LIKES = {"like": "{0}", "begins-with": "{0}%", "ends-with": "%{0}", "contains": "%{0}%"}
_NOT_LIKES = {
    "not-like": "like", "not-begin-with": "begins-with", "not-end-with": "ends-with", "does-not-contain": "contains",
}  # fmt: skip
_OF_CALLER = {
    "eq-userid": "user", "ne-userid": "user", "eq-businessid": "unit", "ne-businessid": "unit",
    "eq-useroruserteams": "user", "eq-userteams": "teams",
}  # fmt: skip
NAMES = (
    "null", "not-null", "in", "not-in", "between", "not-between", *_LIKES, *_NOT_LIKES,
    "on", "not-on", "on-or-after", "on-or-before", "contain-values", "not-contain-values",
    *_OF_CALLER,
)  # fmt: skip
"""What is understood besides COMPARISONS and relative dates."""


def condition(asking: Asking, field: Field, operator: str, values: Sequence[Any]) -> Sql:
    """`values` are texts or stored values. Raises for an unknown operator or a value of another type."""
    asking.count_condition(max(len(values), 1))
    found = (
        _plain(field, operator, values)
        or _text(asking, field, operator, values)
        or _date(asking, field, operator, values)
        or _chosen(field, operator, values)
        or _caller(asking, field, operator)
        or hierarchy.condition(asking, field, operator, values)
    )
    if found is None:
        raise Refusal(400, "0x80041102", f"The operator '{operator}' is not valid or supported.")
    return found


def compare(field: Field, operator: str, value: Any) -> Sql:
    """`value` as stored; `eq` and `ne` take None."""
    if value is None:
        if operator in {"eq", "ne"}:
            return Sql(f"{field.sql} IS {'NOT ' if operator == 'ne' else ''}NULL")
        return FALSE
    if operator in {"ne", "neq"}:
        return Sql(f"({field.sql} <> ? OR {field.sql} IS NULL)", (value,))
    return Sql(f"{field.sql} {COMPARISONS[operator]} ?", (value,))


def like(asking: Asking, field: Field, pattern: str) -> Sql:
    if family(field.column) != "text":
        raise refusals.query_error(f"The '{field.column.logical_name}' attribute is not of type Edm.String.")
    return Sql(f"dv_like({field.sql}, ?, {asking.accents})", (pattern,))


def _plain(field: Field, operator: str, values: Sequence[Any]) -> Sql | None:
    match operator:
        case "null" | "not-null":
            return Sql(f"{field.sql} IS {'NOT ' if operator == 'not-null' else ''}NULL")
        case "in":
            return Sql(f"{field.sql} IN ({marks(len(values))})", _stored(field, values)) if values else FALSE
        case "not-in":
            found = Sql(f"{field.sql} IN ({marks(len(values))})", _stored(field, values))
            return negated(found) if values else TRUE
        case "between" | "not-between":
            _expect(operator, values, 2)
            found = Sql(f"{field.sql} BETWEEN ? AND ?", _stored(field, values))
            return found if operator == "between" else negated(found)
        case _ if operator in COMPARISONS:
            _expect(operator, values, 1)
            return compare(field, operator, _stored(field, values)[0])
    return None


def _text(asking: Asking, field: Field, operator: str, values: Sequence[Any]) -> Sql | None:
    base = _NOT_LIKES.get(operator, operator)
    if base not in _LIKES:
        return None
    _expect(operator, values, 1)
    found = like(asking, field, _LIKES[base].format(values[0]))
    return found if operator in _LIKES else negated(found)


def _date(asking: Asking, field: Field, operator: str, values: Sequence[Any]) -> Sql | None:
    if operator in {"on", "not-on", "on-or-after", "on-or-before"}:
        _expect(operator, values, 1)
        moment = moment_of(str(values[0]))
        if moment is None:
            raise bad_value(field.column, values[0])
        start = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        try:
            bounds: Period = (start, shifted(start, "days", 1))
        except OverflowError:
            raise bad_value(field.column, values[0]) from None
        bounds = {"on-or-after": (bounds[0], None), "on-or-before": (None, bounds[1])}.get(operator, bounds)
        found = _within(field, bounds)
        return negated(found) if operator == "not-on" else found
    name = operator.replace("older-than", "olderthan")
    count = _count(operator, values) if "-x-" in name else 0
    try:
        span = period(name, asking.now, count)
    except OverflowError:
        raise refusals.invalid_argument(f"The value {count} of operator '{operator}' is out of range.") from None
    return _within(field, span) if span else None


def _within(field: Field, span: Period) -> Sql:
    if family(field.column) != "date":
        raise refusals.query_error(f"The '{field.column.logical_name}' attribute is not a date.")
    parts = []
    if span[0]:
        parts.append(Sql(f"{field.sql} >= ?", (as_bound(field.column, span[0]),)))
    if span[1]:
        # A date alone has no hours: an end within a day takes that day in.
        open_day = field.column.format == "DateOnly" and span[1].time() != span[1].min.time()
        parts.append(Sql(f"{field.sql} {'<=' if open_day else '<'} ?", (as_bound(field.column, span[1]),)))
    return all_of(parts)


def _chosen(field: Field, operator: str, values: Sequence[Any]) -> Sql | None:
    """Columns with several choices, kept as `1,2`."""
    if operator not in {"contain-values", "not-contain-values"}:
        return None
    if field.column.kind != "MultiSelectPicklist":
        raise refusals.query_error(f"The '{field.column.logical_name}' attribute has not several choices.")
    wanted = [str(value).strip() for value in values]
    for value in wanted:
        if not value.removeprefix("-").isdecimal():
            raise bad_value(field.column, value)
    found = any_of(Sql(f"instr(',' || {field.sql} || ',', ?) > 0", (f",{value},",)) for value in wanted)
    return found if operator == "contain-values" else negated(found)


def _caller(asking: Asking, field: Field, operator: str) -> Sql | None:
    who = _OF_CALLER.get(operator)
    if who is None:
        return None
    if who == "unit":
        return compare(field, operator[:2], asking.business_unit_id)
    teams = Sql(f'{field.sql} IN (SELECT "teamid" FROM "t_teammembership" WHERE "systemuserid" = ?)', (asking.user_id,))
    mine = compare(field, operator[:2], asking.user_id)
    return {"eq-useroruserteams": any_of([mine, teams]), "eq-userteams": teams}.get(operator, mine)


def _stored(field: Field, values: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(stored(field.column, value) for value in values)


def _expect(operator: str, values: Sequence[Any], number: int) -> None:
    if len(values) != number:
        raise Refusal(400, "0x80040203", f"The condition operator '{operator}' requires {number} value(s).")


def _count(operator: str, values: Sequence[Any]) -> int:
    _expect(operator, values, 1)
    try:
        return int(values[0])
    except ValueError:
        raise refusals.invalid_argument(f"The value '{values[0]}' of operator '{operator}' is no number.") from None
