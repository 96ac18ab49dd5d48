"""`leadferry environment`: which Dynamics 365 organizations leads are carried to."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leadferry.accounts.days import end_of_day
from leadferry.cli.asking import confirm, read_secret
from leadferry.cli.lazy import ListingGroup
from leadferry.cli.opening import chosen, opened, opened_environment
from leadferry.cli.output import json_option, moment, print_json, print_table, warn
from leadferry.cli.record import Action, record
from leadferry.errors import InputError, LinkedInError

if TYPE_CHECKING:
    from leadferry.accounts.model import Environment
    from leadferry.app import App
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
@click.option("--expires", default="", metavar="DAY", help="When the secret ends, like 2027-11-30; told in time.")
@click.option("--no-check", is_flag=True, help="Only store it; ask nothing of Dynamics.")
@json_option
def add(
    name: str,
    url: str,
    tenant_id: str,
    client_id: str,
    secret_stdin: bool,
    certificate: Path | None,
    authority: str,
    expires: str,
    no_check: bool,
    as_json: bool,
) -> None:
    """Connect the Dynamics 365 organization at URL under NAME.

    The client secret is asked for, or comes by --secret-stdin. The connection is checked at once.

    \b
    Example:
      leadferry environment add production --url https://crane.crm4.dynamics.com \\
          --tenant 1111... --client-id 2222... --secret-stdin < secret.txt
    """
    credential: dict[str, Any] = {"credential_expires_at": end_of_day(expires)}
    if certificate:
        credential["certificate_pem"] = read_certificate(certificate)
    else:
        credential["secret"] = read_secret("client secret", from_stdin=secret_stdin, option="--secret-stdin")
    if authority:
        credential["authority"] = authority
    with opened() as app:
        added = app.environments.add(name, url, tenant_id=tenant_id, client_id=client_id, **credential)
        names = ("url", "tenant_id", "client_id", "credential_kind")
        shown = {one: getattr(added, one) for one in names}
        record(app, added, Action.ADD_ENVIRONMENT, "environment", added.id, added.name, after=shown)
        if not as_json:
            click.echo(f'Environment "{added.name}" is stored.')
        steps = [] if no_check else app.check_environment(added)
        if as_json:
            print_json(as_dict(app.environments.by_id(added.id)) | {"steps": as_shown(steps)})
    if not as_json:
        report(steps)
    if not all(step.ok for step in steps):
        click.echo("It stays stored. Correct what is named above, then: leadferry environment check", err=True)
        sys.exit(3)


def read_certificate(path: Path) -> str:
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
    names = (
        "name",
        "url",
        "tenant_id",
        "client_id",
        "credential_kind",
        "credential_expires_at",
        "linkedin_client_id",
        "organization_id",
        "checked_at",
        "trouble",
    )
    return {name: getattr(one, name) for name in names}


def as_shown(steps: list[Step]) -> list[dict[str, Any]]:
    return [{"name": step.name, "ok": step.ok, "detail": step.detail, "fix": step.fix} for step in steps]


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
        print_json({"environment": found.name, "steps": as_shown(steps), "strategy_troubles": troubles})
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


@environment.command()
@click.argument("name")
@click.option("--rename", help="Its new name.")
@click.option("--url", help="Its new address; it must be the same organization.")
@click.option("--tenant-id", "tenant_id", help="Directory (tenant) id of the app registration.")
@click.option("--client-id", help="Application (client) id of the app registration.")
@click.option("--authority", help="Sign-in service, for national clouds.")
@click.option("--expires", metavar="DAY", help="When the secret ends, like 2027-11-30; empty for unknown.")
@json_option
def change(
    name: str,
    rename: str | None,
    url: str | None,
    tenant_id: str | None,
    client_id: str | None,
    authority: str | None,
    expires: str | None,
    as_json: bool,
) -> None:
    """Change what is stored of NAME. Check it afterwards: leadferry environment check.

    \b
    Example:
      leadferry environment change production --expires 2027-11-30
    """
    values = {"name": rename, "url": url, "tenant_id": tenant_id, "client_id": client_id, "authority": authority}
    if all(value is None for value in (*values.values(), expires)):
        raise InputError("Nothing is to be changed.", fix="Name an option; --help lists them.", code="no-change")
    with opened() as app:
        found = app.environments.get(name)
        changed = app.environments.change(found.id, **values)
        if expires is not None:
            app.environments.set_credential_expiry(found.id, end_of_day(expires))
            changed = app.environments.by_id(found.id)
        record(
            app,
            changed,
            Action.CHANGE_ENVIRONMENT,
            "environment",
            changed.id,
            changed.name,
            before=as_dict(found),
            after=as_dict(changed),
        )
    if as_json:
        print_json(as_dict(changed))
    else:
        click.echo(f'Environment "{changed.name}" is changed.')


@environment.command("linkedin-app")
@click.argument("name", required=False)
@click.option("--client-id", default="", help="Client id of the environment's own LinkedIn app.")
@click.option("--secret-stdin", is_flag=True, help="Read the app's client secret from standard input, one line.")
@click.option("--version", "api_version", default="", help="Version of LinkedIn's API.  [default: the settings']")
@click.option("--none", "none_", is_flag=True, help="Use the app of the settings again.")
@click.option("--yes", is_flag=True, help="Do not ask, even where profiles must be authorized again.")
@json_option
def linkedin_app(
    name: str | None, client_id: str, secret_stdin: bool, api_version: str, none_: bool, yes: bool, as_json: bool
) -> None:
    """Show or set the LinkedIn app of NAME. LinkedIn is asked whether it knows the app.

    \b
    Examples:
      leadferry environment linkedin-app production
      leadferry environment linkedin-app production --client-id 78abc --secret-stdin < secret.txt
    """
    with opened() as app:
        found = chosen(app, name)
        if client_id or none_:
            _set_linkedin_app(app, found, "" if none_ else client_id, secret_stdin, api_version, yes)
        used = app.linkedin_app(found)
    if as_json:
        print_json({"environment": found.name, "client_id": used.client_id, "version": used.version, "own": used.own})
    else:
        whose = "its own" if used.own else "that of the settings"
        click.echo(f'"{found.name}" uses the LinkedIn app {used.client_id or "(none)"}, {whose}; API {used.version}.')


def _set_linkedin_app(
    app: App, found: Environment, client_id: str, secret_stdin: bool, api_version: str, yes: bool
) -> None:
    lost = app.connecting.lost_with_another_app(found, client_id)
    if lost:
        names = ", ".join(one.name for one in lost)
        confirm(f"The tokens of {names} belong to the app of before: they must be authorized again. Go on?", yes=yes)
    secret = (
        read_secret("LinkedIn client secret", from_stdin=secret_stdin, option="--secret-stdin") if client_id else ""
    )
    before = app.environments.linkedin_app(found.id)
    app.environments.set_linkedin_app(found.id, client_id, secret, api_version)
    try:
        if client_id:
            app.oauth(found).check_app()
    except LinkedInError as error:
        if error.code == "linkedin-bad-client-secret":
            kept = (before.client_id, before.client_secret, before.version) if before else ("",)
            app.environments.set_linkedin_app(found.id, *kept)
            raise
        warn(f"It is stored, and could not be checked: {error.message}")
    record(
        app,
        found,
        Action.CHANGE_ENVIRONMENT,
        "environment",
        found.id,
        found.name,
        before={"linkedin_app": before.client_id if before else ""},
        after={"linkedin_app": client_id},
    )


@environment.command("set-secret")
@click.argument("name", required=False)
@click.option("--secret-stdin", is_flag=True, help="Read the new client secret from standard input, one line.")
@click.option(
    "--certificate",
    type=click.Path(dir_okay=False, path_type=Path),
    help="PEM file with certificate and private key, instead of a secret.",
)
@click.option("--expires", default="", metavar="DAY", help="When the secret ends, like 2027-11-30; told in time.")
def set_secret(name: str | None, secret_stdin: bool, certificate: Path | None, expires: str) -> None:
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
            app.environments.set_credential(found.id, secret=secret, expires_at=end_of_day(expires))
        kind = app.environments.by_id(found.id).credential_kind
        record(
            app,
            found,
            Action.CHANGE_ENVIRONMENT,
            "credential",
            found.id,
            found.name,
            before={"credential": found.credential_kind},
            after={"credential": f"a new {kind}"},
        )
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
        shown = {"url": found.url, "submissions": count}
        record(app, found, Action.REMOVE_ENVIRONMENT, "environment", found.id, found.name, before=shown)
        click.echo(f'Environment "{found.name}" is removed.')
