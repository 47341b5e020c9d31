"""The tests' own servers and guards do what they promise."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from tests.support.network import OutsideConnection
from tests.support.processes import KeptProcess, ServerFailed
from tests.support.tree import ROOT
from trace.config import Settings
from trace.db import make_engine


def test_the_database_is_migrated_and_empty(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.connect() as link:
        assert inspect(link).has_table("alembic_version")
        assert link.execute(text("SELECT count(*) FROM alembic_version")).scalar_one() == 1
    engine.dispose()


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_has_a_database_of_its_own(database_url: str, turn: str) -> None:
    engine = make_engine(database_url)
    with engine.begin() as link:
        link.execute(text("CREATE TABLE left_behind (turn VARCHAR(10))"))
        link.execute(text("INSERT INTO left_behind VALUES (:turn)"), {"turn": turn})
    engine.dispose()


def test_an_empty_database_has_no_table(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_other_hosts_cannot_be_reached(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as link, pytest.raises(OutsideConnection):
        link.connect((host, 443))
    with socket.socket(family, socket.SOCK_DGRAM) as link, pytest.raises(OutsideConnection):
        link.sendto(b"x", (host, 53))


def test_other_names_are_not_looked_up() -> None:
    with pytest.raises(OutsideConnection):
        urllib.request.urlopen("http://example.org/")


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_a_server_that_cannot_start_says_why() -> None:
    process = KeptProcess([sys.executable, "-c", "raise SystemExit('the disk is full')"])
    with pytest.raises(ServerFailed, match="the disk is full"):
        process.wait_until(lambda: False)
    process.stop()


def test_nothing_outlives_tests_that_are_killed(tmp_path: Path) -> None:
    """Once the holder of the pipe is gone, the keeper ends its command and removes the folder."""
    folder = tmp_path / "server"
    folder.mkdir()
    announce = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
    holder = f"""
import pathlib, sys, time
from tests.support.processes import KeptProcess
process = KeptProcess([sys.executable, "-c", {announce!r}], remove=pathlib.Path({str(folder)!r}))
process.wait_until(lambda: process.log_end().strip() != "")
print(process.log_end().strip(), flush=True)
time.sleep(600)
"""
    with subprocess.Popen(
        [sys.executable, "-c", holder], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as tests:
        assert tests.stdout is not None
        server = int(tests.stdout.readline())
        os.kill(tests.pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while folder.exists():
        assert time.monotonic() < deadline, "the folder is still there"
        time.sleep(0.02)
    with pytest.raises(ProcessLookupError):
        os.kill(server, 0)


def test_no_test_sees_the_settings_of_this_machine(tmp_path_factory: pytest.TempPathFactory) -> None:
    found = Settings()
    assert found.instance.is_relative_to(tmp_path_factory.getbasetemp())
    assert found.database_url == ""
