"""A copy of the catalog to change: the original keeps what it was, and only what is taken by its name is copied. Pure.

An environment has a thousand columns, and a solution makes a hundred changes one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from leadferry.simulators.dataverse.model import Catalog, ManyToMany, OneToMany, OptionSet, Table

T = TypeVar("T")


class _Taken(dict[str, T]):
    """Starts with the originals; each becomes a copy of its own when it is first asked for by name."""

    def __init__(self, originals: Mapping[str, T], kind: type[T]) -> None:
        super().__init__(originals)
        self._kind, self._shared = kind, set(originals)

    def __getitem__(self, name: str) -> T:
        found = super().__getitem__(name)
        if name in self._shared:
            found = _copied(found, self._kind)
            self[name] = found
        return found

    def __setitem__(self, name: str, value: T) -> None:
        self._shared.discard(name)
        super().__setitem__(name, value)

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default


def copy_to_change(catalog: Catalog) -> Catalog:
    """Take tables and choices of it by name before changing them."""
    return Catalog(
        _Taken(catalog.tables, Table),
        _Taken(catalog.option_sets, OptionSet),
        _copied(catalog.one_to_many, list[OneToMany]),
        _copied(catalog.many_to_many, list[ManyToMany]),
        catalog.version,
    )


def settled(changed: Catalog) -> Catalog:
    """The copy, once it is changed, with plain parts."""
    tables, choices = dict(changed.tables.items()), dict(changed.option_sets.items())
    return Catalog(tables, choices, changed.one_to_many, changed.many_to_many, changed.version)


def changed_tables(before: Catalog, after: Catalog) -> list[str]:
    """Those of `after` that are new or were taken to be changed."""
    return [name for name, table in after.tables.items() if before.tables.get(name) is not table]


def _copied(value: Any, kind: Any) -> Any:
    """As it would be read again from what is stored: many times as quick as copying object by object."""
    return msgspec.json.decode(msgspec.json.encode(value), type=kind)
