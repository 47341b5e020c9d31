"""What must be true of every label that is laid out, whatever stands on it."""

from __future__ import annotations

from labels import flow, fonts
from labels.layout import Layout
from labels.stock import Stock
from labels.text import CERTIFICATE_WORDS, GI_WORDS, LabelText

EDGE = 50  # µm that rounding may take from the edge a printer leaves blank

Box = tuple[int, int, int, int]


def boxes(layout: Layout) -> list[Box]:
    """Where the ink of each piece of text may be; CJK fills the em, 0.88 of it above the baseline."""
    found = [
        (
            word.x,
            word.y - word.size * 88 // 100,
            word.x + fonts.width(word.text, word.size),
            word.y + word.size * 12 // 100,
        )
        for word in layout.words
    ]
    sample = "0000 0000 0000 0000 0000-0"
    for line in layout.number:
        wide = fonts.width(sample[line.start : line.stop].rstrip(), layout.number_size)
        found.append((line.x, line.y - layout.number_size * 74 // 100, line.x + wide, line.y))
    if layout.pin is not None:
        left, top, wide, high = layout.pin.area
        found.append((left, top, left + wide, top + high))
    return found


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def check_clear(layout: Layout, paper: Stock) -> None:
    found = boxes(layout)
    quiet = layout.qr_box
    assert quiet[0] >= 0
    assert quiet[1] >= 0
    assert quiet[2] <= paper.label_width
    assert quiet[3] <= paper.label_height
    for index, box in enumerate(found):
        assert _inside(box, paper)
        assert not overlap(box, quiet)
        for other in found[:index]:
            assert not overlap(box, other)
    for placed in layout.pictures:
        box = (placed.x, placed.y, placed.x + placed.width, placed.y + placed.height)
        assert _inside(box, paper)
        assert not any(overlap(box, other) for other in (*found, quiet))
    for frame in layout.frames:
        assert not overlap((frame.x, frame.y, frame.x + frame.width, frame.y + frame.height + 1), quiet)
    assert min([word.size for word in layout.words] + [layout.number_size]) >= flow.LEAST_SIZE


def words_of(layout: Layout) -> str:
    return squeezed("".join(word.text for word in layout.words))


def _inside(box: Box, paper: Stock) -> bool:
    return (
        paper.inset_x - EDGE <= box[0]
        and box[2] <= paper.label_width - paper.inset_x + EDGE
        and paper.inset_y - EDGE <= box[1]
        and box[3] <= paper.label_height - paper.inset_y + EDGE
    )


def check_whole(layout: Layout, text: LabelText) -> None:
    """Every field that the label does not say it omits is on it with all its characters, in order."""
    shown = words_of(layout)
    for name in ("brand", "product", "grade", "net_weight", "batch_no", "packed_on", "packer", "credit_code"):
        if name not in layout.omitted:
            assert squeezed(getattr(text, name)) in shown, name
    if "lines" not in layout.omitted:
        assert all(squeezed(line) in shown for line in text.lines)
    if text.certificate:
        assert CERTIFICATE_WORDS in shown
    if text.gi_mark and "gi" not in layout.omitted:
        assert GI_WORDS in shown


def squeezed(text: str) -> str:
    """Without spaces, which lines lose where they break."""
    return "".join(text.split())
