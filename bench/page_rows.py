"""Pages by HTTP, from the demonstration's data, beside a page of two words on the same server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from bench.measure import Row, median_of, row
from bench.process_rows import ROOT
from tests.support.web_server import serve

WORKERS = 2
ROUNDS = 3
SECONDS = 2.0
BASE_URL = "http://127.0.0.1:5000"
LIMITS_OFF = {"TRACE_LIMITS": "off"}  # all that asks here is one network

Answers = list[dict[str, float]]


def rows(instance: Path) -> list[Row]:
    """Requests answered each second, and the time within which 95 in 100 are."""
    _load_demonstration(instance)
    database = f"sqlite:///{instance / 'trace.db'}"
    codes = [urlsplit(line).path for line in (instance / "demo" / "codes.txt").read_text("ascii").split()]
    wanted = {
        "hello": ("*/*", ["/"]),
        "page": ("text/html", codes),
        "json": ("application/json", codes),
    }
    found: dict[str, Answers] = {name: [] for name in wanted}
    with (
        serve(database, instance, workers=WORKERS, settings=LIMITS_OFF) as ours,
        serve(database, instance, workers=WORKERS, application="bench.hello:app") as plain,
    ):
        for turn in range(ROUNDS + 1):
            for name, (accept, paths) in wanted.items():
                answer = asked(plain.url if name == "hello" else ours.url, accept, paths)
                if turn:
                    found[name].append(answer)
    hello = f"Flask saying hello, {WORKERS} workers too"
    return [
        _row(
            f"scan page of 48 labels never asked for, {WORKERS} workers",
            "requests/s",
            found["page"],
            found["hello"],
            hello,
        ),
        _row(f"scan answer as JSON, {WORKERS} workers", "requests/s", found["json"], found["hello"], hello),
        _row("scan page, 95 of 100 within, 8 readers at once", "ms", found["page"], found["hello"], hello),
    ]


def _row(name: str, unit: str, ours: Answers, plain: Answers, yardstick: str) -> Row:
    key = "p95_ms" if unit == "ms" else "rate"
    rates = median_of([(one[key], other[key]) for one, other in zip(ours, plain, strict=True)])
    return row(name, unit, rates, yardstick)


def _load_demonstration(instance: Path) -> None:
    """Made once and kept; `flask demo load` finds what is there."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRACE_")}
    environment |= {"DATABASE_URL": "", "TRACE_INSTANCE": str(instance), "TRACE_BASE_URL": BASE_URL}
    for command in (["db", "upgrade"], ["demo", "load"]):
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *command],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            check=True,
        )


def asked(url: str, accept: str, paths: list[str], seconds: float = SECONDS) -> dict[str, float]:
    """What a client of its own process found: requests a second, milliseconds, bytes."""
    host, _, port = url.removeprefix("http://").partition(":")
    done = subprocess.run(
        [sys.executable, "-m", "bench.client", host, port, str(seconds), accept],
        cwd=ROOT,
        input="\n".join(paths),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{url}: {done.stderr}")
    found: dict[str, float] = json.loads(done.stdout)
    return found
