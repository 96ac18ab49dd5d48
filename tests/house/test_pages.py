"""The pages are true: generated ones are up to date, links and named files exist, examples use options that exist."""

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

HOUSE = Path(__file__).parents[2]
DOCS = HOUSE / "docs"
PAGES = sorted([*HOUSE.glob("*.md"), *DOCS.rglob("*.md")])
EVERY = {path: command for path, command, _ in commands()}

of_each_page = pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(HOUSE)))


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_page_is_as_the_source_says(name: str) -> None:
    assert (DOCS / "reference" / name).read_text("utf-8") == GENERATED[name](), "./dev docs writes it again"


@pytest.mark.parametrize("path", EVERY)
def test_every_command_and_option_explains_itself(path: str) -> None:
    assert (EVERY[path].help or "").strip()
    for option in EVERY[path].params:
        assert not isinstance(option, click.Option) or option.help, f"{path} {option.opts[0]}"


@of_each_page
def test_links_lead_to_files_that_exist(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def examples(page: Path) -> Iterator[str]:
    """What follows `leadferry` in shell blocks, continued lines joined, comments and redirections left out."""
    for block in re.findall(r"```sh\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            found = re.match(r"\s*(?:\./dev )?leadferry (.+?)(?:\s+#.*)?$", line)
            if found:
                yield re.sub(r"\s<\s.*", "", found[1])


@of_each_page
def test_examples_use_options_that_exist(page: Path) -> None:
    for example in examples(page):
        words = shlex.split(example)
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
        assert any((place / name).exists() for place in (HOUSE, HOUSE / "src/leadferry")), name
