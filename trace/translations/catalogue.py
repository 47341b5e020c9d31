"""The sentences that pages say: collect them, merge them into each language's catalogue, compile it.

Pages and views mark theirs with `_(…)`. Others stand in the code as (Chinese, English) pairs: refusals, verdicts,
stages. Their English is there already; every further language has them in its catalogue.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from trace.core import quantity
from trace.translations import NAME, SHORT, found
from trace.translations.pairs import chinese

ROOT = Path(__file__).resolve().parents[2]
ENGLISH = "en"
_WHERE = {
    ROOT / "templates": [("**.html", "jinja2")],
    ROOT / "trace" / "web": [("**.py", "python")],
}
# Where pairs stand; the rest of labels/ speaks to those who print.
_PAIRS = (
    ROOT / "trace" / "core",
    ROOT / "trace" / "services",
    ROOT / "trace" / "web",
    ROOT / "labels" / "code.py",
    ROOT / "labels" / "digits.py",
    ROOT / "labels" / "errors.py",
)
# What is read there, not said: units and words that people type, names of substances, of devices and samples.
_READ = frozenset({"dates.py", "device.py", "design_samples.py", "kept.py", "millimetres.py", "pesticide.py"})
_WITHOUT_CHINESE = (quantity.IN_GRAMS, quantity.IN_KILOGRAMS)
_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
_KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def collected(language: str) -> Catalog:
    """Every sentence for this language, without line numbers: a catalogue changes only when a sentence does."""
    catalogue = Catalog()
    for name in (NAME, SHORT):
        catalogue.add(name)
    for folder, method in _WHERE.items():
        for _file, _line, message, comments, context in extract_from_dir(
            str(folder), method_map=method, keywords=_KEYWORDS
        ):
            catalogue.add(message, auto_comments=comments, context=context)
    if language != ENGLISH:
        for sentence in (*_paired(), *_WITHOUT_CHINESE):
            if sentence not in catalogue:
                catalogue.add(sentence)
    return catalogue


def _paired() -> list[str]:
    files = [
        file for place in _PAIRS for file in (sorted(place.rglob("*.py")) if place.is_dir() else [place])
    ]
    return [sentence for file in files if file.name not in _READ for sentence in chinese(file)]


def kept(language: str) -> Catalog:
    """The language's catalogue as it lies here."""
    with found()[language].open("rb") as file:
        return read_po(file, locale=_locale(language))


def _locale(language: str) -> str:
    return language.replace("-", "_")


def _empty(language: str) -> Catalog:
    # No day of writing: the same sentences are the same bytes.
    return Catalog(
        locale=_locale(language),
        header_comment="# Kept by python -m trace.translations",
        project="trace",
        version="1",
        creation_date=_LONG_AGO,
        revision_date=_LONG_AGO,
        last_translator="the project",
        language_team=language,
        msgid_bugs_address="none",
        fuzzy=False,
    )


def merged(language: str) -> Catalog:
    """The catalogue with new sentences added, untranslated, and those nobody says any more left out."""
    known = {message.id: message.string for message in kept(language) if message.id}
    fresh = _empty(language)
    for message in collected(language):
        if message.id:
            fresh.add(message.id, known.get(message.id, ""))
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


def untranslated(catalogue: Catalog) -> list[str]:
    """The Chinese sentences that still lack their translation."""
    missing = []
    for message in catalogue:
        if message.id:
            strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
            if not strings or not all(strings):
                missing.append(message.id if isinstance(message.id, str) else message.id[0])
    return missing
