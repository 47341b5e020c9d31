"""Many clerks at once: threads that start together, each with a connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from trace.core.errors import TraceError

MANY = 16


def at_once(work: Callable[[int], int], many: int = MANY) -> list[int | str]:
    """What each of `many` threads got from `work(0)` … that began together; a refusal as its code."""
    gate = Barrier(many)

    def one(number: int) -> int | str:
        gate.wait()
        try:
            return work(number)
        except TraceError as refusal:
            return refusal.code

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(one, range(many)))


def made(answers: Iterable[int | str]) -> list[int]:
    """The numbers among the answers, such as those of runs that came to be."""
    return [answer for answer in answers if isinstance(answer, int)]


def refused(answers: Iterable[int | str]) -> set[str]:
    """The codes of the refusals among the answers."""
    return {answer for answer in answers if isinstance(answer, str)}
