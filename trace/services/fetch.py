"""Fetches over HTTP from hosts that may be hostile: small answers, in time, from the host that was asked."""

from __future__ import annotations

import http.client
import re
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from trace.core.errors import InvalidInput, NotFound, Unavailable

AGENT = "trace-witness/1"
_SAID = 300  # characters of a refusal that are passed on
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
T = TypeVar("T")


class _Elsewhere(Exception):
    """The answer leads to another host."""


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows redirects within the host that was asked, to the same scheme or a safer one."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        asked, led = urlsplit(req.full_url), urlsplit(newurl)
        same = (asked.scheme, asked.netloc) == (led.scheme, led.netloc)
        safer = (asked.scheme, led.scheme, asked.hostname) == ("http", "https", led.hostname)
        if not (same or safer):
            fp.close()
            raise _Elsewhere
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def check_address(url: str) -> str:
    """The address if it can be asked: http or https, a host, nothing secret in it; InvalidInput fetch.address."""
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits or parts.username is not None or not url.isascii() or _UNFIT.search(url) or " " in url:
        raise InvalidInput("fetch.address", url=url[:200])
    return url


def fetch(url: str, *, limit: int, seconds: float, data: bytes | None = None, kind: str = "") -> bytes:
    """The body of a GET, or of a POST of `data`: at most `limit` bytes, within `seconds` from first to last byte.

    Raises NotFound fetch.status for 404, Unavailable for anything else that is not an answer.
    """
    headers = {"User-Agent": AGENT, "Accept-Encoding": "identity"} | ({"Content-Type": kind} if kind else {})
    request = urllib.request.Request(check_address(url), data=data, headers=headers)  # noqa: S310  # checked
    opener = urllib.request.build_opener(_SameHost)

    def ask() -> tuple[int, bytes]:
        try:
            with opener.open(request, timeout=seconds) as answer:
                return 200, bytes(answer.read(limit + 1))
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.read(4 * _SAID)

    try:
        status, body = _within(seconds, ask)
    except TimeoutError:
        raise Unavailable("fetch.slow", url=url, seconds=int(seconds)) from None
    except _Elsewhere:
        raise Unavailable("fetch.elsewhere", url=url) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        why = _UNFIT.sub(" ", str(error))[:_SAID] or type(error).__name__
        raise Unavailable("fetch.failed", url=url, why=why) from None
    if status != 200:
        said = " ".join(_UNFIT.sub(" ", body.decode("utf-8", "replace")).split())[:_SAID]
        refused = NotFound if status == 404 else Unavailable
        raise refused("fetch.status", url=url, status=status, said=said)
    if len(body) > limit:
        raise Unavailable("fetch.too-large", url=url, limit=limit)
    return body


def _within(seconds: float, work: Callable[[], T]) -> T:
    """What `work` returns, or TimeoutError: the time-out of a socket starts anew with every byte that drips in."""
    done: list[T] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            done.append(work())
        except Exception as error:
            failed.append(error)

    # A daemon: a host that never ends its answer must not keep the process alive.
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not done:
        raise TimeoutError
    return done[0]
