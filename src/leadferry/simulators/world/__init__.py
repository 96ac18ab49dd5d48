"""The demonstration's world: what stands at LinkedIn and in Dynamics, who answers forms. Only `loading` does I/O."""

from leadferry.simulators.world.building import Round, World, build_world
from leadferry.simulators.world.loading import Loaded, load_world

__all__ = ["Loaded", "Round", "World", "build_world", "load_world"]
