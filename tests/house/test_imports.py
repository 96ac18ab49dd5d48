"""The import rule: what each file of `src/leadferry` may lean on. Read off the syntax trees, nothing is imported.

- Only files named client, store, routes or worker do I/O; every other file of a room is pure.
- `matching`, `mapping` and `delivery/plan*.py` do not even touch threads, clocks or files.
- Simulators know nothing of the rooms, and only `cli` knows simulators.
- `app` joins the rooms: no room knows it, or `cli`.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
IO_NAMES = ("client", "store", "routes", "worker")
JOINING = {"app", "cli", "__main__"}
IO_LIBRARIES = {
    "aiohttp", "alembic", "anyio", "apprise", "asyncio", "http.client", "http.server", "httpx", "httpx2",
    "linkedin_api", "litestar", "opentelemetry.exporter", "opentelemetry.sdk",
    "msal", "multiprocessing", "PowerPlatform", "procrastinate", "psycopg", "requests", "select", "smtplib", "socket",
    "socketserver", "sqlalchemy", "sqlite3", "ssl", "stamina", "starlette", "subprocess", "urllib.request", "urllib3",
    "uvicorn",
}  # fmt: skip
STRICTLY_PURE_TOO = {
    "os",
    "io",
    "pathlib",
    "shutil",
    "tempfile",
    "threading",
    "time",
    "random",
    "secrets",
    "concurrent",
}


def imported(source: str) -> Iterator[str]:
    """`from a.b import c` gives `a.b` and `a.b.c`, for `c` may be a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, "imports are absolute"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(module: str, names: set[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)


def does_io(module: str) -> bool:
    """`leadferry.delivery.submission_store` does, `leadferry.delivery.plan` does not."""
    parts = module.split(".")
    if parts[0] != "leadferry" or len(parts) < 2:
        return False
    if parts[1] in {"store", "http_client"}:
        return True
    return len(parts) > 2 and any(is_io_name(part) for part in parts[2:3])


def is_io_name(stem: str) -> bool:
    return stem in IO_NAMES or any(stem.startswith(f"{name}_") or stem.endswith(f"_{name}") for name in IO_NAMES)


def strictly_pure(parts: list[str]) -> bool:
    return parts[1] in {"matching", "mapping"} or (parts[1] == "delivery" and parts[-1].startswith("plan"))


def violations(module: str, source: str) -> list[str]:
    """What `module` (`leadferry.mapping.fit`) imports and must not."""
    parts = module.split(".")
    found = sorted(set(imported(source)))
    room = parts[1] if len(parts) > 1 else ""
    if room in JOINING or room == "":
        return []
    wrong = [name for name in found if within(name, {"leadferry.app", "leadferry.cli"})]
    if room == "simulators":
        own = {"leadferry.simulators", "leadferry.clock"}
        wrong += [name for name in found if within(name, {"leadferry"}) and not within(name, own)]
        return [f"{module} imports {name}" for name in wrong if name != "leadferry"]
    wrong += [name for name in found if within(name, {"leadferry.simulators"})]
    if room not in {"store", "http_client"} and not (len(parts) > 2 and is_io_name(parts[2])):
        wrong += [name for name in found if within(name, IO_LIBRARIES) or does_io(name)]
        if strictly_pure(parts):
            wrong += [name for name in found if within(name, STRICTLY_PURE_TOO)]
    return [f"{module} imports {name}" for name in dict.fromkeys(wrong)]


@functools.cache
def modules() -> dict[str, Path]:
    found = {}
    for path in sorted((SOURCE / "leadferry").rglob("*.py")):
        if "migrations" not in path.parts:
            found[".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")] = path
    return found


@pytest.mark.parametrize("module", modules())
def test_a_file_imports_only_what_its_name_allows(module: str) -> None:
    path = modules()[module]
    assert violations(module, path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("leadferry.delivery.plan", "import sqlalchemy as sa"),
        ("leadferry.delivery.plan", "from leadferry.delivery.submission_store import SubmissionStore"),
        ("leadferry.delivery.plan", "from leadferry.delivery import submission_store"),
        ("leadferry.delivery.plan", "import threading"),
        ("leadferry.mapping.fit", "import os"),
        ("leadferry.mapping.transforms.phone", "from urllib.request import urlopen"),
        ("leadferry.matching.match", "from leadferry.http_client import HttpClient"),
        ("leadferry.linkedin.restli", "def late() -> None:\n    import httpx2"),
        ("leadferry.accounts.model", "from leadferry.store.tables import owners"),
        ("leadferry.intake.walk", "from leadferry.intake.poll_worker import Poller"),
        ("leadferry.settings", "from leadferry.store.database import Database"),
        ("leadferry.dataverse.client", "from leadferry.simulators.dataverse.model import Table"),
        ("leadferry.engine.local_worker", "from leadferry.app import open_app"),
        ("leadferry.simulators.linkedin.service", "from leadferry.linkedin.restli import encode"),
        ("leadferry.simulators.dataverse.rows", "from leadferry import errors"),
    ],
)
def test_a_planted_violation_is_caught(module: str, line: str) -> None:
    assert violations(module, f"{line}\n") != []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("leadferry.dataverse.tokens_client", "import msal"),
        ("leadferry.delivery.deliver_worker", "from leadferry.delivery.submission_store import SubmissionStore"),
        ("leadferry.store.database", "import sqlalchemy as sa"),
        ("leadferry.delivery.plan", "from leadferry.matching.match import Match"),
        ("leadferry.cli.simulate", "from leadferry.simulators.dataverse.service import start"),
        ("leadferry.app.base", "from leadferry.delivery.submission_store import SubmissionStore"),
        ("leadferry.simulators.dataverse.rows", "from leadferry.clock import Clock"),
    ],
)
def test_what_is_allowed_is_not_reported(module: str, line: str) -> None:
    assert violations(module, f"{line}\n") == []
