"""Brings a database to the newest schema with Alembic. Loaded only when there is something to do."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Engine

from leadferry.errors import LeadferryError

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 7_233_406_194_301
"""Key of the PostgreSQL advisory lock that lets one process migrate at a time."""


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def migrate(engine: Engine, version: str) -> None:
    """From `version` ("" = empty database) to the newest. Another process may do the same at the same moment."""
    config = alembic_config()
    if version and version not in {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}:
        raise LeadferryError(
            f"The database was written by a newer Leadferry (schema {version}).",
            code="database-newer",
            fix="Run that version, or restore the backup made before the upgrade.",
        )
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
