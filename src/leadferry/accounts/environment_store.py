"""The environments that Leadferry delivers to, with their credentials (sealed) and configuration."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from leadferry.accounts.addresses import environment_root, secure_root
from leadferry.accounts.certificates import certificate_ends_at
from leadferry.accounts.model import Credential, Environment, LinkedInApp
from leadferry.accounts.vault import Vault
from leadferry.clock import Clock
from leadferry.delivery.configuration import Configuration
from leadferry.errors import InputError, NotFoundError
from leadferry.mapping.defaults import default_mappings
from leadferry.mapping.mapping_store import insert_mappings
from leadferry.matching.strategy_store import insert_default_strategy
from leadferry.store.database import Database
from leadferry.store.statements import lock_environment, new_key
from leadferry.store.tables import environments, strategies
from leadferry.words import _

DEFAULT_AUTHORITY = "https://login.microsoftonline.com"


class EnvironmentStore:
    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self.database, self.vault, self.clock = database, vault, clock

    def add(
        self,
        name: str,
        url: str,
        *,
        tenant_id: str,
        client_id: str,
        secret: str = "",
        certificate_pem: str = "",
        authority: str = DEFAULT_AUTHORITY,
        credential_expires_at: int | None = None,
    ) -> Environment:
        """With the default mappings and strategy, in one transaction. Nothing is asked of Dynamics here.

        `credential_expires_at` is for a secret, whose end only a person knows; a certificate tells its own."""
        credential = _credential(secret, certificate_pem)
        values = {
            "name": _usable_name(name),
            **_addresses(url, authority, tenant_id, client_id),
            "credential_kind": credential.kind,
            "created_at": self.clock(),
        }
        with self.database.write() as connection:
            _refuse_taken(connection, str(values["name"]))
            key = new_key(connection.execute(sa.insert(environments).values(**values, credential=b"")))
            self._seal(connection, key, credential, credential_expires_at)
            _insert_defaults(connection, key)
            return _by_id(connection, key)

    def get(self, name: str) -> Environment:
        """Compared without case. Raises NotFoundError listing those that exist."""
        known = self.list()
        for environment in known:
            if environment.name.casefold() == name.strip().casefold():
                return environment
        names = ", ".join(environment.name for environment in known)
        raise NotFoundError(
            _('There is no environment "{name}".', name=name),
            fix=_("Known: {names}.", names=names)
            if names
            else _("None is connected yet: `leadferry environment add` connects one."),
            code="environment-not-found",
        )

    def by_id(self, environment_id: int) -> Environment:
        with self.database.read() as connection:
            return _by_id(connection, environment_id)

    def list(self) -> list[Environment]:
        with self.database.read() as connection:
            rows = connection.execute(sa.select(*_SHOWN).order_by(environments.c.id)).mappings()
            return [_environment(row) for row in rows]

    def remove(self, name: str) -> None:
        """With everything that belongs to it. Leads in Dynamics stay."""
        environment = self.get(name)
        with self.database.write() as connection:
            # Strategies first: their fields hold on to the mappings, which go with the environment.
            for table in _REMOVED_FIRST:
                connection.execute(sa.delete(table).where(table.c.environment_id == environment.id))
            connection.execute(sa.delete(environments).where(environments.c.id == environment.id))

    def credential(self, environment: Environment) -> Credential:
        wanted = sa.select(environments.c.credential_kind, environments.c.credential)
        with self.database.read() as connection:
            row = connection.execute(wanted.where(environments.c.id == environment.id)).first()
        if row is None:
            raise _gone(environment.id)
        return Credential(row[0], self.vault.open(environment.id, row[1]).decode())

    def change(
        self,
        environment_id: int,
        *,
        name: str | None = None,
        url: str | None = None,
        tenant_id: str | None = None,
        client_id: str | None = None,
        authority: str | None = None,
    ) -> Environment:
        """What is None stays. Whether another address is the same organization shows at the next check."""
        with self.database.write() as connection:
            lock_environment(connection, environment_id)
            known = _by_id(connection, environment_id)
            values: dict[str, Any] = _addresses(
                known.url if url is None else url,
                known.authority if authority is None else authority,
                known.tenant_id if tenant_id is None else tenant_id,
                known.client_id if client_id is None else client_id,
            )
            if name is not None and name.strip() != known.name:
                values["name"] = _usable_name(name)
                _refuse_taken(connection, values["name"], but=known.name)
            _update(connection, environment_id, **values)
            return _by_id(connection, environment_id)

    def sealed_marks(self, environment_id: int) -> tuple[str, str]:
        """Of the credential and of the LinkedIn app's secret: another one after each replacement, and no word of it."""
        wanted = sa.select(environments.c.credential, environments.c.linkedin_client_secret)
        with self.database.read() as connection:
            row = connection.execute(wanted.where(environments.c.id == environment_id)).first()
        if row is None:
            raise _gone(environment_id)
        credential, secret = (hashlib.sha256(sealed or b"").hexdigest()[:12] for sealed in row)
        return credential, secret

    def set_credential(
        self, environment_id: int, *, secret: str = "", certificate_pem: str = "", expires_at: int | None = None
    ) -> None:
        """A new secret or certificate, for example because the old one expires."""
        with self.database.write() as connection:
            lock_environment(connection, environment_id)
            self._seal(connection, environment_id, _credential(secret, certificate_pem), expires_at)

    def set_credential_expiry(self, environment_id: int, expires_at: int | None) -> None:
        """When the secret ends, as its portal says; None for unknown."""
        with self.database.write() as connection:
            _update(connection, environment_id, credential_expires_at=expires_at)

    def _seal(
        self, connection: Connection, environment_id: int, credential: Credential, expires_at: int | None
    ) -> None:
        ends = certificate_ends_at(credential.text) if credential.kind == "certificate" else expires_at
        sealed = self.vault.seal(environment_id, credential.text.encode())
        _update(
            connection,
            environment_id,
            credential=sealed,
            credential_kind=credential.kind,
            credential_expires_at=ends,
        )

    # The LinkedIn app

    def set_linkedin_version(self, environment_id: int, version: str) -> None:
        """Of this environment; "" for the one of the settings."""
        values = {"linkedin_version": _usable_version(version)}
        with self.database.write() as connection:
            _update(connection, environment_id, **values)

    def linkedin_app(self, environment_id: int) -> LinkedInApp | None:
        """The environment's own, None where it uses the one of the settings."""
        columns = environments.c
        wanted = sa.select(columns.linkedin_client_id, columns.linkedin_client_secret, columns.linkedin_version)
        with self.database.read() as connection:
            row = connection.execute(wanted.where(columns.id == environment_id)).first()
        if row is None:
            raise _gone(environment_id)
        if not row.linkedin_client_id:
            return None
        secret = self.vault.open(environment_id, row.linkedin_client_secret).decode()
        return LinkedInApp(row.linkedin_client_id, secret, row.linkedin_version, own=True)

    def set_linkedin_app(self, environment_id: int, client_id: str, secret: str = "", version: str = "") -> None:
        """An empty `client_id` takes the environment's own app away; an empty `secret` keeps the one that is stored."""
        client_id, secret = client_id.strip(), secret.strip()
        values: dict[str, Any] = {"linkedin_client_id": client_id, "linkedin_version": _usable_version(version)}
        if not client_id:
            values |= {"linkedin_client_secret": None, "linkedin_version": ""}
        elif secret:
            values["linkedin_client_secret"] = self.vault.seal(environment_id, secret.encode())
        known = self.linkedin_app(environment_id)
        if client_id and not secret and (known is None or known.client_id != client_id):
            raise InputError(
                _("The client secret of the LinkedIn app is missing."),
                fix=_("It stands beside the client id, on the page Auth of the app in LinkedIn's developer portal."),
                code="secret-missing",
            )
        if client_id:
            _usable_id(client_id, "client id of the LinkedIn app", "the page Auth of the app")
        with self.database.write() as connection:
            _update(connection, environment_id, **values)

    def set_identity(
        self, environment_id: int, *, organization_id: str, user_id: str, business_unit_id: str
    ) -> Environment:
        """What WhoAmI said. Another organization under a known address is refused: ids of leads depend on it."""
        with self.database.write() as connection:
            lock_environment(connection, environment_id)
            known = _by_id(connection, environment_id)
            if known.organization_id and known.organization_id.lower() != organization_id.lower():
                raise InputError(
                    _(
                        'The environment "{name}" answers as another organization ({now}) than before ({before}).',
                        name=known.name,
                        now=organization_id,
                        before=known.organization_id,
                    ),
                    fix=_("If it was replaced on purpose, add it as a new environment and remove this one."),
                    code="organization-changed",
                )
            _update(
                connection,
                environment_id,
                organization_id=organization_id,
                user_id=user_id,
                business_unit_id=business_unit_id,
                checked_at=self.clock(),
            )
            return _by_id(connection, environment_id)

    def configuration(self, environment: Environment) -> Configuration:
        with self.database.read() as connection:
            return _configuration(connection, environment.id)

    def set_configuration(self, environment: Environment, name: str, value: str) -> Configuration:
        """Option `name` as typed by a person; the others keep what another process may just have set."""
        with self.database.write() as connection:
            lock_environment(connection, environment.id)
            changed = _configuration(connection, environment.id).set(name, value)
            _update(connection, environment.id, configuration=changed.to_json())
            return changed

    def set_options(self, environment: Environment, typed: Mapping[str, str]) -> Configuration:
        """Several options at once, or none. Raises WrongOptionsError with what is wrong with each."""
        with self.database.write() as connection:
            lock_environment(connection, environment.id)
            changed = _configuration(connection, environment.id).set_all(typed)
            _update(connection, environment.id, configuration=changed.to_json())
            return changed

    def set_trouble(self, environment_id: int, text: str) -> None:
        """Why nothing can be delivered. `trouble_at` stays at the moment it began."""
        began = sa.case((environments.c.trouble == text, environments.c.trouble_at), else_=self.clock())
        with self.database.write() as connection:
            _update(connection, environment_id, trouble=text, trouble_at=began)

    def clear_trouble(self, environment_id: int) -> None:
        with self.database.write() as connection:
            cleared = sa.update(environments).where(environments.c.id == environment_id, environments.c.trouble != "")
            connection.execute(cleared.values(trouble="", trouble_at=None))


