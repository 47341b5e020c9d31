"""Ranges of item numbers (号段): both ends included."""

from __future__ import annotations

from collections.abc import Iterable

Range = tuple[int, int]


def without(whole: Range, taken: Iterable[Range]) -> list[Range]:
    """The parts of `whole` that no range in `taken` covers, in order."""
    free, at = [], whole[0]
    for first, last in sorted(taken):
        if last < at or first > whole[1]:
            continue
        if first > at:
            free.append((at, first - 1))
        at = max(at, last + 1)
    if at <= whole[1]:
        free.append((at, whole[1]))
    return free


def count(ranges: Iterable[Range]) -> int:
    """How many numbers the (disjoint) ranges hold."""
    return sum(last - first + 1 for first, last in ranges)


def union(ranges: Iterable[Range]) -> list[Range]:
    """The same numbers as disjoint ranges in order, neighbours joined."""
    joined: list[Range] = []
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined
