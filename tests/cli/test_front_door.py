from __future__ import annotations

import subprocess
import sys

import click
import pytest

from cli.conftest import Line
from leadferry.cli.main import COMMANDS, cli, run
from leadferry.cli.reference import commands
from leadferry.errors import BusyError, DataverseError

EVERY = {path: (command, context) for path, command, context in commands()}
LEAVES = {path: both for path, both in EVERY.items() if not isinstance(both[0], click.Group)}


def test_help_lists_every_command_and_the_exit_codes(line: Line) -> None:
    said = line("--help")
    assert said.code == 0
    assert all(f"  {name} " in said.out for name in COMMANDS)
    assert "Exit codes" in said.out


@pytest.mark.parametrize("path", EVERY)
def test_every_command_explains_itself(line: Line, path: str) -> None:
    said = line(*path.split()[1:], "--help")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("Usage: leadferry")


@pytest.mark.parametrize("path", LEAVES)
def test_every_command_shows_an_example_that_its_own_parser_takes(path: str) -> None:
    """Also that it is this command's own: an example of another one would not help."""
    text = LEAVES[path][0].help or ""
    assert "Example" in text, path
    assert path in text, path


@pytest.mark.parametrize("path", EVERY)
def test_every_option_says_what_it_does(path: str) -> None:
    silent = [
        option.name
        for option in EVERY[path][0].params
        if isinstance(option, click.Option) and not option.help and not isinstance(option.type, click.Choice)
    ]
    assert silent == []


def test_help_reads_no_command_and_no_library_but_click() -> None:
    program = (
        "import sys; from leadferry.cli.main import run; run(['--help']);"
        "print([name for name in ('rich', 'sqlalchemy', 'msgspec', 'leadferry.app', 'leadferry.cli.sync', "
        "'leadferry.settings') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


def test_an_unknown_command_is_named_with_the_nearest_one(line: Line) -> None:
    said = line("enviroment", "list")
    assert said.code == 2
    assert 'There is no command "enviroment". Did you mean environment?' in said.err


def test_a_group_without_a_command_lists(line: Line) -> None:
    assert line("environment").out == line("environment", "list").out != ""


def test_an_error_is_one_block_with_what_to_do_and_a_code(line: Line) -> None:
    said = line("environment", "remove", "nowhere", "--yes")
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        'Error: There is no environment "nowhere".\n'
        "   Do: None is connected yet: `leadferry environment add` connects one.\n"
        " Code: environment-not-found\n"
    )


def raising(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr(cli, "get_command", lambda _ctx, _name: click.Command("status", callback=fail))


def test_a_service_error_names_what_the_vendors_support_asks_for(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    error = DataverseError(
        "No.", fix="Ask.", code="dataverse-refused", status=403, vendor_code="0x80040220", request_id="r-1"
    )
    raising(monkeypatch, error)
    said = line("status")
    assert said.code == 3
    assert " Code: dataverse-refused, HTTP status 403, the service's code 0x80040220, request r-1\n" in said.err


def test_busy_exits_with_4(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    raising(monkeypatch, BusyError("Another one."))
    assert line("status").code == 4


def test_a_defect_shows_neither_a_trace_nor_its_text(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    raising(monkeypatch, ValueError("ada@crane.test"))
    said = line("status")
    assert said.code == 1
    assert "ValueError" in said.err
    assert "--debug" in said.err
    assert "Traceback" not in said.err
    assert "ada@crane.test" not in said.err


def test_debug_shows_the_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    raising(monkeypatch, ValueError("what"))
    with pytest.raises(ValueError, match="what"):
        run(["--debug", "status"])


def test_an_interrupted_command_exits_with_130(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    raising(monkeypatch, KeyboardInterrupt())
    assert line("status").code == 130


def test_odd_settings_are_told_on_standard_error(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADFERRY_PAGESIZE", "5")
    said = line("environment", "list", "--json")
    assert said.json == []
    assert "Warning: The variable LEADFERRY_PAGESIZE is set" in said.err
