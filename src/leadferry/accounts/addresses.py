"""The address of an environment, as people paste it, brought to one form. Pure."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from leadferry.errors import InputError
from leadferry.words import _

NOT_ENVIRONMENTS = ("powerapps.com", "microsoftonline.com", "office.com", "powerplatform.microsoft.com", "azure.com")
EXAMPLE = "https://crane.crm4.dynamics.com"


def environment_root(text: str) -> str:
    """`crane.crm4.dynamics.com/api/data/v9.2/` -> `https://crane.crm4.dynamics.com`."""
    root = secure_root(text, "environment", EXAMPLE)
    host = urlsplit(root).hostname or ""
    if not is_loopback(host) and "." not in host.strip(".") and ":" not in host:
        raise InputError(
            _('The address of the environment, "{text}", is a name alone: no site is called so.', text=_shown(text)),
            fix=_(
                "Give the whole address that the browser shows while Dynamics is open, like {example}.", example=EXAMPLE
            ),
            code="bad-address",
        )
    if host.endswith(NOT_ENVIRONMENTS):
        raise InputError(
            _("{root} is a site of Microsoft's, not an environment.", root=root),
            fix=_("Take the address that the browser shows while Dynamics is open, like {example}.", example=EXAMPLE),
            code="bad-address",
        )
    return root


def secure_root(text: str, what: str, example: str) -> str:
    """Scheme, host and port; https only, except on this machine."""
    parts = _split(text, what, example)
    host = (parts.hostname or "").lower()
    if parts.scheme != "https" and not is_loopback(host):
        raise InputError(
            _(
                'The address of the {what}, "{text}", is not https: secrets and leads would travel in the open.',
                what=what,
                text=_shown(text),
            ),
            fix=_("Use https://{host}.", host=host),
            code="bad-address",
        )
    standard = {"https": 443, "http": 80}[parts.scheme]
    port = f":{parts.port}" if parts.port and parts.port != standard else ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def at_linkedin(site: str, kind: str, linkedin_id: int) -> str:
    """Where a person sees the account, with its forms and ads, or administers the page. `site`: LinkedIn's."""
    if kind == "sponsoredAccount":
        return f"{site}/campaignmanager/accounts/{linkedin_id}"
    return f"{site}/company/{linkedin_id}/admin/"


def is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _split(text: str, what: str, example: str) -> SplitResult:
    text = text.strip()
    address = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(address)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username
        usable = usable and parts.port != 0 and not any(letter.isspace() for letter in address)
    except ValueError:
        usable = False
    if not usable:
        raise InputError(
            _('The address of the {what}, "{text}", is not a web address.', what=what, text=_shown(text)),
            fix=_("It looks like {example}.", example=example),
            code="bad-address",
        )
    return parts


def _shown(text: str) -> str:
    """Without what might be a password before an @."""
    return text.strip().rpartition("@")[2][:200]
