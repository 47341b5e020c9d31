"""Breaking text into lines: even ones, numbers whole, no mark on the wrong side of a break. Lengths in µm."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from .fonts import width

# An opening mark stays with what it opens.
_LATIN = r"[（《〈「『【“‘(\[]*[A-Za-z0-9.,:/%+\-]+"
_OPENED = r"[（《〈「『【“‘(\[]+\S"
# A no-break space holds what stands on its two sides together: "24 × 500 g".
_WORDS = re.compile(rf"(?:{_LATIN}|\S)(?:\u00a0(?:{_LATIN}|\S))+|{_LATIN}|{_OPENED}|\s+|.", re.DOTALL)
_NOT_FIRST = frozenset("，。、；：！？）》」』”’…·,.;:!?)%")


@functools.lru_cache(maxsize=4096)
def wrapped(text: str, size: int, room: int, most_lines: int) -> tuple[str, ...] | None:
    """Text broken into at most so many lines of about the same length, each within room; None if that cannot be."""
    text = text.strip()
    whole = width(text, size)
    if whole <= room:
        return (text,)
    if most_lines == 1 or whole > room * most_lines:
        return None
    broken = _broken(text, size, room)
    if broken is None or len(broken) > most_lines:
        return None
    longest = max(width(word, size) for word in _pieces(text, size, room))
    for narrower in range(max(longest, whole // len(broken)), room, max(1, size // 2)):
        balanced = _broken(text, size, narrower)
        if balanced and len(balanced) == len(broken) and not any(line[0] in _NOT_FIRST for line in balanced):
            return balanced
    return broken


def _broken(text: str, size: int, room: int) -> tuple[str, ...] | None:
    """Lines filled one after the other; None if one would be too long."""
    lines: list[list[str]] = [[]]
    for word in _pieces(text, size, room):
        line = lines[-1]
        if width("".join(line) + word.rstrip(), size) <= room:
            line.append(word)
        elif word[0] in _NOT_FIRST and len(line) > 1:
            lines.append([line.pop(), word])
        else:
            lines.append([word])
    broken = tuple(joined for line in lines if (joined := "".join(line).strip()))
    return None if any(width(line, size) > room for line in broken) else broken


def _pieces(text: str, size: int, room: int) -> Iterator[str]:
    """Words that stay together: Latin words and numbers if they fit on a line, else single characters."""
    for word in _WORDS.findall(text):
        if len(word) > 1 and width(word, size) > room:
            yield from word
        else:
            yield word
