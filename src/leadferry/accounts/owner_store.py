"""Owners: sponsored accounts and company pages, how far their responses are stored, and what their syncs came to."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from leadferry.accounts.model import CampaignSync, Cursor, FormSync, Owner, OwnerLink
from leadferry.clock import Clock
from leadferry.errors import NotFoundError
from leadferry.store.database import Database
from leadferry.store.statements import lock_environment, upsert
from leadferry.store.tables import cursors, owners, profile_owners, user_profiles
from leadferry.words import _


class OwnerStore:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    def seen(self, environment_id: int, profile_id: int, urn: str, name: str, role: str) -> Owner:
        """Met through a profile: adds it, or brings its name and the member's role up to date. Several roles: joined
        by commas. A person's own choices (sync enabled, default lead owner) stay."""
        with self.database.write() as connection:
            owner = _upsert_owner(connection, environment_id, urn, name)
            link = {"profile_id": profile_id, "owner_id": owner.id, "role": role}
            upsert(connection, profile_owners, ("profile_id", "owner_id"), link)
            return owner

    def known(self, environment_id: int, urn: str, name: str) -> Owner:
        """As `seen`, for one that a profile knows of and has no rights on: it gets no link."""
        with self.database.write() as connection:
            return _upsert_owner(connection, environment_id, urn, name)

    def list(self, environment_id: int) -> list[Owner]:
        with self.database.read() as connection:
            wanted = _select(environment_id).order_by(owners.c.id)
            return [_owner(row) for row in connection.execute(wanted).mappings()]

    def of_profile(self, environment_id: int, profile_id: int) -> builtins.list[Owner]:
        """Those that the profile reaches."""
        wanted = (
            _select(environment_id)
            .join(profile_owners, profile_owners.c.owner_id == owners.c.id)
            .where(profile_owners.c.profile_id == profile_id)
            .order_by(owners.c.id)
        )
        with self.database.read() as connection:
            return [_owner(row) for row in connection.execute(wanted).mappings()]

    def links(self, environment_id: int) -> builtins.list[OwnerLink]:
        """Which profile reaches which owner, with which roles."""
        wanted = (
            sa.select(profile_owners)
            .join(user_profiles, user_profiles.c.id == profile_owners.c.profile_id)
            .where(user_profiles.c.environment_id == environment_id)
            .order_by(profile_owners.c.profile_id, profile_owners.c.owner_id)
        )
        with self.database.read() as connection:
            return [
                OwnerLink(row.profile_id, row.owner_id, tuple(row.role.split(",")))
                for row in connection.execute(wanted)
            ]

    def get(self, environment_id: int, reference: str) -> Owner:
        """By URN, LinkedIn id or name. Raises NotFoundError listing those that exist."""
        known = self.list(environment_id)
        wanted = reference.strip().casefold()
        for owner in known:
            if wanted in {owner.urn.casefold(), str(owner.linkedin_id), owner.name.casefold()}:
                return owner
        raise NotFoundError(
            _('There is no account or page "{reference}" in this environment.', reference=reference),
            fix=_("Known: {known}.", known=", ".join(owner.name for owner in known))
            if known
            else _("None was found yet: run a sync."),
            code="owner-not-found",
        )

    def by_id(self, environment_id: int, owner_id: int) -> Owner:
        with self.database.read() as connection:
            row = connection.execute(_select(environment_id).where(owners.c.id == owner_id)).mappings().first()
        if row is None:
            raise _gone(owner_id)
        return _owner(row)

    # A person's choices

    def set_sync_enabled(self, environment_id: int, owner_id: int, enabled: bool) -> None:
        """OC-46. Off shows as *Not Syncing* (OC-52)."""
        status = FormSync.PENDING if enabled else FormSync.NOT_SYNCING
        values = {"sync_enabled": enabled, "form_sync_status": int(status), "status_text": ""}
        self._choose(environment_id, owner_id, values)

    def set_default_lead_owner(self, environment_id: int, owner_id: int, systemuser_id: str) -> None:
        """OC-47; "" for the profile's row owner."""
        self._choose(environment_id, owner_id, {"default_lead_owner_id": systemuser_id})

    def _choose(self, environment_id: int, owner_id: int, values: dict[str, Any]) -> None:
        with self.database.write() as connection:
            lock_environment(connection, environment_id)
            change = sa.update(owners).where(owners.c.environment_id == environment_id, owners.c.id == owner_id)
            if not connection.execute(change.values(**values)).rowcount:
                raise _gone(owner_id)

    # What a sync came to

    def set_form_sync(self, environment_id: int, owner_id: int, status: FormSync, text: str = "") -> None:
        self._update(
            environment_id,
            owner_id,
            form_sync_status=int(status),
            status_text=text,
            **({"last_form_sync_at": self.clock()} if status in {FormSync.ACTIVE, FormSync.NO_FORMS} else {}),
        )

    def set_campaign_sync(self, environment_id: int, owner_id: int, status: CampaignSync) -> None:
        done = status in {CampaignSync.ACTIVE, CampaignSync.NO_CAMPAIGNS}
        self._update(
            environment_id,
            owner_id,
            campaign_sync_status=int(status),
            **({"last_campaign_sync_at": self.clock()} if done else {}),
        )

    def _update(self, environment_id: int, owner_id: int, **values: Any) -> None:
        change = sa.update(owners).where(owners.c.environment_id == environment_id, owners.c.id == owner_id)
        with self.database.write() as connection:
            if not connection.execute(change.values(**values)).rowcount:
                raise _gone(owner_id)

    # Cursors

    def cursor(self, owner_id: int, lead_type: str) -> Cursor | None:
        """None before the first walk has come to its end."""
        wanted = sa.select(cursors).where(cursors.c.owner_id == owner_id, cursors.c.lead_type == lead_type)
        with self.database.read() as connection:
            row = connection.execute(wanted).mappings().first()
        return Cursor(**row) if row and row["through_at"] else None

    def cursors(self, environment_id: int) -> builtins.list[Cursor]:
        """Of the whole environment, troubles of first walks included (`through_at` 0)."""
        wanted = (
            sa.select(cursors)
            .join(owners, owners.c.id == cursors.c.owner_id)
            .where(owners.c.environment_id == environment_id)
            .order_by(cursors.c.owner_id, cursors.c.lead_type)
        )
        with self.database.read() as connection:
            return [Cursor(**row) for row in connection.execute(wanted).mappings()]

    def move_cursor(self, owner_id: int, lead_type: str, through_at: int) -> None:
        """Forward only: a slower walk that ends later takes nothing back. Clears the trouble."""
        with self.database.write() as connection:
            self._insert_cursor(connection, owner_id, lead_type)
            further = sa.case((cursors.c.through_at > through_at, cursors.c.through_at), else_=through_at)
            self._set_cursor(connection, owner_id, lead_type, through_at=further, trouble="")

    def cursor_trouble(self, owner_id: int, lead_type: str, text: str) -> None:
        with self.database.write() as connection:
            self._insert_cursor(connection, owner_id, lead_type)
            self._set_cursor(connection, owner_id, lead_type, trouble=text)

    def reset_cursors(self, environment_id: int, owner_ids: Iterable[int] | None = None) -> None:
        """The next walk fetches everything that LinkedIn keeps again (OC-98); nothing is delivered twice."""
        own = sa.select(owners.c.id).where(owners.c.environment_id == environment_id)
        if owner_ids is not None:
            own = own.where(owners.c.id.in_(list(owner_ids)))
        with self.database.write() as connection:
            connection.execute(sa.delete(cursors).where(cursors.c.owner_id.in_(own)))

    def _insert_cursor(self, connection: Connection, owner_id: int, lead_type: str) -> None:
        values = {"owner_id": owner_id, "lead_type": lead_type, "through_at": 0, "polled_at": self.clock()}
        upsert(connection, cursors, ("owner_id", "lead_type"), values, keep=("through_at",))

    def _set_cursor(self, connection: Connection, owner_id: int, lead_type: str, **values: Any) -> None:
        change = sa.update(cursors).where(cursors.c.owner_id == owner_id, cursors.c.lead_type == lead_type)
        connection.execute(change.values(**values))


