"""The live lead table, for those who edit mappings and strategies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadferry.cli.output import warn
from leadferry.errors import LeadferryError

if TYPE_CHECKING:
    from leadferry.accounts.model import Environment
    from leadferry.app import App
    from leadferry.dataverse.metadata import Table


def lead_table(app: App, environment: Environment) -> Table | None:
    """None, with a note, where Dynamics cannot be reached: what was typed is stored all the same."""
    try:
        return app.dataverse(environment).table("lead")
    except LeadferryError as error:
        warn(f"Not checked against Dynamics: {error.message}", "Note")
        return None
