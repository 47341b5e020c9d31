"""Texts, keys and helpers that the tests of the label engine share."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pypdfium2
import zxingcpp
from PIL import Image, ImageDraw
from stdnum.cn import uscc

from labels.keys import SigningKey
from labels.pdf import RenderResult, RunSpec, render
from labels.picture import Picture, load
from labels.stock import Stock
from labels.text import LabelText

ROOT = Path(__file__).resolve().parents[2]
VECTORS = json.loads((ROOT / "docs" / "vectors" / "item-code.json").read_text(encoding="utf-8"))
KEY = SigningKey.from_seed(10, bytes(range(32)))
BASE = "https://t.shicheng.example"
CREDIT_CODE = "93360735MA0DEM000" + uscc.calc_check_digit("93360735MA0DEM000")

FULL = LabelText(
    brand="石城白莲",
    product="通芯白莲",
    grade="一级",
    net_weight="500 g",
    batch_no="SC-2026-0812-03",
    packed_on="2026-08-12",
    packer="示例琴江白莲专业合作社",
    credit_code=CREDIT_CODE,
    certificate=True,
    gi_mark=True,
)
LONG = LabelText(
    brand="东港草莓",
    product="东港九九红颜草莓精品礼盒装特级大果鲜采冷链直达",
    grade="特级（单果≥30 g）",
    net_weight="1.5 kg（3 盒 × 500 g）",
    batch_no="DG-2026-1203-A17",
    packed_on="2026-12-03",
    packer="示例辽宁省东港市椅圈镇夏家村草莓种植专业合作社联合社",
    certificate=True,
    accent="#a5282c",
)
PLAIN = LabelText(product="莲子", net_weight="250 g")


def run_of(text: LabelText, count: int, first: int = 1) -> RunSpec:
    return RunSpec(BASE, 100, first, count, text)


def pdf_of(run: RunSpec, stock: Stock, **options: object) -> tuple[bytes, RenderResult]:
    out = io.BytesIO()
    result = render(out, run=run, signer=KEY, stock=stock, **options)
    return out.getvalue(), result


def page_images(pdf: bytes, dpi: int) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=dpi / 72).to_pil().convert("L") for page in document]
    finally:
        document.close()


def decoded(image: Image.Image) -> list[str]:
    return sorted(found.text for found in zxingcpp.read_barcodes(image))


def page_texts(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def without(text: LabelText, *names: str) -> LabelText:
    """The text with some fields empty."""
    return replace(text, **{name: type(getattr(text, name))() for name in names})


def drawing() -> Picture:
    """A black leaf on white, as a logo is."""
    image = Image.new("RGB", (300, 300), "white")
    ImageDraw.Draw(image).ellipse((60, 20, 240, 280), fill="black")
    return _loaded(image)


def photograph() -> Picture:
    """All greys from black to white, slanting."""
    return _loaded(Image.linear_gradient("L").rotate(30, fillcolor=128))


def _loaded(image: Image.Image) -> Picture:
    out = io.BytesIO()
    image.save(out, "PNG")
    return load(out.getvalue())
