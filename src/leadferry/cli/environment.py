"""`leadferry environment`: which Dynamics 365 organizations leads are carried to."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leadferry.cli.asking import confirm, read_secret
from leadferry.cli.lazy import ListingGroup
from leadferry.cli.opening import chosen, opened, opened_environment
from leadferry.cli.output import json_option, moment, print_json, print_table

if TYPE_CHECKING:
    from leadferry.accounts.model import Environment
    from leadferry.engine.check_worker import Step


@click.group(cls=ListingGroup)
def environment() -> None:
    """Connect Dynamics 365 organizations, and check that they can be written to."""


@environment.command()
@click.argument("name")
@click.option("--url", required=True, help="Its address, like https://crane.crm4.dynamics.com")
@click.option(
    "--tenant",
    "--tenant-id",
    "tenant_id",
    required=True,
    help="Directory (tenant) id of the app registration in Microsoft Entra.",
)
@click.option("--client-id", required=True, help="Application (client) id of the app registration.")
@click.option("--secret-stdin", is_flag=True, help="Read the client secret from standard input, one line.")
@click.option(
    "--certificate",
    type=click.Path(dir_okay=False, path_type=Path),
    help="PEM file with certificate and private key, instead of a secret.",
)
@click.option("--authority", default="", help="Sign-in service, for national clouds.  [default: Microsoft Entra]")
@click.option("--no-check", is_flag=True, help="Only store it; ask nothing of Dynamics.")
def add(
    name: str,
    url: str,
    tenant_id: str,
    client_id: str,
    secret_stdin: bool,
    certificate: Path | None,
    authority: str,
    no_check: bool,
) -> None:
    """Connect the Dynamics 365 organization at URL under NAME.

    The client secret is asked for, or comes by --secret-stdin. The connection is checked at once.

    \b
    Example:
      leadferry environment add production --url https://crane.crm4.dynamics.com \\
          --tenant 1111... --client-id 2222... --secret-stdin < secret.txt
    """
    credential: dict[str, Any] = {}
    if certificate:
        credential["certificate_pem"] = read_certificate(certificate)
    else:
        credential["secret"] = read_secret("client secret", from_stdin=secret_stdin, option="--secret-stdin")
    if authority:
        credential["authority"] = authority
    with opened() as app:
        added = app.environments.add(name, url, tenant_id=tenant_id, client_id=client_id, **credential)
        click.echo(f'Environment "{added.name}" is stored.')
        steps = [] if no_check else app.check_environment(added)
    report(steps)
    if not all(step.ok for step in steps):
        click.echo("It stays stored. Correct what is named above, then: leadferry environment check", err=True)
        sys.exit(3)


def read_certificate(path: Path) -> str:
    from leadferry.errors import InputError

    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise InputError(
            f"The certificate file {path} cannot be read: {reason}.",
            fix="Name a PEM file with the certificate and its private key.",
            code="bad-credential",
        ) from None


@environment.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Show the environments that are connected.

    \b
    Example:
      leadferry environment list --json
    """
    with opened() as app:
        known = app.environments.list()
    if as_json:
        print_json([as_dict(one) for one in known])
        return
    rows = [(one.name, one.url, moment(one.checked_at), one.trouble or "none") for one in known]
    print_table(
        ("name", "address", "checked", "trouble"),
        rows,
        empty="None is connected yet: `leadferry environment add` connects one.",
    )


def as_dict(one: Environment) -> dict[str, Any]:
    """Without ids of ours, and never a credential."""
    names = ("name", "url", "tenant_id", "client_id", "credential_kind", "organization_id", "checked_at", "trouble")
    return {name: getattr(one, name) for name in names}


@environment.command()
@click.argument("name", required=False)
@json_option
def check(name: str | None, as_json: bool) -> None:
    """Check NAME live: sign-in, application user, tables, rights. Exit code 3 where a step fails.

    \b
    Example:
      leadferry environment check production
    """
    with opened_environment(name) as (app, found):
        steps = app.check_environment(found)
        troubles = app.strategies.troubles(found.id)
    if as_json:
        shown = [{"name": step.name, "ok": step.ok, "detail": step.detail, "fix": step.fix} for step in steps]
        print_json({"environment": found.name, "steps": shown, "strategy_troubles": troubles})
    else:
        report(steps)
        for trouble in troubles:
            click.echo(f"{click.style('warn', fg='yellow')}  Matching strategy: {trouble}")
    if not all(step.ok for step in steps):
        sys.exit(3)


def report(steps: list[Step]) -> None:
    for step in steps:
        mark = click.style(" ok ", fg="green") if step.ok else click.style("FAIL", fg="red")
        click.echo(f"{mark}  {step.name}: {step.detail}")
        if step.fix and not step.ok:
            click.echo(f"      Do: {step.fix}")


@environment.command("set-secret")
@click.argument("name", required=False)
@click.option("--secret-stdin", is_flag=True, help="Read the new client secret from standard input, one line.")
@click.option(
    "--certificate",
    type=click.Path(dir_okay=False, path_type=Path),
    help="PEM file with certificate and private key, instead of a secret.",
)
def set_secret(name: str | None, secret_stdin: bool, certificate: Path | None) -> None:
    """Give NAME a new client secret or certificate, because the old one expires.

    \b
    Example:
      leadferry environment set-secret production --secret-stdin < secret.txt
    """
    with opened() as app:
        found = chosen(app, name)
        if certificate:
            app.environments.set_credential(found.id, certificate_pem=read_certificate(certificate))
        else:
            secret = read_secret("client secret", from_stdin=secret_stdin, option="--secret-stdin")
            app.environments.set_credential(found.id, secret=secret)
        click.echo(f'The credential of "{found.name}" is replaced. Check it: leadferry environment check')


@environment.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(name: str, yes: bool) -> None:
    """Forget NAME with its profiles, strategies, mappings and submissions. Leads in Dynamics stay.

    \b
    Example:
      leadferry environment remove sandbox --yes
    """
    with opened() as app:
        found = app.environments.get(name)
        count = app.counts(found)["all"]
        confirm(f'Remove "{found.name}" and its {count:,} form submissions?', yes=yes)
        app.environments.remove(found.name)
        click.echo(f'Environment "{found.name}" is removed.')
