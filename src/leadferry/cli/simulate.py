"""`leadferry simulate`: one simulator by itself, for tests in any language and for looking at."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from leadferry.simulators.server import Running


@click.group()
def simulate() -> None:
    """Run a simulator by itself, on 127.0.0.1. Faults and rows are ordered over its /__sim addresses."""


@simulate.command()
@click.option("--port", default=8781, show_default=True, help="0 takes a free one.")
@click.option("--state", default=":memory:", show_default=True, help="SQLite file that keeps its state.")
@click.option("--tls", type=click.Path(file_okay=False, path_type=Path), help="Speak TLS; folder for certificates.")
def linkedin(port: int, state: str, tls: Path | None) -> None:
    """LinkedIn: OAuth, lead forms, form responses, accounts, campaigns, pages, events."""
    from leadferry.simulators.linkedin.service import start

    certificate, key = _certificates(tls)
    with start(state, port=port, certificate=certificate, key=key) as running:
        _serve(running, "LinkedIn", tls)


@simulate.command()
@click.option("--port", default=8782, show_default=True, help="0 takes a free one.")
@click.option("--state", default=":memory:", show_default=True, help="SQLite file that keeps its state.")
@click.option("--tls", type=click.Path(file_okay=False, path_type=Path), help="Speak TLS; folder for certificates.")
def dataverse(port: int, state: str, tls: Path | None) -> None:
    """Dynamics 365: the Dataverse Web API and its sign-in service."""
    from leadferry.clock import system_clock
    from leadferry.simulators.dataverse.definitions.standard import standard_catalog
    from leadferry.simulators.dataverse.service import start
    from leadferry.simulators.dataverse.users import CLIENT_ID, CLIENT_SECRET, TENANT_ID

    certificate, key = _certificates(tls)
    with start(system_clock, standard_catalog(), path=state, port=port, certificate=certificate, key=key) as running:
        click.echo(f"Tenant {TENANT_ID}, client {CLIENT_ID}, secret {CLIENT_SECRET}", err=True)
        _serve(running, "Dynamics 365", tls)


def _certificates(folder: Path | None) -> tuple[Path | None, Path | None]:
    from leadferry.simulators.certificates import make_certificates

    if folder is None:
        return None, None
    made = make_certificates(folder, datetime.datetime.now(datetime.UTC))
    return made.certificate, made.key


def _serve(running: Running, what: str, tls: Path | None) -> None:
    """Until Ctrl-C or SIGTERM. The address is the only line on standard output."""
    from leadferry.cli.signals import stopping

    with stopping() as stop:
        click.echo(running.url)
        if tls:
            click.echo(f"Trust {tls / 'ca.pem'}: LEADFERRY_CA_FILE, or your client's own option.", err=True)
        click.echo(f"{what} is simulated here; Ctrl-C ends it.", err=True)
        stop.wait()
