"""Bring a database to the tables' present form (Alembic), look whether it is there, make a revision."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, pool

from trace.db import make_engine
from trace.tables import metadata

_FOLDER = Path(__file__).with_name("migrations")


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(database_url: str, revision: str = "head") -> None:
    """Apply every revision up to `revision`."""
    engine = make_engine(database_url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        command.upgrade(_config(connection), revision)
        connection.commit()


def downgrade(database_url: str, revision: str) -> None:
    """Take revisions back down to `revision` ("base" = all)."""
    engine = make_engine(database_url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        command.downgrade(_config(connection), revision)
        connection.commit()


def head() -> str | None:
    """The newest revision this code knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def current(connection: Connection) -> str | None:
    """The revision a database is at."""
    return MigrationContext.configure(connection).get_current_revision()


def check(database_url: str) -> list[str]:
    """Differences between a database and the tables, in words; empty when there are none."""
    engine = make_engine(database_url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        found = [] if current(connection) == head() else [f"revision {current(connection)}, wanted {head()}"]
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        return found + [str(difference) for difference in compare_metadata(context, metadata)]


def make_revision(database_url: str, message: str, revision_id: str) -> None:
    """Write a new revision from the difference between a migrated database and the tables."""
    engine = make_engine(database_url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        command.revision(_config(connection), message=message, autogenerate=True, rev_id=revision_id)
