"""`leadferry profile`: LinkedIn members who authorized us."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from leadferry.accounts.model import Member
from leadferry.cli.asking import confirm, read_secret
from leadferry.cli.lazy import ListingGroup
from leadferry.cli.opening import environment_option, opened_environment
from leadferry.cli.output import json_option, moment, print_json, print_table, warn
from leadferry.cli.record import Action, record
from leadferry.errors import InputError, LeadferryError

if TYPE_CHECKING:
    from leadferry.accounts.model import Environment, UserProfile
    from leadferry.app import App
    from leadferry.linkedin.tokens import Tokens

Command = TypeVar("Command", bound=Callable[..., Any])
ACCESS_TOKEN_LIFE_MS = 60 * 86_400_000
"""linkedin-api 1.2: 60 days. The end of a token whose own end nobody told us; LinkedIn has the last word."""


def yes_option(command: Command) -> Command:
    return click.option("--yes", is_flag=True, help="Do not ask, even where other authorizations end.")(command)


def authorization_options(command: Command) -> Command:
    for option, words in (
        ("--access-token-stdin", "Read an access token from standard input; it ends after 60 days at most."),
        ("--refresh-token-stdin", "Read a refresh token from standard input."),
        ("--authorize", "Print LinkedIn's consent address and wait until the member has agreed."),
    ):
        command = click.option(option, is_flag=True, help=words)(command)
    return command


@click.group(cls=ListingGroup)
def profile() -> None:
    """LinkedIn members who authorized us."""


@profile.command()
@click.argument("profile_name", metavar="NAME")
@environment_option
@authorization_options
@yes_option
@click.option("--row-owner", default="", help="Id of the system user who owns leads of accounts without an owner.")
@json_option
def add(
    profile_name: str,
    name: str | None,
    authorize: bool,
    refresh_token_stdin: bool,
    access_token_stdin: bool,
    row_owner: str,
    yes: bool,
    as_json: bool,
) -> None:
    """Add the user profile NAME and look at once for its accounts, pages, forms and campaigns.

    \b
    Examples:
      leadferry profile add "Ada" --authorize
      leadferry profile add "Ada" --environment production --refresh-token-stdin < token.txt
    """
    with opened_environment(name) as (app, environment):
        if authorize:
            _warn_of_others(app, environment, None, yes)
        tokens = _tokens(app, environment, authorize, refresh_token_stdin, access_token_stdin)
        added = app.profiles.add(environment.id, profile_name, tokens, row_owner_id=row_owner)
        try:
            troubles = app.look_first(environment, added)
        except LeadferryError:
            # Otherwise the second attempt would meet a name that is taken.
            app.profiles.remove(environment.id, added.name)
            raise
        owner = {"row_owner": row_owner}
        record(app, environment, Action.AUTHORIZE_PROFILE, "user profile", added.id, added.name, after=owner)
        _report(app, environment, app.profiles.get(environment.id, added.name), troubles, as_json)


@profile.command()
@click.argument("profile_name", metavar="NAME")
@environment_option
@authorization_options
@yes_option
@json_option
def authorize(
    profile_name: str,
    name: str | None,
    authorize: bool,
    refresh_token_stdin: bool,
    access_token_stdin: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Authorize NAME again: the old authorization expired, was withdrawn, or lacks a permission.

    \b
    Example:
      leadferry profile authorize "Ada"
    """
    with opened_environment(name) as (app, environment):
        known = app.profiles.get(environment.id, profile_name)
        by_consent = authorize or not (refresh_token_stdin or access_token_stdin)
        if by_consent:
            _warn_of_others(app, environment, known, yes)
        tokens = _tokens(app, environment, by_consent, refresh_token_stdin, access_token_stdin)
        member = app.connecting.member(environment, tokens) if tokens.access else Member()
        app.profiles.authorize(environment.id, known.id, tokens, member, "Operator")
        record(
            app,
            environment,
            Action.AUTHORIZE_PROFILE,
            "user profile",
            known.id,
            known.name,
            before={"authorization": known.authorization.label},
            after={"authorization": "Authorized again"},
        )
        troubles = app.look_first(environment, known)
        _report(app, environment, app.profiles.get(environment.id, known.name), troubles, as_json)


@profile.command("list")
@environment_option
@json_option
def list_(name: str | None, as_json: bool) -> None:
    """Every user profile of the environment, with what it is authorized for.

    \b
    Example:
      leadferry profile list
    """
    with opened_environment(name) as (app, environment):
        known = app.profiles.list(environment.id)
        if as_json:
            print_json([as_shown(app, one) for one in known])
            return
        rows = [
            (
                one.name,
                one.authorization.label,
                one.sync_status.label,
                moment(one.last_sync_at),
                ", ".join(owner.name for owner in app.owners.of_profile(environment.id, one.id)),
                one.status_text,
            )
            for one in known
        ]
        columns = ("name", "authorization", "sync", "last sync", "accounts and pages", "note")
        print_table(columns, rows, empty="No user profile yet: `leadferry profile add` adds one.")


