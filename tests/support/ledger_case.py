"""A ledger with a bit of everything, to tamper with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.support.makers import BASE, MASTER, World, new_event
from trace.config import Settings
from trace.core import clock
from trace.db import Database
from trace.ledger.cosignature import cosign, witness_key
from trace.ledger.note import Note
from trace.services import (
    attachment,
    authorisation,
    carton,
    erasure,
    event,
    find,
    freeze,
    key,
    operation,
    ranges,
    recall,
    sheet,
    witness,
)
from trace.services.attachment import Checked
from trace.services.keyring import Keyring
from trace.services.log import Log
from trace.tables import Run

MARK = "示例标记库房"


@dataclass(frozen=True)
class Case:
    """A world whose ledger holds a corrected event, a split, and an event with an attachment."""

    world: World
    event_id: int
    entry: int
    split_entry: int
    carrier_id: int
    carrier_entry: int

    @property
    def db(self) -> Database:
        return self.world.db


def filled(world: World, folder: Path) -> Case:
    """Record what a `Case` has."""
    number = world.ready()
    wrong = world.record(number, "storage", date(2026, 8, 23))
    right = new_event("storage", date(2026, 8, 23), facts={"place": MARK}, place="示例镇")
    with world.write() as session:
        put = event.correct(session, world.coop, wrong.event_id, right, "写错了库房")
    outputs = (operation.Output(world.product_id, 30_000), operation.Output(world.product_id, 10_000))
    with world.write() as session:
        given = operation.NewOperation("split", ((number, 40_000),), outputs, date(2026, 8, 24))
        split = operation.operate(session, world.coop, given)
    with world.write() as session:
        photo = Checked(b"not really a photo", "image/jpeg", 4, 3, "示例照片")
        stored = attachment.store(session, world.coop, Settings(instance=folder), photo)
        files = (event.Attached(stored.id, "入库照片"),)
        carried = new_event("storage", date(2026, 8, 25), attachments=files)
        carrier = event.record(session, world.coop, number, carried)
    return Case(world, put.event_id, put.entry, split.entry, carrier.event_id, carrier.entry)


WITNESS = "witness.example/county"
WITNESS_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


def watched(db: Database, folder: Path) -> Log:
    """Put the database under the watch of a log whose checkpoint lies in `folder`."""
    made = Log(db, Keyring(MASTER), BASE, folder)
    db.watch = made
    return made


def everything(world: World, folder: Path) -> Case:
    """Let every table under the ledger, and each of the ledger's own, have a row; checkpoints go to `folder`/log."""
    case = filled(world, folder)
    number = world.ready()
    run_id = world.printed(number, pin=True, start_cell=3)
    drawn = world.drawn(run_id, folder)
    with world.write() as session:
        ranges.void(session, world.coop, run_id, 2, 3, "示例：印坏了")
        sheet.hand_out(session, world.coop, run_id, drawn, outlet="pdf")
        wanted = carton.NewCartons("roll-60x40", "cartons", 4, carton.Content(run_id))
        boxes = carton.print_cartons(session, world.coop, number, wanted, base_url=BASE, master=MASTER)
        carton.split(session, world.coop, boxes.run_id, 1, "示例：拆开零卖")
        held = freeze.freeze(session, world.regulator, number, "示例：抽检")
        freeze.lift(session, world.regulator, held.id or 0, "示例：合格")
        begun = recall.open_recall(session, world.regulator, number, "示例：异物", "示例：退回")
        recall.close_recall(session, world.regulator, begun.id or 0, "示例：已收回")
        key.end(session, world.operator, session.get_one(Run, run_id).key_id, "retired", "示例：到期")
        leave = authorisation.standings(session, find.brand(session, world.slug).id or 0)[0]
        authorisation.revoke(session, world.office, leave.row.id or 0, "示例：违规")
        asked = erasure.Request("示例：本人申请", date(2026, 9, 1), chosen=((case.entry, "place"),))
        erasure.erase(session, world.operator, asked)
    log = watched(world.db, folder / "log")
    log.newest()
    with world.write() as session:
        witness.add(session, witness_key(WITNESS, WITNESS_KEY).text(), "示例县农业农村局")
        gone = witness.add(
            session, witness_key("gone.example", Ed25519PrivateKey.generate()).text(), "示例大学"
        )
        witness.end(session, gone.name, "示例：不再运行")
    cosigned(world.db, log)
    return case


def cosigned(db: Database, log: Log) -> str:
    """Have the witness cosign the newest checkpoint; returns what it keeps."""
    signed = log.newest()
    note = Note.parse(signed.note)
    moment = clock.now() - timedelta(minutes=1)
    line = cosign(note.text, WITNESS, WITNESS_KEY, int(moment.timestamp()))
    kept = Note(note.text, (*note.signatures, line)).encode()
    with db.write(ledger=False) as session:
        witness.accept(session, kept.encode("utf-8"))
    return kept
