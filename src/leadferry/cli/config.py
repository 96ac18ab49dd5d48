"""`leadferry config`: what one environment is told to do."""

from __future__ import annotations

import click

from leadferry.cli.config_file import apply, export, plan, validate
from leadferry.cli.lazy import ListingGroup
from leadferry.cli.opening import environment_option, opened_environment
from leadferry.cli.output import json_option, print_json, print_table
from leadferry.cli.record import Action, record


@click.group(cls=ListingGroup)
def config() -> None:
    """Configuration of an environment; docs/reference/configuration.md explains each option."""


@config.command("list")
@environment_option
@json_option
def list_(name: str | None, as_json: bool) -> None:
    """Show every option, its value, what else is allowed, and what it means.

    \b
    Example:
      leadferry config list
    """
    from leadferry.delivery.configuration import OPTIONS
    from leadferry.options import allowed

    with opened_environment(name) as (app, environment):
        found = app.environments.configuration(environment)
    if as_json:
        print_json({option: getattr(found, option) for option in OPTIONS})
        return
    rows = [
        (
            option,
            found.text(option) or "(empty)",
            "" if getattr(found, option) == default else "changed",
            allowed(known).replace("`", ""),
            known.meaning.replace("`", ""),
        )
        for option, (known, default) in OPTIONS.items()
    ]
    print_table(("option", "value", "", "allowed", "meaning"), rows)


@config.command()
@click.argument("option")
@environment_option
def get(option: str, name: str | None) -> None:
    """Print the value of OPTION.

    \b
    Example:
      leadferry config get on_match_fail
    """
    from leadferry.delivery.configuration import OPTIONS
    from leadferry.errors import InputError
    from leadferry.options import did_you_mean

    if option not in OPTIONS:
        raise InputError(
            f'There is no configuration option "{option}".',
            fix=did_you_mean(option, OPTIONS) or f"Options: {', '.join(OPTIONS)}.",
            code="unknown-option",
        )
    with opened_environment(name) as (app, environment):
        click.echo(app.environments.configuration(environment).text(option))


@config.command("set")
@click.argument("option")
@click.argument("value")
@environment_option
def set_(option: str, value: str, name: str | None) -> None:
    """Set OPTION to VALUE, from the next delivery on.

    \b
    Examples:
      leadferry config set on_match_fail create
      leadferry config set default_country DE
    """
    with opened_environment(name) as (app, environment):
        before = app.environments.configuration(environment)
        changed = app.environments.set_configuration(environment, option, value)
        old, new = {option: before.text(option)}, {option: changed.text(option)}
        record(app, environment, Action.CHANGE_CONFIGURATION, "option", option, option, before=old, after=new)
        click.echo(f"{option} = {changed.text(option)}")


for _command in (export, validate, plan, apply):
    config.add_command(_command)
