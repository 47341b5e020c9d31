"""Each way of tampering is found by whoever is said to find it, at the entry it happened, and by nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.support.ledger_case import WITNESS, WITNESS_KEY
from tests.support.makers import MASTER, make_world
from tests.tamper.big import Big, store
from tests.tamper.cases import CASES, SCRATCH, TRIALS, Trial
from tests.tamper.conftest import Copy
from trace.config import Settings
from trace.core.errors import NotFound
from trace.db import Database
from trace.ledger.checkpoint import Checkpoint
from trace.ledger.note import ED25519, Note, NoteSigner, VerifierKey
from trace.ledger.spelling import FormatError
from trace.ledger.tile_tree import TileMissing
from trace.ledger.tiles import Tile
from trace.ledger.witness import Alarm, Witness
from trace.services import attachment, ledger, ledger_audit, log_identity, tree
from trace.services.keyring import Keyring
from trace.services.ledger_points import NOTED, OUTSIDE

pytestmark = pytest.mark.slow
VISITED = datetime(2027, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Result:
    """Faults in the database alone as (entry, code), and what the others find, by code."""

    alone: tuple[tuple[int, str], ...]
    others: tuple[str, str, str]


def found_in(db: Database, big: Big, folder: Path, master: bytes = MASTER, *, workers: int = 1) -> Result:
    """What each finds; one walk for all, in which each fault says what it was found by."""
    with db.read() as session:
        report = ledger_audit.verify(
            session, big.today.known, every=True, outside=big.today.outside, workers=workers
        )
        faults = [*report.faults, *ledger_audit.secrets(session, master)]
        alone = [(one.seq, one.code) for one in faults if one.detail not in (NOTED, OUTSIDE)]
        alone += [(0, one.kind) for one in attachment.check(session, Settings(instance=folder))]
    by = {one.detail: one.code for one in report.faults}
    return Result(tuple(alone), (by.get(OUTSIDE, ""), by.get(NOTED, ""), witness(db, big, master)))


def witness(db: Database, big: Big, master: bytes) -> str:
    """What a witness that knows today's ledger finds at its next visit: the operator signs what there is now."""
    kept = Note.parse(big.today.witnessed)
    with db.read() as session:
        key = log_identity.newest(session)
        edge = ledger.frontier(session)
        if key is None:
            signer = NoteSigner(kept.signatures[0].name, Ed25519PrivateKey.generate())
        else:
            signer = log_identity.signer(session, key, master)
        text = Checkpoint(signer.key.name, edge.size, edge.root()).text()

        def fetch(path: str) -> bytes:
            try:
                return tree.tile_bytes(session, Tile.parse(path), edge.size)
            except NotFound as error:
                raise TileMissing(path) from error

        visitor = Witness(WITNESS, WITNESS_KEY, log_key(big), fetch)
        offered = Note(text, (signer.sign(text),)).encode()
        try:
            visitor.visit(offered, big.today.witnessed, {}, int(VISITED.timestamp()))
        except Alarm as alarm:
            return alarm.code
        except FormatError:
            return "witness.unsigned"
    return ""


def log_key(big: Big) -> VerifierKey:
    """The log's key as the witness learnt it."""
    return VerifierKey(big.origin, ED25519, big.log_key)


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: "+".join(trial.names))
def test_who_finds_it(trial: Trial, copied: Copy, big: Big, tmp_path: Path) -> None:
    db = copied(big.yesterday if trial.yesterday else big.today)
    for case in trial.cases:
        case.act(db, big, tmp_path)
    found = found_in(db, big, tmp_path, workers=trial.workers)
    last = big.today.known.size - 1
    for case in trial.cases:
        assert found.others == (case.found.outside, case.found.known, case.found.witness)
        codes = [code for seq, code in found.alone if case.back is None or seq == last - case.back]
        assert case.found.alone in codes if case.found.alone else found.alone == ()
    assert {code for _, code in found.alone} <= {*EFFECTS, *(case.found.alone for case in trial.cases)}


# What follows from an entry that was put in or moved, beside the entry itself.
EFFECTS = {"ledger.reordered", "ledger.batch-row", "ledger.record-changed"}


def test_every_way_is_tried() -> None:
    assert sorted(name for trial in TRIALS for name in trial.names) == sorted(CASES)


def test_a_history_told_from_the_start(database_url: str, big: Big, tmp_path: Path) -> None:
    master = bytes(32)
    db = Database(database_url, Keyring(master))
    world = make_world(db)
    store(world, [world.batch()], 20)
    found = found_in(db, big, tmp_path, master)
    db.dispose()
    said = SCRATCH.found
    assert found.alone == ()
    assert found.others == (said.outside, said.known, said.witness)
