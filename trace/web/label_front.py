"""In front of Flask: the kept pages of labels (标签页直答), which need no more than a look into memory and one read.

Answers only what Flask has answered before with the same words (trace.web.label_page); whatever is unusual about a
request, or has changed since, goes on to Flask.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from typing import Any

from sqlalchemy.exc import OperationalError

from trace.services.scan_count import Reader
from trace.web import headers, label_page
from trace.web.context import App
from trace.web.errors import prefers_json
from trace.web.i18n import chosen
from trace.web.limits import Limits
from trace.web.reader import BROWSER_LENGTH, network_of
from trace.web.requests import HEADER, given

Environ = dict[str, Any]
TAKEN = "trace.scan_taken"  # in the environment: this request has been counted against its network's limit
_PATH = re.compile(r"/c/([0-9]{175})", re.ASCII)


class LabelFront:
    """A WSGI application that answers for kept pages, and hands everything else to `inner`."""

    def __init__(self, parts: App, limits: Limits | None, inner: Any) -> None:
        self._parts, self._inner = parts, inner
        self._scans = limits.buckets["scan"] if limits else None
        self._hosts = frozenset(parts.settings.trusted_hosts)
        self._proxied = bool(parts.settings.proxies)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer, or let Flask."""
        path = _PATH.fullmatch(environ.get("PATH_INFO", ""))
        if path is None or environ["REQUEST_METHOD"] != "GET" or environ.get("SCRIPT_NAME"):
            return self._onward(environ, start_response)
        if self._hosts and environ.get("HTTP_HOST") not in self._hosts:
            return self._onward(environ, start_response)
        try:
            kept = self._kept(environ, path[1])
        except OperationalError:
            kept = None
        if kept is None:
            return self._onward(environ, start_response)
        body, lines = kept.answer(gzip=headers.takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")))
        lines += ((HEADER, self._number(environ)), ("Content-Length", str(len(body))))
        if environ["wsgi.url_scheme"] == "https":
            lines.append(("Strict-Transport-Security", headers.HSTS))
        start_response("200 OK", lines)
        return (body,)

    def _onward(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        answer: Iterable[bytes] = self._inner(environ, start_response)
        return answer

    def _kept(self, environ: Environ, digits: str) -> label_page.Filled | None:
        query = environ.get("QUERY_STRING", "")
        if query not in label_page.QUERIES:
            return None
        if prefers_json(environ.get("HTTP_ACCEPT", "")):
            return None
        network = network_of(environ.get("REMOTE_ADDR", ""))
        if self._scans is not None and network:
            if self._scans.take(network):
                return None
            environ[TAKEN] = True
        asker = Reader(network, environ.get("HTTP_USER_AGENT", "")[:BROWSER_LENGTH])
        found = label_page.look(self._parts, digits, asker)
        if found is None:
            return None
        language = chosen(query.removeprefix("lang="), environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        return label_page.filled(self._parts.kept, found, digits, language, query)

    def _number(self, environ: Environ) -> str:
        said = environ.get("HTTP_X_REQUEST_ID", "") if self._proxied else ""
        return given(said) or secrets.token_hex(6)
