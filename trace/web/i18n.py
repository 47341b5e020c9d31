"""Which language a page speaks: Chinese, unless the reader's browser or the link at the top wants English."""

from __future__ import annotations

from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

from babel.support import Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel

LANGUAGES = ("zh", "en")
TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"


def select_locale() -> Literal["zh", "en"]:
    """`?lang=` if it names one of ours, else the best of Accept-Language, else Chinese."""
    asked = request.args.get("lang", "")
    if asked not in LANGUAGES:
        asked = request.accept_languages.best_match(LANGUAGES, default="zh")
    return "en" if asked == "en" else "zh"


def lang() -> Literal["zh", "en"]:
    """The language of this answer; Chinese outside of a request."""
    if not has_request_context():
        return "zh"
    # Asked some hundred times in one page.
    if "lang" not in g:
        g.lang = select_locale()
    found: Literal["zh", "en"] = g.lang
    return found


def either(chinese: str, english: str) -> str:
    """The text in the reader's language; Chinese where nobody has written the English."""
    return english if lang() == "en" and english else chinese


def other_language() -> tuple[str, str, str]:
    """The same address in the other language: (its code, its own name, URL)."""
    code, name = ("zh", "中文") if lang() == "en" else ("en", "English")
    # What arrives by POST has no address of its own to come back to.
    path = request.path if request.method in ("GET", "HEAD") else "/"
    query = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    return code, name, f"{path}?{urlencode([*query, ('lang', code)])}"


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> NullTranslations:
    """Chinese is what stands in the pages; for English the compiled catalogue."""
    return Translations.load(TRANSLATIONS, [language]) if language == "en" else NullTranslations()


def gettext(sentence: str) -> str:
    """A sentence in the language of the page; flask_babel's own looks everything up anew each time."""
    return _catalogue(lang()).gettext(sentence)


def ngettext(singular: str, plural: str, number: int) -> str:
    """The same where a number decides the form."""
    return _catalogue(lang()).ngettext(singular, plural, number)


def init_app(app: Flask) -> None:
    """Make gettext and `lang()` known to pages; a language chosen by link stays while one follows links."""
    Babel(
        app,
        default_locale="zh",
        locale_selector=select_locale,
        default_translation_directories=str(TRANSLATIONS),
    )
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(lang=lang, either=either, other_language=other_language)

    @app.url_defaults
    def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
        if has_request_context() and endpoint != "static" and request.args.get("lang") in LANGUAGES:
            values.setdefault("lang", request.args["lang"])
