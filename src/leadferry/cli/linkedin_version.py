"""`leadferry linkedin-version`: which version of LinkedIn's API is in use, and adopting another."""

from __future__ import annotations

from typing import Any

import click

from leadferry.cli.lazy import ListingGroup
from leadferry.cli.opening import environment_option, opened, opened_environment
from leadferry.cli.output import json_option, print_json, print_table


@click.group("linkedin-version", cls=ListingGroup)
def linkedin_version() -> None:
    """LinkedIn's API has a version a month, and each lives about a year."""


@linkedin_version.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Show the version of each environment, when it ends, and what was tested.

    \b
    Example:
      leadferry linkedin-version list
    """
    from leadferry.linkedin.versions import TESTED

    with opened() as app:
        known = [(one.name, app.linkedin_version(one), bool(one.linkedin_version)) for one in app.environments.list()]
    found = [_facts(*one) for one in known]
    if as_json:
        print_json({"environments": found, "tested": list(TESTED)})
        return
    print_table(("environment", "version", "set by", "ends", "newer, tested"), [list(one.values()) for one in found])


def _facts(environment: str, version: str, own: bool) -> dict[str, Any]:
    from leadferry.linkedin.versions import newer_tested, sunset_of

    day, published = sunset_of(version)
    return {
        "environment": environment,
        "version": version,
        "set_by": "the environment" if own else "the settings",
        "ends": f"{day:%Y-%m-%d}" if published else f"about {day:%Y-%m-%d}",
        "newer": newer_tested(version),
    }


@linkedin_version.command()
@click.argument("version")
@environment_option
@click.option("--untested", is_flag=True, help="Take it though this Leadferry was not tested with it.")
def adopt(version: str, name: str | None, untested: bool) -> None:
    """Use VERSION (YYYYMM) from the next request on; `settings` goes back to the one of the settings.

    \b
    Example:
      leadferry linkedin-version adopt 202609
    """
    from leadferry.errors import InputError
    from leadferry.linkedin.versions import TESTED

    wanted = "" if version == "settings" else version
    if wanted and wanted not in TESTED and not untested:
        raise InputError(
            f"This Leadferry was not tested with version {version}.",
            fix=f"Tested: {', '.join(TESTED)}. --untested takes it all the same.",
            code="version-untested",
        )
    with opened_environment(name) as (app, environment):
        app.adopt_linkedin_version(environment, wanted)
        now = app.linkedin_version(app.environments.by_id(environment.id))
        click.echo(f'"{environment.name}" uses version {now} of LinkedIn\'s API.')