def read_owners(connection: Connection, environment_id: int) -> list[Owner]:
    """In the caller's transaction."""
    return [_owner(row) for row in connection.execute(_select(environment_id).order_by(owners.c.id)).mappings()]


def _select(environment_id: int) -> sa.Select[Any]:
    return sa.select(owners).where(owners.c.environment_id == environment_id)


def _owner(row: RowMapping) -> Owner:
    campaign = row["campaign_sync_status"]
    return Owner(
        **{
            **row,
            "form_sync_status": FormSync(row["form_sync_status"]),
            "campaign_sync_status": None if campaign is None else CampaignSync(campaign),
        }
    )


def _upsert_owner(connection: Connection, environment_id: int, urn: str, name: str) -> Owner:
    values = {
        "environment_id": environment_id,
        "urn": urn,
        "name": name or urn,
        "sync_enabled": True,
        "form_sync_status": int(FormSync.PENDING),
    }
    keep = ["sync_enabled", "form_sync_status", *([] if name else ["name"])]
    upsert(connection, owners, ("environment_id", "urn"), values, keep=keep)
    return _by_urn(connection, environment_id, urn)


def _by_urn(connection: Connection, environment_id: int, urn: str) -> Owner:
    return _owner(connection.execute(_select(environment_id).where(owners.c.urn == urn)).mappings().one())


def _gone(owner_id: int) -> NotFoundError:
    return NotFoundError(
        _("There is no account or page {owner_id} in this environment.", owner_id=owner_id),
        fix=_("`leadferry status` shows those that exist."),
        code="owner-not-found",
    )
