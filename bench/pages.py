"""`./dev bench pages`: how long the console's pages take with a million submissions in one environment.

    ./dev bench pages                          SQLite and PostgreSQL, 1,000,000 submissions each
    ./dev bench pages --count 50000 --database sqlite
    ./dev bench pages --keep /tmp/million      the databases stay there, and are used again

`leadferry web` as a process of its own, and a client that does next to nothing: milliseconds from the request sent to
the page read to its end. `cpu`: of that process, and of the database's server where there is one; on a machine with
other work it tells more. `first`: of the processor too, the first time that a page is asked for.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "bench")]

from filling import (  # noqa: E402
    CAMPAIGNS,
    COUNTRIES,
    CREATIVES,
    FIRST,
    FORMS,
    INDUSTRIES,
    LAST,
    OWNERS,
    fill,
    fill_worth,
    settle_down,
)

from leadferry.app import App, open_app  # noqa: E402
from leadferry.console.person import OPERATOR  # noqa: E402
from leadferry.performance.dashboard_charts import FIRST as FIRST_CHARTS  # noqa: E402
from leadferry.settings import load_settings  # noqa: E402
from leadferry.store.tables import submissions  # noqa: E402
from postgresql import address, created, server_in  # noqa: E402

Dice = random.Random
Figures = tuple[float, float, float, float, float]
"""Milliseconds at the median and at 95 %, of the processor, of the processor the first time, and kilobytes."""
Address = Callable[[Dice], str]
LIMIT_MS = 100
COMPILES_S = 8
"""So long a console that was just started compiles its pages beside answering; nobody measures it meanwhile."""

PAGES: dict[str, Address] = {
    "submissions": lambda _: "submissions",
    "submissions, received": lambda _: "submissions?sort=received",
    "submissions, an old page": lambda dice: f"submissions?after={_old(dice)}.{dice.randrange(1, 1_000_000)}",
    "one form": lambda dice: f"submissions?form={dice.randint(1, FORMS - 1)}",
    "a rare form": lambda _: f"submissions?form={FORMS}",
    "one campaign and account": lambda dice: f"submissions?campaign={dice.randint(1, CAMPAIGNS - 1)}&owner=1",
    "a rare account": lambda _: f"submissions?owner={OWNERS}",
    "test leads of one form": lambda dice: f"submissions?test=only&form={dice.randint(1, FORMS - 1)}",
    "new leads of 7 days": lambda _: "submissions?status=created&period=7d",
    "match failed": lambda _: "submissions?status=match-failed",
    "failed, by number": lambda _: "submissions?state=failed&sort=received",
    "events": lambda _: "submissions?type=EVENT",
    "events that failed": lambda _: "submissions?type=EVENT&status=creation-failed",
    "search: an address": lambda dice: f"submissions?q=p{dice.randrange(1, 1_000_000)}%40",
    "search: a name": lambda dice: f"submissions?q={dice.choice(FIRST)}+{dice.choice(LAST)}",
    "search: a name in a rare form": lambda dice: f"submissions?q={dice.choice(FIRST)}&form={FORMS}",
    "search: nobody": lambda _: "submissions?q=xyzzy",
    "one submission": lambda dice: f"submissions/{dice.randint(1, 1000)}",
    "review queue": lambda _: "review",
    "home": lambda _: "",
    "performance": lambda _: "performance",
    "performance, a year": lambda _: "performance?days=365",
    "performance, all time": lambda _: "performance?days=all",
    "performance, one form": lambda dice: f"performance?days=90&form={dice.randint(1, FORMS - 1)}",
    "performance, one account, a year": lambda dice: f"performance?days=365&owner={dice.randint(1, OWNERS - 1)}",
    "performance, one country": lambda dice: f"performance?country={_facet(dice, 'country')}",
    "performance, one country, a year": lambda dice: f"performance?days=365&country={_facet(dice, 'country')}",
    "performance, one creative": lambda dice: f"performance?creative={_facet(dice, 'creative')}",
    "a table of a year's days": lambda _: "performance/table/days?days=365",
    "a table by form": lambda _: "performance/table/form",
    "the rest of one form": lambda dice: f"performance/apart?days=90&form={dice.randint(1, FORMS - 1)}",
    "the rest of one country": lambda dice: f"performance/apart?country={_facet(dice, 'country')}",
    "own dashboard, 6 charts": lambda _: "dashboards/1",
    "one country": lambda dice: f"submissions?country={_facet(dice, 'country')}&days=environment&from={_day(30)}",
    "one industry of a campaign": lambda dice: f"submissions?industry={_facet(dice, 'industry')}&campaign=1",
    "forms": lambda _: "forms",
    "one form's fields": lambda dice: f"forms/{dice.randint(1, FORMS)}",
    "campaigns": lambda _: "campaigns",
    "accounts": lambda _: "accounts",
    "profiles": lambda _: "profiles",
    "field mappings": lambda _: "mappings",
    "matching strategies": lambda _: "strategies",
    "sync status": lambda _: "sync",
    "health": lambda _: "health",
    "alerts": lambda _: "alerts",
    "audit log": lambda _: "audit",
    "settings": lambda _: "settings",
}
"""Other rooms add theirs. Below the environment's address."""
PARTS = ("performance/table/", "performance/apart")
"""What htmx asks for after a page."""


