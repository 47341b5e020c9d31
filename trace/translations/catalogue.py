"""The sentences that pages and views mark with `_(…)`: collect, merge into the English catalogue, compile."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
PO = Path(__file__).resolve().parent / "en" / "LC_MESSAGES" / "messages.po"
MO = PO.with_suffix(".mo")
_WHERE = {
    ROOT / "templates": [("**.html", "jinja2")],
    ROOT / "trace" / "web": [("**.py", "python")],
}
_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
_KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def collected() -> Catalog:
    """Every marked sentence, without line numbers: the catalogue changes only when a sentence does."""
    found = Catalog()
    for folder, method in _WHERE.items():
        for _file, _line, message, comments, context in extract_from_dir(
            str(folder), method_map=method, keywords=_KEYWORDS
        ):
            found.add(message, auto_comments=comments, context=context)
    return found


def kept() -> Catalog:
    """The English catalogue as it lies here."""
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def _empty() -> Catalog:
    # No day of writing: the same sentences are the same bytes.
    return Catalog(
        locale="en",
        header_comment="# Kept by python -m trace.translations",
        project="trace",
        version="1",
        creation_date=_LONG_AGO,
        revision_date=_LONG_AGO,
        last_translator="the project",
        language_team="en",
        msgid_bugs_address="none",
        fuzzy=False,
    )


def merged() -> Catalog:
    """The catalogue with new sentences added, their English empty, and those no page says left out."""
    catalogue = kept() if PO.exists() else _empty()
    english = {message.id: message.string for message in catalogue if message.id}
    fresh = _empty()
    for message in collected():
        if message.id:
            fresh.add(message.id, english.get(message.id, ""))
    return fresh


def po_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as a .po file, in order of the Chinese."""
    out = io.BytesIO()
    write_po(out, catalogue, sort_output=True, omit_header=False, width=110)
    return out.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as programs read it (GNU .mo)."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def without_english(catalogue: Catalog) -> list[str]:
    """The Chinese sentences that still have no English."""
    missing = []
    for message in catalogue:
        if message.id:
            strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
            if not strings or not all(strings):
                missing.append(message.id if isinstance(message.id, str) else message.id[0])
    return missing
