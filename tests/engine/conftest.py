from __future__ import annotations

from guardian.conftest import both, house, services

__all__ = ["both", "house", "services"]
