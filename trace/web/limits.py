"""Limits (限流): how often one network may ask, by what it asks for; a flood slows whoever sends it, nobody else.

A token bucket for each network, kept as the one moment at which it would be full again (the generic cell rate
algorithm). Kept in this process alone: with N worker processes a network may ask up to N times as often.
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from flask import Flask, Response, current_app, make_response, render_template, request

from trace.core.errors import TraceError
from trace.logs import logger
from trace.web.context import app_settings
from trace.web.errors import problem, wants_json
from trace.web.i18n import LANGUAGES, lang
from trace.web.reader import network

STATUS = 429
MOST_NETWORKS = 20_000
_STATE = "trace_limits"
_log = logger("trace.web.limits")


@dataclass(frozen=True, slots=True)
class Rate:
    """`times` in `seconds` on the average, `burst` of them at once."""

    times: int
    seconds: int
    burst: int


RATES: Mapping[str, Rate] = MappingProxyType(
    {
        # A network may be all the phones of a carrier in a town, and a kept page costs a fifth of a millisecond.
        "scan": Rate(600, 60, 1200),
        "forged": Rate(30, 60, 30),
        "typed": Rate(20, 60, 20),
        "beacon": Rate(60, 60, 60),
        "complaint": Rate(5, 3600, 5),
        # Sending the form, well filled in or not: each is read and checked.
        "form": Rate(20, 60, 20),
        "receipt": Rate(20, 60, 20),
    }
)


class Bucket:
    """One kind of request, for at most `most` networks; the one that was quiet for longest is forgotten first."""

    __slots__ = ("_clock", "_each", "_full", "_lock", "_most", "_room")

    def __init__(
        self, rate: Rate, clock: Callable[[], float] = time.monotonic, most: int = MOST_NETWORKS
    ) -> None:
        self._each = rate.seconds / rate.times
        self._room = self._each * rate.burst
        self._clock, self._most = clock, most
        self._full: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, who: str) -> float:
        """0.0 if `who` may go on, else for how many seconds not; a refused request costs nothing."""
        now = self._clock()
        with self._lock:
            full = max(self._full.get(who, now), now) + self._each
            wait = full - now - self._room
            # Sums of steps are not exact: a millionth of a step must not cost the last one of a burst.
            if wait > self._each * 1e-6:
                return wait
            self._full[who] = full
            self._full.move_to_end(who)
            if len(self._full) > self._most:
                self._full.popitem(last=False)
            return 0.0

    def __len__(self) -> int:
        return len(self._full)


class Limits:
    """The buckets of one application."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = MOST_NETWORKS) -> None:
        self.buckets = {kind: Bucket(rate, clock, most) for kind, rate in RATES.items()}
        self.warned = False


def take(kind: str) -> float:
    """Let this request's network take one of `kind`: 0.0 to go on, else the seconds to wait. KeyError if unknown."""
    limits: Limits | None = current_app.extensions[_STATE]
    if limits is None:
        return 0.0
    who = network()
    # A server behind a Unix socket that was not told of its proxy sees no address: one bucket for all would be wrong.
    wait = limits.buckets[kind].take(who) if who else 0.0
    if wait and _is_untold_proxy(who):
        # Everybody's requests come from its address: they would be slowed as one network's.
        if not limits.warned:
            limits.warned = True
            _log.warning("a proxy stands in front that TRACE_PROXIES does not tell of: nobody is slowed down")
        return 0.0
    return wait


def _is_untold_proxy(who: str) -> bool:
    """Whether the request was handed on by a proxy of this machine or its network that the settings know nothing of."""
    return (
        "X-Forwarded-For" in request.headers
        and not app_settings().proxies
        and ipaddress.ip_network(who).is_private
    )


def refuse(seconds: float) -> Response:
    """429 with Retry-After: a small page in the reader's language, or problem JSON of code web.too-many."""
    wait = max(1, math.ceil(seconds))
    if wants_json():
        response = problem(TraceError("web.too-many"), STATUS)
    else:
        response = make_response(_page(lang(), request.args.get("lang", "") in LANGUAGES, wait), STATUS)
    response.headers["Retry-After"] = str(wait)
    response.headers["Cache-Control"] = "no-store"
    return response


@lru_cache(maxsize=1024)
def _page(_language: str, _chosen: bool, wait: int) -> str:
    """The page in the language of this request, which its links keep if it was chosen; drawn once, for floods come."""
    return render_template("errors/slow.html", seconds=wait, minutes=math.ceil(wait / 60))


def of(app: Flask) -> Limits | None:
    """The application's buckets; None where there are none."""
    found: Limits | None = app.extensions[_STATE]
    return found


def init_app(app: Flask, clock: Callable[[], float] = time.monotonic) -> None:
    """Give the application buckets of its own, unless TRACE_LIMITS is "off"."""
    with app.app_context():
        on = app_settings().limits == "on"
    app.extensions[_STATE] = Limits(clock) if on else None
