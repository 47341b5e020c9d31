"""A small bar chart (柱状图) as inline SVG: drawn here, no script; colours come from the page's style sheet."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

from markupsafe import Markup, escape

_WIDTH, _HEIGHT = 360, 150
_TOP, _BOTTOM = 18, 20
_GAP = 6


def bars(title: str, described: str, pairs: Sequence[tuple[str, int]]) -> Markup:
    """One bar for each (word, number), the greatest with its number over it; the same belongs in a table beside.

    `title` and `described` are what a screen reader says instead.
    """
    most = max((number for _word, number in pairs), default=0)
    step = _WIDTH / max(len(pairs), 1)
    high = _HEIGHT - _TOP - _BOTTOM
    name = f"chart-{crc32(title.encode()):08x}"
    parts = [
        Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="{} {}-d">').format(
            _WIDTH, _HEIGHT, name, name
        ),
        Markup('<title id="{}">{}</title><desc id="{}-d">{}</desc>').format(name, title, name, described),
    ]
    for at, (word, number) in enumerate(pairs):
        tall = round(high * number / most) if most else 0
        # What is not nothing shall be seen.
        tall = max(tall, 2) if number else 0
        left, top = at * step, _HEIGHT - _BOTTOM - tall
        middle = round(left + step / 2, 1)
        if tall:
            parts.append(
                Markup('<rect x="{:.1f}" y="{}" width="{:.1f}" height="{}" rx="2"/>').format(
                    left + _GAP / 2, top, step - _GAP, tall
                )
            )
        if number and number == most:
            # At the edges the number would be cut off.
            where = min(max(middle, 24), _WIDTH - 24)
            parts.append(
                Markup('<text class="most" x="{}" y="{}">{}</text>').format(where, top - 5, f"{number:,}")
            )
        parts.append(Markup('<text x="{}" y="{}">{}</text>').format(middle, _HEIGHT - 5, escape(word)))
    parts.append(Markup('<line x1="0" y1="{0}" x2="{1}" y2="{0}"/></svg>').format(_HEIGHT - _BOTTOM, _WIDTH))
    return Markup("").join(parts)
