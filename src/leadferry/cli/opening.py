"""Opens what nearly every command needs: the settings, the application, one environment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from leadferry.errors import InputError

if TYPE_CHECKING:
    from leadferry.accounts.model import Environment
    from leadferry.app import App

_F = TypeVar("_F", bound=Callable[..., Any])


def environment_option(command: _F) -> _F:
    return click.option(
        "-e", "--environment", "name", metavar="NAME", help="Which environment; needed where there are several."
    )(command)


@contextmanager
def opened() -> Iterator[App]:
    """Settings nobody knows are told on standard error, and do no harm."""
    from leadferry.app import open_app
    from leadferry.settings import load_settings

    settings = load_settings()
    for warning in settings.warnings:
        click.echo(f"Warning: {warning}", err=True)
    with open_app(settings) as app:
        yield app


@contextmanager
def opened_environment(name: str | None) -> Iterator[tuple[App, Environment]]:
    with opened() as app:
        yield app, chosen(app, name)


def chosen(app: App, name: str | None) -> Environment:
    """The named one, or the only one there is."""
    if name:
        return app.environments.get(name)
    known = app.environments.list()
    if len(known) == 1:
        return known[0]
    if not known:
        raise InputError(
            "No environment is connected yet.",
            fix="`leadferry environment add` connects one; `leadferry demo` shows everything without any.",
            code="no-environment",
        )
    names = ", ".join(environment.name for environment in known)
    raise InputError(
        "Several environments are connected, and none is named.",
        fix=f"Name one with --environment: {names}.",
        code="which-environment",
    )
