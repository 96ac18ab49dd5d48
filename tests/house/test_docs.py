"""The pages say what the program does: generated ones are up to date, links lead somewhere, examples exist."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from leadferry.cli.main import cli
from leadferry.cli.reference import PAGES as GENERATED
from leadferry.cli.reference import commands
from leadferry.cli.reference_errors import error_codes
from leadferry.delivery.configuration import OPTIONS
from leadferry.settings import SETTINGS, variable

HOUSE = Path(__file__).parents[2]
DOCS = HOUSE / "docs"
PAGES = sorted([*HOUSE.glob("*.md"), *DOCS.rglob("*.md")])


def reference(name: str) -> str:
    return (DOCS / "reference" / name).read_text("utf-8")


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_page_is_as_the_source_says(name: str) -> None:
    assert reference(name) == GENERATED[name](), "./dev docs writes it again"


EVERY = {path: command for path, command, _ in commands()}


@pytest.mark.parametrize("path", EVERY)
def test_a_command_is_documented_and_every_option_explains_itself(path: str) -> None:
    assert re.search(rf"^#+ {re.escape(path)}$", reference("commands.md"), re.MULTILINE)
    assert (EVERY[path].help or "").strip()
    for option in EVERY[path].params:
        assert not isinstance(option, click.Option) or option.help, f"{path} {option.opts[0]}"


@pytest.mark.parametrize("code", error_codes())
def test_an_error_code_is_documented(code: str) -> None:
    assert f"| `{code}` |" in reference("errors.md")


def test_codes_are_found_wherever_they_stand() -> None:
    """A literal at a call, one of two, a class's own, in a table of refusals."""
    assert {"which-environment", "linkedin-throttled", "form-unknown", "dataverse-secret-expired"} <= {*error_codes()}


def test_every_setting_and_option_is_documented() -> None:
    for name in SETTINGS:
        assert f"`{variable(name)}`" in reference("settings.md")
    for name in OPTIONS:
        assert f"`{name}`" in reference("configuration.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_links_lead_to_files_that_exist(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def examples(page: Path) -> Iterator[str]:
    """Lines of shell blocks that call leadferry, continued lines joined."""
    for block in re.findall(r"```sh\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            found = re.search(r"(?:^|\s)(?:\./dev )?leadferry (.+?)(?:\s+#.*)?$", line)
            if found and "LEADFERRY_DATA=" not in line.split("leadferry ")[-1]:
                yield found[1]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_examples_are_commands_that_exist_with_options_that_exist(page: Path) -> None:
    for example in examples(page):
        words = shlex.split(re.sub(r"\s<\s.*", "", example))
        command: click.Command = cli
        path = "leadferry"
        while words and isinstance(command, click.Group) and not words[0].startswith("-"):
            path = f"{path} {words.pop(0)}"
            assert path in EVERY, f"{page.name}: {example}"
            command = EVERY[path]
        known = {opt for option in command.params for opt in (*option.opts, *option.secondary_opts)} | {"--help"}
        for word in words:
            assert not word.startswith("--") or word.partition("=")[0] in known, f"{page.name}: {example}"


def test_the_way_of_a_lead_in_the_readme_names_files_that_exist() -> None:
    named = re.findall(r"`(src/leadferry/[\w/.]+)`", (HOUSE / "README.md").read_text("utf-8"))
    assert len(named) >= 8
    for name in named:
        assert (HOUSE / name).exists(), name


def test_files_to_touch_in_contributing_exist() -> None:
    text = (HOUSE / "CONTRIBUTING.md").read_text("utf-8")
    for name in re.findall(r"`((?:\w+/)+[\w.]+)`", text):
        places = (HOUSE / name, HOUSE / "src/leadferry" / name)
        assert any(place.exists() for place in places), name
