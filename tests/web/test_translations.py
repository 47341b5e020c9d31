"""Every sentence is said in every language, and the compiled catalogues are the written ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.simplified import SIMPLIFIED
from trace import translations
from trace.translations import catalogue, pairs

_NAMED = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
LANGUAGES = sorted(translations.found())


def _pairs_of(language: str) -> list[tuple[str, str]]:
    told = []
    for message in catalogue.kept(language):
        if message.id:
            source = message.id if isinstance(message.id, str) else message.id[0]
            strings = (message.string,) if isinstance(message.string, str) else message.string or ()
            told += [(source, text) for text in strings]
    return told


def test_languages_are_found_by_their_folders() -> None:
    assert LANGUAGES == ["en", "zh-Hant"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    assert catalogue.untranslated(catalogue.merged(language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_files_are_up_to_date(language: str) -> None:
    """`python -m trace.translations` writes them."""
    written, merged = translations.found()[language], catalogue.merged(language)
    assert written.read_bytes() == catalogue.po_bytes(merged)
    assert written.with_suffix(".mo").read_bytes() == catalogue.mo_bytes(merged)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_gap_is_kept(language: str) -> None:
    for chinese, text in _pairs_of(language):
        wanted, kept = set(_NAMED.findall(chinese)), set(_NAMED.findall(text))
        assert kept <= wanted, chinese
        assert wanted - {("num", "")} <= kept, chinese


def test_english_leaves_no_chinese() -> None:
    for _chinese, english in _pairs_of("en"):
        assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", english), english


def test_traditional_chinese_leaves_nothing_simplified() -> None:
    left = {text: found for _, text in _pairs_of("zh-Hant") if (found := SIMPLIFIED & set(text))}
    assert left == {}


def test_pairs_in_the_code_are_collected_but_neither_docstrings_nor_what_is_marked(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        '"""说明。"""\nA = ("甲", "a")\nB = _("乙")\nC = f"丙{A}"\nD = f"{either(\'丁\', \'d\')}"\n'
        "def e():\n    '戊'\n    return re.compile('己')\n",
        encoding="utf-8",
    )
    assert list(pairs.chinese(module)) == ["甲", "丁"]


def test_a_new_language_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty file in a folder of the language's name is found, and every sentence is asked of it."""
    written = tmp_path / "sr_Latn" / "LC_MESSAGES" / "messages.po"
    written.parent.mkdir(parents=True)
    written.touch()
    monkeypatch.setattr(translations, "FOLDER", tmp_path)
    assert translations.found() == {"sr-Latn": written}
    asked = catalogue.untranslated(catalogue.merged("sr-Latn"))
    assert {translations.NAME, "这批产品正在召回", "{number} kg", "%(num)s 天"} <= set(asked)
    written.write_bytes(catalogue.po_bytes(catalogue.merged("sr-Latn")))
    assert catalogue.po_bytes(catalogue.merged("sr-Latn")) == written.read_bytes()
