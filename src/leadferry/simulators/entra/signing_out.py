"""The end of a browser's sign-in. Source: "OpenID Connect on the Microsoft identity platform", sign-out request."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from leadferry.simulators.entra.call import Call
from leadferry.simulators.entra.memory import APP, SESSION
from leadferry.simulators.html import see_other
from leadferry.simulators.server import Response


def logout(call: Call) -> Response:
    """Goes back only to an address that some application registered; else a page says that it is done."""
    call.check_tenant()
    call.memory.remove(SESSION, call.browser.id)
    address = call.given.get("post_logout_redirect_uri", "")
    registered = {uri for app in call.memory.all(APP).values() for uri in app["redirect_uris"]}
    if address not in registered:
        return call.pages.show("signed_out.html", call.browser)
    state = {"state": call.given["state"]} if "state" in call.given else {}
    joint = "&" if urlsplit(address).query else "?"
    return see_other(f"{address}{joint if state else ''}{urlencode(state)}", call.browser.headers)
