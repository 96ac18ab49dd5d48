"""Where a webhook may lead. Pure.

A person with rights at the console chooses the address, and this machine sends: without a rule it could be made to
reach what only this machine can, such as the metadata service of a cloud. So by default only public addresses are
reached, and what a name stands for is looked at when the connection is made, not only when the webhook is saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from leadferry.errors import InputError
from leadferry.words import _

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
LONGEST = 2000
_PROTOCOLS = ip_network("192.0.0.0/24")
"""Of the IETF; what of it counts as reachable differs from one Python to the next."""
_NAT64 = ip_network("64:ff9b::/96")
_V4_COMPATIBLE = ip_network("::/96")


@dataclass(frozen=True, slots=True)
class Rules:
    """`http`: plain http is allowed. `networks`: those of private addresses that may be reached."""

    http: bool = False
    networks: tuple[Network, ...] = ()

    def allow(self, address: Address) -> bool:
        """Whether a connection may be made to it."""
        inner = _inside(address)
        known = [network for network in self.networks if network.version == inner.version]
        return is_public(address) or any(inner in network for network in known)


@dataclass(frozen=True, slots=True)
class Target:
    """An address in its parts. `path` is what the request names, with its query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def shown(self) -> str:
        """Without what stands behind the question mark: it may be a key."""
        standard = {"https": 443, "http": 80}[self.scheme]
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == standard else f":{self.port}"
        path, mark, _ = self.path.partition("?")
        return f"{self.scheme}://{host}{port}{path}{'?…' if mark else ''}"


def read_rules(http: bool, networks: Iterable[str]) -> Rules:
    """From the settings. Raises InputError `bad-network`."""
    found = []
    for text in networks:
        try:
            found.append(ip_network(text))
        except ValueError:
            raise InputError(
                _('LEADFERRY_WEBHOOK_NETWORKS names "{text}", which is no network.', text=text[:60]),
                fix=_("A network is written like 10.20.0.0/16 or fd00::/8; several are separated by blanks."),
                code="bad-network",
            ) from None
    return Rules(http, tuple(found))


def read_target(url: str, rules: Rules) -> Target:
    """Raises InputError `bad-webhook-address` that never quotes the address."""
    text = url.strip()
    parts = _split(text)
    host = (parts.hostname or "").rstrip(".").lower()
    if parts.scheme != "https" and not rules.http:
        raise _unusable(_("It is not https: what is sent would travel in the open."))
    literal = read_address(host)
    if literal is not None and not rules.allow(literal):
        raise _unusable(_("{literal} is {kind_of}.", literal=literal, kind_of=kind_of(literal)))
    if literal is None and host.endswith("localhost") and not _any_loopback(rules):
        raise _unusable(_("localhost is this very machine."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    port = parts.port or {"https": 443, "http": 80}[parts.scheme]
    return Target(parts.scheme, host, port, path)


def usable(addresses: Sequence[str], rules: Rules) -> list[str]:
    """Of what a name stands for, in the order given, what may be reached."""
    return [text for text in addresses if (found := read_address(text)) is not None and rules.allow(found)]


def is_public(address: Address) -> bool:
    """Reached over the internet, and by nobody but its owner's machine."""
    inner = _inside(address)
    if inner.is_multicast or inner.is_reserved or inner.is_unspecified or not inner.is_global or inner in _PROTOCOLS:
        return False
    return not (isinstance(inner, IPv6Address) and inner.is_site_local)


def kind_of(address: Address) -> str:
    """In words, for who is refused."""
    inner = _inside(address)
    if inner.is_loopback or inner.is_unspecified:
        return _("this very machine")
    if inner.is_link_local:
        return _("an address of the local link, where clouds keep their metadata")
    return _("an address of a private network")


def _inside(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for: mapped, translated (NAT64), tunnelled (6to4, Teredo)."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if address.teredo:
        return address.teredo[1]
    if address in _NAT64 or (address in _V4_COMPATIBLE and int(address) > 0xFFFF):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise _unusable(_("It is not a web address.")) from None
    if not whole or len(text) > LONGEST or not text.isascii() or not text.isprintable() or " " in text:
        raise _unusable(_("It is not a web address."))
    if parts.username is not None or parts.password is not None:
        raise _unusable(_("It holds a user name or a password, which is not sent."))
    if parts.fragment:
        raise _unusable(_("It has a part behind #, which is not sent."))
    return parts


def read_address(host: str) -> Address | None:
    """None where it is a name."""
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _any_loopback(rules: Rules) -> bool:
    return rules.allow(IPv4Address("127.0.0.1")) or rules.allow(IPv6Address("::1"))


def _unusable(why: str) -> InputError:
    return InputError(
        _("The webhook's address cannot be used. {why}", why=why),
        fix=_(
            "Give an https address that is reached over the internet, like "
            "https://hooks.example.com/leads. The settings LEADFERRY_WEBHOOK_HTTP and "
            "LEADFERRY_WEBHOOK_NETWORKS allow more."
        ),
        code="bad-webhook-address",
    )
