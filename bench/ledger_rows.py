"""The ledger: entries appended and verified, tiles through the app, proofs."""

from __future__ import annotations

import logging
import os
import shutil
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench import proof_rows
from bench.measure import Row, Work, compared, row
from tests.support.makers import World, make_world, new_event
from trace.config import Settings
from trace.migrate import upgrade
from trace.services import event, ledger, ledger_audit
from trace.services.database import open_database
from trace.web.factory import create_app

GROUP = 100  # entries of one unit
_VERIFIED = 10_000  # entries at least
_BATCHES = 20
_DAY = date(2026, 8, 23)


def rows(folder: Path) -> list[Row]:
    """Two minutes; what is made in `folder` is removed first."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return [*_appended(folder), *proof_rows.rows(folder)]


def _appended(folder: Path) -> list[Row]:
    settings = Settings(instance=folder, DATABASE_URL="")
    upgrade(settings.url)
    db = open_database(settings)
    world = make_world(db)
    batches = [world.batch() for _ in range(_BATCHES)]
    signing = _signing()
    found = [
        row(
            "entries appended, one a unit, checkpoint signed and kept outside after each, SQLite",
            "entries/s",
            compared(lambda: _unit(world, batches, 1), signing),
            "Ed25519 signatures alone, one core",
        ),
        row(
            f"entries appended, {GROUP} a unit, SQLite",
            "entries/s",
            compared(lambda: _unit(world, batches, GROUP), signing, rounds=5),
            "Ed25519 signatures alone, one core",
        ),
    ]
    with db.read() as session:
        have = ledger.size(session)
    for _ in range(max(0, _VERIFIED - have) // GROUP):
        _unit(world, batches, GROUP)
    workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    def verified() -> int:
        with db.read() as session:
            report = ledger_audit.verify(session, workers=workers)
        if report.fault is not None:
            raise RuntimeError(f"the ledger does not hold: {report.fault}")
        return report.entries

    found.append(
        row(
            f"ledger verified whole, {workers} processes",
            "entries/s",
            compared(verified, _verifying(), rounds=2),
            "Ed25519 verifications alone, one core",
        )
    )
    db.dispose()
    return [*found, *_tiles(settings)]


def _unit(world: World, batches: list[str], many: int) -> int:
    with world.db.write() as session:
        for one in range(many):
            event.record(session, world.coop, batches[one % _BATCHES], new_event("storage", _DAY))
    return many


def _signing() -> Work:
    key, message = Ed25519PrivateKey.generate(), b"x" * 400

    def sign() -> int:
        for _ in range(100):
            key.sign(message)
        return 100

    return sign


def _verifying() -> Work:
    key, message = Ed25519PrivateKey.generate(), b"x" * 400
    public, signature = key.public_key(), key.sign(message)

    def verify() -> int:
        for _ in range(100):
            public.verify(signature, message)
        return 100

    return verify


def _tiles(settings: Settings) -> list[Row]:
    """Full tiles through the application, without a network; behind a cache each is asked for once."""
    app = create_app(settings)
    # A line for each request would be most of the work.
    logging.getLogger("trace").setLevel(logging.WARNING)
    client = app.test_client()

    def asked(path: str) -> Work:
        def ask() -> int:
            answer = client.get(path)
            if answer.status_code != 200:
                raise RuntimeError(f"{path}: {answer.status_code}")
            return 1

        return ask

    hello = asked("/healthz")
    made = [
        row(name, "requests/s", compared(asked(path), hello, rounds=5), "/healthz of the same application")
        for name, path in (
            ("full tile of 256 hashes, one thread", "/log/tile/0/000"),
            ("bundle of 256 entries, one thread", "/log/tile/entries/000"),
        )
    ]
    app.extensions["trace"].db.dispose()
    return made
