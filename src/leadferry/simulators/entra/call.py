"""One request on its way through the service: what was asked, of which tenant, with which memory."""

from __future__ import annotations

import re
from dataclasses import dataclass

from leadferry.simulators.entra import refusals
from leadferry.simulators.entra.memory import APP, Memory, Thing
from leadferry.simulators.entra.settings import Settings
from leadferry.simulators.html import Browser, Pages
from leadferry.simulators.server import Request

_SHARED = {"common", "organizations", "consumers"}
_OPENID = {"openid", "profile", "email", "offline_access"}
_DELEGATED = {".default", "user_impersonation"}


@dataclass(frozen=True)
class Call:
    """`given`: the parameters, from query or form."""

    request: Request
    tenant: str
    given: dict[str, str]
    browser: Browser
    memory: Memory
    settings: Settings
    pages: Pages

    @property
    def root(self) -> str:
        return f"{self.request.base_url}/{self.tenant}"

    @property
    def issuer(self) -> str:
        return f"{self.root}/v2.0"

    def required(self, name: str) -> str:
        if not self.given.get(name):
            raise refusals.missing(name)
        return self.given[name]

    def check_tenant(self) -> None:
        if self.tenant in _SHARED:
            raise refusals.not_multi_tenant(self.given.get("client_id", ""), self.tenant)
        if self.tenant.lower() != self.settings.tenant_id:
            raise refusals.unknown_tenant(self.tenant)

    def app(self, client_id: str) -> Thing:
        found = self.memory.get(APP, client_id.lower())
        if found is None:
            raise refusals.unknown_application(client_id, self.tenant)
        return found


def check_scopes(scope: str, app: Thing) -> None:
    """Of a request made for a person. Raises a refusal."""
    asked = scope.split()
    for one in asked:
        resource, _, permission = one.rpartition("/")
        if one not in _OPENID and not (permission in _DELEGATED and is_resource(app, resource)):
            raise refusals.bad_scope(one)


def resource_of(scope: str) -> str:
    """The address that an access token with these scopes is for; "" for the directory itself."""
    found = [one.rpartition("/")[0] for one in scope.split() if re.search(r"/(\.default|user_impersonation)$", one)]
    return found[0] if found else ""


def is_resource(app: Thing, resource: str) -> bool:
    return resource.rstrip("/") in {str(known).rstrip("/") for known in app["resources"]}
