"""What a certificate says of itself. Pure."""

from __future__ import annotations


def ends_at(pem: str) -> int | None:
    """The end of its validity in ms; of several the first to end, for a chain breaks there. None: it cannot be read,
    which the first sign-in with it tells."""
    from cryptography import x509

    try:
        found = x509.load_pem_x509_certificates(pem.encode())
    except ValueError:
        return None
    return min((int(one.not_valid_after_utc.timestamp() * 1000) for one in found), default=None)
