"""What language a sentence is said in (语言): ours stand in the code in Chinese and English, others in catalogues."""

from __future__ import annotations

from collections.abc import Callable

CHINESE, ENGLISH = "zh", "en"
Lookup = Callable[[str], str]
"""A sentence in a further language by its Chinese; the Chinese itself where nobody has translated it."""

_FURTHER: dict[str, Lookup] = {}


def add(language: str, lookup: Lookup) -> None:
    """Make a further language known, by its tag (BCP 47: "zh-Hant")."""
    _FURTHER[language] = lookup


def further() -> tuple[str, ...]:
    """The tags of all languages besides Chinese and English."""
    return tuple(_FURTHER)


def said(lang: str, chinese: str, english: str) -> str:
    """The sentence in the language `lang`; Chinese where it has no other words. Gaps ({name}) stay gaps."""
    if lang.startswith(ENGLISH):
        return english or chinese
    lookup = _FURTHER.get(lang)
    return lookup(chinese) if lookup and chinese else chinese
