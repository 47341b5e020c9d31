"""Breaking a line of text: numbers stay whole, and no line begins with a closing mark. Lengths in µm."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from .fonts import width

_WORDS = re.compile(r"[A-Za-z0-9.,:/%+\-]+|\s+|.", re.DOTALL)
_NOT_FIRST = frozenset("，。、；：！？）》」』”’…·,.;:!?)%")


@functools.lru_cache(maxsize=4096)
def wrapped(text: str, size: int, room: int, most_lines: int) -> tuple[str, ...] | None:
    """Text broken into at most so many lines, each within room; None if that cannot be done."""
    if width(text, size) <= room:
        return (text,)
    if most_lines == 1 or width(text, size) > room * most_lines:
        return None
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
    if len(broken) > most_lines or any(width(line, size) > room for line in broken):
        return None
    return broken


def _pieces(text: str, size: int, room: int) -> Iterator[str]:
    """Words that stay together: Latin words and numbers if they fit on a line, else single characters."""
    for word in _WORDS.findall(text):
        if len(word) > 1 and width(word, size) > room:
            yield from word
        else:
            yield word
