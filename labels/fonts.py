"""The label font: which characters it has, how wide they are, and its subset for a PDF file."""

from __future__ import annotations

import functools
import hashlib
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from .errors import MissingGlyphs
from .truetype import TrueType

FONT_PATH = Path(__file__).parent / "assets" / "NotoSansSC-Regular.ttf"
FONT_NAME = "NotoSansSC-Regular"
_EM = 1000
# Control, format (bidi overrides, zero-width), surrogate, private, unassigned, line and paragraph separators.
_REFUSED_CATEGORIES = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_MOST_NAMED = 10


@functools.cache
def _face() -> TrueType:
    return TrueType(FONT_PATH)


@functools.lru_cache(maxsize=8192)
def advance(char: str) -> int:
    """Advance width of a character in thousandths of an em; a whole em for one that the font lacks."""
    glyph = _face().glyph(ord(char))
    return _EM if glyph is None else _face().advance(glyph)


def width(text: str, size: int) -> int:
    """Width of a line of text at a font size (em), both in µm, rounded up."""
    return -(-_units(text) * size // _EM)


@functools.lru_cache(maxsize=4096)
def _units(text: str) -> int:
    return sum(map(advance, text))


def missing_glyphs(text: str) -> list[str]:
    """Each character, once, that must not or cannot be drawn: no glyph, control, or direction override."""
    return [
        char
        for char in dict.fromkeys(text)
        if _face().glyph(ord(char)) is None or unicodedata.category(char) in _REFUSED_CATEGORIES
    ]


def check_drawable(text: str, zh: str, en: str) -> None:
    """Raise MissingGlyphs, naming the characters and the field, unless every character can be drawn."""
    missing = missing_glyphs(text)
    if not missing:
        return
    named = "、".join(
        f"{char}（U+{ord(char):04X}）" if char.isprintable() else f"U+{ord(char):04X}"
        for char in missing[:_MOST_NAMED]
    )
    more = f" 等 {len(missing)} 个字" if len(missing) > _MOST_NAMED else ""
    codes = ", ".join(f"U+{ord(char):04X}" for char in missing[:_MOST_NAMED])
    raise MissingGlyphs(
        "label.missing-glyphs",
        f"{zh}里有打印不出来的字符：{named}{more}。请换一种写法。",
        f"The {en} has characters that cannot be printed: {codes}.",
        field=en,
        characters=tuple(missing),
    )


@dataclass
class Subset:
    """The characters one file uses, each with a two-byte character id (CID): ASCII keeps its own number."""

    _cids: dict[int, int] = field(default_factory=dict)
    _encoded: dict[str, bytes] = field(default_factory=dict)

    def add(self, text: str) -> None:
        """Make these characters part of the subset."""
        for code in map(ord, text):
            if code not in self._cids:
                self._cids[code] = code if code < 0x80 else 0x100 + len(self._cids)
                self._encoded[chr(code)] = self._cids[code].to_bytes(2, "big")

    def encode(self, text: str) -> bytes:
        """Text as CIDs, two bytes each, for a composite font with the encoding Identity-H."""
        return b"".join(map(self._encoded.__getitem__, text))

    def _codes(self) -> list[int]:
        return sorted(self._cids, key=self._cids.__getitem__)

    def name(self) -> str:
        """PDF name of the subset: six letters that depend on its characters, then the font's name."""
        digest = hashlib.sha256(",".join(map(str, self._codes())).encode("ascii")).digest()
        return "".join(chr(ord("A") + byte % 26) for byte in digest[:6]) + "+" + FONT_NAME

    def font_file(self) -> bytes:
        """The TrueType program with only these glyphs; glyph 0 is the missing-character box."""
        return _face().subset(self._codes())

    def glyph_map(self) -> bytes:
        """CIDToGIDMap: the glyph number of each CID in two bytes, numbered as the font program has them."""
        numbers: dict[int | None, int] = {0: 0}
        table = bytearray(2 * (max(self._cids.values(), default=0) + 1))
        for code in self._codes():
            number = numbers.setdefault(_face().glyph(code), len(numbers))
            table[2 * self._cids[code] : 2 * self._cids[code] + 2] = number.to_bytes(2, "big")
        return bytes(table)

    def widths(self) -> str:
        """The W array: each CID with its advance."""
        return "[" + " ".join(f"{self._cids[code]}[{advance(chr(code))}]" for code in self._codes()) + "]"

    def to_unicode(self) -> bytes:
        """ToUnicode CMap, so that text can be copied out; characters beyond the BMP as surrogate pairs."""
        codes = self._codes()
        lines = [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <FFFF> endcodespacerange",
        ]
        for start in range(0, len(codes), 100):  # a block holds at most 100
            block = codes[start : start + 100]
            lines.append(f"{len(block)} beginbfchar")
            lines += [
                f"<{self._cids[code]:04X}> <{chr(code).encode('utf-16-be').hex().upper()}>" for code in block
            ]
            lines.append("endbfchar")
        lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
        return "\n".join(lines).encode("ascii")
