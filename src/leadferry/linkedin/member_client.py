"""Who a member is, asked with the member's own token.

Source: LinkedIn's OIDC discovery document (userinfo); Microsoft Learn "Ad Account Users", "Organization Access
Control"; linkedin-api 1.5, 6.2 and 6.4.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

from leadferry.http_client import Http, NoAnswerError, NotSentError
from leadferry.linkedin import wire
from leadferry.linkedin.wire import Wire


class Roles(Protocol):
    """What of the LinkedIn client is used here."""

    def ad_account_users(self) -> list[wire.AdAccountUser]: ...
    def organization_acls(self) -> list[wire.OrganizationAcl]: ...


class _UserInfo(Wire):
    sub: str = ""
    name: str = ""


_DECODER = msgspec.json.Decoder(_UserInfo)


def userinfo(api_url: str, access_token: str, http: Http) -> tuple[str, str]:
    """(URN, name); ("", "") where LinkedIn does not tell. Needs the permission openid, and profile for the name."""
    headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
    try:
        answer = http.send("GET", f"{api_url.rstrip('/')}/v2/userinfo", headers, timeout_s=30)
        found = _DECODER.decode(answer.body) if answer.status == 200 else _UserInfo()
    except (NotSentError, NoAnswerError, msgspec.DecodeError, UnicodeDecodeError):
        return "", ""
    return (f"urn:li:person:{found.sub}", found.name) if found.sub else ("", "")


def urn_from_roles(client: Roles) -> str:
    """The member's URN as the roles on ad accounts name it, else those on pages; "" for one without any."""
    for user in client.ad_account_users():
        if user.user:
            return user.user
    for acl in client.organization_acls():
        if acl.roleAssignee:
            return acl.roleAssignee
    return ""
