"""Some pages of a long PDF file of ours, reached without walking its whole page tree.

A reader that is asked for page 900,000 first loads all pages before it. `excerpt` shows it the same file with an
incremental update (ISO 32000-1, 7.5.6) at the end, whose page tree holds only the pages that are wanted.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

_END = re.compile(rb"trailer\n<</Size (\d+)/Root (\d+) 0 R.*>>\nstartxref\n(\d+)\n%%EOF\n\Z", re.DOTALL)
_PAGES = re.compile(rb"/Pages (\d+) 0 R")
_NODE = re.compile(rb"/Type/Pages\b[^\[]*/Count (\d+)\b.*/Kids\[([^\]]*)\]", re.DOTALL)
_LEAF = re.compile(rb"/Type/Page\b")
_KID = re.compile(rb"(\d+) 0 R")
_ENTRY = 20  # bytes of a line of the cross-reference table
_BLOCK = 1 << 14
_LONGEST = 1 << 20  # bytes of an object of the page tree


class Unreadable(ValueError):
    """The file is not laid out as our writer lays files out."""


class Excerpt(io.RawIOBase):
    """A file with a tail that is not on the disk. `held` are those of the wanted pages that the file has."""

    def __init__(self, file: BinaryIO, tail: bytes, held: Sequence[int]) -> None:
        super().__init__()
        self._file, self._tail, self.held = file, tail, tuple(held)
        self._size = file.seek(0, os.SEEK_END)
        self._at = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """As any file's."""
        whole = self._size + len(self._tail)
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: whole}[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Bytes of the file, then of the tail."""
        view = memoryview(buffer).cast("B")
        done = 0
        if self._at < self._size:
            self._file.seek(self._at)
            done = self._file.readinto(view[: self._size - self._at])  # type: ignore[attr-defined]  # any real file has it
        start = self._at + done - self._size
        if start >= 0 and done < len(view):
            part = self._tail[start : start + len(view) - done]
            view[done : done + len(part)] = part
            done += len(part)
        self._at += done
        return done

    def close(self) -> None:
        """Close the file beneath too."""
        self._file.close()
        super().close()


def excerpt(path: Path, pages: Sequence[int]) -> Excerpt:
    """The file at `path` with none but these pages (from 0, ascending), as far as it has them.

    Raises Unreadable for a file that our writer did not write whole, OSError for one that is not there.
    """
    file = path.open("rb")
    try:
        found = _Reader(file)
        held, kids = [], []
        for page, number in found.leaves(list(pages)):
            held.append(page)
            kids.append(b"%d 0 R" % number)
        return Excerpt(file, found.update(kids), held)
    except BaseException:
        file.close()
        raise


class _Reader:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._length = file.seek(0, os.SEEK_END)
        file.seek(max(0, self._length - 1024))
        end = _END.search(file.read())
        if end is None:
            raise Unreadable("no trailer")
        self._size, root, self._start = map(int, end.groups())
        self._table = self._start + len(b"xref\n0 %d\n" % self._size)
        pages = _PAGES.search(self._object(root))
        if pages is None:
            raise Unreadable("no pages")
        self._root = int(pages[1])

    def _object(self, number: int) -> bytes:
        self._file.seek(self._table + _ENTRY * number)
        place = self._file.read(10)
        if not (0 < number < self._size and place.isdigit()):
            raise Unreadable("no such object")
        self._file.seek(int(place))
        body = self._file.read(_BLOCK)
        while b"endobj" not in body:
            more = self._file.read(_BLOCK)
            if not more or len(body) > _LONGEST:
                raise Unreadable("an object without end")
            body += more
        if not body.startswith(b"%d 0 obj\n" % number):
            raise Unreadable("another object")
        return body[: body.index(b"endobj")]

    def leaves(self, pages: list[int]) -> Iterator[tuple[int, int]]:
        """The wanted pages that there are, with their object numbers."""
        yield from self._within(self._root, pages, 0)

    def _within(self, node: int, pages: list[int], first: int) -> Iterator[tuple[int, int]]:
        count, kids = self._node(node)
        if count == len(kids) and _LEAF.search(self._object(kids[0])):
            yield from ((page, kids[page - first]) for page in pages if page < first + count)
            return
        for kid in kids:
            held, _ = self._node(kid)
            inside = [page for page in pages if first <= page < first + held]
            if inside:
                yield from self._within(kid, inside, first)
            first += held

    def _node(self, number: int) -> tuple[int, list[int]]:
        found = _NODE.search(self._object(number))
        if found is None:
            raise Unreadable("no page tree")
        return int(found[1]), [int(kid) for kid in _KID.findall(found[2])]

    def update(self, kids: list[bytes]) -> bytes:
        """An incremental update whose page tree has these leaves; their own parents still say what they inherit."""
        tree = b"%d 0 obj\n<</Type/Pages/Count %d/Kids[%s]>>\nendobj\n" % (
            self._size,
            len(kids),
            b" ".join(kids),
        )
        catalog = b"%d 0 obj\n<</Type/Catalog/Pages %d 0 R>>\nendobj\n" % (self._size + 1, self._size)
        at = self._length
        table = b"xref\n%d 2\n%010d 00000 n \n%010d 00000 n \n" % (self._size, at, at + len(tree))
        trailer = b"trailer\n<</Size %d/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
            self._size + 2,
            self._size + 1,
            self._start,
            at + len(tree) + len(catalog),
        )
        return tree + catalog + table + trailer
