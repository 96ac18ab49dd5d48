"""Commands that are imported only when called: `leadferry --help` answers at once."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

Where = tuple[str, str]
"""(`module:function`, what it does in one line)."""


class LazyGroup(click.Group):
    def __init__(self, *args: object, lazy: Mapping[str, Where] | None = None, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of declaration: as a person meets them."""
        return [*self.lazy, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        module, _, function = self.lazy[cmd_name][0].partition(":")
        found: click.Command = getattr(import_module(module), function)
        return found

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in self.lazy.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and not name.startswith("-") and self.get_command(ctx, name) is None:
            from leadferry.options import did_you_mean

            near = did_you_mean(name, self.list_commands(ctx))
            raise click.UsageError(f'There is no command "{name}". {near}'.strip(), ctx)
        return super().resolve_command(ctx, args)


class ListingGroup(click.Group):
    """Without a command it runs `list`: `leadferry mappings` shows the mappings."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in {"-h", "--help"}):
            args = ["list", *args]
        return super().parse_args(ctx, args)

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """In the order of declaration."""
        return list(self.commands)
