"""What every test gets: its own database on SQLite and on PostgreSQL, and no way to the network."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support import databases, network
from tests.support.postgres import PostgresServer
from trace.config import Settings

# An example fails by what it shows, never by how long it takes; CI tries the same ones at every run.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "here")

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever uses PostgreSQL alone carries its marker, so that ``-m 'not postgres'`` leaves it out."""
    for item in items:
        if "postgres_url" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.postgres)


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_this_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Neither the environment nor .env may lead a test to somebody's real database, files or keys."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("TRACE_") or name in ("DATABASE_URL", "PORT"):
                patch.delenv(name)
        patch.setitem(Settings.model_config, "env_file", None)
        patch.setenv("TRACE_INSTANCE", str(tmp_path_factory.mktemp("instance")))
        yield


@pytest.fixture(autouse=True)
def _this_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    network.refuse_outside(monkeypatch)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL of this worker's own, for as long as the tests run."""
    server = databases.start_postgres()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def _postgres_template(postgres_server: PostgresServer) -> str:
    return databases.postgres_template(postgres_server)


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return databases.sqlite_template(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture
def sqlite_url(tmp_path: Path, _sqlite_template: Path) -> str:
    """The URL of a migrated SQLite file of this test's own."""
    return databases.sqlite_database(tmp_path, _sqlite_template)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, _postgres_template: str) -> Iterator[str]:
    """The URL of a migrated PostgreSQL database of this test's own."""
    with databases.postgres_database(postgres_server, _postgres_template) as url:
        yield url


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated database of this test's own: the test runs on SQLite and on PostgreSQL."""
    fixture = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(fixture)
    return url


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """As ``database_url``, before any migration: for tests of the migrations themselves."""
    if request.param == "sqlite":
        yield databases.sqlite_database(tmp_path, None)
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        with databases.postgres_database(server, "template0") as url:
            yield url
