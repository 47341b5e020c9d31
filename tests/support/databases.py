"""Databases for the tests: the real migrations make the schema once, every test gets a copy of its own."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.support.postgres import PostgresServer
from tests.support.processes import ServerFailed
from trace.migrate import upgrade

TEMPLATE = "trace_template"


def start_postgres() -> PostgresServer:
    """Start the server, or skip the test that asked for it; under CI=true not to have it is a failure."""
    try:
        return PostgresServer()
    except ServerFailed as error:
        reason = f"no PostgreSQL could be started: {error}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


def postgres_template(server: PostgresServer) -> str:
    """Make the migrated database that tests copy, and return its name."""
    name = server.create(name=TEMPLATE)
    upgrade(server.url(name))
    return name


@contextmanager
def postgres_database(server: PostgresServer, template: str) -> Iterator[str]:
    """The URL of a new database, a copy of ``template``, dropped at the end."""
    name = server.create(template=template)
    try:
        yield server.url(name)
    finally:
        server.drop(name)


def sqlite_template(folder: Path) -> Path:
    """Make the migrated SQLite file that tests copy, and return its path."""
    path = folder / "template.db"
    upgrade(sqlite_url_of(path))
    with closing(sqlite3.connect(path)) as link:
        link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def sqlite_database(folder: Path, template: Path | None) -> str:
    """The URL of a new SQLite file ``test.db`` in ``folder``: a copy of ``template``, or not there yet."""
    path = folder / "test.db"
    if template:
        shutil.copyfile(template, path)
    return sqlite_url_of(path)


def sqlite_url_of(path: Path) -> str:
    """The SQLAlchemy URL of a SQLite file."""
    return f"sqlite:///{path}"
