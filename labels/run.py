"""A run (印制批) as the engine sees it, and its signed addresses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from . import code, qr
from .design import Design
from .errors import BadCount
from .keys import SigningKey
from .layout import Layout, lay_out
from .picture import Picture
from .stock import Stock
from .text import LabelText


@dataclass(frozen=True, slots=True)
class RunSpec:
    """Labels `first` to `first + count - 1` of run number `run`, all with the same text.

    `design` places the fields (None: the automatic arrangement); `picture` is the brand's; `pin_secret`, if any,
    is what the PINs under their scratch layers are derived from.
    """

    base_url: str
    run: int
    first: int
    count: int
    text: LabelText
    design: Design | None = None
    picture: Picture | None = None
    pin_secret: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        code.prefix(self.base_url)
        if self.count < 1:
            raise BadCount(
                "label.count",
                f"标签数量至少是 1，现在是 {self.count}。",
                f"A run has at least one label, not {self.count}.",
                count=self.count,
            )
        code.item_code(1, self.run, self.first)
        code.item_code(1, self.run, self.last)

    def layout(self, stock: Stock, dpi: int) -> Layout:
        """Where everything stands on each label of the run; raise what `lay_out` raises."""
        modules = qr.modules(code.prefix(self.base_url))
        return lay_out(self.text, stock, dpi, modules, self.design, self.picture, bool(self.pin_secret))

    @property
    def last(self) -> int:
        """Number of the last item."""
        return self.first + self.count - 1


def codes(run: RunSpec, signer: SigningKey) -> Iterator[tuple[int, str]]:
    """Each item number with its address, signed one by one: nothing is drawn, nothing is kept."""
    prefix = code.prefix(run.base_url)
    for item in range(run.first, run.last + 1):
        yield item, prefix + code.sign(signer, run.run, item)
