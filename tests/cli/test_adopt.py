"""`leadferry adopt` as a person meets it."""

from __future__ import annotations

import pytest

import simulated
from cli.conftest import Line
from environments import StandingClock
from leadferry.simulators.dataverse.users import CLIENT_ID, CLIENT_SECRET, TENANT_ID


def connect(line: Line, url: str) -> None:
    given = ("--url", url, "--authority", url, "--tenant", TENANT_ID, "--client-id", CLIENT_ID, "--secret-stdin")
    assert line("environment", "add", "test", *given, stdin=CLIENT_SECRET).code == 0


def test_a_dry_run_first_then_yes(line: Line) -> None:
    with simulated.original(StandingClock(), 12) as running:
        connect(line, running.url)
        shown = line("adopt")
        assert shown.code == 0
        assert "Nothing was changed. To carry it out: leadferry adopt --yes" in shown.out
        assert "contoso_shoesize" in shown.out
        assert line("submissions", "list", "--json").json == []
        assert "Adopted in test" in line("adopt", "--yes").out
        again = line("adopt", "--yes", "--json").json
    assert (again["carried_out"], again["submissions"]) == (True, {"found": 12, "new": 0, "known": 12})


@pytest.mark.parametrize("arguments", [(), ("--yes",)])
def test_where_nothing_was_left_the_exit_code_is_2(line: Line, arguments: tuple[str, ...]) -> None:
    with simulated.fresh(StandingClock()) as running:
        connect(line, running.url)
        said = line("adopt", *arguments)
    assert (said.code, "original-missing" in said.err) == (2, True)
