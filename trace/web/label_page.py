"""The page of a label, kept compressed for all labels of a batch (标签页缓存): a scan fills in what is its own.

A page is drawn once by its template, for some label. What another label of the same batch would say elsewhere, its
digits and who asked before, is then cut out of it, and put in again for each reader (trace.web.spliced).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, g, render_template, request

from labels import digits as printed_digits
from labels.code import HEAD_DIGITS
from trace.core.verdict import Verdict, proves, words
from trace.services import quick_scan
from trace.services.public_view import ScanView
from trace.services.quick_scan import Quick
from trace.services.scan_count import Reader
from trace.services.witness import Covered
from trace.web import asked, headers
from trace.web.context import App, app_db, this_app
from trace.web.i18n import LANGUAGES, lang
from trace.web.kept_pages import KeptPages, Page
from trace.web.reader import reader
from trace.web.spliced import Gap, Spliced

# What a verdict rests on decides how long it may be kept: a count or a recall can change at any moment.
FRESH = "private, no-cache"
CACHE: dict[Verdict, str] = dict.fromkeys(Verdict, FRESH) | {
    Verdict.MALFORMED: "public, max-age=3600",
    Verdict.FORGED: "public, max-age=60",
}
_ROOM = {"line": 240, "items": 640}  # bytes for the words on who asked
_TOKEN = secrets.token_hex(8)
_STEM = HEAD_DIGITS - 6  # digits before the item number
_CODE = re.compile(r"[0-9]{175}", re.ASCII)
# The only queries that a page is kept for: whoever makes up others cannot fill the memory with them.
QUERIES = frozenset({"", *(f"lang={language}" for language in LANGUAGES)})


def draw(
    view: ScanView, digits: str, outside: Covered | None, line: str = "", items: str = "", **more: Any
) -> str:
    """The page on a scan; `line` and `items` stand for who asked before, `more` is an answer to its reader."""
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
        asked_line=line or asked.line(view.asked, lang()),
        asked_items=items or asked.items(view.asked, lang()),
        **more,
    )


@dataclass(frozen=True, slots=True)
class Filled:
    """A kept page, and what goes into its gaps for one reader."""

    page: Page
    words: dict[str, bytes]

    def answer(self, *, gzip: bool) -> tuple[bytes, list[tuple[str, str]]]:
        """Its body and headers."""
        if gzip:
            return self.page.body.gzip(self.words), [*self.page.headers, ("Content-Encoding", "gzip")]
        return self.page.body.plain(self.words), list(self.page.headers)


def look(parts: App, digits: str, asker: Reader) -> Quick | None:
    """What is known of the label without going the long way."""
    key = parts.readers_secret
    return quick_scan.look(
        parts.db, parts.labels, digits, lambda run, item: asker.cluster(key, run, item), key
    )


def _name(found: Quick, language: str, query: str) -> tuple[Hashable, ...]:
    """What one kept page of a batch differs in from another."""
    # A range is named on the page of what it made void, nowhere else: runs of a batch share their pages.
    line = found.line if found.verdict is Verdict.VOID else 0
    levels = tuple(home.level for home in found.homes)
    return language, query, found.verdict, line, found.code.key_id, found.outside, levels, found.pin


def filled(kept: KeptPages, found: Quick, digits: str, language: str, query: str) -> Filled | None:
    """The page that was kept for such a verdict, for this label and reader; None if none was."""
    page = kept.get(found.run.batch_id, found.batch, _name(found, language, query))
    if page is None:
        return None
    item = found.code.item
    # Four times as fast as `printed` for one.
    [printed] = printed_digits.printed_items(digits[:_STEM], range(item, item + 1))
    fill = _numbers(digits, printed)
    fill["line"] = asked.line(found.asked, language).encode("utf-8")
    fill["items"] = asked.items(found.asked, language).encode("utf-8")
    for number, home in enumerate(found.homes):
        fill[f"home{number}"] = home.printed.encode("ascii")
    return Filled(page, fill)


def keep(view: ScanView, digits: str) -> Response | None:
    """The page of what `scan.look` found, kept from now on for others of its batch; None where it cannot be."""
    query = request.query_string.decode("latin-1")
    if view.item is None or query not in QUERIES:
        return None
    found = look(this_app(), digits, reader())
    # Not where the records have just changed: this view would be kept for the new ones.
    if found is None or found.verdict != view.verdict or found.batch.page.batch is not view.batch:
        return None
    if (found.homes, found.pin) != (view.packed_in, view.pin):
        return None
    # Read after the marks that it is kept under: it may be newer than they say, never older.
    with app_db().read() as session:
        outside = this_app().witnesses.covered(session, found.run.batch_no)
    language = lang()
    kept = this_app().kept
    kept.put(found.run.batch_id, found.batch, _name(found, language, query), _drawn(view, digits, outside))
    ours = filled(kept, found, digits, language, query)
    if ours is None:
        return None
    body, lines = ours.answer(gzip=headers.takes_gzip(request.headers.get("Accept-Encoding", "")))
    g.answered_whole = True
    return Response(body, 200, lines)


def unread(view: ScanView, digits: str) -> Response | None:
    """The page on a code without a record, drawn once for all; None where it cannot be kept."""
    query = request.query_string.decode("latin-1")
    if not _CODE.fullmatch(digits) or query not in QUERIES:
        return None
    name = (lang(), query, view.verdict)
    kept = this_app().kept
    page = kept.get(0, None, name)
    if page is None:
        pieces = draw(view, digits, None).split(digits)
        gaps = [Gap("digits", len(digits))] * (len(pieces) - 1)
        page = Page(Spliced(pieces, gaps), _headers(CACHE[Verdict(view.verdict)]))
        kept.put(0, None, name, page)
    filled = Filled(page, {"digits": digits.encode("ascii")})
    body, lines = filled.answer(gzip=headers.takes_gzip(request.headers.get("Accept-Encoding", "")))
    g.answered_whole = True
    return Response(body, view.http_status, lines)


def _headers(cache: str = FRESH) -> tuple[tuple[str, str], ...]:
    """What a kept page says of itself; asked right after it was drawn."""
    return (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Cache-Control", cache),
        ("Vary", "Accept, Accept-Language, Accept-Encoding"),
        *headers.of_page(),
    )


def _numbers(digits: str, printed: str) -> dict[str, bytes]:
    """The ways in which a page says which label it is about, each of one length for all labels; longest first."""
    together = printed.replace(" ", "")
    return {
        "digits": digits.encode("ascii"),
        "printed": printed.encode("ascii"),
        "together": together.encode("ascii"),
        "plain": together.replace("-", "").encode("ascii"),
    }


def _drawn(view: ScanView, digits: str, outside: Covered | None) -> Page:
    """The page of an item, with gaps."""
    room = _ROOM | {f"home{number}": len(home.printed) for number, home in enumerate(view.packed_in)}
    gaps = {name: f"{_TOKEN}{name}" for name in room}  # our token
    homes = tuple(replace(one, printed=gaps[f"home{at}"]) for at, one in enumerate(view.packed_in))
    page = draw(replace(view, packed_in=homes), digits, outside, gaps["line"], gaps["items"])
    printed = printed_digits.printed_head(digits[:HEAD_DIGITS])
    numbers = {name: said.decode("ascii") for name, said in _numbers(digits, printed).items()}
    names = {text: name for name, text in [*numbers.items(), *gaps.items()]}
    pieces = re.split("(" + "|".join(map(re.escape, names)) + ")", page)
    between = [names[text] for text in pieces[1::2]]
    room |= {name: len(text) for name, text in numbers.items()}
    return Page(
        Spliced(pieces[::2], [Gap(name, room[name]) for name in between]),
        _headers(),
    )
