"""The tree in the database is the tree over the entries: roots, proofs and tiles, at every size it ever had."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, select, update
from sqlmodel import Session

from tests.support.entries import register
from trace.core.errors import NotFound, Unavailable
from trace.db import Database
from trace.ledger import merkle
from trace.ledger.merkle import check_consistency, check_inclusion, leaf_hash, root_of
from trace.ledger.tile_tree import TileMissing, TileTree
from trace.ledger.tiles import ENTRIES, Tile
from trace.services import ledger, tree
from trace.services.ledger import ENTRY, HEAD, NODE


def grown(db: Database, size: int) -> list[bytes]:
    """A ledger of so many bare entries, as `ledger.append` would have left it."""
    leaves = []
    with db.write() as session:
        edge = ledger.frontier(session)
        for number in range(edge.size, size):
            text = f"entry {number}"
            leaf = leaf_hash(text.encode())
            leaves.append(leaf)
            values = {"seq": number, "kind": "test", "subject": "test", "subject_id": number}
            values |= {"envelope": text, "salt": "", "leaf_hash": leaf.hex()}
            session.execute(insert(ENTRY).values(**values))
            edge, made = edge.append(leaf)
            for level, index, value in made:
                if level and level % 8 == 0:
                    row = {"level": level // 8, "number": index, "hash": value.hex()}
                    session.execute(insert(NODE).values(**row))
        frontier = b"".join(edge.hashes).hex()
        session.execute(update(HEAD).values(size=edge.size, frontier=frontier))
    return leaves


def test_roots_and_proofs_at_every_size(db: Database) -> None:
    leaves = grown(db, 700)
    with db.read() as session:
        for size in (1, 2, 3, 255, 256, 257, 511, 512, 640, 699, 700):
            root = tree.root(session, size)
            assert root == root_of(leaves[:size])
            for seq in {0, size // 2, size - 1}:
                check_inclusion(leaves[seq], seq, size, tree.inclusion(session, seq, size), root)
            check_consistency(size, root, 700, root_of(leaves), tree.consistency(session, size, 700))
        assert tree.root(session, 0) == merkle.EMPTY_ROOT


def test_real_entries_grow_the_same_tree(db: Database) -> None:
    register(db, times=3)
    with db.read() as session:
        texts = session.execute(select(ENTRY.c.envelope).order_by(ENTRY.c.seq)).scalars()
        leaves = [leaf_hash(text.encode()) for text in texts]
        assert len(leaves) == 6
        assert tree.root(session, 6) == root_of(leaves)
        check_inclusion(leaves[4], 4, 6, tree.inclusion(session, 4, 6), root_of(leaves))


def test_what_never_was_is_refused(db: Database) -> None:
    grown(db, 5)
    with db.read() as session:
        for ask in (
            lambda: tree.root(session, 6),
            lambda: tree.root(session, -1),
            lambda: tree.inclusion(session, 5, 5),
            lambda: tree.inclusion(session, 0, 6),
            lambda: tree.inclusion(session, -1, 5),
            lambda: tree.consistency(session, 0, 5),
            lambda: tree.consistency(session, 5, 6),
            lambda: tree.consistency(session, 4, 3),
            lambda: tree.tile_bytes(session, Tile(0, 0, 6), 5),
            lambda: tree.tile_bytes(session, Tile(1, 0, 1), 5),
            lambda: tree.tile_bytes(session, Tile(ENTRIES, 0), 5),
        ):
            with pytest.raises(NotFound):
                ask()


def _reader(session: Session, size: int, root: bytes) -> TileTree:
    def fetch(path: str) -> bytes:
        try:
            return tree.tile_bytes(session, Tile.parse(path), size)
        except NotFound as error:
            raise TileMissing(path) from error

    return TileTree(fetch, size, root)


@pytest.mark.parametrize("size", [1, 255, 256, 257, 600])
def test_whoever_reads_the_tiles_gets_the_same_tree(db: Database, size: int) -> None:
    leaves = grown(db, 600)
    with db.read() as session:
        read = _reader(session, size, root_of(leaves[:size]))
        entries = [entry for number in range((size + 255) // 256) for entry in read.entries(number)]
        assert entries == [f"entry {number}".encode() for number in range(size)]
        check_inclusion(leaves[0], 0, size, read.inclusion(0), root_of(leaves[:size]))


def test_a_tree_that_lacks_hashes_says_so(db: Database) -> None:
    grown(db, 300)
    with db.write() as session:
        session.execute(delete(ENTRY).where(ENTRY.c.seq == 270))
        session.execute(delete(NODE))
    with db.read() as session:
        for ask in (
            lambda: tree.inclusion(session, 299, 300),
            lambda: tree.root(session, 290),
            lambda: tree.tile_bytes(session, Tile(0, 1, 44), 300),
            lambda: tree.tile_bytes(session, Tile(ENTRIES, 1, 44), 300),
            lambda: tree.tile_bytes(session, Tile(1, 0, 1), 300),
        ):
            with pytest.raises(Unavailable):
                ask()
