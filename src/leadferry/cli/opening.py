"""Opens what nearly every command needs: the settings, the application, one environment."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from leadferry.cli.memory import loading
from leadferry.errors import InputError

if TYPE_CHECKING:
    from leadferry.accounts.model import Environment
    from leadferry.app import App
    from leadferry.settings import Settings

_F = TypeVar("_F", bound=Callable[..., Any])


def environment_option(command: _F) -> _F:
    return click.option(
        "-e", "--environment", "name", metavar="NAME", help="Which environment; needed where there are several."
    )(command)


@contextmanager
def opened(*, long: bool = False) -> Iterator[App]:
    """Settings nobody knows are told on standard error, and do no harm. `long`: a command that runs on and logs."""
    with loading():
        from leadferry.app import open_app
        from leadferry.settings import load_settings

    settings = load_settings()
    for warning in settings.warnings:
        click.echo(f"Warning: {warning}", err=True)
    with _logging(settings, long), _tracing(), open_app(settings) as app:
        yield app


def _tracing() -> AbstractContextManager[None]:
    """Of every command, where the standard OTEL_ variables ask for it."""
    from leadferry.watch.tracing_client import tracing_for

    return tracing_for(os.environ, lambda why: click.echo(f"Warning: {why}", err=True))


@contextmanager
def _logging(settings: Settings, long: bool) -> Iterator[None]:
    """Other commands log only when they are told to: what they find they say anyway."""
    if not (long or settings.log_level or settings.log_file):
        yield
        return
    from leadferry.watch.rendering import logging_into

    level = settings.log_level or ("info" if long else "warning")
    with logging_into(settings.log_file, form=settings.log_format, level=level):
        yield


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
