"""What the platform does of itself when rows of certain tables are made, changed or deleted: checks and consequences.

`BEHAVIOURS` is filled at import by the modules that know such a table. Hooks run inside the write's transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from leadferry.simulators.dataverse import refusals
from leadferry.simulators.dataverse.drafts import Writing
from leadferry.simulators.dataverse.model import ManyToMany

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """`creating` gets the whole row before it is stored and may add to it; `changing` the row's id and the changed
    values, before they are stored; `created` and `deleting` are for what follows."""

    creating: Callable[[Writing, Values], None] | None = None
    created: Callable[[Writing, Values], None] | None = None
    changing: Callable[[Writing, str, Values], None] | None = None
    deleting: Callable[[Writing, str], None] | None = None


BEHAVIOURS: dict[str, Behaviour] = {}

LINKING: dict[str, Callable[[Writing, str, str], None]] = {}
"""By intersect table of a many-to-many relationship: checks a pair (id of table1, id of table2) before it is made."""


def made_by_the_platform(table: str) -> None:
    """Rows of `table` may be read, but neither made nor changed nor deleted."""

    def refuse(message: str) -> Callable[..., None]:
        def refusing(*_: Any) -> None:
            raise refusals.not_supported(f"The '{message}' method does not support entities of type '{table}'.")

        return refusing

    BEHAVIOURS[table] = Behaviour(creating=refuse("Create"), changing=refuse("Update"), deleting=refuse("Delete"))


def before_linking(writing: Writing, relation: ManyToMany, pair: tuple[str, str]) -> None:
    check = LINKING.get(relation.intersect)
    if check is not None:
        check(writing, *pair)
