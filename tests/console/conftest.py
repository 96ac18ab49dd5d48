from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.entra_scene import Scene, entra_scene
from databases import KINDS, new_postgresql_url
from web import Console, new_console


@pytest.fixture(params=KINDS)
def console(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Console]:
    """An empty installation's console, on SQLite and on PostgreSQL."""
    database_url = "" if request.param == "sqlite" else new_postgresql_url()
    with new_console(tmp_path, database_url) as console:
        yield console


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Sign-in at the simulated Entra, roles in the simulated Dataverse."""
    with entra_scene(tmp_path) as scene:
        yield scene
