"""The demonstration's laboratory report: one readable page that says it is an example."""

from __future__ import annotations

import io
from datetime import date

import pytest
from pypdf import PdfReader

from trace.demo.papers import Row, lab_report
from trace.services import attachment_pdf

GOOD: Row = ("铅", "0.03", "mg/kg", "0.2（示例）", "NY/T 1504-2007", "合格")
BAD: Row = ("二氧化硫", "0.3", "g/kg", "0.1（示例）", "NY/T 1504-2007", "不合格")


def report(*rows: Row) -> bytes:
    return lab_report(
        number="示例-0814",
        product="通芯白莲",
        batch="SC250814",
        client="示例琴江白莲专业合作社",
        day=date(2025, 8, 14),
        rows=rows,
    )


def words(data: bytes) -> str:
    return PdfReader(io.BytesIO(data)).pages[0].extract_text().replace(" ", "")


def test_it_is_one_page_that_an_upload_would_pass_and_says_it_is_an_example() -> None:
    data = report(GOOD)
    assert attachment_pdf.examine(data) == 1
    text = words(data)
    for part in ("示例：本报告为演示而虚构", "示例检测中心", "SC250814", "通芯白莲", *GOOD, "所检项目均符合"):
        assert part.replace(" ", "") in text


def test_what_failed_is_named_in_the_conclusion() -> None:
    assert "不合格项目：二氧化硫" in words(report(GOOD, BAD))


def test_it_is_the_same_each_time() -> None:
    assert report(GOOD) == report(GOOD)


def test_more_rows_than_the_page_holds_are_refused() -> None:
    assert words(report(*[GOOD] * 16)).count("mg/kg") == 16
    with pytest.raises(ValueError, match="16"):
        report(*[GOOD] * 17)
