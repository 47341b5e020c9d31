"""A world with settings of its own: jobs read files, keys and the database as a service does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.makers import MASTER, World, make_world
from tests.support.opened import opened
from trace.config import Settings
from trace.db import Database


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of an installation whose master key is the tests'."""
    instance = tmp_path / "instance"
    instance.mkdir()
    (instance / "master.key").write_bytes(MASTER)
    return Settings(instance=instance, DATABASE_URL=database_url)


@pytest.fixture
def db(settings: Settings) -> Iterator[Database]:
    """Its database."""
    database = opened(settings.url)
    yield database
    database.dispose()


@pytest.fixture
def world(db: Database) -> World:
    """The world, in it."""
    return make_world(db)
