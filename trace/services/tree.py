"""The ledger's Merkle tree as the database holds it: roots, proofs (RFC 9162) and tiles (C2SP tlog-tiles)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import BindParameter, Column, Select, bindparam, func, literal_column, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlmodel import Session

from trace.core.errors import NotFound, Unavailable
from trace.ledger import merkle
from trace.ledger.merkle import Subtree, node_hash
from trace.ledger.tiles import ENTRIES, FULL, HEIGHT, Tile, encode_bundle
from trace.services import ledger
from trace.services.ledger import ENTRY, NODE

_FIRST: BindParameter[int] = bindparam("first")
_LAST: BindParameter[int] = bindparam("last")
_LEAF = (ENTRY.c.leaf_hash, ENTRY.c.seq, (ENTRY.c.seq >= _FIRST, ENTRY.c.seq < _LAST))
_NODE = (
    NODE.c.hash,
    NODE.c.number,
    (NODE.c.level == bindparam("level"), NODE.c.number >= _FIRST, NODE.c.number < _LAST),
)


def _statement(kind: tuple[Column[Any], Column[Any], tuple[Any, ...]], dialect: str) -> Select[Any]:
    """The hashes of a range in order: as rows, or joined where a row costs a server's time."""
    value, number, within = kind
    if dialect == "postgresql":
        return select(func.string_agg(value, aggregate_order_by(literal_column("''"), number))).where(*within)
    return select(value).where(*within).order_by(number)


# Asked for every tile of every proof, so made once.
_STATEMENTS = {
    dialect: (_statement(_LEAF, dialect), _statement(_NODE, dialect)) for dialect in ("sqlite", "postgresql")
}


# All tiles of a proof at once, for a server that is a roundtrip away.
_TILES = text(
    """
    SELECT t.level, t.number, CASE t.level
      WHEN 0 THEN (SELECT string_agg(e.leaf_hash, '' ORDER BY e.seq) FROM ledger_entry e
                   WHERE e.seq >= t.number * 256 AND e.seq < (t.number + 1) * 256)
      ELSE (SELECT string_agg(n.hash, '' ORDER BY n.number) FROM ledger_node n
            WHERE n.level = t.level AND n.number >= t.number * 256 AND n.number < (t.number + 1) * 256)
      END
    FROM unnest(CAST(:levels AS integer[]), CAST(:numbers AS bigint[])) AS t(level, number)
    """
)
_Tiles = dict[tuple[int, int], Sequence[bytes]]


def _ahead(session: Session, walk: Callable[[Subtree], object]) -> _Tiles:
    """The tiles that a walk over the tree will read, in one roundtrip; none where reading them singly costs less."""
    if session.get_bind().dialect.name != "postgresql":
        return {}
    wanted: dict[tuple[int, int], None] = {}

    def named(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, HEIGHT)
        wanted[tile_level, (index << height) // FULL] = None
        return bytes(merkle.HASH_BYTES)

    walk(named)
    asked = {"levels": [level for level, _ in wanted], "numbers": [number for _, number in wanted]}
    rows = session.connection().execute(_TILES, asked)
    return {(level, number): _split(value or "", level, number * FULL) for level, number, value in rows}


def subtree(session: Session, ahead: _Tiles | None = None) -> Subtree:
    """Reads complete subtrees, tile by tile: one range of rows for up to 256 hashes, each tile once.

    `ahead` are tiles read before. What it returns raises Unavailable ledger.tree-incomplete where the database lacks
    a hash.
    """
    kept = dict(ahead or {})

    def read(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, HEIGHT)
        number, first = divmod(index << height, FULL)
        if (tile_level, number) not in kept:
            kept[tile_level, number] = hashes(session, tile_level, number * FULL, FULL)
        found = kept[tile_level, number][first : first + (1 << height)]
        if len(found) != 1 << height:
            raise Unavailable("ledger.tree-incomplete", seq=index << level)
        while len(found) > 1:
            found = [node_hash(left, right) for left, right in zip(found[::2], found[1::2], strict=True)]
        return found[0]

    return read


def hashes(session: Session, tile_level: int, first: int, count: int) -> list[bytes]:
    """Up to `count` hashes of a tile level from the `first` on: leaf hashes at level 0.

    Unavailable ledger.tree-incomplete for what is no hash.
    """
    leaves, nodes = _STATEMENTS[session.get_bind().dialect.name]
    wanted = {"first": first, "last": first + count} | ({"level": tile_level} if tile_level else {})
    found = session.connection().execute(nodes if tile_level else leaves, wanted).scalars().all()
    return _split("".join(value or "" for value in found), tile_level, first)


def _split(joined: str, tile_level: int, first: int) -> list[bytes]:
    try:
        raw = bytes.fromhex(joined)
    except ValueError as error:
        raise Unavailable("ledger.tree-incomplete", seq=first << HEIGHT * tile_level) from error
    return [raw[start : start + merkle.HASH_BYTES] for start in range(0, len(raw), merkle.HASH_BYTES)]


def root(session: Session, size: int) -> bytes:
    """The root that the tree had, or has, at `size`; NotFound ledger.no-such-size."""
    edge = ledger.frontier(session)
    if edge.size == size:
        return edge.root()
    if not 0 <= size < edge.size:
        raise NotFound("ledger.no-such-size", size=size, have=edge.size)
    return merkle.root_at(size, subtree(session))


def inclusion(session: Session, seq: int, size: int) -> list[bytes]:
    """RFC 9162 section 2.1.3.1: that entry `seq` is in the tree of `size`; NotFound ledger.no-such-size."""
    _check(session, size)
    if not 0 <= seq < size:
        raise NotFound("ledger.no-such-entry", seq=seq, size=size)

    def walk(read: Subtree) -> list[bytes]:
        return merkle.inclusion_proof(seq, size, read)

    return walk(subtree(session, _ahead(session, walk)))


def consistency(session: Session, old: int, new: int) -> list[bytes]:
    """RFC 9162 section 2.1.4.1: that the tree of `new` begins with the tree of `old` (> 0)."""
    _check(session, new)
    if not 0 < old <= new:
        raise NotFound("ledger.no-such-size", size=old, have=new)

    def walk(read: Subtree) -> list[bytes]:
        return merkle.consistency_proof(old, new, read)

    return walk(subtree(session, _ahead(session, walk)))


def _check(session: Session, size: int) -> None:
    have = ledger.size(session)
    if not 0 < size <= have:
        raise NotFound("ledger.no-such-size", size=size, have=have)


def tile_bytes(session: Session, tile: Tile, size: int) -> bytes:
    """A tile, or a bundle of entries, that lies within the tree of `size`; NotFound ledger.no-such-tile."""
    level = max(tile.level, 0)
    first = tile.index * FULL
    if first + tile.width > size >> HEIGHT * level:
        raise NotFound("ledger.no-such-tile", path=tile.path())
    if tile.level == ENTRIES:
        return encode_bundle(_entries(session, first, tile.width))
    found = hashes(session, level, first, tile.width)
    if len(found) != tile.width:
        raise Unavailable("ledger.tree-incomplete", seq=first)
    return b"".join(found)


def _entries(session: Session, first: int, count: int) -> list[bytes]:
    query = select(ENTRY.c.envelope).where(ENTRY.c.seq >= first, ENTRY.c.seq < first + count)
    found = [envelope.encode("utf-8") for envelope in session.execute(query.order_by(ENTRY.c.seq)).scalars()]
    if len(found) != count:
        raise Unavailable("ledger.tree-incomplete", seq=first)
    return found
