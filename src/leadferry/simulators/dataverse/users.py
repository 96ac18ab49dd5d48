"""Who may call: applications known to the identity provider, and the users they are in this environment.

Source: dataverse-api reference, section 1.2 (application users), 1.5 (impersonation).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from leadferry.simulators.dataverse import interface_defaults, role_rows, solution_rows
from leadferry.simulators.dataverse.privileges import ALL, EVERYTHING, GLOBAL, Caller, Rights
from leadferry.simulators.dataverse.rights import Person, person_of
from leadferry.simulators.dataverse.seeds import put_rows
from leadferry.simulators.dataverse.storage import Storage

TENANT_ID = "7a0c1f52-3d1e-4b64-9c39-5f2f0f6c0001"
CLIENT_ID = "7a0c1f52-3d1e-4b64-9c39-5f2f0f6c0002"
CLIENT_SECRET = "leadferry-simulated-secret"
USER_ID = "7a0c1f52-3d1e-4b64-9c39-5f2f0f6c0003"
USER_OBJECT_ID = "7a0c1f52-3d1e-4b64-9c39-5f2f0f6c0004"
BUSINESS_UNIT_ID = "7a0c1f52-3d1e-4b64-9c39-5f2f0f6c0005"
ORGANIZATION_ID = "7a0c1f52-3d1e-4b64-9c39-5f2f0f6c0006"
CURRENCY_ID = "7a0c1f52-3d1e-4b64-9c39-5f2f0f6c0007"


@dataclass
class User:
    """A person, or an application. `certificates` are PEM texts. `privileges` are names such as `prvCreateLead`, `*` is
    all of them; where they are set, roles count for nothing."""

    id: str
    application_id: str = ""
    secret: str = ""
    secret_expired: bool = False
    certificates: list[str] = field(default_factory=list)
    privileges: list[str] | None = field(default_factory=lambda: [ALL])
    entra_object_id: str = ""
    name: str = "Application user"
    email: str = ""
    domain_name: str = ""
    business_unit_id: str = BUSINESS_UNIT_ID
    disabled: bool = False
    member: bool = True
    """False: the identity provider knows the application, the environment does not."""


class Users:
    """Kept in the storage, so that a restarted simulator knows them."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.by_id: dict[str, User] = {}
        self.recall()
        if not self.by_id:
            self.seed()

    def recall(self) -> None:
        """Those that the storage knows."""
        self.by_id = {kept["id"]: User(**kept) for kept in self.storage.kept("users") or []}

    def seed(self) -> None:
        """The default application user, who may do everything, and what belongs to any environment."""
        self.by_id.clear()
        self._put_row("businessunit", businessunitid=BUSINESS_UNIT_ID, name="Contoso")
        self._put_row("organization", organizationid=ORGANIZATION_ID, name="Contoso")
        self._put_row(
            "transactioncurrency", transactioncurrencyid=CURRENCY_ID, currencyname="US Dollar",
            isocurrencycode="USD", currencysymbol="$", exchangerate=1.0, currencyprecision=2,
        )  # fmt: skip
        role_rows.seed(self.storage, BUSINESS_UNIT_ID)
        solution_rows.seed(self.storage)
        interface_defaults.seed(self.storage)
        self.put(User(USER_ID, CLIENT_ID, CLIENT_SECRET, entra_object_id=USER_OBJECT_ID, name="Leadferry"))
        self._give(self.by_id[USER_ID], ["System Administrator"], create=False)

    def put(self, user: User) -> None:
        self.by_id[user.id] = user
        self.storage.keep("users", [asdict(one) for one in self.by_id.values()])
        if user.member:
            self._put_row(
                "systemuser", systemuserid=user.id, fullname=user.name, lastname=user.name,
                domainname=user.domain_name or user.email or user.name, internalemailaddress=user.email or None,
                applicationid=user.application_id or None, azureactivedirectoryobjectid=user.entra_object_id or None,
                isdisabled=user.disabled, businessunitid=user.business_unit_id,
                accessmode=4 if user.application_id else 0,
            )  # fmt: skip
        else:
            self._drop_row(user.id)

    def change(self, user_id: str, values: dict[str, Any]) -> User:
        """Creates or changes a user; with `roles`, those decide and no longer `privileges`.

        Raises KeyError for a name that a user does not have, ValueError for a role that does not exist.
        """
        given = dict(values)
        roles, create = given.pop("roles", None), bool(given.pop("create_roles", False))
        known = {one.name for one in fields(User)} - {"id"}
        for name in given:
            if name not in known:
                raise KeyError(name)
        current: dict[str, Any] = asdict(self.by_id[user_id]) if user_id in self.by_id else {"id": user_id}
        if roles is not None:
            current["privileges"] = None
        user = User(**{**current, **given})
        with self.storage.transaction():
            if roles is not None:
                self._give(user, roles, create=create)
            self.put(user)
        return user

    def shown(self, user: User) -> dict[str, Any]:
        return {**asdict(user), "roles": role_rows.names_of(self.storage, user.id)}

    def by_application(self, application_id: str) -> User | None:
        wanted = application_id.lower()
        known = next((user for user in self.by_id.values() if user.application_id.lower() == wanted), None)
        if known is not None and known.member:
            return known
        return self._of_row("applicationid", wanted, known) or known

    def by_object(self, entra_object_id: str) -> User | None:
        wanted = entra_object_id.lower()
        known = next((user for user in self.by_id.values() if user.entra_object_id.lower() == wanted), None)
        return known or self._of_row("azureactivedirectoryobjectid", wanted)

    def find(self, user_id: str) -> User | None:
        return self.by_id.get(user_id) or self._of_row("systemuserid", user_id)

    def person(self, user: User) -> Person:
        """What the user may do, and where they stand."""
        person = person_of(self.storage, user.id)
        if not person.place.business_unit_id:
            place = replace(
                person.place, business_unit_id=BUSINESS_UNIT_ID, business_units=frozenset({BUSINESS_UNIT_ID})
            )
            person = replace(person, place=place)
        if user.privileges is None:
            return person
        given = EVERYTHING if ALL in user.privileges else Rights(depths=dict.fromkeys(user.privileges, GLOBAL))
        return replace(person, rights=given)

    def caller(self, user: User, base_url: str, *, on_behalf: User | None = None) -> Caller:
        """`on_behalf` is the real caller when `user` is impersonated."""
        person = self.person(user)
        return Caller(
            user_id=user.id,
            base_url=base_url,
            rights=person.rights,
            place=person.place,
            organization_id=ORGANIZATION_ID,
            on_behalf=on_behalf.id if on_behalf else None,
            real_rights=self.person(on_behalf).rights if on_behalf else EVERYTHING,
        )

    def is_disabled(self, user: User) -> bool:
        return user.disabled or person_of(self.storage, user.id).disabled

    def _give(self, user: User, roles: list[str], *, create: bool) -> None:
        if "role" in self.storage.catalog.tables:
            role_rows.assign(self.storage, user.id, user.business_unit_id, roles, create=create)

    def _of_row(self, column: str, value: str, known: User | None = None) -> User | None:
        """A user that was made over the Web API. `known` is what the identity provider knows of the application."""
        table = self.storage.catalog.tables.get("systemuser")
        if table is None or column not in table.columns:
            return None
        with self.storage.reading() as conn:
            row = conn.execute(f'SELECT * FROM "t_systemuser" WHERE "{column}" = ?', (value,)).fetchone()
        if row is None:
            return None
        user = known or User(row["systemuserid"], entra_object_id=value if column.startswith("azure") else "")
        return replace(user, id=row["systemuserid"], privileges=None, member=True)

    def _drop_row(self, user_id: str) -> None:
        """The environment no longer knows the user; the identity provider still does."""
        if "systemuser" in self.storage.catalog.tables:
            with self.storage.transaction() as conn:
                conn.execute('DELETE FROM "t_systemuser" WHERE "systemuserid" = ?', (user_id,))

    def _put_row(self, table: str, **columns: Any) -> None:
        declared = self.storage.catalog.tables.get(table)
        if declared is not None:
            put_rows(
                self.storage, table, [{name: value for name, value in columns.items() if name in declared.columns}]
            )