def _facet(dice: Dice, name: str) -> int:
    """Its number: they are given in the order of filling."""
    first = {"creative": 1, "country": 1 + CREATIVES_THERE, "industry": 1 + CREATIVES_THERE + len(COUNTRIES)}[name]
    return first + dice.randrange({"creative": CREATIVES_THERE, "country": len(COUNTRIES)}.get(name, len(INDUSTRIES)))


def _day(ago: int) -> str:
    return datetime.fromtimestamp(NOW / 1000 - ago * 86_400, UTC).date().isoformat()


def _old(dice: Dice) -> int:
    return NOW - dice.randrange(300 * 86_400_000)


PERSON = "bench"
CREATIVES_THERE = CAMPAIGNS * CREATIVES
NOW = int(time.time() * 1000)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=1_000_000)
    options.add_argument("--database", "--on", choices=("sqlite", "postgresql"), action="append")
    options.add_argument("--times", type=int, default=40)
    options.add_argument("--keep", type=Path, help="a folder for the databases; used again when they are there")
    options.add_argument("--only", default="", help="pages whose name holds this")
    chosen = options.parse_args()
    too_slow = []
    for kind in chosen.database or ("sqlite", "postgresql"):
        with _filled(kind, chosen.count, chosen.keep) as app:
            print(
                f"\n{kind}, {chosen.count:,} submissions\n"
                f"{'page':<34}{'p50 ms':>9}{'p95 ms':>9}{'cpu ms':>9}{'first':>9}{'KB':>7}",
                flush=True,
            )
            every: list[float] = []
            for name, took, figures in _measured(app, chosen.times, chosen.only, chosen.count):
                every += took
                print(f"{name:<34}" + "".join(f"{one:9.1f}" for one in figures[:4]) + f"{figures[4]:7.0f}", flush=True)
                too_slow += [f"{kind}: {name}"] if figures[1] > LIMIT_MS else []
            print(f"{'all of them':<34}{statistics.median(every):9.1f}{_at_95(every):9.1f}", flush=True)
    print(f"\nOver {LIMIT_MS} ms: {', '.join(too_slow) or 'none'}")


@contextmanager
def _filled(kind: str, count: int, keep: Path | None) -> Iterator[App]:
    with tempfile.TemporaryDirectory() as temporary:
        folder = (keep or Path(temporary)) / kind
        folder.mkdir(parents=True, exist_ok=True)
        environ = {"LEADFERRY_DATA": str(folder)}
        if kind == "postgresql":
            environ["LEADFERRY_DATABASE_URL"] = server_in(keep / "server") if keep else address(created())
        with open_app(load_settings(environ)) as app:
            if not app.environments.list():
                environment = app.environments.add(
                    "bench",
                    "https://bench.crm4.dynamics.com",
                    tenant_id="t",
                    client_id="c",
                    secret="s",  # noqa: S106 - invented
                )
                began = time.perf_counter()
                fill(app, environment.id, count, NOW)
                fill_worth(app, environment.id, NOW)
                print(f"{kind}: filled in {time.perf_counter() - began:.0f} s", file=sys.stderr)
            yield app