@profile.command()
@click.argument("profile_name", metavar="NAME")
@environment_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(profile_name: str, name: str | None, yes: bool) -> None:
    """Forget NAME and its tokens. Forms and submissions that came through it stay.

    \b
    Example:
      leadferry profile remove "Ada" --yes
    """
    with opened_environment(name) as (app, environment):
        known = app.profiles.get(environment.id, profile_name)
        confirm(f'Forget the user profile "{known.name}"?', yes=yes)
        app.profiles.remove(environment.id, known.name)
        shown = {"authorization": known.authorization.label}
        record(app, environment, Action.CHANGE_PROFILE, "user profile", known.id, known.name, before=shown)
    click.echo(f'The user profile "{known.name}" is removed.')


def as_shown(app: App, one: UserProfile) -> dict[str, Any]:
    return {
        "name": one.name,
        "member": one.member_name,
        "authorization": one.authorization.label,
        "sync": one.sync_status.label,
        "note": one.status_text,
        "scopes": one.scopes.split(),
        "row_owner": one.row_owner_id,
        "access_expires_at": one.access_expires_at,
        "refresh_expires_at": one.refresh_expires_at,
        "last_sync_at": one.last_sync_at,
        "accounts": [owner.urn for owner in app.owners.of_profile(one.environment_id, one.id)],
    }


def _report(app: App, environment: Environment, added: UserProfile, troubles: list[str], as_json: bool) -> None:
    for trouble in troubles:
        warn(trouble)
    if as_json:
        print_json(as_shown(app, added) | {"troubles": troubles})
        return
    owners = app.owners.of_profile(environment.id, added.id)
    forms = app.forms.list(environment.id)
    click.echo(f'The user profile "{added.name}" is {added.authorization.label.lower()}.')
    click.echo(f"It reaches {len(owners)} accounts and pages; {len(forms)} lead forms are known.")
    click.echo("Next: leadferry sync --once")


def _warn_of_others(app: App, environment: Environment, known: UserProfile | None, yes: bool) -> None:
    """A consent to other permissions ends the older tokens of that member and app (linkedin-api 1.2)."""
    lost = app.connecting.made_invalid(environment, known)
    if lost:
        names = ", ".join(one.name for one in lost)
        confirm(
            f"{names} hold other permissions than are asked for now; of the same member, their tokens end. Go on?",
            yes=yes,
        )


def _tokens(
    app: App, environment: Environment, by_consent: bool, refresh_token_stdin: bool, access_token_stdin: bool
) -> Tokens:
    from leadferry.linkedin.tokens import Tokens

    if by_consent + refresh_token_stdin + access_token_stdin != 1:
        raise InputError(
            "It must be said how the member authorizes Leadferry, in one way.",
            fix="Give one of --authorize, --refresh-token-stdin and --access-token-stdin.",
            code="authorization-way",
        )
    if by_consent:
        return _by_consent(app, environment)
    if refresh_token_stdin:
        return Tokens("", read_secret("refresh token", from_stdin=True, option="--refresh-token-stdin"))
    token = read_secret("access token", from_stdin=True, option="--access-token-stdin")
    return Tokens(token, "", access_expires_at=_ends_at(app, environment, token))


def _by_consent(app: App, environment: Environment) -> Tokens:
    from leadferry.cli.authorize import DEFAULT_REDIRECT
    from leadferry.cli.authorize import authorize as ask_member

    settings = app.settings
    app.connecting.known_app(environment)

    def show(address: str) -> None:
        click.echo("Open this address in a browser on this machine, sign in and allow:\n", err=True)
        click.echo(f"  {address}\n", err=True)
        click.echo("Waiting for LinkedIn to send the browser back ...", err=True)

    oauth = app.oauth(environment)
    return ask_member(oauth, settings.linkedin_redirect_url or DEFAULT_REDIRECT, settings.linkedin_scopes, show)


def _ends_at(app: App, environment: Environment, token: str) -> int:
    """When the access token ends (ms). Asked of LinkedIn where our app's credentials are there to ask with."""
    if app.linkedin_app(environment).known:
        try:
            told = app.oauth(environment).introspect(token)
        except LeadferryError as error:
            warn(f"When the token ends could not be asked: {error.message}", "Note")
        else:
            if not told.active:
                raise InputError(
                    "LinkedIn says that the access token is not active.",
                    fix="Make a new one, or use --authorize.",
                    code="linkedin-reauthorize",
                )
            if told.expires_at:
                return told.expires_at * 1000
    return app.clock() + ACCESS_TOKEN_LIFE_MS
