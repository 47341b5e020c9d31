"""Two label printers on screen: TSPL and ZPL II read as their references say, each label drawn as a picture.

Written from the references alone, and strict: a command that is not known, or data that does not add up, fails.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from qrcode.util import MODE_8BIT_BYTE, MODE_NUMBER, QRData, optimal_data_chunks

Dots = NDArray[np.bool_]


def qr_dots(segments: list[QRData], mask: int | None, cell: int) -> Dots:
    """The smallest symbol at level M that holds the segments, without a quiet zone."""
    symbol: QRCode[object] = QRCode(error_correction=ERROR_CORRECT_M, mask_pattern=mask, border=0)
    for segment in segments:
        symbol.add_data(segment, optimize=0)
    symbol.make(fit=True)
    return np.array(symbol.modules, dtype=np.bool_).repeat(cell, axis=0).repeat(cell, axis=1)


def picture(dots: Dots) -> Image.Image:
    """Dots as a picture, black on white."""
    return Image.fromarray(np.where(dots, 0, 255).astype(np.uint8))


@dataclass
class Tspl:
    """A TSPL printer with a head of so many dots an inch."""

    dpi: int
    printed: list[Dots] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    _buffer: Dots | None = None

    def feed(self, data: bytes) -> list[Dots]:
        """Do what the commands say; returns the labels printed."""
        while data:
            line, _, rest = data.partition(b"\r\n")
            name, _, given = line.partition(b" ")
            if name == b"BITMAP":
                data = self._bitmap(data.partition(b" ")[2])
                continue
            getattr(self, f"_{name.decode('ascii').lower()}")(given.decode("ascii"))
            data = rest
        return self.printed

    def _size(self, given: str) -> None:
        width, height = (
            float(part.strip().removesuffix(" mm").removesuffix("mm")) for part in given.split(",")
        )
        self._buffer = np.zeros((round(height * self.dpi / 25.4), round(width * self.dpi / 25.4)), np.bool_)
        self.settings["size"] = given

    def _gap(self, given: str) -> None:
        self.settings["gap"] = given

    def _direction(self, given: str) -> None:
        assert given in ("0", "1")

    def _reference(self, given: str) -> None:
        assert given == "0,0"

    def _density(self, given: str) -> None:
        assert 0 <= int(given) <= 15

    def _cls(self, given: str) -> None:
        assert self._buffer is not None, "CLS comes after SIZE"
        self._buffer[:] = False

    def _bitmap(self, data: bytes) -> bytes:
        *numbers, rest = data.split(b",", 5)
        x, y, width, height, mode = map(int, numbers)
        size = width * height
        assert mode == 0
        assert rest[size : size + 2] == b"\r\n", "as many bytes as width and height say, then the line's end"
        bits = np.unpackbits(np.frombuffer(rest[:size], dtype=np.uint8).reshape(height, width), axis=1)
        self._put(x, y, bits == 0)
        return rest[size + 2 :]

    def _qrcode(self, given: str) -> None:
        head, _, content = given.partition('"')
        x, y, level, cell, mode, rotation, model, mask = head.rstrip(",").split(",")
        assert (level, mode, rotation, model) == ("M", "M", "0", "M2")
        segments = []
        rest = content.removesuffix('"')
        while rest:
            if rest[0] == "B":
                count = int(rest[1:5])
                segments.append(QRData(rest[5 : 5 + count].encode("ascii"), mode=MODE_8BIT_BYTE))
                rest = rest[5 + count :]
            else:
                assert rest[0] == "N"
                digits, switch, rest = rest[1:].partition("!")
                segments.append(QRData(digits.encode("ascii"), mode=MODE_NUMBER))
                rest = switch + rest
            assert not rest or rest[0] == "!"
            rest = rest[1:]
        self._put(int(x), int(y), qr_dots(segments, int(mask.removeprefix("S")), int(cell)))

    def _put(self, x: int, y: int, dots: Dots) -> None:
        assert self._buffer is not None
        height, width = self._buffer.shape
        seen = dots[: height - y, : width - x]
        assert not dots[height - y :].any() and not dots[:, width - x :].any(), "ink beyond the label"
        self._buffer[y : y + seen.shape[0], x : x + seen.shape[1]] = seen

    def _print(self, given: str) -> None:
        assert given == "1,1"
        assert self._buffer is not None
        self.printed.append(self._buffer.copy())


_COUNTS = {chr(ord("G") + at): at + 1 for at in range(19)} | {
    chr(ord("g") + at): 20 * (at + 1) for at in range(20)
}


def zpl_graphic(data: str, total: int, per_row: int) -> Dots:
    """ZPL's hexadecimal with its repeat counts, `,` `!` and `:`."""
    rows: list[str] = []
    line, count = "", 0
    for char in data:
        if char in _COUNTS:
            count += _COUNTS[char]
        elif char == ":":
            assert not line
            rows.append(rows[-1])
        elif char in ",!":
            assert len(line) % 2 == 0
            rows.append(line.ljust(2 * per_row, "0" if char == "," else "F"))
            line = ""
        else:
            line, count = line + char * (count or 1), 0
            if len(line) == 2 * per_row:
                rows.append(line)
                line = ""
    assert not line and not count
    packed = np.frombuffer(bytes.fromhex("".join(rows)), dtype=np.uint8)
    assert packed.size == total, "as many bytes as said"
    return np.unpackbits(packed.reshape(-1, per_row), axis=1).astype(np.bool_)


