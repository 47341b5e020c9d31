"""What the public may see of a carton: frozen views without personal data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class HeldView:
    """Labels `first` to `last` of a run inside a carton: items (`level` 0) or outer cartons (1).

    `void` of them are void since, `opened` are cartons opened since; `unit_weight_g` is 0 for cartons.
    """

    level: int
    run: int
    first: int
    last: int
    count: int
    void: int
    opened: int
    printed_first: str
    printed_last: str
    product: str
    product_en: str
    grade: str
    unit_weight_g: int
    batch_no: str


@dataclass(frozen=True, slots=True)
class CartonView:
    """A carton (外箱, `level` 1) or pallet (托盘, 2) as it was packed; `count` items of `weight_g` net in all.

    `items` are the items inside the cartons of a pallet. Once opened (`opened_at`) its contents are loose.
    """

    level: int
    number: int
    contents: tuple[HeldView, ...]
    items: tuple[HeldView, ...]
    count: int
    weight_g: int
    opened_at: datetime | None
    opened_reason: str


@dataclass(frozen=True, slots=True)
class PackedView:
    """Where a label lies now: carton `number` of a run, with the number printed on it."""

    level: int
    run: int
    number: int
    printed: str


@dataclass(frozen=True, slots=True)
class Places:
    """What a label holds, if it is a carton's, and where it lies itself."""

    carton: CartonView | None = None
    packed_in: tuple[PackedView, ...] = ()


NOWHERE = Places()
