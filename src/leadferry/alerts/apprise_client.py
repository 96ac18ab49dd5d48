"""Apprise: mail, Microsoft Teams, Slack and a hundred other services behind one kind of address.

Source: https://github.com/caronc/apprise/wiki (2.3). Loaded when something is sent: importing it takes a second.
"""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from leadferry.alerts.message import Message
from leadferry.alerts.model import Level
from leadferry.alerts.reasons import NO_REASON, TIMED_OUT, reason
from leadferry.errors import InputError
from leadferry.words import _

TIMEOUT_S = 30.0
READS_FILES = {"template", "keyfile", "subfile", "pgpkey", "pgpkeyfile", "key", "attach"}
"""Parameters with which some services read a file of this machine: no message may carry one away."""
OF_THIS_MACHINE = {"syslog", "dbus", "kde", "qt", "glib", "gnome", "macosx", "windows", "blink1"}
_HOST_IS_A_HOST = "{host}"
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Service:
    """`shown`: `mailto://example.com`, without anything that opens it."""

    name: str
    shown: str


def service_of(address: str) -> Service:
    """Raises InputError that never quotes the address."""
    scheme = urlsplit(address).scheme.lower()
    if scheme in OF_THIS_MACHINE:
        raise _unusable(f"{scheme}:// shows messages on this very machine, where nobody looks.")
    if any(name.lower() in READS_FILES for name, _ in parse_qsl(urlsplit(address).query, keep_blank_values=True)):
        raise _unusable("It names a file of this machine.")
    made = _instance(address)
    if made is None:
        raise _unusable("It is not one that Apprise knows, or it is incomplete.")
    return Service(str(made.service_name), _shown(made, scheme))


def send(address: str, message: Message, *, timeout_s: float = TIMEOUT_S) -> str:
    """Why it did not arrive; empty when the service took it. Never raises, never waits longer than `timeout_s`."""
    outcome: list[str] = []
    thread = threading.Thread(target=lambda: outcome.append(_send(address, message)), name="alert", daemon=True)
    thread.start()
    thread.join(timeout_s)
    return outcome[0] if outcome else TIMED_OUT


def sender(ca_file: Path | None) -> Callable[[str, Message], str]:
    """`send`, which trusts what the setting LEADFERRY_CA_FILE names."""

    def trusting(address: str, message: Message) -> str:
        try:
            trust(Path(str(ca_file)))
        except OSError:
            return "The certificates that LEADFERRY_CA_FILE names cannot be read."
        return send(address, message)

    return trusting if ca_file else send


@cache
def trust(ca_file: Path) -> None:
    """From now on, in this process, certificates signed by these authorities too. Apprise sends by `requests` and
    `smtplib`, which are told by variables, and then trust nothing beside: so ours stand behind the usual ones. What
    the operator has set stays."""
    import certifi  # what requests itself trusts

    bundle = Path(tempfile.mkdtemp(prefix="leadferry-ca-")) / "trusted.pem"
    bundle.write_bytes(Path(certifi.where()).read_bytes() + b"\n" + ca_file.read_bytes())
    atexit.register(shutil.rmtree, bundle.parent, ignore_errors=True)
    for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        os.environ.setdefault(name, str(bundle))


def _send(address: str, message: Message) -> str:
    import apprise

    kinds = {Level.INFO: "info", Level.WARN: "warning", Level.BAD: "failure"}
    capture: Any = apprise.LogCapture
    with _one_at_a_time, capture(level=logging.DEBUG) as notes:
        try:
            made = _instance(address)
            arrived = made is not None and made.notify(
                body=message.body, title=message.title, notify_type=apprise.NotifyType(kinds[message.level])
            )
        except Exception as error:  # one of a hundred plug-ins
            return f"{NO_REASON} ({type(error).__name__})"
        return "" if arrived else reason(notes.getvalue())


def _instance(address: str) -> Any:
    import apprise

    # Its lines quote addresses: they are for `reasons` only, not for a log.
    logging.getLogger("apprise").propagate = False
    asset = apprise.AppriseAsset(
        app_id="Leadferry",
        app_desc="Leadferry",
        app_url="",
        storage_mode=apprise.PersistentStoreMode.MEMORY,
        http_redirects=False,
        pgp_autogen=False,
        pem_autogen=False,
        image_url_mask="",
        image_url_logo="",
    )
    with_limits = f"{address}{'&' if '?' in address else '?'}cto=10&rto=15"
    try:
        return apprise.Apprise.instantiate(with_limits, asset=asset, suppress_exceptions=True)
    except (TypeError, ValueError):
        return None


def _shown(made: Any, scheme: str) -> str:
    """A host is told only where the service has one: elsewhere a token stands in its place."""
    host = str(getattr(made, "host", "") or "")
    known = any(_HOST_IS_A_HOST in template for template in made.templates) and ("." in host or host == "localhost")
    return f"{scheme}://{host if known else '…'}"


def _unusable(why: str) -> InputError:
    return InputError(
        _("The channel's address cannot be used. {why}", why=why),
        fix=_("Addresses are written as in docs/how-to/get-alerts.md: mailto://, msteams://, slack://, json://."),
        code="bad-alert-address",
    )
