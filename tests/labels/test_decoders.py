"""Printed labels, photographed badly, read by three decoders: zxing-cpp, zbar and WeChat's published one.

WeChat's decoder is that of opencv-contrib (`cv2.wechat_qrcode`) without its two neural networks (finding small
codes, sharpening them): those files cannot be had here, and a real WeChat reads more than this. Labels are drawn
for a 203-dpi thermal printer, every dot simulated (`camera`); blur is the σ of a Gaussian on the paper.

Measured with 12 labels a step, 10 pixels a mm: the last step at which each decoder read all twelve.

| | 3 dots a module: zxing / zbar / WeChat | 4 dots a module |
|---|---|---|
| blur, mm | 0.16 / 0.12 / 0.16 | 0.22 / 0.18 / 0.24 |
| blur, mm, dots grown by 30 % | 0.12 / 0.08 / over 0.14 | over 0.14 each |
| tilt about both axes, degrees | 30 / 45 / 40 | 30 / over 50 / 40 |
| noise, σ of 255 levels | 30 / 25 / 40 | 30 / 25 / over 60 |
| black and white, of 255 levels | 100–120 / 104–116 / 106–114 | the same |

The tests ask for about two thirds of the worst of these, of every stock and decoder. Where all comes together zbar
gives up first: at low contrast and five dots a module it bears a noise of 5, not of 8. Four dots a module survive
about 1.4 times the blur of three.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
import pytest
import zxingcpp

from labels import sheet
from labels.run import codes
from labels.sheet import WHOLE
from labels.stock import STOCKS
from tests.labels.camera import Dots, Grey, Shot, heated, paper, photograph
from tests.labels.samples import FULL, KEY, page_images, pdf_of, run_of

DPI = 203
PIXELS_MM = 10
AROUND = 24  # dots, that is 3 mm, of whatever stands around the quiet zone

Decoder = Callable[[Grey], list[str]]


def zxing(picture: Grey) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def zbar(picture: Grey) -> list[str]:
    try:
        from pyzbar import pyzbar
    except ImportError as missing:  # the package, or the system's libzbar that it loads
        pytest.skip(f"zbar is not installed: {missing}")
    return [found.data.decode() for found in pyzbar.decode(picture, symbols=[pyzbar.ZBarSymbol.QRCODE])]


def wechat(picture: Grey) -> list[str]:
    cv2 = pytest.importorskip("cv2", reason="opencv is not installed")
    if not hasattr(cv2, "wechat_qrcode"):
        pytest.skip("this opencv has no wechat_qrcode: opencv-contrib-python-headless has")
    texts, _corners = cv2.wechat_qrcode.WeChatQRCode().detectAndDecode(
        np.ascontiguousarray(np.repeat(picture[:, :, None], 3, axis=2))
    )
    return list(texts)


DECODERS = pytest.mark.parametrize("decoder", [zxing, zbar, wechat])

BAD_LIGHT = {"black": 60, "white": 160}
# Dots grow by this share of their width, and the picture is taken like this.
SHOTS: dict[str, tuple[float, Shot]] = {
    "as printed": (0.0, Shot(PIXELS_MM)),
    "too little heat": (-0.3, Shot(PIXELS_MM, blur=0.05)),
    "too much heat": (0.3, Shot(PIXELS_MM, blur=0.05)),
    "blur": (0.0, Shot(PIXELS_MM, blur=0.08)),
    "tilt": (0.0, Shot(PIXELS_MM, tilt=20)),
    "tilt and turn": (0.0, Shot(PIXELS_MM, tilt=12, turn=45)),
    "noise": (0.0, Shot(PIXELS_MM, noise=10)),
    "low contrast": (0.0, Shot(PIXELS_MM, black=90, white=130)),
    "all at once": (0.0, Shot(PIXELS_MM, tilt=12, noise=3, blur=0.06, **BAD_LIGHT)),
}


@functools.cache
def printed(stock: str, count: int) -> list[tuple[str, Dots]]:
    """The addresses of a run's labels, and the dots that the printer's head sets at and around their symbols."""
    paper_of, run = STOCKS[stock], run_of(FULL, count)
    pages = [np.asarray(image) for image in page_images(pdf_of(run, paper_of, dpi=DPI)[0], DPI)]
    box = run.layout(paper_of, DPI).qr_box
    made = []
    for index, (_, address) in enumerate(codes(run, KEY)):
        place = sheet.cell(paper_of, WHOLE, index)
        edges = (place.x + box[0], place.y + box[1], place.x + box[2], place.y + box[3])
        left, top, right, bottom = (round(edge * DPI / 25_400) for edge in edges)
        seen = slice(max(0, top - AROUND), bottom + AROUND), slice(max(0, left - AROUND), right + AROUND)
        made.append((address, heated(pages[place.page][seen])))
    return made


@functools.cache
def pictures(stock: str) -> list[tuple[str, str, Grey]]:
    """Of each label of the stock one photograph: what was done to it, its address, the picture."""
    labels = printed(stock, len(SHOTS))
    return [
        (name, address, photograph(paper(dots, gain), DPI, shot, seed))
        for seed, ((name, (gain, shot)), (address, dots)) in enumerate(
            zip(SHOTS.items(), labels, strict=True)
        )
    ]


@DECODERS
@pytest.mark.parametrize("stock", STOCKS)
def test_bad_pictures_of_every_stock_are_read(decoder: Decoder, stock: str) -> None:
    unread = [name for name, address, picture in pictures(stock) if decoder(picture) != [address]]
    assert unread == []


def read(decoder: Decoder, stock: str, shot: Shot, gain: float = 0.0) -> int:
    labels = printed(stock, 4)
    return sum(
        decoder(photograph(paper(dots, gain), DPI, shot, seed)) == [address]
        for seed, (address, dots) in enumerate(labels)
    )


@pytest.mark.parametrize("decoder", [zxing, wechat])
def test_four_dots_a_module_are_read_where_three_are_lost_in_blur(decoder: Decoder) -> None:
    assert run_of(FULL, 1).layout(STOCKS["roll-40x30"], DPI).symbol.dots == 3
    assert run_of(FULL, 1).layout(STOCKS["roll-60x40"], DPI).symbol.dots == 4
    blurred = Shot(PIXELS_MM, blur=0.20)
    assert read(decoder, "roll-40x30", blurred) == 0
    assert read(decoder, "roll-60x40", blurred) == 4


@DECODERS
def test_what_shows_no_code_gives_none(decoder: Decoder) -> None:
    [(_, dots)] = printed("roll-40x30", 1)
    blank = paper(np.zeros_like(dots), 0.0)
    assert decoder(photograph(blank, DPI, Shot(PIXELS_MM, noise=15), 1)) == []
