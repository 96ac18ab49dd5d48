"""`leadferry webhooks`: other systems that are told what becomes of submissions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from leadferry.cli.asking import confirm, read_secret
from leadferry.cli.lazy import ListingGroup
from leadferry.cli.opening import environment_option, opened_environment
from leadferry.cli.output import json_option, moment, print_json, print_table
from leadferry.cli.record import Action, record
from leadferry.errors import LeadferryError
from leadferry.webhooks.shown import KIND, recorded

if TYPE_CHECKING:
    from leadferry.accounts.model import Environment
    from leadferry.app import App
    from leadferry.webhooks.model import Delivery, Webhook

STATES = ("waiting", "delivered", "failed")


@click.group(cls=ListingGroup)
def webhooks() -> None:
    """Other systems that are told over HTTPS what becomes of submissions."""


@webhooks.command("list")
@environment_option
@json_option
def list_(name: str | None, as_json: bool) -> None:
    """Every webhook, what it is told, and what did not arrive.

    \b
    Example:
      leadferry webhooks list
    """
    from leadferry.webhooks.model import Counts

    with opened_environment(name) as (app, environment):
        counts = app.webhook_outbox.counts(environment.id)
        known = [(one, counts.get(one.id, Counts())) for one in app.webhooks.list(environment.id)]
    if as_json:
        print_json([_webhook(one) | {"waiting": c.waiting, "failed": c.failed} for one, c in known])
        return
    rows = [
        (one.name, one.shown, ", ".join(sorted(one.events)), one.answers, _state(one), c.waiting, c.failed)
        for one, c in known
    ]
    head = ("name", "address", "events", "answers", "state", "waiting", "given up")
    print_table(head, rows, empty="No webhook yet: `leadferry webhooks add` adds one.")


@webhooks.command()
@click.argument("webhook_name", metavar="NAME")
@environment_option
@click.option("--url", default="", help="Where it is told; else read from standard input, for one that holds a key.")
@click.option("--event", "events", multiple=True, help="What it is told; may be repeated. Else every outcome.")
@click.option("--form", "forms", multiple=True, type=int, help="Only this form, by its LinkedIn id; may be repeated.")
@click.option("--answers", is_flag=True, help="Send what people answered, too.")
@json_option
def add(
    webhook_name: str,
    name: str | None,
    url: str,
    events: tuple[str, ...],
    forms: tuple[int, ...],
    answers: bool,
    as_json: bool,
) -> None:
    """Add the webhook NAME. Its secret is printed this once.

    \b
    Examples:
      leadferry webhooks add Warehouse --url https://hooks.example.com/leads
      leadferry webhooks add CRM --event lead.created --event lead.updated < address.txt
    """
    from leadferry.webhooks.model import AT_FIRST
    from leadferry.webhooks.wishes import read_wishes

    with opened_environment(name) as (app, environment):
        url = url or read_secret("webhook address", from_stdin=not _asked(), option="standard input")
        known = {form.linkedin_id: form.id for form in app.forms.list(environment.id)}
        wishes = read_wishes(
            webhook_name,
            url,
            events or AT_FIRST,
            [known.get(one, f"{one} (of LinkedIn)") for one in forms],
            answers=answers,
            known_forms=known.values(),
            rules=app.webhook_rules,
            url_needed=True,
        )
        made, secret = app.webhooks.add(environment.id, wishes)
        record(app, environment, Action.CHANGE_WEBHOOKS, KIND, made.id, made.name, after=recorded(made))
    if as_json:
        print_json(_webhook(made) | {"secret": secret})
        return
    click.echo(f'The webhook "{made.name}" is added. Its secret, which is not shown again:')
    click.echo(secret)
    click.echo(f'Next: leadferry webhooks test "{made.name}"', err=True)


@webhooks.command()
@click.argument("webhook_name", metavar="NAME")
@environment_option
def test(webhook_name: str, name: str | None) -> None:
    """Send `webhook.test` to NAME now, and wait for the answer.

    \b
    Example:
      leadferry webhooks test Warehouse
    """
    with opened_environment(name) as (app, environment):
        webhook = app.webhooks.by_name(environment.id, webhook_name)
        reply = app.webhook_courier.test(webhook)
    if not reply.arrived:
        raise LeadferryError(
            f'The test did not arrive at the webhook "{webhook.name}". {reply.error}',
            fix="Mend the receiver, or change the address at the console.",
            code="webhook-not-delivered",
        )
    click.echo(f'The test arrived at "{webhook.name}": {reply.status}, after {reply.took_ms} ms.')


@webhooks.command()
@click.argument("webhook_name", metavar="NAME")
@environment_option
@click.option("--state", type=click.Choice(STATES), help="Only those in this state.")
@click.option("--limit", default=50, type=click.IntRange(1, 1000), help="How many at most.")
@json_option
def deliveries(webhook_name: str, name: str | None, state: str | None, limit: int, as_json: bool) -> None:
    """What was sent to NAME, newest first.

    \b
    Example:
      leadferry webhooks deliveries Warehouse --state failed
    """
    from leadferry.webhooks.model import DeliveryState

    with opened_environment(name) as (app, environment):
        webhook = app.webhooks.by_name(environment.id, webhook_name)
        wanted = DeliveryState(state) if state else None
        found = app.webhook_outbox.list(environment.id, webhook.id, state=wanted, limit=limit)
    if as_json:
        print_json([_delivery(one) for one in found])
        return
    rows = [
        (one.id, one.event, one.submission_id, moment(one.happened_at), one.state, one.attempts, one.status, one.error)
        for one in found
    ]
    head = ("number", "event", "submission", "happened", "state", "attempts", "answer", "why")
    print_table(head, rows, empty="Nothing was sent.")


@webhooks.command()
@click.argument("webhook_name", metavar="NAME")
@environment_option
@click.option("--delivery", type=int, help="Only this one, by its number; else all that were given up.")
def redeliver(webhook_name: str, name: str | None, delivery: int | None) -> None:
    """Send again to NAME what was given up: the same ids, the same bodies.

    \b
    Example:
      leadferry webhooks redeliver Warehouse
    """
    with opened_environment(name) as (app, environment):
        webhook = app.webhooks.by_name(environment.id, webhook_name)
        count = app.webhook_outbox.send_again(environment.id, webhook.id, delivery)
        _record(app, environment, webhook, {"sent again": count if delivery is None else f"delivery {delivery}"})
        app.webhook_courier.once()
    click.echo(f'{count} are sent again to "{webhook.name}".')


@webhooks.command()
@click.argument("webhook_name", metavar="NAME")
@environment_option
def rotate(webhook_name: str, name: str | None) -> None:
    """Make a new secret for NAME, and print it this once. The old one signs beside it for 24 hours.

    \b
    Example:
      leadferry webhooks rotate Warehouse
    """
    with opened_environment(name) as (app, environment):
        webhook = app.webhooks.by_name(environment.id, webhook_name)
        secret = app.webhooks.rotate(environment.id, webhook.id)
        _record(app, environment, webhook, {"secret": "replaced"})
    click.echo(secret)


@webhooks.command("set")
@click.argument("webhook_name", metavar="NAME")
@environment_option
@click.option("--active/--paused", required=True, help="Switched on, or paused.")
def set_(webhook_name: str, name: str | None, active: bool) -> None:
    """Pause NAME, or switch it on. Paused, nothing is put down for it; what waited goes when it is on again.

    \b
    Example:
      leadferry webhooks set Warehouse --paused
    """
    with opened_environment(name) as (app, environment):
        webhook = app.webhooks.by_name(environment.id, webhook_name)
        app.webhooks.set_active(environment.id, webhook.id, active)
        _record(app, environment, webhook, {"active": active})
        app.guardian.look_at_webhooks(environment.id)
    click.echo(f'The webhook "{webhook.name}" is {"on" if active else "paused"}.')


@webhooks.command()
@click.argument("webhook_name", metavar="NAME")
@environment_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(webhook_name: str, name: str | None, yes: bool) -> None:
    """Forget the webhook NAME, with its secret, its log and what waits for it.

    \b
    Example:
      leadferry webhooks remove Warehouse --yes
    """
    with opened_environment(name) as (app, environment):
        webhook = app.webhooks.by_name(environment.id, webhook_name)
        confirm(f'Forget the webhook "{webhook.name}"?', yes=yes)
        app.webhooks.remove(environment.id, webhook.id)
        shown = recorded(webhook)
        record(app, environment, Action.CHANGE_WEBHOOKS, KIND, webhook.id, webhook.name, before=shown)
        app.guardian.look_at_webhooks(environment.id)
    click.echo(f'The webhook "{webhook.name}" is removed.')


def _asked() -> bool:
    """Whether a person is at the terminal, who can be asked without showing what is typed."""
    import sys

    return sys.stdin.isatty()


def _record(app: App, environment: Environment, webhook: Webhook, after: dict[str, Any]) -> None:
    record(app, environment, Action.CHANGE_WEBHOOKS, KIND, webhook.id, webhook.name, after=after)


def _state(webhook: Webhook) -> str:
    if not webhook.active:
        return f"paused ({webhook.paused_why})" if webhook.paused_why else "paused"
    return "failing" if webhook.failing_since else "on"


def _webhook(one: Webhook) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in one.__dataclass_fields__}
    return told | {"events": sorted(one.events), "form_ids": sorted(one.form_ids)}


def _delivery(one: Delivery) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}
