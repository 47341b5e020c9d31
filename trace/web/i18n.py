"""Which language a page speaks: Chinese, unless the reader's browser or a link at the top wants another."""

from __future__ import annotations

from functools import cache, lru_cache
from gettext import NullTranslations
from typing import Any, NamedTuple
from urllib.parse import urlencode

from babel.core import get_global, parse_locale
from babel.support import Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from labels.errors import LabelError
from trace import translations
from trace.core import languages
from trace.core.languages import CHINESE, ENGLISH

LANGUAGES = (CHINESE, *translations.found())
# Longer than any browser sends: made-up ones would fill the memory.
_LONGEST_HEADER = 200


class Other(NamedTuple):
    """A language the page could speak instead: its tag (BCP 47), own name, one sign of it, this page in it."""

    tag: str
    name: str
    short: str
    address: str


@cache
def catalogue(language: str) -> NullTranslations:
    """Chinese is what stands in the pages; for others the compiled catalogue."""
    if language == CHINESE:
        return NullTranslations()
    return Translations.load(translations.FOLDER, [language.replace("-", "_")])


def _script(tag: str) -> tuple[str, str | None]:
    """The language and script that a tag means: zh-TW is ("zh", "Hant") by CLDR. ValueError if it is none."""
    language, territory, script = parse_locale(tag.replace("-", "_"))[:3]
    if not script:
        likely = get_global("likely_subtags")
        full = likely.get(f"{language}_{territory}") or likely.get(language)
        script = parse_locale(full)[2] if full else None
    return language, script


_SERVED = {_script(language): language for language in LANGUAGES}


@lru_cache(maxsize=512)
def negotiated(header: str) -> str:
    """The best of our languages for an Accept-Language header; Chinese where it wants none of them."""
    for tag, quality in parse_accept_header(header, LanguageAccept):
        try:
            found = _SERVED.get(_script(tag)) if quality > 0 else None
        except ValueError:
            continue
        if found:
            return found
    return CHINESE


def select_locale() -> str:
    """`?lang=` if it names one of ours, else the best of Accept-Language, else Chinese."""
    return chosen(request.args.get("lang", ""), request.headers.get("Accept-Language", ""))


def chosen(asked: str, header: str) -> str:
    """The language `asked` for, if it is one of ours, else the best for an Accept-Language header."""
    return asked if asked in LANGUAGES else negotiated(header[:_LONGEST_HEADER])


def lang() -> str:
    """The tag of this answer's language, one of LANGUAGES; Chinese outside of a request."""
    if not has_request_context():
        return CHINESE
    # Asked some hundred times in one page.
    if "lang" not in g:
        g.lang = select_locale()
    found: str = g.lang
    return found


def html_lang(language: str) -> str:
    """What <html lang> and hreflang call it: Chinese says which of its scripts."""
    return "zh-Hans" if language == CHINESE else language


def either(chinese: str, english: str) -> str:
    """The text in the reader's language; Chinese where nobody has written another."""
    return languages.said(lang(), chinese, english)


def diagnosis(error: LabelError) -> str:
    """What the label engine refuses, in the reader's language."""
    return either(error.zh, error.en)


def address_in(language: str) -> str:
    """The path and query of this page in another language."""
    # What arrives by POST has no address of its own to come back to.
    path = request.path if request.method in ("GET", "HEAD") else "/"
    query = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    return f"{path}?{urlencode([*query, ('lang', language)])}"


def other_languages() -> list[Other]:
    """The languages this page could speak instead, each under its own name."""
    return [
        Other(
            html_lang(other),
            catalogue(other).gettext(translations.NAME),
            catalogue(other).gettext(translations.SHORT),
            address_in(other),
        )
        for other in LANGUAGES
        if other != lang()
    ]


def gettext(sentence: str) -> str:
    """A sentence in the language of the page; flask_babel's own looks everything up anew each time."""
    return catalogue(lang()).gettext(sentence)


def ngettext(singular: str, plural: str, number: int) -> str:
    """The same where a number decides the form."""
    return catalogue(lang()).ngettext(singular, plural, number)


def _locale() -> str:
    # As flask_babel wants it, whose gettext the views use.
    return lang().replace("-", "_")


def init_app(app: Flask) -> None:
    """Make gettext and `lang()` known to pages; a language chosen by link stays while one follows links."""
    for language in LANGUAGES:
        if language not in (CHINESE, ENGLISH):
            languages.add(language, catalogue(language).gettext)
    Babel(
        app,
        default_locale=CHINESE,
        locale_selector=_locale,
        default_translation_directories=str(translations.FOLDER),
    )
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(
        lang=lang,
        either=either,
        html_lang=html_lang,
        address_in=address_in,
        other_languages=other_languages,
        languages=LANGUAGES,
    )

    @app.url_defaults
    def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
        if has_request_context() and endpoint != "static" and request.args.get("lang") in LANGUAGES:
            values.setdefault("lang", request.args["lang"])
