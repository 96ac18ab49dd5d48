"""What a certificate in PEM says about itself. Pure."""

from __future__ import annotations

from leadferry.errors import InputError
from leadferry.words import _


def certificate_ends_at(pem: str) -> int:
    """The end of its validity, in ms. Raises InputError where it, or its key, is not usable, or they are no pair."""
    # Loaded here: only those who have a certificate pay for it.
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
    from cryptography.x509 import load_pem_x509_certificate

    data = pem.encode()
    shape = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    try:
        certificate, key = load_pem_x509_certificate(data), load_pem_private_key(data, password=None)
        pair = certificate.public_key().public_bytes(*shape) == key.public_key().public_bytes(*shape)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _unusable(_("cannot be read, or its private key is protected by a password")) from None
    if not pair:
        raise _unusable(_("and the private key beside it do not belong together"))
    return int(certificate.not_valid_after_utc.timestamp() * 1000)


def _unusable(why: str) -> InputError:
    return InputError(
        _("The certificate {why}.", why=why),
        fix=_("Give the certificate and its private key in PEM, the key without a password."),
        code="bad-credential",
    )
