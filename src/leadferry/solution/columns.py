"""One line per column: these functions write the declarations of `model.Column`. Pure."""

from __future__ import annotations

from leadferry.solution.model import PREFIX, Column, Key, Kind

BY_US = "Leadferry writes it."


def text(
    name: str, label: str, max_length: int, description: str, *, required: bool = False, primary: bool = False
) -> Column:
    return Column(_full(name), Kind.TEXT, label, description, required=required, primary=primary, max_length=max_length)


def counted_text(name: str, label: str, max_length: int, description: str) -> Column:
    return Column(_full(name), Kind.TEXT, label, f"{description} {BY_US}", max_length=max_length, counted=True)


def memo(name: str, label: str, max_length: int, description: str) -> Column:
    return Column(_full(name), Kind.MEMO, label, description, max_length=max_length)


def whole(name: str, label: str, description: str, *, minimum: int = -(2**31)) -> Column:
    return Column(_full(name), Kind.WHOLE, label, description, minimum=minimum)


def moment(name: str, label: str, description: str) -> Column:
    return Column(_full(name), Kind.MOMENT, label, description)


def date(name: str, label: str, description: str) -> Column:
    return Column(_full(name), Kind.MOMENT, label, description, date_only=True)


def yes_no(name: str, label: str, description: str, *, default: bool, required: bool = False) -> Column:
    return Column(_full(name), Kind.YES_NO, label, description, required=required, default=default)


def choice(
    name: str,
    label: str,
    options: tuple[str, ...],
    description: str,
    *,
    default: int | None = None,
    required: bool = False,
) -> Column:
    return Column(_full(name), Kind.CHOICE, label, description, required=required, options=options, default=default)


def lookup(
    name: str,
    label: str,
    target: str,
    relationship: str,
    description: str,
    *,
    required: bool = False,
    moves_on_merge: bool = False,
) -> Column:
    return Column(
        _full(name),
        Kind.LOOKUP,
        label,
        description,
        required=required,
        target=target,
        relationship=relationship,
        on_merge="Cascade" if moves_on_merge else "NoCascade",
    )


def rollup(name: str, label: str, description: str, kind: Kind = Kind.WHOLE) -> tuple[Column, Column, Column]:
    """The value, when it was computed, and its state (0 not computed, 1 computed), as a rollup of the platform has."""
    return (
        Column(_full(name), kind, label, f"{description} {BY_US}", counted=True),
        Column(_full(f"{name}_Date"), Kind.MOMENT, f"{label} (Last Updated On)", f"When. {BY_US}", counted=True),
        Column(_full(f"{name}_State"), Kind.WHOLE, f"{label} (State)", f"1: computed. {BY_US}", counted=True),
    )


def key(name: str, label: str, *columns: str) -> Key:
    return Key(_full(name), label, tuple(_full(column) for column in columns))


def _full(name: str) -> str:
    return f"{PREFIX}_{name}"
