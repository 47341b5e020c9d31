"""Reads one PDF from standard input, in a process of its own, and prints what is wrong with it.

Run by its path, so it imports nothing of ours: the parser meets files from strangers, and whatever
they make it do ends with this process, its memory and its time.
"""

from __future__ import annotations

import io
import re
import sys
import zlib
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.errors import LimitReachedError
from pypdf.filters import ASCII85Decode, ASCIIHexDecode, LZWDecode, RunLengthDecode
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

MEMORY = 1 << 30
SECONDS = 20
MAX_OBJECTS = 100_000
MAX_STREAM = 64 << 20
MAX_UNFOLDED = 256 << 20
MAX_IMAGE_PIXELS = 100_000_000

# Actions that leave the document by themselves; going to a page and opening a link are not among them.
ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE"}
    | {"/Rendition", "/RichMediaExecute", "/GoTo3DView"}
)
ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/AA", "/EF", "/EmbeddedFiles", "/XFA", "/RichMediaContent"})
ACTIVE_KINDS = frozenset({"/FileAttachment", "/RichMedia", "/Movie", "/Screen", "/Sound", "/3D"})
# Also looked for in the bytes as they are: a viewer that mends a file may see objects that no table names.
ACTIVE_NAMES = frozenset(
    {b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/SubmitForm", b"/ImportData"}
)
TEXT_FILTERS: dict[str, Any] = {
    "/ASCII85Decode": ASCII85Decode, "/A85": ASCII85Decode,
    "/ASCIIHexDecode": ASCIIHexDecode, "/AHx": ASCIIHexDecode,
}  # fmt: skip
PACKED: dict[str, Any] = {
    "/LZWDecode": LZWDecode,
    "/LZW": LZWDecode,
    "/RunLengthDecode": RunLengthDecode,
    "/RL": RunLengthDecode,
}
FLATE = frozenset({"/FlateDecode", "/Fl"})


class Refused(Exception):
    """The word for what is wrong: locked, active, heavy."""


def main() -> None:
    """Print `pages N`, or `locked`, `active`, `heavy`, `broken`."""
    _bound()
    try:
        print("pages", examine(sys.stdin.buffer.read()))
    except (LimitReachedError, MemoryError, RecursionError):
        print("heavy")
    except Refused as refused:
        print(refused)
    except Exception:
        # The parser's own advice: "broken PDF files might cause other exceptions".
        print("broken")


def examine(data: bytes) -> int:
    """The number of pages; raises Refused, or whatever the parser raises for a damaged file."""
    if any(name in ACTIVE_NAMES for name in _names(data)):
        raise Refused("active")
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        raise Refused("locked")
    unfolded = 0
    for found in _everything(reader):
        _check_dictionary(found)
        if isinstance(found, StreamObject):
            unfolded += _unfolded(found)
            if unfolded > MAX_UNFOLDED:
                raise Refused("heavy")
    return len(reader.pages)


def _names(data: bytes) -> Iterator[bytes]:
    """Names in the raw bytes, with their `#4a` escapes resolved."""
    for match in re.finditer(rb"/(?:[A-Za-z]|#[0-9A-Fa-f]{2}){6,14}", data):
        yield re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes.fromhex(code[1].decode()), match[0])


def _everything(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary and stream that can be reached from the trailer, each once."""
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [reader.trailer]
    count = 0
    while waiting:
        item = waiting.pop()
        if isinstance(item, IndirectObject):
            key = (item.idnum, item.generation)
            if key in seen:
                continue
            seen.add(key)
            item = item.get_object()
        count += 1
        if count > 20 * MAX_OBJECTS or len(seen) > MAX_OBJECTS:
            raise Refused("heavy")
        if isinstance(item, DictionaryObject):
            yield item
            waiting.extend(item.raw_get(key) for key in item)
        elif isinstance(item, ArrayObject):
            waiting.extend(list.__iter__(item))


def _check_dictionary(found: DictionaryObject) -> None:
    if not ACTIVE_KEYS.isdisjoint(found):
        raise Refused("active")
    if str(found.get("/Subtype")) in ACTIVE_KINDS or str(found.get("/S")) in ACTIONS:
        raise Refused("active")
    if found.get("/Type") == "/EmbeddedFile":
        raise Refused("active")
    if found.get("/Subtype") == "/Image" and _pixels(found) > MAX_IMAGE_PIXELS:
        raise Refused("heavy")


def _pixels(image: DictionaryObject) -> int:
    return int(image.get("/Width", 0)) * int(image.get("/Height", 0))


def _unfolded(stream: StreamObject) -> int:
    """Bytes the stream unfolds to before an image codec; Refused over the limit or if packed twice."""
    filters = stream.get("/Filter", [])
    names = (
        [str(name) for name in filters]
        if isinstance(filters, ArrayObject)
        else [str(filters)]
        if filters
        else []
    )
    data: bytes = stream._data
    size = len(data)
    packed = 0
    for name in names:
        if name in TEXT_FILTERS:
            if packed:
                raise Refused("heavy")
            data = TEXT_FILTERS[name].decode(data)
            size = len(data)
        elif name in FLATE or name in PACKED:
            packed += 1
            if packed > 1:
                raise Refused("heavy")
            size = _inflated(data) if name in FLATE else len(PACKED[name].decode(data))
    if size > MAX_STREAM:
        raise Refused("heavy")
    return size


def _inflated(data: bytes) -> int:
    """Count, without keeping, what the bytes inflate to; damage ends the count, as in viewers."""
    engine = zlib.decompressobj()
    size = 0
    while data and size <= MAX_STREAM:
        try:
            size += len(engine.decompress(data, 1 << 20))
        except zlib.error:
            break
        data = engine.unconsumed_tail
    return size


def _bound() -> None:
    """Limit this process's memory and time where the system can."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    main()