def _insert_defaults(connection: Connection, environment_id: int) -> None:
    added = insert_mappings(connection, environment_id, default_mappings())
    insert_default_strategy(connection, environment_id, added)


_REMOVED_FIRST = (strategies,)

_SHOWN = [environments.c[name] for name in Environment.__dataclass_fields__]


def _environment(row: RowMapping) -> Environment:
    return Environment(**row)


def _by_id(connection: Connection, environment_id: int) -> Environment:
    row = connection.execute(sa.select(*_SHOWN).where(environments.c.id == environment_id)).mappings().first()
    if row is None:
        raise _gone(environment_id)
    return _environment(row)


def _gone(environment_id: int) -> NotFoundError:
    return NotFoundError(
        _("There is no environment with number {environment_id}: it was removed.", environment_id=environment_id),
        fix=_("`leadferry environment list` shows those that exist."),
        code="environment-not-found",
    )


def _configuration(connection: Connection, environment_id: int) -> Configuration:
    wanted = sa.select(environments.c.configuration).where(environments.c.id == environment_id)
    text = connection.execute(wanted).scalar()
    if text is None:
        raise _gone(environment_id)
    return Configuration.from_json(text)


def _update(connection: Connection, environment_id: int, **values: Any) -> None:
    if not connection.execute(
        sa.update(environments).where(environments.c.id == environment_id).values(**values)
    ).rowcount:
        raise _gone(environment_id)