def _measured(app: App, times: int, only: str, count: int) -> Iterator[tuple[str, Sequence[float], Figures]]:
    environment = app.environments.list()[0]
    with app.database.read() as connection:
        if (there := connection.execute(sa.select(sa.func.max(submissions.c.id))).scalar()) != count:
            raise SystemExit(f"This database holds {there} submissions, not {count}.")
    _share_a_dashboard(app, environment.id)
    began = time.perf_counter()
    app.keep_figures(environment)
    app.figure_keeper.wait()
    if (took := time.perf_counter() - began) > 1:
        print(f"counted into the figures in {took:.0f} s", file=sys.stderr)
        settle_down(app)
    with _console(app) as (client, process):
        for name, address in PAGES.items():
            if only in name:
                below = f"/e/{environment.id}/"
                yield name, *_timed(client, below, address, times, lambda: _servers(app, process))


class Client(NamedTuple):
    connection: HTTPConnection
    cookie: str

    def get(self, path: str, **headers: str) -> int:
        """How many bytes."""
        self.connection.request("GET", path, headers={"cookie": self.cookie, **headers})
        answer = self.connection.getresponse()
        size = len(answer.read())
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status}")
        return size


@contextmanager
def _console(app: App) -> Iterator[tuple[Client, int]]:
    """In a process of its own; its number."""
    where = {"LEADFERRY_DATA": str(app.settings.data_folder), "LEADFERRY_DATABASE_URL": app.settings.database_url}
    command = (sys.executable, "-m", "leadferry", "web", "--no-worker", "--port", "0")
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, **where}, text=True) as process:
        said = process.stdout.readline() if process.stdout else ""
        time.sleep(COMPILES_S)
        connection = HTTPConnection(said.partition("//")[2].split()[0])
        try:
            yield Client(connection, f"leadferry={app.sessions.begin(OPERATOR)}"), process.pid
        finally:
            connection.close()
            process.terminate()


def _share_a_dashboard(app: App, environment_id: int) -> None:
    """What a new one begins with."""
    if not app.dashboards.list(environment_id, PERSON):
        key = app.dashboards.add(environment_id, PERSON, "Bench", "Bench", FIRST_CHARTS)
        app.dashboards.change(app.dashboards.get(environment_id, PERSON, key), "Bench", shared=True)


def _timed(
    client: Client, below: str, address: Address, times: int, servers: Callable[[], Sequence[Path]]
) -> tuple[Sequence[float], Figures]:
    dice, took, busy, size = Dice(3), [], [], 0
    for _ in range(times + 3):
        path = below + address(dice)
        there = servers()
        busy_before, began = _busy_s(there), time.perf_counter()
        size = client.get(path, **({"hx-request": "true"} if any(one in path for one in PARTS) else {}))
        took.append((time.perf_counter() - began) * 1000)
        busy.append((_busy_s(there) - busy_before) * 1000)
    known, later = took[3:], busy[3:]  # the first ones warm up
    return known, (statistics.median(known), _at_95(known), statistics.median(later), busy[0], size / 1024)


def _at_95(some: Sequence[float]) -> float:
    return statistics.quantiles(some, n=20)[18]


def _busy_s(servers: Sequence[Path]) -> float:
    """Of the processor, until now: of the threads that are."""
    return sum(_ran_s(one) for one in servers)


def _servers(app: App, console: int) -> list[Path]:
    """What says how long each thread ran, of the console and of the database's server, where Linux says it. The
    latter's stay while the console is connected."""
    found = list(Path(f"/proc/{console}/task").glob("*/schedstat"))
    if app.database.sqlite:
        return found
    with app.database.read() as connection:
        folder = Path(str(connection.exec_driver_sql("show data_directory").scalar()))
    return found + [one / "schedstat" for one in Path("/proc").glob("[0-9]*") if _works_in(one) == folder]


def _works_in(process: Path) -> Path | None:
    try:
        return (process / "cwd").readlink()
    except OSError:  # it has ended, or is another's
        return None


def _ran_s(file: Path) -> float:
    try:
        return int(file.read_text().split()[0]) / 1e9
    except OSError:
        return 0.0


if __name__ == "__main__":
    main()
