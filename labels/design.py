"""A label design (标签版式) as data: which field stands where, how large, how aligned. Lengths in µm.

A design is made for one label size. Its text form is canonical JSON: the same design is always the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from itertools import combinations
from typing import Any, Literal, get_args

from .errors import BadDesign
from .flow import LEAST_SIZE, Align
from .plans import CERTIFICATE_SIZE
from .text import FIELD_NAMES, check_field

FORMAT = 1
MOST_BOXES = 30
MOST_CHARACTERS = 12_000  # of the JSON form
MOST_SIZE = 20_000  # em
_MOST_LENGTH = 500_000
_LEAST_SIDE = 500
_LEAST_RULE = 100
_ROUNDING = 5

TEXTS = (
    "brand",
    "product",
    "grade",
    "net_weight",
    "batch_no",
    "packed_on",
    "packer",
    "credit_code",
    "lines",
    "gi",
    "certificate",
)
KINDS = (*TEXTS, "fixed", "number", "qr", "picture", "pin", "rule")
SEVERAL = ("fixed", "rule")  # may stand more than once
REQUIRED = ("qr", "number")
KEYS = {
    "grade": "等级",
    "net_weight": "净含量",
    "batch_no": "批次",
    "packed_on": "包装日期",
    "packer": "生产单位",
    "credit_code": "信用代码",
}

Key = Literal["none", "inline", "column"]
Colour = Literal["ink", "muted", "accent"]
_CHOICES: dict[str, tuple[str, ...]] = {
    "what": KINDS,
    "align": get_args(Align),
    "key": get_args(Key),
    "colour": get_args(Colour),
}


@dataclass(frozen=True, slots=True)
class Box:
    """One field in its place: `what` it shows, where, and how it is set.

    `size` is the wanted em; a longer text shrinks or wraps inside the box. `key` puts the field's name before it,
    in the line or in a column of its own. `text` is the words of a fixed text. A QR's box includes its quiet zone.
    """

    what: str
    x: int
    y: int
    width: int
    height: int
    size: int = 2_150
    align: Align = "left"
    heavy: bool = False
    key: Key = "none"
    colour: Colour = "ink"
    framed: bool = False
    text: str = ""

    @property
    def right(self) -> int:
        """Right edge, µm from the label's left."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """Lower edge, µm from the label's top."""
        return self.y + self.height

    @property
    def is_text(self) -> bool:
        """Whether it is set in the label font at `size`."""
        return self.what in TEXTS or self.what in ("fixed", "number")

    def overlaps(self, other: Box) -> bool:
        """Whether they share more than what rounding to whole micrometres may make them share."""
        apart_x = min(self.right, other.right) - max(self.x, other.x) <= _ROUNDING
        return not (apart_x or min(self.bottom, other.bottom) - max(self.y, other.y) <= _ROUNDING)


@dataclass(frozen=True, slots=True)
class Design:
    """The boxes of one label size. Raises BadDesign, naming the box, for what could not be printed or read."""

    label_width: int
    label_height: int
    boxes: tuple[Box, ...]

    def __post_init__(self) -> None:
        if (
            not 1
            <= min(self.label_width, self.label_height)
            <= max(self.label_width, self.label_height)
            <= _MOST_LENGTH
            or len(self.boxes) > MOST_BOXES
        ):
            raise _malformed()
        for index, box in enumerate(self.boxes):
            self._check_box(index, box)
        self._check_kinds()
        for (index, box), (_, other) in combinations(enumerate(self.boxes), 2):
            if box.overlaps(other):
                raise _wrong(
                    "label.design-overlap",
                    f"{_named(box)}和{_named(other)}重叠了，请移开一些。",
                    f"The boxes of {_named(box, 'en')} and {_named(other, 'en')} overlap.",
                    index,
                    box,
                )

    def dump(self) -> str:
        """The design as canonical JSON: sorted keys, no spaces, every field written."""
        raw = {
            "format": FORMAT,
            "label": [self.label_width, self.label_height],
            "boxes": [asdict(box) for box in self.boxes],
        }
        return json.dumps(raw, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def box(self, what: str) -> Box | None:
        """The first box that shows this."""
        return next((box for box in self.boxes if box.what == what), None)

    def _check_box(self, index: int, box: Box) -> None:
        least = _LEAST_RULE if box.what == "rule" else _LEAST_SIDE
        inside = min(box.x, box.y) >= 0 and box.right <= self.label_width and box.bottom <= self.label_height
        if not inside or box.height < least or box.width < _LEAST_SIDE:
            raise _wrong(
                "label.design-outside",
                f"{_named(box)}超出了标签（{_mm(self.label_width)} × {_mm(self.label_height)} mm），或者不到 0.5 mm。",
                f"The box of {_named(box, 'en')} leaves the label, or is less than 0.5 mm.",
                index,
                box,
            )
        smallest = CERTIFICATE_SIZE if box.what == "certificate" else LEAST_SIZE
        if box.is_text and not smallest <= box.size <= MOST_SIZE:
            raise _wrong(
                "label.design-size",
                f"{_named(box)}的字号应在 {_mm(smallest)} 到 {_mm(MOST_SIZE)} mm 之间，现在是 {_mm(box.size)} mm。",
                f"The size of {_named(box, 'en')} is {_mm(smallest)} to {_mm(MOST_SIZE)} mm.",
                index,
                box,
            )
        if (box.what == "fixed") != bool(box.text.strip()):
            raise _wrong(
                "label.design-text",
                f"{_named(box)}要写上文字。" if box.what == "fixed" else f"{_named(box)}不能另写文字。",
                "A fixed text needs its words." if box.what == "fixed" else "Only a fixed text has words.",
                index,
                box,
            )
        check_field("fixed", box.text)

    def _check_kinds(self) -> None:
        kinds = [box.what for box in self.boxes]
        for index, box in enumerate(self.boxes):
            if box.what not in SEVERAL and box.what in kinds[:index]:
                raise _wrong(
                    "label.design-twice",
                    f"{_named(box)}出现了两次，请删掉一个。",
                    f"There are two boxes of {_named(box, 'en')}.",
                    index,
                    box,
                )
        for what in REQUIRED:
            if what not in kinds:
                raise BadDesign(
                    "label.design-missing",
                    f"版式里还缺{FIELD_NAMES[what][0]}，每枚标签都要有。",
                    f"The design lacks the {FIELD_NAMES[what][1]}, which every label has.",
                    what=what,
                )
        mark, code = self.box("gi"), self.box("credit_code")
        if mark is not None and (code is None or code.y < mark.bottom):
            raise _wrong(
                "label.design-gi",
                "印地理标志时，它的下方必须有统一社会信用代码，请加上或移到下面。",
                "The GI mark needs the credit code beneath it.",
                self.boxes.index(mark),
                mark,
            )


def load(text: str) -> Design:
    """Read a design from its JSON form; raise BadDesign for anything that is not exactly one."""
    if len(text) > MOST_CHARACTERS:
        raise _malformed()
    try:
        raw = json.loads(text, object_pairs_hook=_once, parse_float=_refuse, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise _malformed() from error
    if not isinstance(raw, dict) or set(raw) != {"format", "label", "boxes"} or raw["format"] != FORMAT:
        raise _malformed()
    label, boxes = raw["label"], raw["boxes"]
    if not isinstance(label, list) or [type(side) for side in label] != [int, int]:
        raise _malformed()
    if not isinstance(boxes, list) or len(boxes) > MOST_BOXES:
        raise _malformed()
    return Design(label[0], label[1], tuple(_box(one) for one in boxes))


def _box(raw: Any) -> Box:
    kinds: dict[str, type] = {
        field.name: {"int": int, "bool": bool}.get(str(field.type), str) for field in fields(Box)
    }
    if not isinstance(raw, dict) or not {"what", "x", "y", "width", "height"} <= set(raw) <= set(kinds):
        raise _malformed()
    for name, value in raw.items():
        if type(value) is not kinds[name]:  # True is an int to isinstance
            raise _malformed()
        if name in _CHOICES and value not in _CHOICES[name]:
            raise _malformed()
        if isinstance(value, int) and not 0 <= value <= _MOST_LENGTH:
            raise _malformed()
    return Box(**raw)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is written twice")
    return found


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is no whole number")


def _mm(length: int) -> str:
    return f"{length / 1000:.1f}"


def _named(box: Box, lang: str = "zh") -> str:
    zh, en = FIELD_NAMES[box.what]
    words = f"“{box.text[:12]}”" if box.what == "fixed" and box.text else ""
    return en + (f" {words}" if words else "") if lang == "en" else zh + words


def _wrong(code: str, zh: str, en: str, index: int, box: Box) -> BadDesign:
    return BadDesign(code, zh, en, box=index, what=box.what)


def _malformed() -> BadDesign:
    return BadDesign(
        "label.design-format",
        "这不是标签版式的数据，或者内容太多。请从自动排版重新开始。",
        "This is no label design, or it is too large. Start again from the automatic arrangement.",
    )
