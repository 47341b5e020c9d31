"""What stands on a label, before anything is laid out; and what may not."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import date

from .errors import BadText, TextTooLong
from .fonts import check_drawable

MAX_CHARACTERS = 120  # of one field; nothing longer fits any label at a legible size
MAX_LINES = 6
DEFAULT_ACCENT = "#2c6a4a"
CERTIFICATE_WORDS = "承诺达标合格证"
GI_WORDS = "地理标志产品"

# Field name → what a clerk calls it.
FIELD_NAMES = {
    "brand": ("品牌", "brand"),
    "product": ("品名", "product"),
    "grade": ("等级", "grade"),
    "net_weight": ("净含量", "net weight"),
    "batch_no": ("批次", "batch number"),
    "packed_on": ("包装日期", "packing date"),
    "packer": ("生产单位", "packer"),
    "credit_code": ("统一社会信用代码", "credit code"),
    "certificate": ("合格证字样", "certificate words"),
    "lines": ("附加文字", "extra lines"),
    "footer": ("页脚", "footer"),
    # What a design places besides.
    "gi": ("地理标志字样", "GI words"),
    "fixed": ("固定文字", "fixed text"),
    "number": ("手输编号", "typed number"),
    "qr": ("二维码", "QR code"),
    "picture": ("品牌图片", "brand picture"),
    "pin": ("刮开区", "scratch area"),
    "rule": ("分隔线", "rule"),
}

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_COLOUR = re.compile(r"#[0-9a-f]{6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class LabelText:
    """The words that are the same on every label of a run; an empty field is left out.

    `net_weight` is as displayed ("500 g"), `packed_on` an ISO date, `credit_code` the packer's 18-character
    统一社会信用代码, `certificate` prints 承诺达标合格证 at least 2 mm high, `gi_mark` prints 地理标志产品
    and needs the credit code, `accent` is the brand's colour (#rrggbb, used where the printer has colour).
    Raises BadText, MissingGlyphs or TextTooLong, naming the field.
    """

    brand: str = ""
    product: str = ""
    grade: str = ""
    net_weight: str = ""
    batch_no: str = ""
    packed_on: str = ""
    packer: str = ""
    credit_code: str = ""
    certificate: bool = False
    gi_mark: bool = False
    lines: tuple[str, ...] = ()
    accent: str = DEFAULT_ACCENT

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, str) and field.name != "accent":
                check_field(field.name, value)
        if len(self.lines) > MAX_LINES:
            raise TextTooLong(
                "label.too-many-lines",
                f"附加文字最多 {MAX_LINES} 行，现在是 {len(self.lines)} 行。",
                f"At most {MAX_LINES} extra lines, not {len(self.lines)}.",
                field="lines",
                count=len(self.lines),
            )
        for line in self.lines:
            check_field("lines", line)
        self._check_rules()

    def _check_rules(self) -> None:
        if self.packed_on and not _is_date(self.packed_on):
            raise BadText(
                "label.date",
                f"包装日期要写成 2026-08-12 这样，现在是“{self.packed_on}”。",
                f"The packing date is written like 2026-08-12, not {self.packed_on!r}.",
                field="packed_on",
            )
        if not _COLOUR.fullmatch(self.accent):
            raise BadText(
                "label.colour", "品牌颜色要写成 #2c6a4a 这样。", "The accent is written like #2c6a4a."
            )
        if self.credit_code and not _is_credit_code(self.credit_code):
            raise BadText(
                "label.credit-code",
                f"统一社会信用代码 {self.credit_code} 不对：应是 18 位，请对照营业执照核对。",
                f"{self.credit_code} is no valid 18-character credit code.",
                field="credit_code",
            )
        if self.gi_mark and not self.credit_code:
            raise BadText(
                "label.gi-credit-code",
                "印地理标志时，下面必须印生产者的统一社会信用代码，请先填上。",
                "The GI mark needs the producer's credit code beneath it.",
                field="credit_code",
            )


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _is_credit_code(text: str) -> bool:
    from stdnum.cn import uscc  # it brings in much that a label without a credit code has no need of

    return bool(uscc.is_valid(text)) and uscc.compact(text) == text


def check_field(name: str, value: str) -> None:
    """Raise TextTooLong, MissingGlyphs or BadText (blanks only), naming the field, if value can stand on no label."""
    zh, en = FIELD_NAMES[name]
    if len(value) > MAX_CHARACTERS:
        raise too_long(name, value)
    if value and not value.strip():
        raise BadText("label.blank", f"{zh}里只有空格，请写上内容或清空。", f"The {en} is blank.", field=name)
    check_drawable(value, zh, en)


def too_long(name: str, value: str) -> TextTooLong:
    """The error for a field that does not fit at the smallest legible size."""
    zh, en = FIELD_NAMES[name]
    shown = value if len(value) <= 24 else value[:24] + "…"
    return TextTooLong(
        "label.text-too-long",
        f"{zh}“{shown}”（{len(value)} 字）太长，缩到最小字号也放不下。请写短一些，或换大一点的标签纸。",
        f"The {en} ({len(value)} characters) does not fit even at the smallest legible size.",
        field=name,
        length=len(value),
    )


def too_much(names: list[str]) -> TextTooLong:
    """The error for fields that fit one by one, but not all together."""
    called = [FIELD_NAMES[name] for name in dict.fromkeys(names)]
    return TextTooLong(
        "label.too-much-text",
        f"这种标签纸放不下这么多内容：{'、'.join(zh for zh, _ in called)}。"
        "请少印几项、写短一些，或换大一点的标签纸。",
        f"These do not fit together on this stock: {', '.join(en for _, en in called)}.",
        fields=tuple(dict.fromkeys(names)),
    )
