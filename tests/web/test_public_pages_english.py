"""Every Chinese sentence of the pages has its English, and the compiled catalogue is the written one."""

from __future__ import annotations

import re

from trace.translations import catalogue

_NAMED = re.compile(r"%\((\w+)\)s")


def _strings(message_id: str | tuple[str, ...], string: str | tuple[str, ...]) -> list[tuple[str, str]]:
    source = message_id if isinstance(message_id, str) else message_id[0]
    return [(source, text) for text in ((string,) if isinstance(string, str) else string)]


def test_every_sentence_has_its_english() -> None:
    assert catalogue.without_english(catalogue.merged()) == []


def test_the_files_are_up_to_date() -> None:
    """`python -m trace.translations` writes them."""
    assert catalogue.PO.read_bytes() == catalogue.po_bytes(catalogue.merged())
    assert catalogue.MO.read_bytes() == catalogue.mo_bytes(catalogue.merged())


def test_english_keeps_every_gap_and_leaves_no_chinese() -> None:
    for message in catalogue.kept():
        if message.id:
            for chinese, english in _strings(message.id, message.string):
                assert set(_NAMED.findall(english)) <= set(_NAMED.findall(chinese)), chinese
                assert set(_NAMED.findall(chinese)) - {"num"} <= set(_NAMED.findall(english)), chinese
                assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", english), english
