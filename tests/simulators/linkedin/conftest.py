from __future__ import annotations

from collections.abc import Iterator

import pytest

from leadferry.simulators.linkedin import service
from simulators.linkedin.scene import NOW, Scene


@pytest.fixture
def scene() -> Iterator[Scene]:
    """One account with its page, form, campaign and creative, an event, and Ada, who may read all of it."""
    with service.start(clock=lambda: NOW) as running:
        scene = Scene(running)
        scene.build()
        yield scene
