"""The zip file of a bundle, read strictly: one way to read it, bounded memory, no byte outside its members.

APPNOTE.TXT (PKWARE) without what a bundle does not need: no encryption, no ZIP64, no extra fields, no comments, no
data descriptors. Members lie one behind another, and what the directory says of each is what its own header says, so
that no two programs can see different contents. Nothing is ever written to disk.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from trace.verify.fault import Fault

MANIFEST = "bundle.json"
CHECKPOINT = "checkpoint"
WITNESSED = "checkpoint.witnessed"
ENTRIES = "entries.jsonl"
LOG = "log.json"
REPORT = "report.html"
ATTACHMENT = re.compile(r"attachments/([0-9a-f]{64})", re.ASCII)

MAX_MEMBERS = 20_000
MAX_ATTACHMENT = 256_000_000  # bytes
MAX_ENTRIES = 256_000_000
# The most bytes that each file may have unpacked; attachments are not packed at all.
MOST = {
    MANIFEST: 8_000_000,
    CHECKPOINT: 1_000_000,
    WITNESSED: 1_000_000,
    ENTRIES: MAX_ENTRIES,
    LOG: 1_000_000,
    REPORT: 64_000_000,
}
NEEDED = (MANIFEST, CHECKPOINT, ENTRIES, LOG, REPORT)

_END = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _UTF8 = 0x1, 0x800
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the bundle: how it is packed, CRC-32, bytes packed and unpacked, where its data begins."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    start: int


class Archive:
    """The members of a bundle by name. Raises Fault for anything that a bundle's writer does not write."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.members = {member.name: member for member in self._directory()}
        for name in NEEDED:
            if name not in self.members:
                raise Fault("archive.lacks", file=name)

    def _directory(self) -> Iterator[Member]:
        length = self._file.seek(0, 2)
        if length < _END.size:
            raise Fault("archive.not-zip")
        mark, disk, other, here, count, size, start, comment = _END.unpack(
            self._at(length - _END.size, _END.size)
        )
        if mark != b"PK\x05\x06":
            raise Fault("archive.not-zip")
        if count > MAX_MEMBERS:
            raise Fault("archive.many", count=count, most=MAX_MEMBERS)
        if (disk, other, comment) != (0, 0, 0) or here != count or start + size + _END.size != length:
            raise Fault("archive.form")
        directory = self._at(start, size)
        at = place = 0
        seen: set[str] = set()
        for _ in range(count):
            member, at = self._member(directory, at, place)
            if member.name in seen:
                raise Fault("archive.twice", file=member.name)
            seen.add(member.name)
            place = member.start + member.packed
            yield member
        if at != size or place != start:
            raise Fault("archive.form")

    def _member(self, directory: bytes, at: int, place: int) -> tuple[Member, int]:
        """One line of the directory and the header at `place` that it must agree with."""
        if at + _CENTRAL.size > len(directory):
            raise Fault("archive.form")
        (mark, _made, _needs, flags, method, _time, _date, crc, packed, size, name_length, extra, comment, disk, _inner,
         outer, start) = _CENTRAL.unpack_from(directory, at)  # fmt: skip
        raw = directory[at + _CENTRAL.size : at + _CENTRAL.size + name_length]
        name = _name(raw)
        if mark != b"PK\x01\x02" or len(raw) != name_length:
            raise Fault("archive.form")
        if flags & _ENCRYPTED:
            raise Fault("archive.encrypted", file=name)
        if (outer >> 28) not in (0, 8):
            raise Fault("archive.link", file=name)
        attachment = ATTACHMENT.fullmatch(name) is not None
        most = MAX_ATTACHMENT if attachment else MOST[name]
        if size > most:
            raise Fault("archive.large", file=name, size=size, most=most)
        if method not in ((_STORED,) if attachment else (_STORED, _DEFLATED)):
            raise Fault("archive.packing", file=name)
        if method == _STORED and packed != size:
            raise Fault("archive.form")
        if flags & ~_UTF8 or extra or comment or disk or start != place:
            raise Fault("archive.form")
        header = _LOCAL.pack(b"PK\x03\x04", 0, flags, method, 0, 0, crc, packed, size, name_length, 0)
        found = self._at(place, _LOCAL.size + name_length)
        if _plain(found[: _LOCAL.size]) != header or found[_LOCAL.size :] != raw:
            raise Fault("archive.differs", file=name)
        data = place + _LOCAL.size + name_length
        return Member(name, method, crc, packed, size, data), at + _CENTRAL.size + name_length

    def _at(self, start: int, size: int) -> bytes:
        self._file.seek(start)
        found = self._file.read(size)
        if len(found) != size:
            raise Fault("archive.form")
        return found

    def chunks(self, name: str) -> Iterator[bytes]:
        """A member's bytes, little by little; Fault at the end if they are not those its header announced."""
        member = self.members[name]
        unpack = zlib.decompressobj(-15) if member.method == _DEFLATED else None
        crc = size = 0
        for chunk in self._unpacked(member, unpack):
            size += len(chunk)
            if size > member.size:
                raise Fault("archive.larger", file=name)
            crc = zlib.crc32(chunk, crc)
            yield chunk
        whole = unpack is None or (unpack.eof and not unpack.unused_data)
        if size != member.size or crc != member.crc or not whole:
            raise Fault("archive.damaged", file=name)

    def _unpacked(self, member: Member, unpack: zlib._Decompress | None) -> Iterator[bytes]:
        place, end = member.start, member.start + member.packed
        while place < end:
            packed = self._at(place, min(_CHUNK, end - place))
            place += len(packed)
            if unpack is None:
                yield packed
                continue
            while packed and not unpack.eof:
                try:
                    made = unpack.decompress(packed, _CHUNK)
                except zlib.error as error:
                    raise Fault("archive.damaged", file=member.name) from error
                packed = unpack.unconsumed_tail
                if made:
                    yield made
            if unpack.eof and (packed or place < end):
                raise Fault("archive.damaged", file=member.name)

    def read(self, name: str) -> bytes:
        """A small member whole."""
        return b"".join(self.chunks(name))

    def sha256(self, name: str) -> str:
        """A member's SHA-256 in hex."""
        digest = hashlib.sha256()
        for chunk in self.chunks(name):
            digest.update(chunk)
        return digest.hexdigest()


def _name(raw: bytes) -> str:
    name = raw.decode("utf-8", "replace")
    if name not in MOST and ATTACHMENT.fullmatch(name) is None:
        raise Fault("archive.name", file=name)
    return name


def _plain(header: bytes) -> bytes:
    """A local header without what nobody relies on: version needed, time and date."""
    return header[:4] + bytes(2) + header[6:10] + bytes(4) + header[14:]
