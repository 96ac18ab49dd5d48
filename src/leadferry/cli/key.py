"""`leadferry key`: the master key that seals what is stored."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from leadferry.cli.opening import opened
from leadferry.cli.output import json_option, print_json, print_table
from leadferry.errors import InputError

if TYPE_CHECKING:
    from leadferry.app import App


@click.group()
def key() -> None:
    """The master key that seals stored secrets."""


@key.command()
@json_option
def status(as_json: bool) -> None:
    """Show which key seals how many secrets. A key is named by its id, which tells nothing about it.

    \b
    Example:
      leadferry key status
    """
    with opened() as app:
        uses, source = app.sealed.uses(), key_source(app)
        newest, held = app.vault.newest_id().hex(), sorted(one.hex() for one in app.vault.key_ids())
    if as_json:
        names = ("words", "key", "count", "known", "newest")
        shown = [{name: getattr(use, name) for name in names} for use in uses]
        print_json({"from": source, "newest": newest, "keys": held, "sealed": shown})
        return
    click.echo(f"Keys from {source}; the newest is {newest}.")
    rows = [(use.words, use.key, use.count, _standing(use.newest, use.known)) for use in uses]
    print_table(("what", "key", "values", "standing"), rows, empty="Nothing is sealed yet.")
    if unused := [one for one in held if one != newest and one not in {use.key for use in uses}]:
        click.echo(f"No longer needed, and can be removed: {', '.join(unused)}.")


def _standing(newest: bool, known: bool) -> str:
    if newest:
        return "newest"
    return "older: leadferry key rotate" if known else "the key is not there"


@key.command()
@click.option("--new-key", is_flag=True, help="First make a new key and put it in front of the key file.")
@json_option
def rotate(new_key: bool, as_json: bool) -> None:
    """Seal every stored secret again with the newest key. Others may run meanwhile; ended in the middle, it goes on.

    \b
    Example:
      leadferry key rotate --new-key
    """
    with opened() as app:
        if new_key:
            _put_in_front(app)
        done = app.sealed.seal_again()
        left = sum(use.count for use in app.sealed.uses() if not use.newest)
    if as_json:
        print_json({"sealed_again": done, "left": left})
        return
    click.echo(f"{done:,} secrets were sealed again.")
    if left:
        click.echo(f"{left:,} are still sealed with another key: leadferry key status")
    else:
        click.echo("Keep a copy of the newest key. Older ones can be removed: nothing needs them any more.")


def _put_in_front(app: App) -> None:
    from leadferry.accounts.key_file_store import put_in_front

    if app.settings.master_key or app.settings.master_key_command:
        raise InputError(
            f"The master key comes from {key_source(app)}, where Leadferry cannot put a new one.",
            fix="Put the new key before the old one there, start every process anew, then: leadferry key rotate.",
            code="key-not-in-file",
        )
    put_in_front(app.settings.master_key_file, os.urandom(32))
    app.vault.look_again()


def key_source(app: App) -> str:
    if app.settings.master_key:
        return "LEADFERRY_KEY"
    return "the command of LEADFERRY_KEY_COMMAND" if app.settings.master_key_command else "the key file"
