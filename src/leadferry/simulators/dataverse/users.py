"""Who may call: applications known to the identity provider, and the users they are in this environment.

Source: dataverse-api reference, section 1.2 (application users), 1.5 (impersonation).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from leadferry.simulators.dataverse.privileges import ALL
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
    """`certificates` are PEM texts. `privileges` are names such as `prvCreateLead`; `*` is all of them."""

    id: str
    application_id: str = ""
    secret: str = ""
    secret_expired: bool = False
    certificates: list[str] = field(default_factory=list)
    privileges: list[str] = field(default_factory=lambda: [ALL])
    entra_object_id: str = ""
    name: str = "Application user"
    disabled: bool = False
    member: bool = True
    """False: the identity provider knows the application, the environment does not."""


class Users:
    """Kept in the storage, so that a restarted simulator knows them."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.by_id: dict[str, User] = {}
        for kept in storage.kept("users") or []:
            self.by_id[kept["id"]] = User(**kept)
        if not self.by_id:
            self.seed()

    def seed(self) -> None:
        """The default application user, who may do everything, and what belongs to any environment."""
        self.by_id.clear()
        self._put_row("businessunit", businessunitid=BUSINESS_UNIT_ID, name="Contoso")
        self._put_row("organization", organizationid=ORGANIZATION_ID, name="Contoso")
        self._put_row(
            "transactioncurrency", transactioncurrencyid=CURRENCY_ID, currencyname="US Dollar",
            isocurrencycode="USD", currencysymbol="$", exchangerate=1.0, currencyprecision=2,
        )  # fmt: skip
        self.put(User(USER_ID, CLIENT_ID, CLIENT_SECRET, entra_object_id=USER_OBJECT_ID, name="Leadferry"))

    def put(self, user: User) -> None:
        self.by_id[user.id] = user
        self.storage.keep("users", [asdict(one) for one in self.by_id.values()])
        if user.member:
            self._put_row(
                "systemuser", systemuserid=user.id, fullname=user.name, lastname=user.name, domainname=user.name,
                applicationid=user.application_id or None, azureactivedirectoryobjectid=user.entra_object_id or None,
                isdisabled=user.disabled, businessunitid=BUSINESS_UNIT_ID,
            )  # fmt: skip

    def change(self, user_id: str, values: dict[str, Any]) -> User:
        """Creates or changes a user. Raises KeyError for a name that a user does not have."""
        known = {one.name for one in fields(User)} - {"id"}
        for name in values:
            if name not in known:
                raise KeyError(name)
        current = asdict(self.by_id[user_id]) if user_id in self.by_id else {"id": user_id}
        user = User(**{**current, **values})
        self.put(user)
        return user

    def by_application(self, application_id: str) -> User | None:
        wanted = application_id.lower()
        return next((user for user in self.by_id.values() if user.application_id.lower() == wanted), None)

    def by_object(self, entra_object_id: str) -> User | None:
        wanted = entra_object_id.lower()
        return next((user for user in self.by_id.values() if user.entra_object_id.lower() == wanted), None)

    def _put_row(self, table: str, **columns: Any) -> None:
        declared = self.storage.catalog.tables.get(table)
        if declared is not None:
            put_rows(
                self.storage, table, [{name: value for name, value in columns.items() if name in declared.columns}]
            )
