"""Environments for tests, and a clock that stands still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from leadferry.accounts.environment_store import EnvironmentStore
from leadferry.accounts.model import Environment
from leadferry.accounts.vault import Vault
from leadferry.store.database import Database

KEY = b"k" * 32


@dataclass
class StandingClock:
    """Moves only when told to."""

    now: int = 1_790_000_000_000

    def __call__(self) -> int:
        return self.now


def environment_store(database: Database, clock: StandingClock | None = None) -> EnvironmentStore:
    return EnvironmentStore(database, Vault([KEY]), clock or StandingClock())


def connect(database: Database, name: str) -> Environment:
    return environment_store(database).add(
        name, f"https://{name}.crm4.dynamics.com", tenant_id="tenant", client_id="client", secret="hush"
    )


def certificate_pem(ends: datetime) -> str:
    """A certificate and its private key, as they are pasted."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "leadferry")])
    began = ends.astimezone(UTC) - timedelta(days=365)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, began, ends).sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return made.public_bytes(serialization.Encoding.PEM).decode() + private.decode()
