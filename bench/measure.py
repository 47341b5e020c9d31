"""Medians of short runs, the measured work and its yardstick by turns, so that both meet the same machine."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Work = Callable[[], int]
"""Does a piece of work and returns how many things it did."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `against` names the yardstick and its value, `ratio` is value / yardstick.

    The ratio is None where the yardstick is not installed.
    """

    name: str
    value: float
    unit: str
    against: str
    ratio: float | None


def rate(work: Work, seconds: float) -> float:
    """Things done per second, repeating `work` for at least that long."""
    done, began = 0, time.perf_counter()
    while True:
        done += work()
        took = time.perf_counter() - began
        if took >= seconds:
            return done / took


@dataclass(frozen=True, slots=True)
class Rates:
    """Median rates of the work and of its yardstick, and the median of their ratios round by round."""

    ours: float
    yardstick: float
    ratio: float


def median_of(pairs: list[tuple[float, float]]) -> Rates:
    """What rounds of (work, yardstick) come to; a round is short, so both halves of it met the same machine."""
    return Rates(
        statistics.median(ours for ours, _ in pairs),
        statistics.median(yardstick for _, yardstick in pairs),
        statistics.median(ours / yardstick for ours, yardstick in pairs),
    )


def compared(ours: Work, yardstick: Work, *, rounds: int = 9, seconds: float = 0.3) -> Rates:
    """Run both by turns, after one round that is not counted."""
    ours()
    yardstick()
    return median_of([(rate(ours, seconds), rate(yardstick, seconds)) for _ in range(rounds)])


def row(name: str, unit: str, rates: Rates, yardstick: str) -> Row:
    """A row of the table; `yardstick` in words."""
    return Row(name, rates.ours, unit, f"{yardstick}: {shown(rates.yardstick)}", rates.ratio)


def shown(value: float) -> str:
    """A figure with about three significant digits and thousands apart."""
    if value >= 100:
        digits = len(str(int(value)))
        return f"{round(value, 3 - digits) if digits > 3 else round(value):,.0f}"
    return f"{value:.3g}"


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table."""
    lines = ["| what | value | unit | beside | ratio |", "|---|--:|---|---|--:|"]
    lines += [
        f"| {one.name} | {shown(one.value)} | {one.unit} | {one.against} "
        f"| {'–' if one.ratio is None else f'{one.ratio:.3g}'} |"
        for one in rows
    ]
    return "\n".join(lines)