@dataclass
class Zpl:
    """A ZPL II printer. What a format draws is black; fields add up.

    How firmware divides a QR code's data into segments is its own affair: well, or `bytes_only`.
    """

    bytes_only: bool = False
    printed: list[Dots] = field(default_factory=list)
    stored: dict[str, Dots] = field(default_factory=dict)
    _label: Dots | None = None
    _size: list[int] = field(default_factory=lambda: [0, 0])
    _at: tuple[int, int] = (0, 0)
    _sink: int = 10
    _cell: int = 0
    _escape: str = ""
    _drew: bool = False

    def feed(self, data: bytes) -> list[Dots]:
        """Do what the commands say; returns the labels printed."""
        for name, given in re.findall(r"(\^FH.|[\^~][A-Z]{2})([^\^~]*)", data.decode("ascii")):
            kind = "fh" if name.startswith("^FH") else name[1:].lower()
            getattr(self, f"_{kind}")(given.rstrip("\n"))
        return self.printed

    def _dg(self, given: str) -> None:
        name, total, per_row, data = given.split(",", 3)
        self.stored[name] = zpl_graphic(data, int(total), int(per_row))

    def _id(self, given: str) -> None:
        del self.stored[given]

    def _xa(self, given: str) -> None:
        self._label, self._drew = None, False

    def _pw(self, given: str) -> None:
        self._size[1] = int(given)

    def _ll(self, given: str) -> None:
        self._size[0] = int(given)

    def _lh(self, given: str) -> None:
        assert given == "0,0"
        self._label = np.zeros((self._size[0], self._size[1]), dtype=np.bool_)

    def _fo(self, given: str) -> None:
        x, y = map(int, given.split(","))
        assert min(x, y) >= 0
        self._at = x, y

    def _xg(self, given: str) -> None:
        name, wide, high = given.split(",")
        self._draw(self.stored[name].repeat(int(high), axis=0).repeat(int(wide), axis=1))

    def _gf(self, given: str) -> None:
        kind, sent, total, per_row, data = given.split(",", 4)
        assert kind == "A"
        assert sent == total
        self._draw(zpl_graphic(data, int(total), int(per_row)))

    def _by(self, given: str) -> None:
        self._sink = int(given.split(",")[2])

    def _bq(self, given: str) -> None:
        orientation, model, cell = given.split(",")
        assert (orientation, model) == ("N", "2")
        self._cell = int(cell)

    def _fh(self, given: str) -> None:
        self._escape = given or "\\"

    def _fd(self, given: str) -> None:
        switches, _, text = given.partition(",")
        assert switches == "MA"
        text = re.sub(r"\\([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), text)
        data = text.encode("ascii")
        whole = [QRData(data, mode=MODE_8BIT_BYTE)]
        segments = whole if self.bytes_only else list(optimal_data_chunks(data, minimum=20))
        x, y = self._at
        self._at = x, y + self._sink
        self._draw(qr_dots(segments, 7, self._cell))

    def _draw(self, dots: Dots) -> None:
        assert self._label is not None
        (x, y), (height, width) = self._at, self._label.shape
        seen = dots[: height - y, : width - x]
        assert not dots[height - y :].any() and not dots[:, width - x :].any(), "ink beyond the label"
        self._label[y : y + seen.shape[0], x : x + seen.shape[1]] |= seen
        self._drew = True

    def _fs(self, given: str) -> None:
        self._escape = ""

    def _xz(self, given: str) -> None:
        if self._drew and self._label is not None:
            self.printed.append(self._label)
