"""What other programs make of our files: strict readers, four renderers, and searching for words in them."""

from __future__ import annotations

import io
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from labels.picture import Picture
from labels.run import RunSpec, codes
from labels.stock import STOCKS
from labels.text import LabelText
from tests.labels.samples import FULL, KEY, page_texts, pdf_of
from tests.support import chromium
from tests.support.processes import is_root

RARE = LabelText(brand="示例𬭎𬬭", product="㕮咀䲟莲子", net_weight="500 g", packer="示例𬳽合作社")
SECRET = bytes(range(32))
LONG_BASE = "https://trace.lotus.shicheng.ganzhou.example"
SQUARE = Picture(40, 40, bytes((200, 30, 40)) * 1600)

Case = tuple[RunSpec, bytes]


def case(base: str, stock: str, count: int, text: LabelText, **more: object) -> Case:
    run = RunSpec(base, 100, 1, count, text, **more)
    return run, pdf_of(run, STOCKS[stock], footer="账本 1234")[0]


CASES: dict[str, Callable[[], Case]] = {
    "sheet": lambda: case("https://t.example.cn", "a4-21", 30, FULL),
    "roll": lambda: case("https://t.example.cn", "roll-40x30", 4, RARE),
    "version 7, pictures, PINs": lambda: case(
        LONG_BASE, "roll-60x40", 3, replace(RARE, lines=()), picture=SQUARE, pin_secret=SECRET
    ),
}


@pytest.fixture(scope="module", params=CASES)
def made(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]()


def codes_of(run: RunSpec) -> list[str]:
    return sorted(address for _, address in codes(run, KEY))


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def output_of(*command: str) -> bytes:
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    assert (done.returncode, done.stderr.decode("utf-8", "replace")) == (0, "")
    return done.stdout


def read(images: list[Image.Image]) -> list[str]:
    """What stands in the codes; among hundreds the reader also sees one of four digits that is none."""
    found = (one.text for image in images for one in zxingcpp.read_barcodes(image))
    return sorted(text for text in found if text.startswith("https://"))


def test_a_strict_reader_finds_nothing_wrong(made: Case) -> None:
    with pikepdf.open(io.BytesIO(made[1]), attempt_recovery=False) as file:
        assert file.check_pdf_syntax() == []


def test_qpdf_finds_nothing_wrong(made: Case, tmp_path: Path) -> None:
    path = tmp_path / "labels.pdf"
    path.write_bytes(made[1])
    assert b"No syntax or stream encoding errors found" in output_of(program("qpdf"), "--check", str(path))


def test_poppler_draws_every_label(made: Case, tmp_path: Path) -> None:
    path = tmp_path / "labels.pdf"
    path.write_bytes(made[1])
    output_of(program("pdftoppm"), "-r", "300", "-png", str(path), str(tmp_path / "page"))
    assert read([Image.open(page) for page in tmp_path.glob("page*.png")]) == codes_of(made[0])


def test_mupdf_draws_every_label(made: Case, tmp_path: Path) -> None:
    path = tmp_path / "labels.pdf"
    path.write_bytes(made[1])
    output_of(
        program("mutool"), "draw", "-N", "-q", "-r", "300", "-o", str(tmp_path / "page%d.png"), str(path)
    )
    assert read([Image.open(page) for page in tmp_path.glob("page*.png")]) == codes_of(made[0])


def test_pdfium_draws_every_label(made: Case) -> None:
    document = pypdfium2.PdfDocument(made[1])
    images = [page.render(scale=300 / 72).to_pil() for page in document]
    document.close()
    assert read(images) == codes_of(made[0])


@pytest.fixture
def viewer() -> Iterator[Page]:
    """A page of Chromium with its PDF viewer, which only its newer way of running without a screen has."""
    executable = chromium.find_chromium()
    if executable is None:
        pytest.skip("no Chromium is installed (package chromium)")
    flags = [*chromium.FLAGS, "--headless=new", *(["--no-sandbox"] if is_root() else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=flags, ignore_default_args=["--headless"]
        )
        context = browser.new_context(viewport={"width": 900, "height": 700}, device_scale_factor=3)
        yield context.new_page()
        browser.close()


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_chromium_s_own_viewer_shows_the_labels(made: Case, viewer: Page, tmp_path: Path) -> None:
    path = tmp_path / "labels.pdf"
    path.write_bytes(made[1])
    viewer.goto(path.as_uri(), wait_until="commit")
    wanted, found, end = codes_of(made[0]), set[str](), time.monotonic() + 60
    while not found and time.monotonic() < end:
        viewer.wait_for_timeout(500)
        found = set(read([Image.open(io.BytesIO(viewer.screenshot()))]))
    assert found
    assert found <= set(wanted)


def words_of(run: RunSpec) -> list[str]:
    words = [run.text.brand, run.text.product, "1000 1000 0001 0000 0001"]
    return words if run.pin_secret else [*words, run.text.packer]


def squeezed(text: str) -> str:
    """Without line ends and blanks, at which readers break lines as they please."""
    return "".join(text.split())


def test_pdftotext_finds_the_words_rare_characters_included(made: Case, tmp_path: Path) -> None:
    path = tmp_path / "labels.pdf"
    path.write_bytes(made[1])
    text = squeezed(output_of(program("pdftotext"), "-f", "1", "-l", "1", str(path), "-").decode("utf-8"))
    for word in words_of(made[0]):
        assert squeezed(word) in text


def test_mupdf_finds_the_words_rare_characters_included(made: Case, tmp_path: Path) -> None:
    path = tmp_path / "labels.pdf"
    path.write_bytes(made[1])
    text = squeezed(
        output_of(program("mutool"), "draw", "-N", "-q", "-F", "txt", str(path), "1").decode("utf-8")
    )
    for word in words_of(made[0]):
        assert squeezed(word) in text


def test_pdfium_finds_the_words_rare_characters_included(made: Case) -> None:
    text = squeezed(page_texts(made[1])[0])
    for word in words_of(made[0]):
        assert squeezed(word) in text


def test_hundreds_of_labels_come_out_of_poppler_and_mupdf_as_they_went_in(tmp_path: Path) -> None:
    """Image data stands inline in the pages: no byte of it may end the image for any reader."""
    run = RunSpec("https://t.example.cn", 100, 1_900, 650, LabelText(product="莲子"))
    pdf, _ = pdf_of(run, STOCKS["a4-65"])
    assert b"/F/AHx" in pdf  # one of them holds what would end it
    path = tmp_path / "labels.pdf"
    path.write_bytes(pdf)
    drawn = {}
    for name, command in (
        ("pdftoppm", ("-r", "203", "-gray", str(path), str(tmp_path / "pdftoppm"))),
        (
            "mutool",
            (
                "draw",
                "-N",
                "-q",
                "-r",
                "203",
                "-c",
                "gray",
                "-o",
                str(tmp_path / "mutool%03d.png"),
                str(path),
            ),
        ),
    ):
        output_of(program(name), *command)
        pages = sorted(tmp_path.glob(f"{name}*"))
        assert len(pages) == 10
        drawn[name] = read([Image.open(page) for page in pages])
    assert drawn["pdftoppm"] == drawn["mutool"] == codes_of(run)
