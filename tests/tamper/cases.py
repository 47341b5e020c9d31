"""Every way of tampering that is tried, and who finds it: what docs/tamper.md says is made from this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select, update
from sqlmodel import Session

from labels.keys import SigningKey
from tests.support.forging import forget, make_room, regrow, resigned
from tests.support.makers import MASTER
from tests.support.tampering import behind
from tests.tamper.big import Big, store
from trace.config import Settings
from trace.db import Database
from trace.ledger.envelope import Envelope
from trace.services.ledger import ENTRY
from trace.services.ledger_record import gather, payload_of
from trace.tables import SigningKey as KeyRow
from trace.tables import SigningKeySecret
from trace.tables.ledgered import LEDGERED

EVENT = LEDGERED["event"].table
KEY = KeyRow.__table__  # type: ignore[attr-defined]
SECRET = SigningKeySecret.__table__  # type: ignore[attr-defined]
AWAY = 1_000_000_000
OLD = "2026-04-01T04:00:00.000000Z"
# How many entries before the end it happens: each way at a place of its own, so that several can be tried at once.
PUT_IN, EDITED, SWAPPED = 10, 30, 60


@dataclass(frozen=True)
class Found:
    """What each finds, by code; "" for nothing.

    `alone`: `flask ledger verify` on the database alone; `outside`: with the checkpoint outside; `known`: with a
    root that is printed on labels; `witness`: a witness at its next visit.
    """

    alone: str = ""
    outside: str = ""
    known: str = ""
    witness: str = ""


@dataclass(frozen=True)
class Case:
    """One way: what is done, with what in hand, who finds what, and how far from the end the first fault is."""

    zh: str
    en: str
    means: str
    act: Callable[[Database, Big, Path], None]
    found: Found
    back: int | None = None


REWRITTEN = Found("", "ledger.rewritten", "ledger.rewritten", "witness.fork")
DATABASE, FILES, KEYS = "database", "files", "keys"
MEANS = {
    DATABASE: ("数据库", "the database"),
    FILES: ("附件文件夹", "the folder of files"),
    KEYS: ("数据库和主密钥", "the database and the master key"),
}


def _nothing(_db: Database, _big: Big, _folder: Path) -> None:
    pass


def _last(big: Big) -> int:
    return big.today.known.size - 1


def _record(db: Database, big: Big, _folder: Path) -> None:
    with behind(db) as link:
        row = _event_at(link, _last(big) - EDITED)
        link.execute(update(EVENT).where(EVENT.c.id == row).values(place="别处"))


def _event_at(link: Connection, seq: int) -> int:
    found: int = link.execute(select(ENTRY.c.subject_id).where(ENTRY.c.seq == seq)).scalar_one()
    return found


def _cut(db: Database, big: Big, _folder: Path) -> None:
    """The last five entries go, the records stay."""
    with behind(db) as link:
        link.execute(delete(ENTRY).where(ENTRY.c.seq > _last(big) - 5))
        forget(link)
        regrow(link)


def _cut_whole(db: Database, big: Big, _folder: Path) -> None:
    """The last five entries go, and their records with them."""
    with behind(db) as link:
        gone = select(ENTRY.c.subject_id).where(ENTRY.c.seq > _last(big) - 5)
        link.execute(delete(EVENT).where(EVENT.c.id.in_(link.execute(gone).scalars().all())))
        link.execute(delete(ENTRY).where(ENTRY.c.seq > _last(big) - 5))
        forget(link)
        regrow(link)


def _swap(db: Database, big: Big, _folder: Path) -> None:
    first = _last(big) - SWAPPED
    with behind(db) as link:
        for old, new in ((first, AWAY), (first + 1, first), (AWAY, first + 1)):
            link.execute(update(ENTRY).where(ENTRY.c.seq == old).values(seq=new))
        forget(link)
        regrow(link)


def _insert(db: Database, big: Big) -> int:
    """A record with an old date put between two entries, in a tree that fits; signed with a key of nobody's."""
    seq = _last(big) - PUT_IN
    with behind(db) as link:
        row = dict(link.execute(select(EVENT).where(EVENT.c.id == _event_at(link, seq))).mappings().one())
        copied = link.execute(select(ENTRY).where(ENTRY.c.seq == seq)).mappings().one()
        row |= {"id": row["id"] + 100_000, "occurred_at": datetime(2026, 4, 1, 4, tzinfo=UTC)}
        link.execute(insert(EVENT).values(**row))
        make_room(link, seq)
        said = replace(Envelope.parse(copied["envelope"]), subject_id=row["id"], occurred=OLD, recorded=OLD)
        forged = said.signed(SigningKey.generate(10_001).sign(said.message()))
        values = dict(copied) | {"subject_id": row["id"], "envelope": forged.text()}
        link.execute(insert(ENTRY).values(**values))
        forget(link)
        regrow(link)
    return seq


