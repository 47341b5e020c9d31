"""Single pages of long files, by a tail that only the reader sees."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from labels.excerpt import Unreadable, excerpt
from labels.pdf import render
from labels.stock import STOCKS
from tests.labels.samples import KEY, PLAIN, run_of

ROLL = STOCKS["roll-40x30"]


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1,200 pages: three nodes of the page tree."""
    path = tmp_path_factory.mktemp("long") / "labels.pdf"
    render(path, run=run_of(PLAIN, 1_200), signer=KEY, stock=ROLL)
    return path


def number(page: pypdfium2.PdfPage) -> int:
    digits = "".join(page.get_textpage().get_text_range().split())
    return int(digits[digits.index("10001000") + 14 :][:6])


def test_the_pages_are_those_of_the_file(long: Path) -> None:
    wanted = [0, 1, 511, 512, 1023, 1024, 1199]
    with excerpt(long, wanted) as shown:
        document = pypdfium2.PdfDocument(shown)
        assert shown.held == tuple(wanted)
        assert [number(page) for page in document] == [page + 1 for page in wanted]
        assert document[3].get_size() == pypdfium2.PdfDocument(long)[512].get_size()
        document.close()


def test_pages_that_are_not_there_are_left_out(long: Path) -> None:
    with excerpt(long, [5, 1_200, 9_999]) as shown:
        assert shown.held == (5,)


def test_another_reader_finds_the_same_pages(long: Path, tmp_path: Path) -> None:
    with excerpt(long, [3, 700]) as shown:
        (tmp_path / "whole.pdf").write_bytes(shown.read())
    with pikepdf.open(tmp_path / "whole.pdf") as some, pikepdf.open(long) as every:
        found = [page.Contents.read_bytes() for page in some.pages]
        assert found == [every.pages[index].Contents.read_bytes() for index in (3, 700)]


def test_reading_may_begin_anywhere(long: Path) -> None:
    with excerpt(long, [3]) as shown:
        whole = shown.read()
        size = long.stat().st_size
        for start, count in ((0, 9), (size - 5, 10), (size, 7), (size + 3, 10_000), (len(whole), 1)):
            assert shown.seek(start) == start
            assert shown.read(count) == whole[start : start + count]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: data.replace(b"/Kids[", b"/Kids("),
        lambda data: data.replace(b"startxref\n", b"startxref\n1"),
    ],
    ids=["cut off", "empty", "no kids", "wrong place"],
)
def test_a_file_that_is_not_whole_is_unreadable(long: Path, tmp_path: Path, spoil: object) -> None:
    spoilt = tmp_path / "spoilt.pdf"
    spoilt.write_bytes(spoil(long.read_bytes()))
    with pytest.raises(Unreadable):
        excerpt(spoilt, [1])
