"""`leadferry web`: the console, and behind it the work of `leadferry sync`. `leadferry sign-in-link`: the way in."""

from __future__ import annotations

import ipaddress
import threading
from typing import TYPE_CHECKING

import click

from leadferry.cli.memory import collect_rarely, keep_loaded, share_heaps
from leadferry.cli.monitoring import monitoring
from leadferry.cli.opening import opened
from leadferry.cli.signals import stopping
from leadferry.errors import LeadferryError

if TYPE_CHECKING:
    from leadferry.app import App
    from leadferry.console.pages_routes import Templates
    from leadferry.console.server_worker import WebServer


@click.command()
@click.option("--host", help="The address to listen on; else LEADFERRY_HOST, else 127.0.0.1.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port; else LEADFERRY_PORT, else 8080.")
@click.option("--no-worker", is_flag=True, help="Only the console: `leadferry sync` runs elsewhere.")
def web(host: str | None, port: int | None, no_worker: bool) -> None:
    """Serve the console, pull from LinkedIn and deliver to Dynamics, until Ctrl-C.

    \b
    Examples:
      leadferry web
      leadferry web --host 0.0.0.0 --port 8443
    """
    from leadferry.console.server_worker import WebServer

    share_heaps()
    collect_rarely()
    # uvicorn ends its own work first, then raises the signal again: it is ours by then, so the worker ends as well.
    with opened(long=True) as app, monitoring(app), stopping() as stop:
        server = WebServer(
            None, host or app.settings.host, app.settings.port if port is None else port, app.settings.trusted_proxies
        )
        address = app.settings.public_url or server.url
        server.app = console = app.web(address)
        threading.Thread(target=_warm, args=(console.app.state.templates,), name="warm", daemon=True).start()
        worker = None if no_worker else _worker(app, stop)
        threading.Thread(target=_end_with, args=(stop, server), name="end", daemon=True).start()
        server.run(lambda: _greet(app, server.host, address))
        stop.set()
        if worker:
            worker.join()


@click.command("sign-in-link")
@click.option("--url", help="The console's address; else LEADFERRY_PUBLIC_URL, else http://127.0.0.1:8080.")
def sign_in_link(url: str | None) -> None:
    """Print a link that signs the operator in at the console: once, within 15 minutes.

    \b
    Example:
      leadferry sign-in-link
    """
    with opened() as app:
        settings = app.settings
        click.echo(link(app, url or settings.public_url or f"http://{settings.host}:{settings.port}"))


def link(app: App, address: str) -> str:
    return f"{address.rstrip('/')}/sign-in/link/{app.sessions.make_link()}"


def _greet(app: App, host: str, address: str) -> None:
    click.echo(f"The console is at {address} (Ctrl-C ends it).")
    if is_loopback(host) and not app.environments.list():
        click.echo(
            f"\nNothing is connected yet. This link signs you in, once, within 15 minutes:\n\n  {link(app, address)}\n"
        )


def _warm(templates: Templates) -> None:
    templates.warm()
    keep_loaded()


def _end_with(stop: threading.Event, server: WebServer) -> None:
    """A signal may come before uvicorn listens to signals."""
    stop.wait()
    server.end()


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _worker(app: App, stop: threading.Event) -> threading.Thread:
    """Environments that are connected while it runs are taken up by themselves."""

    def run() -> None:
        try:
            app.run_forever(None, stop)
        except LeadferryError as error:
            click.echo(f"Error: {error}", err=True)

    thread = threading.Thread(target=run, name="worker")
    thread.start()
    return thread
