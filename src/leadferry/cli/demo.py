"""`leadferry demo`: both services simulated, a first wave carried across, then a living demonstration."""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import click


@click.command()
@click.option(
    "--responses", default=300, show_default=True, type=click.IntRange(1, 100_000), help="Size of the first wave."
)
@click.option("--once", is_flag=True, help="End after the first wave.")
@click.option("--json", "as_json", is_flag=True, help="End with one JSON object on standard output.")
@click.option(
    "--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="The console's; 0 takes a free one."
)
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same people and answers.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where databases and keys go (an empty folder).  [default: a new one, removed at the end]",
)
def demo(responses: int, once: bool, as_json: bool, port: int, seed: int, data: Path | None) -> None:
    """The whole product on this machine, with no account anywhere.

    LinkedIn, Dynamics 365 and the sign-in with Microsoft Entra are simulated, over HTTP; everything between them is the
    real thing. The console is served until Ctrl-C, unless --once ends it.

    \b
    Examples:
      leadferry demo                                     live until Ctrl-C
      leadferry demo --responses 300 --once --json       for a script; exit code 0 when nothing is missing
    """
    from leadferry.errors import InputError

    if data and data.exists() and any(data.iterdir()):
        raise InputError(
            f"The folder {data} is not empty.", code="folder-not-empty", fix="Name an empty or a new one with --data."
        )
    if data:
        data.mkdir(parents=True, exist_ok=True)
        sys.exit(_run(data, responses, once, as_json, port, seed))
    with tempfile.TemporaryDirectory(prefix="leadferry-demo-") as folder:
        sys.exit(_run(Path(folder), responses, once, as_json, port, seed))


def _run(folder: Path, responses: int, once: bool, as_json: bool, port: int, seed: int) -> int:
    from leadferry.cli.demo_scene import DemoScene
    from leadferry.cli.demo_screen import DemoScreen

    # With --json standard output belongs to the script that reads it.
    screen = DemoScreen(sys.stderr if as_json else sys.stdout)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    screen.introduce(responses)
    with DemoScene(folder, responses, seed, None if once else port, on_step=screen.installing) as scene:
        screen.connected(scene)
        with screen.progress(responses) as progress:
            figures = scene.wave(progress, stop)
        if stop.is_set():
            return 130
        screen.summary(figures)
        good = figures["gap"] == figures["failed"] == figures["unexpected_leads"] == 0
        if as_json:
            _print_json(figures)
        if not once:
            screen.living(scene)
            scene.live(stop, screen.crossed)
            screen.goodbye()
            return 0
    return 0 if good else 1


def _print_json(figures: dict[str, Any]) -> None:
    print(json.dumps(figures), flush=True)
