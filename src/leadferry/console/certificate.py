"""A certificate as a credential: its key to sign with, its name to be known by. Pure."""

from __future__ import annotations

import base64

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from leadferry.errors import SignInError
from leadferry.words import _


def key_and_thumbprint(pem: str) -> tuple[RSAKey, str]:
    """The private key, and the name that Entra knows the certificate by (`x5t`)."""
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        key = serialization.load_pem_private_key(pem.encode(), password=None)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        imported = RSAKey.import_key(private)
    except (ValueError, TypeError, JoseError):
        raise SignInError(
            _("Leadferry's certificate for Microsoft Entra cannot be read."),
            fix=_("The operator gives it again: `leadferry environment set-secret --certificate`."),
            code="sign-in-certificate",
        ) from None
    digest = certificate.fingerprint(hashes.SHA1())  # noqa: S303 - the name Entra knows it by
    return imported, base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
