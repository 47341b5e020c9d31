"""Words put into a compressed page come out as if the page had been compressed with them."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.web.spliced import Gap, Spliced

TEXT = st.text(st.sampled_from("一品一码溯源<p>abc\n0123456789 é𬭎"), max_size=400)


@st.composite
def pages(draw: st.DrawFn) -> tuple[list[str], list[Gap], dict[str, bytes]]:
    pieces = draw(st.lists(TEXT, min_size=1, max_size=6))
    said = [draw(TEXT).encode() for _ in pieces[1:]]
    gaps = [Gap(f"gap{n}", max(1, len(one) + draw(st.integers(0, 50)))) for n, one in enumerate(said)]
    return pieces, gaps, {gap.name: one for gap, one in zip(gaps, said, strict=True)}


@given(pages())
def test_it_unpacks_to_the_pieces_with_the_words_between(
    made: tuple[list[str], list[Gap], dict[str, bytes]],
) -> None:
    pieces, gaps, words = made
    page = Spliced(pieces, gaps)
    whole = b"".join(
        [pieces[0].encode()]
        + [
            words[gap.name].ljust(gap.room) + piece.encode()
            for gap, piece in zip(gaps, pieces[1:], strict=True)
        ]
    )
    assert page.plain(words) == whole
    packed = page.gzip(words)
    assert gzip.decompress(packed) == whole
    # One member and nothing after it: browsers read the first member only.
    reader = zlib.decompressobj(16 + zlib.MAX_WBITS)
    assert (reader.decompress(packed), reader.eof, reader.unused_data) == (whole, True, b"")


def test_the_same_page_takes_other_words_each_time() -> None:
    page = Spliced(["<h1>", "</h1>" * 500, "!"], [Gap("title", 12), Gap("digits", 3)])
    for title in ("召回", "首次", ""):
        for digits in (b"001", b"999"):
            said = {"title": title.encode(), "digits": digits}
            assert gzip.decompress(page.gzip(said)) == page.plain(said)


def test_text_on_both_sides_of_a_gap_is_compressed_together() -> None:
    text = "".join(chr(0x4E00 + 37 * number % 9000) for number in range(2000))
    apart = len(Spliced([text], []).gzip({}))
    both = len(Spliced([text, text], [Gap("gap", 8)]).gzip({"gap": b"12345678"}))
    assert both < apart * 1.1


def test_words_that_do_not_fit_are_refused() -> None:
    page = Spliced(["a", "b"], [Gap("gap", 2)])
    with pytest.raises(ValueError, match="do not fit"):
        page.gzip({"gap": b"123"})
    with pytest.raises(KeyError):
        page.gzip({})
    for pieces, gaps in ((["a"], [Gap("gap", 2)]), (["a", "b"], [Gap("gap", 0)])):
        with pytest.raises(ValueError, match="gap"):
            Spliced(pieces, gaps)