def _insert_unsigned(db: Database, big: Big, _folder: Path) -> None:
    _insert(db, big)


def _insert_signed(db: Database, big: Big, _folder: Path) -> None:
    """The same by somebody who can sign: the record says what the envelope's payload says of it."""
    seq = _insert(db, big)
    with behind(db) as link:
        with Session(link, join_transaction_mode="create_savepoint") as session:
            entry = session.execute(select(ENTRY).where(ENTRY.c.seq == seq)).mappings().one()
            [stands] = gather(session, [dict(entry)])
            said = payload_of(stands, Envelope.parse(entry["envelope"]))
        assert said is not None
        resigned(link, MASTER, lambda one: replace(one, payload=said) if one.seq == seq else one, first=seq)


def _restored(db: Database, big: Big, _folder: Path) -> None:
    """Yesterday's backup is put back, and work goes on with other records."""
    store(replace(big.world, db=db), list(big.batches), big.today.known.size - big.yesterday.known.size + 5)
    with behind(db) as link:
        forget(link)


def _redated(one: Envelope) -> Envelope:
    return replace(one, occurred=OLD)


def _edit(db: Database, big: Big, _folder: Path) -> None:
    """An entry says another day; its leaf, the tree and the head fit."""
    seq = _last(big) - EDITED
    with behind(db) as link:
        text = link.execute(select(ENTRY.c.envelope).where(ENTRY.c.seq == seq)).scalar_one()
        link.execute(
            update(ENTRY).where(ENTRY.c.seq == seq).values(envelope=_redated(Envelope.parse(text)).text())
        )
        forget(link)
        regrow(link)


def _edit_signed(db: Database, big: Big, _folder: Path) -> None:
    seq = _last(big) - EDITED
    with behind(db) as link:
        resigned(link, MASTER, lambda one: _redated(one) if one.seq == seq else one, first=seq)
        forget(link)


def _keys_swapped(db: Database, _big: Big, _folder: Path) -> None:
    with behind(db) as link:
        first, second = link.execute(select(KEY.c.id, KEY.c.public_key).order_by(KEY.c.id).limit(2)).all()
        for identity, public in (
            (first.id, "0" * 64),
            (second.id, first.public_key),
            (first.id, second.public_key),
        ):
            link.execute(update(KEY).where(KEY.c.id == identity).values(public_key=public))


def _secrets_swapped(db: Database, _big: Big, _folder: Path) -> None:
    with behind(db) as link:
        first, second = link.execute(
            select(SECRET.c.key_id, SECRET.c.sealed).order_by(SECRET.c.key_id).limit(2)
        ).all()
        for identity, sealed in ((first.key_id, second.sealed), (second.key_id, first.sealed)):
            link.execute(update(SECRET).where(SECRET.c.key_id == identity).values(sealed=sealed))


