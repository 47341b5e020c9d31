"""The real application behind a real gunicorn, for tests that come in by HTTP."""

from __future__ import annotations

import os
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.processes import KeptProcess
from tests.support.tree import ROOT


@dataclass(frozen=True)
class WebServer:
    """A running server: where it is, and what it serves."""

    url: str
    database_url: str
    instance: Path
    process: KeptProcess


@contextmanager
def serve(
    database_url: str,
    instance: Path,
    *,
    application: str = "wsgi:app",
    workers: int = 1,
    settings: Mapping[str, str] | None = None,
) -> Iterator[WebServer]:
    """Serve the application on a free loopback port until the block ends.

    ``settings`` are further environment variables. The port is bound here and handed over, so nobody can
    take it in between; the server is ready once ``/healthz`` answers.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TRACE_")}
        options = f"--no-control-socket --bind fd://{listener.fileno()} --workers {workers} --threads 4"
        process = KeptProcess(
            [sys.executable, "-m", "gunicorn", *options.split(), "--graceful-timeout", "2", application],
            env=inherited
            | {"DATABASE_URL": database_url, "TRACE_INSTANCE": str(instance), "TRACE_BASE_URL": url}
            | dict(settings or {}),
            cwd=ROOT,
            pass_fds=[listener.fileno()],
        )
    try:
        process.wait_until(lambda: _healthy(url))
        yield WebServer(url, database_url, instance, process)
    finally:
        process.stop()


def _healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False
