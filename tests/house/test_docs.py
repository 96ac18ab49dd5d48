"""Nothing a person can type or read is undocumented. `./dev docs` writes the pages again."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from leadferry.cli.reference import PAGES, commands
from leadferry.cli.reference_errors import error_codes
from leadferry.delivery.configuration import OPTIONS
from leadferry.settings import SETTINGS, variable

DOCS = Path(__file__).parents[2] / "docs"
COMMANDS = {path: command for path, command, _ in commands()}
AGAIN = "run ./dev docs"


def page(name: str) -> str:
    return (DOCS / "reference" / name).read_text("utf-8")


def test_every_command_is_documented() -> None:
    text = page("commands.md")
    assert [path for path in COMMANDS if not re.search(rf"^##+ {path}$", text, re.MULTILINE)] == [], AGAIN


def test_every_option_of_a_command_is_documented() -> None:
    sections = dict(
        re.findall(r"^##+ (leadferry[^\n]*)\n(.*?)(?=^##|\Z)", page("commands.md"), re.MULTILINE | re.DOTALL)
    )
    missing = [
        f"{path} {name}"
        for path, command in COMMANDS.items()
        for option in command.params
        if isinstance(option, click.Option)
        for name in option.opts
        if name not in sections.get(path, "")
    ]
    assert missing == [], AGAIN


def test_every_setting_is_documented() -> None:
    text = page("settings.md")
    assert [name for name in SETTINGS if f"`{variable(name)}`" not in text] == [], AGAIN


def test_every_configuration_option_is_documented() -> None:
    text = page("configuration.md")
    assert [name for name in OPTIONS if f"| `{name}` |" not in text] == [], AGAIN


def test_every_error_code_is_documented() -> None:
    text = page("errors.md")
    assert [code for code in error_codes() if f"| `{code}` |" not in text] == [], AGAIN


def test_codes_are_found_wherever_they_are_given() -> None:
    """One of each kind: by keyword, of a class, in a vendor table, on a submission."""
    assert {"environment-not-found", "busy", "dataverse-plug-in", "unreadable-response"} <= error_codes().keys()


@pytest.mark.parametrize("name", PAGES)
def test_a_written_page_is_there(name: str) -> None:
    assert page(name).startswith("# "), AGAIN


@pytest.mark.parametrize("path", sorted([*DOCS.rglob("*.md"), DOCS.parent / "README.md"]), ids=lambda path: path.name)
def test_a_command_that_the_docs_name_exists(path: Path) -> None:
    text = path.read_text("utf-8")
    named = set(re.findall(r"(?:\./dev |`|^|\n\s*)(leadferry(?: [a-z][a-z-]+)+)", text))
    unknown = [one for one in named if not any(_names(one, known) for known in COMMANDS)]
    assert unknown == []


def _names(text: str, known: str) -> bool:
    """`leadferry profile add Ada` names `leadferry profile add`; a group needs one of its commands, or none."""
    if isinstance(COMMANDS[known], click.Group):
        return text == known
    return text == known or text.startswith(f"{known} ")
