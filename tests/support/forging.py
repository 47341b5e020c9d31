"""What somebody can do who holds the database, and who holds the keys besides: a ledger forged to fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection, delete, insert, select, update
from sqlmodel import Session

from labels.keys import SigningKey
from trace.ledger.envelope import Envelope
from trace.ledger.merkle import Frontier, leaf_hash
from trace.services.keyring import open_key
from trace.services.ledger import BATCH, ENTRY, HEAD, NODE, TILE_BITS


def regrow(link: Connection) -> str:
    """Grow the tree anew over the envelopes as they stand: leaves, nodes, head, batch rows. Returns the root, in hex."""
    edge, nodes, batches = Frontier(), [], []
    envelopes = link.execute(select(ENTRY.c.seq, ENTRY.c.envelope).order_by(ENTRY.c.seq)).all()
    leaves = {seq: leaf_hash(text.encode("utf-8")) for seq, text in envelopes}
    kept = dict(link.execute(select(ENTRY.c.seq, ENTRY.c.leaf_hash)).all())
    for seq, text in envelopes:
        edge, made = edge.append(leaves[seq])
        nodes += [
            {"level": level // TILE_BITS, "number": index, "hash": value.hex()}
            for level, index, value in made
            if level and level % TILE_BITS == 0
        ]
        batches += [{"number": number, "seq": seq} for number, _ in Envelope.parse(text).batches]
    for seq, leaf in leaves.items():
        if kept[seq] != leaf.hex():
            link.execute(update(ENTRY).where(ENTRY.c.seq == seq).values(leaf_hash=leaf.hex()))
    for table, rows in ((NODE, nodes), (BATCH, batches)):
        link.execute(delete(table))
        if rows:
            link.execute(insert(table), rows)
    link.execute(update(HEAD).values(size=edge.size, frontier=b"".join(edge.hashes).hex()))
    return edge.root().hex()


def renumbered(link: Connection, order: list[int]) -> None:
    """Put the entries with these numbers, in this order, at 0, 1, 2, …; their envelopes stay as they are."""
    away = 1_000_000
    for seq in order:
        link.execute(update(ENTRY).where(ENTRY.c.seq == seq).values(seq=seq + away))
    for place, seq in enumerate(order):
        link.execute(update(ENTRY).where(ENTRY.c.seq == seq + away).values(seq=place))


def resigned(link: Connection, master: bytes, change: Callable[[Envelope], Envelope]) -> str:
    """Say other things in the envelopes and sign those anew with the organisations' keys; returns the new root."""
    keys: dict[str, SigningKey] = {}
    newest: dict[str, int] = {}
    with Session(link, join_transaction_mode="create_savepoint") as session:
        for seq, text in session.execute(select(ENTRY.c.seq, ENTRY.c.envelope).order_by(ENTRY.c.seq)).all():
            changed = change(replace(Envelope.parse(text), seq=seq))
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