def _file_replaced(_db: Database, _big: Big, folder: Path) -> None:
    [path] = [one for one in Settings(instance=folder).files.rglob("*") if one.is_file()]
    body = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(body[:-1] + bytes([body[-1] ^ 1]))


CASES: dict[str, Case] = {
    "untouched": Case("什么也没动", "nothing is touched", DATABASE, _nothing, Found()),
    "record": Case(
        "改一条记录", "a record is changed", DATABASE, _record, Found("ledger.record-changed"), EDITED
    ),
    "cut": Case(
        "删掉最后五条，账本末端改得对上",
        "the last five entries are deleted, and the head is made to fit",
        DATABASE,
        _cut,
        Found("ledger.record-without-entry", "ledger.cut-off", "ledger.cut-off", "witness.shrunk"),
    ),
    "cut-whole": Case(
        "删掉最后五条，连同所记的内容",
        "the last five entries are deleted, and their records with them",
        DATABASE,
        _cut_whole,
        Found("", "ledger.cut-off", "ledger.cut-off", "witness.shrunk"),
    ),
    "swap": Case(
        "两条对调，树改得对上",
        "two entries change places, and the tree is made to fit",
        DATABASE,
        _swap,
        replace(REWRITTEN, alone="ledger.reordered"),
        SWAPPED,
    ),
    "insert": Case(
        "插进一条旧日期的，树改得对上",
        "one with an old date is put in, and the tree is made to fit",
        DATABASE,
        _insert_unsigned,
        replace(REWRITTEN, alone="ledger.signature-wrong"),
        PUT_IN,
    ),
    "insert-signed": Case(
        "插进一条旧日期的，此后各条都重新签名",
        "one with an old date is put in, and all from there on are signed anew",
        KEYS,
        _insert_signed,
        REWRITTEN,
    ),
    "edit": Case(
        "改一条的日期，树改得对上",
        "an entry is given another date, and the tree is made to fit",
        DATABASE,
        _edit,
        replace(REWRITTEN, alone="ledger.signature-wrong"),
        EDITED,
    ),
    "edit-signed": Case(
        "改一条的日期，重新签名",
        "an entry is given another date, and signed anew",
        KEYS,
        _edit_signed,
        REWRITTEN,
    ),
    "restored": Case(
        "恢复昨天的备份，接着记别的",
        "yesterday's backup is restored, and other entries are added",
        KEYS,
        _restored,
        REWRITTEN,
    ),
    "keys-swapped": Case(
        "两家单位的公钥对调",
        "the public keys of two organisations change places",
        DATABASE,
        _keys_swapped,
        Found("ledger.record-changed"),
    ),
    "secrets-swapped": Case(
        "两家单位的私钥对调",
        "the private keys of two organisations change places",
        DATABASE,
        _secrets_swapped,
        Found("ledger.secret-changed"),
    ),
    "file": Case(
        "换一个附件文件", "the file of an attachment is replaced", FILES, _file_replaced, Found("changed")
    ),
}
SCRATCH = Case(
    "用新密钥从头编一本账",
    "another history is told from the start, with other keys",
    KEYS,
    _nothing,
    Found("", "ledger.checkpoint-changed", "ledger.cut-off", "witness.unsigned"),
)


@dataclass(frozen=True)
class Trial:
    """Ways that are tried on one copy, one after another; the walk is by so many `workers`."""

    names: tuple[str, ...]
    yesterday: bool = False
    workers: int = 1

    @property
    def cases(self) -> tuple[Case, ...]:
        """The ways."""
        return tuple(CASES[name] for name in self.names)


TRIALS = (
    Trial(("untouched",)),
    Trial(("record", "keys-swapped", "secrets-swapped", "file"), workers=2),
    Trial(("edit", "swap", "insert")),
    Trial(("edit-signed", "insert-signed")),
    Trial(("cut",)),
    Trial(("cut-whole",)),
    Trial(("restored",), yesterday=True),
)
