from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.entra_scene import Scene, entra_scene
from databases import KINDS, database_url
from web import Console, new_console


@pytest.fixture(params=KINDS)
def console(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Console]:
    """An empty installation's console, on SQLite and on PostgreSQL."""
    with database_url(request.param) as url, new_console(tmp_path, url) as console:
        yield console


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Sign-in at the simulated Entra, roles in the simulated Dataverse."""
    with entra_scene(tmp_path) as scene:
        yield scene
