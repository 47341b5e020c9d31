"""What the documentation says of tampering is what the tests try."""

from __future__ import annotations

from tests.tamper import table


def test_the_page_is_made_from_the_cases() -> None:
    assert table.PATH.read_text("utf-8") == table.text()
