"""The page of a label, kept compressed for all labels of a batch (标签页缓存): a scan fills in what is its own.

A page is drawn once by its template, for some label. What another label of the same batch would say elsewhere, its
digits and who asked before, is then cut out of it, and put in again for each reader (trace.web.spliced).
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from flask import Response, g, get_template_attribute, render_template, request
from markupsafe import Markup

from labels import digits as printed_digits
from trace.core.verdict import Verdict, proves, words
from trace.services import quick_scan, scan
from trace.services.public_view import AskedView, ScanView
from trace.services.quick_scan import Quick
from trace.services.witness import Covered
from trace.web import headers
from trace.web.context import app_db, this_app
from trace.web.i18n import lang
from trace.web.reader import reader, secret
from trace.web.spliced import Gap, Spliced

FRESH = "private, no-cache"
MOST = 24  # pages of one batch: verdicts, languages, ways in which witnesses vouch for it
_ROOM = {"line": 240, "items": 640}  # bytes for the words on who asked
_TOKEN = secrets.token_hex(8)
_LANGUAGE = re.compile(rb"(?:lang=[A-Za-z-]{2,10})?")


@dataclass(frozen=True, slots=True)
class _Page:
    """A page with gaps, and the headers that go with it."""

    body: Spliced
    headers: tuple[tuple[str, str], ...]


def draw(
    view: ScanView, digits: str, outside: Covered | None, line: Markup, items: Markup, **more: Any
) -> str:
    """The page on a scan; `line` and `items` say who asked before, `more` is an answer to what its reader sent."""
    verdict = Verdict(view.verdict)
    return render_template(
        "verify/item.html" if view.item else "verify/unread.html",
        view=view,
        words=words(verdict, lang()),
        tone=verdict.tone,
        sign=verdict.icon,
        proves=proves(lang()),
        digits=digits,
        outside=outside,
        asked_line=line,
        asked_items=items,
        **more,
    )


def said(asked: AskedView) -> tuple[Markup, Markup]:
    """Who asked before, as a line and as list items."""
    line = get_template_attribute("macros/asked.html", "line")
    items = get_template_attribute("macros/asked.html", "items")
    return line(asked), items(asked)


@lru_cache(maxsize=4096)
def _said(_language: str, devices: int, first_day: date | None, provinces: int) -> tuple[bytes, bytes]:
    line, items = said(AskedView(devices, first_day, provinces))
    return line.encode("utf-8"), items.encode("utf-8")


def answer(digits: str) -> Response | None:
    """The page of a label whose batch is remembered; None where the long way has to be gone."""
    query = request.query_string
    if not _LANGUAGE.fullmatch(query):
        return None
    app, asker, key = this_app(), reader(), secret()
    found = quick_scan.look(app.db, app.labels, digits, lambda run, item: asker.cluster(key, run, item), key)
    if found is None:
        return None
    name = (
        lang(),
        query,
        found.verdict,
        found.line,
        found.code.key_id,
        found.sight.outside,
    )
    kept = found.batch.room.get(name)
    if not isinstance(kept, _Page):
        kept = _drawn(digits, found)
        if kept is None:
            return None
        if len(found.batch.room) >= MOST:
            found.batch.room.clear()
        found.batch.room[name] = kept
    sight = found.sight
    line, items = _said(name[0], sight.devices, sight.first_day, sight.provinces)
    fill = {**_numbers(digits, printed_digits.printed(found.code)), "line": line, "items": items}
    g.answered_whole = True
    if headers.takes_gzip():
        return Response(kept.body.gzip(fill), 200, [*kept.headers, ("Content-Encoding", "gzip")])
    return Response(kept.body.plain(fill), 200, list(kept.headers))


def _numbers(digits: str, printed: str) -> dict[str, bytes]:
    """The ways in which a page says which label it is about, each of one length for all labels; longest first."""
    together = printed.replace(" ", "")
    return {
        "digits": digits.encode("ascii"),
        "printed": printed.encode("ascii"),
        "together": together.encode("ascii"),
        "plain": together.replace("-", "").encode("ascii"),
    }


def _drawn(digits: str, found: Quick) -> _Page | None:
    """The page with gaps; None if the records have just changed."""
    with app_db().read() as session:
        view = scan.look(session, digits, reader=reader(), secret=secret(), book=this_app().labels)
        outside = this_app().witnesses.covered(session, found.run.batch_no)
    if view.verdict != found.verdict or view.item is None:
        return None
    gaps = {name: f"{_TOKEN}{name}" for name in _ROOM}
    page = draw(view, digits, outside, Markup(gaps["line"]), Markup(gaps["items"]))  # noqa: S704  # our token
    numbers = {name: said.decode("ascii") for name, said in _numbers(digits, view.item.printed).items()}
    names = {text: name for name, text in [*numbers.items(), *gaps.items()]}
    pieces = re.split("(" + "|".join(map(re.escape, names)) + ")", page)
    between = [names[text] for text in pieces[1::2]]
    room = {**{name: len(text) for name, text in numbers.items()}, **_ROOM}
    return _Page(
        Spliced(pieces[::2], [Gap(name, room[name]) for name in between]),
        (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Cache-Control", FRESH),
            ("Vary", "Accept, Accept-Language, Accept-Encoding"),
            *headers.of_page(),
        ),
    )
