"""What somebody can do who holds the database, and who holds the keys besides: a ledger forged to fit."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection, delete, insert, select, update
from sqlmodel import Session

from labels.keys import SigningKey
from trace.ledger.envelope import Envelope, sealed_whole
from trace.ledger.merkle import Frontier, leaf_hash
from trace.ledger.tiles import upper_hashes
from trace.services.keyring import open_key
from trace.services.ledger import BATCH, ENTRY, HEAD, NODE
from trace.services.ledger_points import CHECKPOINT, COSIGNATURE, STAMP
from trace.services.ledger_rows import plain, rows
from trace.tables.ledgered import LEDGERED, payload


def regrow(link: Connection) -> str:
    """Grow the tree anew over the envelopes as they stand: leaves, nodes, head, batch rows. Returns the root, in hex."""
    edge, nodes, batches = Frontier(), [], []
    envelopes = link.execute(select(ENTRY.c.seq, ENTRY.c.envelope).order_by(ENTRY.c.seq)).all()
    leaves = {seq: leaf_hash(text.encode("utf-8")) for seq, text in envelopes}
    kept = dict(link.execute(select(ENTRY.c.seq, ENTRY.c.leaf_hash)).all())
    for seq, text in envelopes:
        edge, made = edge.append(leaves[seq])
        nodes += [
            {"level": level, "number": number, "hash": value.hex()}
            for level, number, value in upper_hashes(made)
        ]
        named = json.loads(text).get("batches", [])
        # Entries of before organisations signed name batches alone, later ones the entry before as well.
        batches += [{"number": one if isinstance(one, str) else one[0], "seq": seq} for one in named]
    for seq, leaf in leaves.items():
        if kept[seq] != leaf.hex():
            link.execute(update(ENTRY).where(ENTRY.c.seq == seq).values(leaf_hash=leaf.hex()))
    for table, lines in ((NODE, nodes), (BATCH, batches)):
        link.execute(delete(table))
        if lines:
            link.execute(insert(table), lines)
    link.execute(update(HEAD).values(size=edge.size, frontier=b"".join(edge.hashes).hex()))
    return edge.root().hex()


def forget(link: Connection) -> None:
    """Take away what the database itself knows of earlier sizes: checkpoints, cosignatures, time stamps."""
    for table in (CHECKPOINT, COSIGNATURE, STAMP):
        link.execute(delete(table))


def make_room(link: Connection, seq: int) -> None:
    """Move every entry from `seq` on one place up; their envelopes stay as they are."""
    later = select(ENTRY.c.seq).where(ENTRY.c.seq >= seq).order_by(ENTRY.c.seq.desc())
    for one in link.execute(later).scalars().all():
        link.execute(update(ENTRY).where(ENTRY.c.seq == one).values(seq=one + 1))


def resigned(
    link: Connection, master: bytes, change: Callable[[Envelope], Envelope], *, first: int = 0
) -> str:
    """Say other things in the envelopes from `first` on, and sign those anew with the organisations' keys.

    Returns the new root.
    """
    keys: dict[str, SigningKey] = {}
    newest: dict[str, int] = {}
    with Session(link, join_transaction_mode="create_savepoint") as session:
        for seq, text in session.execute(select(ENTRY.c.seq, ENTRY.c.envelope).order_by(ENTRY.c.seq)).all():
            envelope = Envelope.parse(text)
            if seq < first:
                newest |= dict.fromkeys((number for number, _ in envelope.batches), seq)
                continue
            changed = change(replace(envelope, seq=seq))
            rows = tuple((number, newest.get(number)) for number, _ in changed.batches)
            newest |= dict.fromkeys((number for number, _ in rows), seq)
            unsigned = replace(changed, batches=rows, signature=b"")
            if unsigned.key not in keys:
                keys[unsigned.key] = open_key(session, int(unsigned.key), master)
            signed = unsigned.signed(keys[unsigned.key].sign(unsigned.message())).text()
            if signed != text:
                named = {"kind": changed.kind, "subject": changed.subject, "subject_id": changed.subject_id}
                values = named | {"envelope": signed}
                session.execute(update(ENTRY).where(ENTRY.c.seq == seq).values(**values))
        session.commit()
    return regrow(link)


def unsign_all(session: Session) -> None:
    """Rewrite the ledger as version 1, as it was before there was a tree."""
    edge = Frontier()
    for entry in session.execute(select(ENTRY).order_by(ENTRY.c.seq)).mappings().all():
        signed = Envelope.parse(entry["envelope"])
        subject, identity = LEDGERED[signed.subject], signed.subject_id
        [record] = rows(session, subject.table, "id", [identity])[identity]
        parts = {
            table.name: list(rows(session, table, name, [identity]).get(identity, []))
            for table, name in subject.parts
        }
        whole = sealed_whole(entry["salt"], payload(subject, plain(record, subject.table), parts))
        text = replace(signed, version=1, payload=whole, key="", signature=b"").text()
        leaf = leaf_hash(text.encode("utf-8"))
        edge, _ = edge.append(leaf)
        session.execute(
            update(ENTRY).where(ENTRY.c.seq == signed.seq).values(envelope=text, leaf_hash=leaf.hex())
        )
    session.execute(update(HEAD).values(frontier=b"".join(edge.hashes).hex()))
