from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from databases import KINDS, new_database
from leadferry.store.database import Database

AUTHORITIES = pytest.StashKey[Path]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="the long versions too: 200 kills instead of 20, and the like")
    parser.addoption(
        "--screens",
        metavar="DIR",
        help="leave pictures: of test_first_lead each step, of test_every_role each page",
    )


def pytest_configure(config: pytest.Config) -> None:
    """The machine's hundreds of authorities are read anew for every HTTP client, in 50 ms; no test trusts one."""
    if not hasattr(config, "workerinput"):  # the processes of pytest-xdist inherit it
        from environments import certificate_pem

        config.stash[AUTHORITIES] = folder = Path(tempfile.mkdtemp(prefix="leadferry-authorities-"))
        (folder / "nobody.pem").write_text(certificate_pem(datetime(2030, 1, 1, tzinfo=UTC)))
        os.environ |= {"SSL_CERT_FILE": str(folder / "nobody.pem"), "SSL_CERT_DIR": str(folder)}


def pytest_unconfigure(config: pytest.Config) -> None:
    if AUTHORITIES in config.stash:
        shutil.rmtree(config.stash[AUTHORITIES], ignore_errors=True)


def pytest_collection_finish() -> None:
    """What was imported and collected stays: looking through it for garbage again and again takes long."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--long"):
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="only with --long"))


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """The same test on SQLite and on PostgreSQL."""
    with new_database(request.param, tmp_path) as database:
        yield database


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    with new_database("sqlite", tmp_path) as database:
        yield database
