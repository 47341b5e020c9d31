"""A PDF 1.7 file written front to back in flat memory (ISO 32000-1): the same input gives the same bytes."""

from __future__ import annotations

import hashlib
import zlib
from array import array
from typing import BinaryIO

from .fonts import Subset
from .picture import Picture

_KIDS = 512  # pages under one node of the page tree
_TOGETHER = 100_000  # bytes that are hashed and written at a time


class PdfFile:
    """Objects are numbered as they are reserved and may be written in any order; pages in order, once."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._hash = hashlib.sha256()
        self._waiting: list[bytes] = []
        self._offsets = array("Q", [0])
        self.size = self._written = 0
        self._nodes: list[int] = []
        self._node = 0
        self._kids: list[int] = []
        self.pages = 0
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        self._tree = self.reserve()

    def _write(self, data: bytes) -> None:
        self._waiting.append(data)
        self.size += len(data)
        if self.size - self._written > _TOGETHER:
            self._flush()

    def _flush(self) -> None:
        data = b"".join(self._waiting)
        self._waiting.clear()
        self._out.write(data)
        self._hash.update(data)
        self._written = self.size

    @property
    def sha256(self) -> str:
        """Of all bytes so far, in hexadecimal."""
        self._flush()
        return self._hash.hexdigest()

    def reserve(self) -> int:
        """A new object number."""
        self._offsets.append(0)
        return len(self._offsets) - 1

    def put(self, number: int, body: bytes) -> int:
        """Write a reserved object."""
        self._offsets[number] = self.size
        self._write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        return number

    def add(self, body: bytes) -> int:
        """Write a new object and return its number."""
        return self.put(self.reserve(), body)

    def add_stream(self, data: bytes, entries: bytes = b"") -> int:
        """Write a new compressed stream object and return its number."""
        data = zlib.compress(data, 9)
        return self.add(
            b"<<%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (entries, len(data), data)
        )

    def add_page(self, content: bytes) -> None:
        """Write one page; size and resources are those given to `close`."""
        offsets, kids = self._offsets, self._kids
        stream = len(offsets)
        offsets.append(self.size)
        if not kids:
            self._node = self.reserve()
        page = len(offsets)
        drawn = b"%d 0 obj\n<</Length %d>>stream\n%b\nendstream\nendobj\n" % (stream, len(content), content)
        offsets.append(self.size + len(drawn))
        self._write(drawn)
        self._write(
            b"%d 0 obj\n<</Type/Page/Parent %d 0 R/Contents %d 0 R>>\nendobj\n" % (page, self._node, stream)
        )
        kids.append(page)
        self.pages += 1
        if len(kids) == _KIDS:
            self._close_node()

    def _close_node(self) -> None:
        kids = b" ".join(b"%d 0 R" % kid for kid in self._kids)
        body = b"<</Type/Pages/Parent %d 0 R/Count %d/Kids[%s]>>" % (self._tree, len(self._kids), kids)
        self._nodes.append(self.put(self._node, body))
        self._kids.clear()

    def close(self, media_box: bytes, resources: bytes, title: str) -> None:
        """Write the page tree, catalog, cross-reference table and trailer. Viewers are asked not to scale."""
        if self._kids:
            self._close_node()
        nodes = b" ".join(b"%d 0 R" % node for node in self._nodes)
        self.put(
            self._tree,
            b"<</Type/Pages/Count %d/MediaBox[%s]/Resources<<%s>>/Kids[%s]>>"
            % (self.pages, media_box, resources, nodes),
        )
        catalog = self.add(
            b"<</Type/Catalog/Pages %d 0 R/Lang(zh-Hans)"
            b"/ViewerPreferences<</PrintScaling/None/DisplayDocTitle true>>>>" % self._tree
        )
        info = self.add(
            b"<</Title<feff%s>/Producer(labels)>>" % title.encode("utf-16-be").hex().encode("ascii")
        )
        start = self.size
        identity = self.sha256[:32].encode("ascii")
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % len(self._offsets))
        for first in range(1, len(self._offsets), 4096):
            self._write(b"".join(b"%010d 00000 n \n" % at for at in self._offsets[first : first + 4096]))
        self._write(
            b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]>>\nstartxref\n%d\n%%%%EOF\n"
            % (len(self._offsets), catalog, info, identity, identity, start)
        )
        self._flush()


def add_font(file: PdfFile, subset: Subset) -> int:
    """Embed the subset as a composite TrueType font and return its object number."""
    program = subset.font_file()
    name = subset.name().encode("ascii")
    font_file = file.add_stream(program, b"/Length1 %d" % len(program))
    descriptor = file.add(
        b"<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[-1002 -1048 2928 1808]/ItalicAngle 0"
        b"/Ascent 880/Descent -120/CapHeight 733/StemV 87/FontFile2 %d 0 R>>" % (name, font_file)
    )
    glyph_map = file.add_stream(subset.glyph_map())
    descendant = file.add(
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        b"/Supplement 0>>/FontDescriptor %d 0 R/DW 1000/W%s/CIDToGIDMap %d 0 R>>"
        % (name, descriptor, subset.widths().encode("ascii"), glyph_map)
    )
    to_unicode = file.add_stream(subset.to_unicode())
    return file.add(
        b"<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H"
        b"/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>" % (name, descendant, to_unicode)
    )


def add_picture(file: PdfFile, picture: Picture) -> int:
    """Embed a picture as an image of three bytes a pixel and return its object number."""
    return file.add_stream(
        picture.rgb,
        b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8"
        % (picture.width_px, picture.height_px),
    )
