"""`leadferry alerts`: what is open, and the channels that tell people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from leadferry.cli.asking import confirm, read_secret
from leadferry.cli.lazy import ListingGroup
from leadferry.cli.opening import environment_option, opened_environment
from leadferry.cli.output import json_option, moment, print_json, print_table
from leadferry.errors import LeadferryError

if TYPE_CHECKING:
    from leadferry.alerts.model import Alert, Channel


@click.group(cls=ListingGroup)
def alerts() -> None:
    """What a person should know of, and who is told."""


@alerts.command("list")
@environment_option
@click.option("--all", "everything", is_flag=True, help="The history too, not only what is open.")
@json_option
def list_(name: str | None, everything: bool, as_json: bool) -> None:
    """Open alerts, newest first.

    \b
    Example:
      leadferry alerts list --all
    """
    from leadferry.alerts.message import headline

    with opened_environment(name) as (app, environment):
        found = app.alerts.list(environment.id, open_only=not everything)
        if as_json:
            print_json([_alert(one) for one in found])
            return
        rows = [(moment(one.raised_at), one.level, headline([one]), one.fix, moment(one.resolved_at)) for one in found]
        print_table(("raised", "level", "alert", "to do", "resolved"), rows, empty="No alert is open.")


@alerts.command()
@environment_option
@json_option
def channels(name: str | None, as_json: bool) -> None:
    """Every channel, what it is told, and what did not arrive.

    \b
    Example:
      leadferry alerts channels
    """
    with opened_environment(name) as (app, environment):
        known = app.channels.list(environment.id)
        lost = [one.channel.id for one in app.outbox.undelivered(environment.id)]
        if as_json:
            print_json([_channel(one) | {"undelivered": lost.count(one.id)} for one in known])
            return
        rows = [
            (
                one.name,
                f"{one.service}, {one.shown}",
                ", ".join(sorted(one.events)),
                f"every {one.digest_minutes} min" if one.digest_minutes else "at once",
                f"{one.quiet_from} to {one.quiet_to} {one.time_zone}" if one.quiet_from else "",
                one.enabled,
                lost.count(one.id),
            )
            for one in known
        ]
        head = ("name", "service", "events", "told", "quiet", "on", "undelivered")
        print_table(head, rows, empty="No channel yet: `leadferry alerts add` adds one.")


@alerts.command()
@click.argument("channel_name", metavar="NAME")
@environment_option
@click.option("--event", "events", multiple=True, help="What it is told; may be repeated. Else all but new leads.")
@click.option("--digest-minutes", default="0", help="Together every so many minutes; 0: at once.")
@click.option("--quiet-from", default="", help="Beginning of the quiet hours, HH:MM.")
@click.option("--quiet-to", default="", help="Their end, HH:MM.")
@click.option("--time-zone", default="UTC", help="Of the quiet hours: Europe/Berlin.")
@json_option
def add(
    channel_name: str,
    name: str | None,
    events: tuple[str, ...],
    digest_minutes: str,
    quiet_from: str,
    quiet_to: str,
    time_zone: str,
    as_json: bool,
) -> None:
    """Add the channel NAME. Its address, an Apprise URL, is read from standard input: it is a secret.

    \b
    Examples:
      leadferry alerts add Ops --event gap --event token < address.txt
      leadferry alerts add Sales --event new-lead --digest-minutes 60 < address.txt
    """
    from leadferry.alerts.apprise_client import service_of
    from leadferry.alerts.model import Event
    from leadferry.alerts.wishes import read_wishes

    wanted = {
        "name": channel_name,
        "digest_minutes": digest_minutes,
        "quiet_from": quiet_from,
        "quiet_to": quiet_to,
        "time_zone": time_zone,
    }
    wishes = read_wishes(wanted, events or [event for event in Event if event is not Event.NEW_LEAD])
    with opened_environment(name) as (app, environment):
        address = read_secret("channel address", from_stdin=not _asked(), option="standard input")
        service = service_of(address)
        made = app.channels.add(environment.id, wishes, address=address, service=service.name, shown=service.shown)
    if as_json:
        print_json(_channel(made))
    else:
        click.echo(f'The channel "{made.name}" ({made.service}) is added. Next: leadferry alerts test "{made.name}"')


@alerts.command()
@click.argument("channel_name", metavar="NAME")
@environment_option
def test(channel_name: str, name: str | None) -> None:
    """Send a test to NAME now. When it arrives, what did not arrive before is sent again.

    \b
    Example:
      leadferry alerts test Ops
    """
    with opened_environment(name) as (app, environment):
        channel = app.channels.by_name(environment.id, channel_name)
        if error := app.courier().test(channel):
            raise LeadferryError(
                f'The test did not arrive at the channel "{channel.name}". {error}',
                fix="Remove the channel and add it with another address, or mend it at the console.",
                code="alert-not-delivered",
            )
        app.courier().once()
    click.echo(f'The test is sent to "{channel.name}".')


@alerts.command()
@click.argument("channel_name", metavar="NAME")
@environment_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(channel_name: str, name: str | None, yes: bool) -> None:
    """Forget the channel NAME and its address. The alerts stay.

    \b
    Example:
      leadferry alerts remove Ops --yes
    """
    with opened_environment(name) as (app, environment):
        channel = app.channels.by_name(environment.id, channel_name)
        confirm(f'Forget the alert channel "{channel.name}"?', yes=yes)
        app.courier().forget_channel(channel)
    click.echo(f'The alert channel "{channel.name}" is removed.')


def _asked() -> bool:
    """Whether a person is at the terminal, who can be asked without showing what is typed."""
    import sys

    return sys.stdin.isatty()


def _alert(one: Alert) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


def _channel(one: Channel) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__} | {"events": sorted(one.events)}
