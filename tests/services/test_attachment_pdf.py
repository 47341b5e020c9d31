"""PDFs: plain, short and quiet ones pass, byte for byte; the others are told why not."""

from __future__ import annotations

import re

import pytest

from tests.services import upload_samples as samples
from trace.core.errors import TooLarge, TraceError
from trace.services import attachment_pdf


@pytest.mark.parametrize("pages", [1, 50])
def test_a_plain_pdf_passes(pages: int) -> None:
    assert attachment_pdf.examine(samples.pdf(pages)) == pages


def test_a_compressed_pdf_passes() -> None:
    assert attachment_pdf.examine(samples.pdf(3, pageCompression=1)) == 3


def test_opening_at_a_page_and_links_are_no_harm() -> None:
    assert attachment_pdf.examine(samples.pdf_opening_at_page()) == 1


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: samples.pdf(200), "attachment.pdf-pages"),
        (samples.pdf_with_script, "attachment.pdf-active"),
        (samples.pdf_with_packed_script, "attachment.pdf-active"),
        (samples.pdf_with_disguised_script, "attachment.pdf-active"),
        (lambda: samples.pdf_with_action("/Launch"), "attachment.pdf-active"),
        (lambda: samples.pdf_with_action("/GoToR"), "attachment.pdf-active"),
        (samples.pdf_with_file, "attachment.pdf-active"),
        (samples.pdf_encrypted, "attachment.pdf-locked"),
        (samples.pdf_bomb, "attachment.pdf-heavy"),
        (samples.pdf_nested_bomb, "attachment.pdf-heavy"),
        (samples.pdf_with_huge_image, "attachment.pdf-heavy"),
        (lambda: b"%PDF-1.7\n%%EOF\n", "attachment.pdf-broken"),
        (lambda: b"%PDF-1.7\n" + bytes(5000) + b"\n%%EOF\n", "attachment.pdf-broken"),
        (lambda: samples.pdf()[:600], "attachment.pdf-broken"),
        (lambda: samples.HTML + samples.pdf(), "attachment.pdf-broken"),
        (lambda: samples.pdf() + b"PK\x03\x04" + bytes(2000), "attachment.pdf-broken"),
    ],
)
def test_the_others_are_refused(make: object, code: str) -> None:
    assert callable(make)
    with pytest.raises(TraceError) as refused:
        attachment_pdf.examine(make())
    assert refused.value.code == code
    assert refused.value.message("zh") != refused.value.message("en")


def test_over_ten_megabytes_is_refused_unread() -> None:
    with pytest.raises(TooLarge) as refused:
        attachment_pdf.examine(b"%PDF-1.7\n" + bytes(10_000_000))
    assert refused.value.code == "attachment.too-large"


def test_a_page_tree_that_bites_its_tail_ends() -> None:
    plain = samples.pdf()
    tree = re.search(rb"(\d+) 0 obj\s+<<\s+/Count 1 /Kids \[ (\d+)", plain)
    assert tree
    looped = plain.replace(b"/Kids [ " + tree[2], b"/Kids [ " + tree[1])
    with pytest.raises(TraceError) as refused:
        attachment_pdf.examine(looped)
    assert refused.value.code in ("attachment.pdf-broken", "attachment.pdf-heavy")
