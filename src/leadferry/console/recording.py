"""A change goes into the audit the same way, whoever made it: a person at a page, or a token. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leadferry.accounts.model import Environment
from leadferry.console.rights import Action


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes a change. `via`: console, api."""

    id: str
    name: str
    via: str


class Recording:
    """One request, as far as the audit is concerned. `environment` None: it is of the whole installation."""

    rooms: Any

    @property
    def maker(self) -> Maker:
        raise NotImplementedError

    @property
    def place(self) -> Environment | None:
        raise NotImplementedError

    def record(
        self,
        action: Action,
        kind: str,
        key: str | int,
        name: str,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Into the audit. Values never hold a secret."""
        maker, place = self.maker, self.place
        self.rooms.audit.add(
            action.value,
            person_id=maker.id,
            person=maker.name,
            via=maker.via,
            environment_id=place.id if place else None,
            environment=place.name if place else "",
            record_kind=kind,
            record_id=key,
            record=name,
            before=before,
            after=after,
        )
