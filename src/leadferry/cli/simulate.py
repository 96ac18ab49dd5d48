"""`leadferry simulate`: one simulator by itself, for tests in any language and for looking at."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from leadferry.simulators.server import Running

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group()
def simulate() -> None:
    """Run a simulator by itself, on 127.0.0.1. Faults and rows are ordered over its /__sim addresses."""


def _options(command: Command) -> Command:
    for option in (
        click.option("--tls", type=click.Path(file_okay=False, path_type=Path), help="Speak TLS, with certificates in "
                     "this folder; they are made where there are none."),
        click.option("--data", default=":memory:", metavar="FILE", help="SQLite file that keeps its state.  "
                     "[default: memory]"),
        click.option("--port", default=0, help="[default: a free one]"),
    ):  # fmt: skip
        command = option(command)
    return command


@simulate.command()
@_options
def linkedin(port: int, data: str, tls: Path | None) -> None:
    """LinkedIn: OAuth, lead forms, form responses, accounts, campaigns, pages, events.

    It starts empty. The first line on standard output is its address.

    \b
    Example:
      leadferry simulate linkedin --port 8781 --data linkedin.db
    """
    from leadferry.simulators.linkedin.service import start

    certificate, key = _certificates(tls)
    lines = [
        ("an app", 'PUT {url}/__sim/apps/ID         {{"secret": "..."}}'),
        ("a member", 'PUT {url}/__sim/members/ID      {{"name": "...", "account_roles": {{"5001": "VIEWER"}}}}'),
        ("an account", 'PUT {url}/__sim/accounts/5001   {{"name": "..."}}'),
        ("forms, responses", "PUT {url}/__sim/forms/ID, POST {url}/__sim/responses"),
        ("tokens", 'POST {url}/__sim/tokens         {{"client_id", "member", "scopes"}}'),
        *_CONTROLS,
    ]  # fmt: skip
    with start(data, port=port, certificate=certificate, key=key) as running:
        _serve(running, "LinkedIn", tls, lines)


@simulate.command()
@_options
@click.option(
    "--with-original",
    type=click.IntRange(min=0),
    metavar="N",
    help="The tables of Microsoft's discontinued connector too, with N submissions.",
)
def dataverse(port: int, data: str, tls: Path | None, with_original: int | None) -> None:
    """Dynamics 365: the Dataverse Web API and its sign-in service.

    It starts with the standard tables and one application user, who may do everything. The first line on standard
    output is its address.

    \b
    Example:
      leadferry simulate dataverse --port 8782 --tls certificates
    """
    from leadferry.clock import system_clock
    from leadferry.simulators.dataverse.service import start
    from leadferry.simulators.dataverse.users import CLIENT_ID, CLIENT_SECRET, TENANT_ID

    certificate, key = _certificates(tls)
    lines = [
        ("authority", "{url}"),
        ("tenant id", TENANT_ID),
        ("client id", CLIENT_ID),
        ("client secret", CLIENT_SECRET),
        ("rows", "GET, POST {url}/__sim/rows/lead"),
        *_CONTROLS,
    ]
    with start(system_clock, path=data, port=port, certificate=certificate, key=key, original=with_original) as running:
        _serve(running, "Dynamics 365", tls, lines)


@simulate.command()
@_options
def entra(port: int, data: str, tls: Path | None) -> None:
    """Microsoft Entra ID: sign-in of people with OpenID Connect, tokens of applications.

    It starts empty, with one tenant. The first line on standard output is its address.

    \b
    Example:
      leadferry simulate entra --port 8783 --tls certificates
    """
    from leadferry.simulators.entra.service import start
    from leadferry.simulators.entra.settings import TENANT_ID

    certificate, key = _certificates(tls)
    lines = [
        ("authority", f"{{url}}/{TENANT_ID}"),
        ("an app", 'PUT {url}/__sim/apps/ID     {{"secrets": [{{"value": "..."}}], "redirect_uris": ["..."]}}'),
        ("a person", 'PUT {url}/__sim/people/OID  {{"name": "...", "email": "...", "title": "..."}}'),
        *_CONTROLS,
    ]  # fmt: skip
    with start(path=data, port=port, certificate=certificate, key=key) as running:
        _serve(running, "Entra ID", tls, lines)


_CONTROLS = (
    ("settings", "GET, PATCH {url}/__sim/settings"),
    ("faults", "POST, DELETE {url}/__sim/faults"),
    ("requests so far", "GET {url}/__sim/stats"),
    ("start over", "POST {url}/__sim/reset"),
)


def _certificates(folder: Path | None) -> tuple[Path | None, Path | None]:
    from leadferry.simulators.certificates import make_certificates

    if folder is None:
        return None, None
    made = make_certificates(folder, datetime.datetime.now(datetime.UTC))
    return made.certificate, made.key


def _serve(running: Running, what: str, tls: Path | None, lines: Iterable[tuple[str, str]]) -> None:
    """Until Ctrl-C or SIGTERM. The address is the only line on standard output."""
    from leadferry.cli.signals import stopping

    with stopping() as stop:
        click.echo(running.url)
        sys.stdout.flush()
        click.echo(f"{what} is simulated at this address; Ctrl-C ends it.", err=True)
        for name, text in lines:
            click.echo(f"  {name:<16}  {text.format(url=running.url)}", err=True)
        if tls:
            click.echo(f"Trust {tls / 'ca.pem'}: LEADFERRY_CA_FILE, or your client's own option.", err=True)
        stop.wait()
