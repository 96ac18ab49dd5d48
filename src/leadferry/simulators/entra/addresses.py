"""Which address is served by whom. `{tenant}` is an id, in lower case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from leadferry.simulators.entra import authorize, metadata, signing_out, token
from leadferry.simulators.entra.call import Call
from leadferry.simulators.server import Request, Response


@dataclass(frozen=True, slots=True)
class Address:
    """`page`: a person looks at it, so it refuses with a page, not with JSON."""

    method: str
    path: str
    handler: Callable[[Call], Response]
    what: str
    page: bool = False


ADDRESSES = (
    Address("GET", "/{tenant}/v2.0/.well-known/openid-configuration", metadata.configuration, "discovery"),
    Address("GET", "/{tenant}/discovery/v2.0/keys", metadata.keys, "the public keys"),
    Address("GET", "/{tenant}/discovery/instance", metadata.instance, "which hosts are one cloud"),
    Address("GET", "/{tenant}/oauth2/v2.0/authorize", authorize.authorize, "sign-in of a person", page=True),
    Address("POST", "/{tenant}/oauth2/v2.0/authorize", authorize.authorize, "the same, by form", page=True),
    Address("POST", "/{tenant}/login", authorize.choose, "the form of the sign-in page", page=True),
    Address("POST", "/{tenant}/oauth2/v2.0/token", token.token, "tokens"),
    Address("GET", "/{tenant}/oauth2/v2.0/logout", signing_out.logout, "sign-out", page=True),
)


def find(request: Request) -> tuple[Address, str] | None:
    """With the tenant."""
    tenant, slash, rest = request.path.removeprefix("/").partition("/")
    for address in ADDRESSES:
        if slash and address.method == request.method and address.path == f"/{{tenant}}/{rest}":
            return address, tenant
    return None