def _addresses(url: str, authority: str, tenant_id: str, client_id: str) -> dict[str, Any]:
    return {
        "url": environment_root(url),
        "authority": secure_root(authority, _("sign-in service"), DEFAULT_AUTHORITY),
        "tenant_id": _usable_id(tenant_id, _("tenant id")),
        "client_id": _usable_id(client_id, _("client id")),
    }


def _refuse_taken(connection: Connection, name: str, but: str = "") -> None:
    if not connection.dialect.name.startswith("sqlite"):
        connection.execute(sa.text("lock table environments in share row exclusive mode"))
    for known in connection.execute(sa.select(environments.c.name)).scalars():
        if known.casefold() == name.casefold() and known != but:
            raise InputError(
                _('There is an environment "{known}" already.', known=known),
                fix=_("Give another name."),
                code="name-taken",
            )


def _usable_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > 100 or not name.isprintable():
        raise InputError(
            _("The name of an environment must have 1 to 100 printable characters."),
            fix=_("Give a name like `production`."),
            code="bad-name",
        )
    return name


def _usable_version(text: str) -> str:
    text = text.strip()
    if text and not re.fullmatch(r"20[0-9]{2}(0[1-9]|1[0-2])(\.[0-9]{2})?", text):
        raise InputError(
            _('The version of LinkedIn\'s API "{text}" is not usable.', text=text),
            fix=_("It is like `202609`."),
            code="bad-version",
        )
    return text


def _usable_id(
    text: str, what: str, where: str = _("the overview page of the app registration in Microsoft Entra")
) -> str:
    text = text.strip()
    if not text or "/" in text or any(letter.isspace() for letter in text):
        raise InputError(
            _('The {what} "{text}" is not usable.', what=what, text=text)
            if text
            else _("The {what} is missing.", what=what),
            fix=_("It stands on {where}.", where=where),
            code="bad-id",
        )
    return text


def _credential(secret: str, certificate_pem: str) -> Credential:
    if bool(secret.strip()) == bool(certificate_pem.strip()):
        raise InputError(
            _("An environment needs either a client secret or a certificate, and has both.")
            if secret.strip()
            else _("An environment needs either a client secret or a certificate, and has neither."),
            fix=_("Give one of them."),
            code="bad-credential",
        )
    if secret.strip():
        return Credential("secret", secret.strip())
    if "PRIVATE KEY-----" not in certificate_pem or "BEGIN CERTIFICATE-----" not in certificate_pem:
        raise InputError(
            _("The certificate file must hold a certificate and its private key, both in PEM."),
            fix=_("Join the two files: `cat certificate.pem key.pem`."),
            code="bad-credential",
        )
    return Credential("certificate", certificate_pem)
