"""Matching strategies: by which fields a person is recognised (OC-79 to OC-85). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from leadferry.errors import InputError, NotFoundError
from leadferry.mapping.model import FieldMapping, Source
from leadferry.words import _

DEFAULT_NAME = _("E-mail address")


class OnMatchFail(StrEnum):
    """What becomes of a submission that agrees with a lead in some strategy fields, and with none in all."""

    IGNORE = "ignore"
    """Into the review queue; no lead."""
    CREATE = "create"

    @property
    def option(self) -> int:
        """Its value in the original's choice `On Matching Fail`."""
        return 192350000 if self is OnMatchFail.IGNORE else 192350001


@dataclass(frozen=True, slots=True)
class Strategy:
    """`fields` are ids of field mappings; a lead matches when all of them are equal (OC-82)."""

    id: int
    name: str
    active: bool = False
    always_create: bool = False
    """Skip matching: one lead per submission, once (OC-84)."""
    create_contacts: bool = True
    """A lead that is created gets a contact (OC-90)."""
    fields: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MatchField:
    """One strategy field: the lead column that is compared, and the name of its mapping."""

    column: str
    name: str


def default_strategy(mappings: Iterable[FieldMapping]) -> Strategy:
    """The one that is there and active from the start (OC-80). `id` 0: not stored yet."""
    email = (m.id for m in mappings if m.source is Source.PREDEFINED and m.key == "EMAIL")
    return Strategy(0, DEFAULT_NAME, active=True, fields=tuple(email))


def match_fields(strategy: Strategy, mappings: Iterable[FieldMapping]) -> tuple[MatchField, ...]:
    """Raises InputError where a field of the strategy has no lead column: it could never match (OC-77)."""
    by_id = {mapping.id: mapping for mapping in mappings}
    fields: dict[str, MatchField] = {}
    for key in strategy.fields:
        mapping = by_id.get(key)
        if mapping is None or not mapping.column:
            name = mapping.name if mapping else _("number {key}", key=key)
            raise InputError(
                _(
                    "The matching strategy '{strategy}' uses the field '{name}', which has no lead column.",
                    strategy=strategy.name,
                    name=name,
                ),
                fix=_("Map the field to a lead column, or take it out of the strategy."),
            )
        fields.setdefault(mapping.column, MatchField(mapping.column, mapping.name))
    return tuple(fields.values())


def active(strategies: Iterable[Strategy]) -> Strategy:
    for strategy in strategies:
        if strategy.active:
            return strategy
    raise NotFoundError(
        _("No matching strategy is active."), fix=_("Activate one: leadferry strategies activate NAME.")
    )


def activated(strategies: Sequence[Strategy], strategy_id: int) -> tuple[Strategy, ...]:
    """All strategies with this one in force and the others not (OC-81)."""
    _named(strategies, strategy_id)
    return tuple(replace(strategy, active=strategy.id == strategy_id) for strategy in strategies)


def check_may_deactivate(strategy: Strategy) -> None:
    if strategy.active:
        raise InputError(
            _("The matching strategy '{strategy}' is in force and cannot be switched off.", strategy=strategy.name),
            fix=_("Activate another one first."),
        )


def check_may_delete(strategy: Strategy) -> None:
    if strategy.active:
        raise InputError(
            _("The matching strategy '{strategy}' is in force and cannot be deleted.", strategy=strategy.name),
            fix=_("Activate another one first."),
        )


def check_may_unmap(mapping: FieldMapping, strategies: Iterable[Strategy]) -> None:
    """A field that a strategy uses keeps its column and stays in the list (OC-77)."""
    for strategy in strategies:
        if mapping.id in strategy.fields:
            raise InputError(
                _(
                    "The field '{mapping}' is used by the matching strategy '{strategy}'.",
                    mapping=mapping.name,
                    strategy=strategy.name,
                ),
                fix=_("Take it out of the strategy first."),
            )


def _named(strategies: Iterable[Strategy], strategy_id: int) -> Strategy:
    for strategy in strategies:
        if strategy.id == strategy_id:
            return strategy
    raise NotFoundError(
        _("There is no matching strategy number {strategy_id} in this environment.", strategy_id=strategy_id)
    )
