"""Leadferry: LinkedIn Lead Gen Form responses into Dynamics 365, once, within seconds, explained."""

__version__ = "0.1.0"
