"""docs/labels.md calls pages and buttons what they are called on the pages, and leads to pages that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "labels.md").read_text("utf-8")


def test_names_in_quotation_marks_stand_on_the_pages() -> None:
    pages = "".join(path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.html"))
    said = set(re.findall(r"_\('([^']+)'", pages))
    named = re.findall(r"“([^”]+)”", GUIDE)
    assert len(named) > 30
    assert [name for name in named if name not in said] == []


def test_its_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", GUIDE)
    assert "cartons.md" in links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
