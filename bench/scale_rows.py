"""The scan page with a hundred million labels issued and ten million asked for, beside a small database and hello."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from bench import many_labels
from bench.many_labels import Codes, Size
from bench.measure import Row, median_of, row
from bench.page_rows import LIMITS_OFF, WORKERS, asked
from tests.support.makers import MASTER
from tests.support.postgres import PostgresServer
from tests.support.web_server import serve
from trace.config import Settings

LARGE = Size(batches=250, runs=4_000, labels=25_000, asked=2_500)
SMALL = Size(batches=10, runs=10, labels=100, asked=50)
_SAMPLE = 20_000
_ROUNDS = 9  # in some, one process of two gets nearly all connections
_WARM_UP = 60.0  # seconds, in which each process draws the pages of all batches


def rows(folder: Path) -> list[Row]:
    """Some twenty minutes and five gigabytes in `folder`, half of it for filling the tables on both databases."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    found = []
    found += _measured("SQLite", folder / "sqlite", lambda name: f"sqlite:///{folder / name}.db")
    server = PostgresServer()
    try:
        found += _measured("PostgreSQL", folder / "postgresql", lambda _name: server.url(server.create()))
    finally:
        server.stop()
    shutil.rmtree(folder, ignore_errors=True)
    return found


def _measured(engine: str, folder: Path, new: Callable[[str], str]) -> list[Row]:
    large_url, small_url = new("large"), new("small")
    large, small = _made(folder / "large", large_url, LARGE), _made(folder / "small", small_url, SMALL)
    rates: dict[str, list[float]] = {name: [] for name in ("hello", "small", "large", "fresh")}
    with ExitStack() as servers:
        many = servers.enter_context(serve(large_url, folder / "large", workers=WORKERS, settings=LIMITS_OFF))
        few = servers.enter_context(serve(small_url, folder / "small", workers=WORKERS, settings=LIMITS_OFF))
        plain = servers.enter_context(
            serve(large_url, folder / "large", workers=WORKERS, application="bench.hello:app")
        )
        turns = {
            "hello": (plain.url, ["/"]),
            "small": (few.url, small.asked),
            "large": (many.url, large.asked),
            "fresh": (many.url, large.fresh),
        }
        for name in ("small", "large", "fresh"):
            asked(turns[name][0], "text/html", turns[name][1], _WARM_UP)
        for _ in range(_ROUNDS):
            for name, (url, paths) in turns.items():
                rates[name].append(asked(url, "text/html", paths)["rate"])
    hello = f"Flask saying hello, {WORKERS} workers too"
    issued = f"{LARGE.runs * LARGE.labels / 1e6:.0f} million labels, {LARGE.runs * LARGE.asked / 1e6:.0f} million asked for"
    few_issued = f"{SMALL.runs * SMALL.labels:,} labels"
    return [
        _row(f"scan page of labels asked for before, {issued}, {engine}", rates, "large", "hello", hello),
        _row(f"scan page of labels never asked for, {issued}, {engine}", rates, "fresh", "hello", hello),
        _row(f"scan page of labels asked for before, {few_issued}, {engine}", rates, "small", "hello", hello),
        _row(f"the same page, {issued}, {engine}", rates, "large", "small", f"with {few_issued}"),
    ]


def _row(name: str, rates: dict[str, list[float]], ours: str, against: str, words: str) -> Row:
    pairs = list(zip(rates[ours], rates[against], strict=True))
    return row(name, "requests/s", median_of(pairs), words)


def _made(instance: Path, url: str, size: Size) -> Codes:
    instance.mkdir(parents=True)
    (instance / "master.key").write_bytes(MASTER)
    settings = Settings(instance=instance, DATABASE_URL=url)
    return many_labels.made(url, settings, size, min(_SAMPLE, size.runs * size.asked * 4))
