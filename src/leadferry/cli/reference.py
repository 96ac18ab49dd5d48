"""The reference pages, written from the program itself: `python -m leadferry.cli.reference docs`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import click

from leadferry.cli.main import cli
from leadferry.cli.reference_api import api_markdown
from leadferry.cli.reference_errors import errors_markdown
from leadferry.cli.reference_rights import rights_markdown
from leadferry.configuration.schema import schema_text
from leadferry.delivery.configuration import configuration_markdown
from leadferry.mapping.table import markdown_table
from leadferry.settings import settings_markdown
from leadferry.simulators.dataverse.definitions.coverage import coverage_page as dataverse_page
from leadferry.simulators.entra.coverage import page as entra_page
from leadferry.simulators.linkedin.coverage import page as linkedin_page
from leadferry.solution.reference import solution_markdown
from leadferry.watch.metrics import metrics_markdown

WIDTH = 100
_COMMANDS = """\
# Commands

Written by `leadferry.cli.reference` from the program itself; do not edit. The same text comes from `--help`.

A group without a command lists: `leadferry mappings` is `leadferry mappings list`. Results go to standard output,
everything else to standard error. With `--json` standard output is one JSON document (`sync` without `--once`: one a
round); its keys stay.

Exit codes: 0 done; 1 something failed or needs a person; 2 input that cannot be used; 3 LinkedIn or Dynamics refused or
is out of reach; 4 another process is at it; 130 interrupted.
"""


def commands() -> Iterator[tuple[str, click.Command, click.Context]]:
    """(`leadferry sync`, the command, a context to ask it in), groups before what is in them."""
    # What the entry's own settings give it, so that the pages do not depend on what was called before.
    settings = {**cli.context_settings, "max_content_width": WIDTH}
    yield from _within(cli, click.Context(cli, info_name="leadferry", terminal_width=WIDTH, **settings))


def _within(command: click.Command, context: click.Context) -> Iterator[tuple[str, click.Command, click.Context]]:
    yield context.command_path, command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                below = click.Context(
                    inner, parent=context, info_name=name, terminal_width=WIDTH, max_content_width=WIDTH
                )
                yield from _within(inner, below)


def commands_markdown() -> str:
    """docs/reference/commands.md"""
    parts = [_COMMANDS]
    for path, command, context in commands():
        level = "##" if path.count(" ") < 2 else "###"
        text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
        parts.append(f"{level} {path}\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


PAGES: Mapping[str, Callable[[], str]] = {
    "commands.md": commands_markdown,
    "api.md": api_markdown,
    "errors.md": errors_markdown,
    "rights.md": rights_markdown,
    "settings.md": settings_markdown,
    "configuration.md": configuration_markdown,
    "default-mappings.md": markdown_table,
    "solution.md": solution_markdown,
    "metrics.md": metrics_markdown,
    "linkedin-simulator.md": linkedin_page,
    "dataverse-simulator.md": dataverse_page,
    "entra-simulator.md": entra_page,
}

SCHEMA = "config.schema.json"


def write(docs: Path) -> None:
    folder = docs / "reference"
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (folder / name).write_text(page(), "utf-8")
        click.echo(f"{folder / name}", err=True)
    (folder / SCHEMA).write_text(schema_text(), "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
