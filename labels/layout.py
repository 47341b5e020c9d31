"""Where everything stands on one label: by the automatic arrangement of its stock, or by a design."""

from __future__ import annotations

import functools
from dataclasses import replace

from .arrange import arranged
from .design import Design
from .designed import lay_out as lay_out_design
from .errors import LabelError, StockTooSmall, TextTooLong
from .picture import Picture, Placed
from .place import NUMBER_SAMPLE, Layout, NumberLine, PinPlace
from .qr import MODULES
from .stock import STOCKS, Stock, module_dots, symbols
from .text import LabelText

__all__ = ["NUMBER_SAMPLE", "Layout", "NumberLine", "PinPlace", "Placed", "lay_out"]

_COMFORTABLE_SCALE = 800


@functools.lru_cache(maxsize=64)
def lay_out(
    text: LabelText,
    stock: Stock,
    dpi: int,
    modules: int = MODULES,
    design: Design | None = None,
    picture: Picture | None = None,
    pin: bool = False,
) -> Layout:
    """Arrange a label: as the design says, or else the largest symbol at which the text stays comfortable.

    `pin` reserves room for a scratch-layer PIN. Raises StockTooSmall, BadDesign, or TextTooLong naming the field
    that does not fit at 1.6 mm.
    """
    module_dots(stock, dpi, modules)
    if design is not None:
        return lay_out_design(design, text, stock, dpi, modules, picture, pin)
    if not pin:
        return _automatic(text, stock, dpi, modules, picture, pin=False)
    try:
        return _automatic(text, stock, dpi, modules, picture, pin=True)
    except TextTooLong:
        # Where the words do not even fit without a PIN, that is the truer refusal.
        _automatic(text, stock, dpi, modules, None, pin=False)
        raise _no_room_for_pin(text, stock, modules) from None


def _automatic(
    text: LabelText, stock: Stock, dpi: int, modules: int, picture: Picture | None, *, pin: bool
) -> Layout:
    best: tuple[int, Layout] | None = None
    refusal: TextTooLong | None = None
    for made in symbols(stock, dpi, modules):
        try:
            scale, layout = arranged(text, stock, made, pin=pin)
        except TextTooLong as error:
            refusal = error
            continue
        if picture is not None:
            layout = _with_picture(text, layout, stock, picture, pin=pin)
        if scale >= _COMFORTABLE_SCALE:
            return layout
        if best is None or scale > best[0]:
            best = (scale, layout)
    if best is not None:
        return best[1]
    if refusal is None:
        raise RuntimeError("a stock that carries a symbol was laid out without one")
    raise refusal


def _with_picture(text: LabelText, plain: Layout, stock: Stock, picture: Picture, *, pin: bool) -> Layout:
    """The layout with the picture beside or above its title, if all text stays comfortable; else without."""
    try:
        scale, layout = arranged(text, stock, plain.symbol, pin=pin, picture=picture)
    except TextTooLong:
        scale, layout = 0, plain
    if scale >= _COMFORTABLE_SCALE:
        return layout
    return replace(plain, omitted=(*plain.omitted, "picture"))


def _no_room_for_pin(text: LabelText, stock: Stock, modules: int) -> StockTooSmall:
    smallest = ""
    for other in sorted(STOCKS.values(), key=lambda other: other.label_width * other.label_height):
        if other.kind != stock.kind:
            continue
        try:
            _automatic(text, other, other.dpi, modules, None, pin=True)
        except LabelError:
            continue
        smallest = other.name
        break
    return StockTooSmall(
        "label.pin-room",
        f"标签纸 {stock.name} 上没有地方印刮开验证码，"
        + (f"最小可用 {smallest}。" if smallest else "请少印几项，或者不印验证码。"),
        f"Stock {stock.name} has no room for a scratch-layer PIN: "
        + (f"the smallest that fits is {smallest}." if smallest else "print less, or no PIN."),
        stock=stock.name,
        smallest=smallest or None,
    )
