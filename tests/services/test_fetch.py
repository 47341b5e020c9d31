"""A host that is fetched from may be hostile: what it sends is small, in time, and its own."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler

import pytest

from tests.support.hostile import saying, serving
from trace.core.errors import NotFound, TraceError
from trace.services.fetch import check_address, fetch


def refused(url: str, *, limit: int = 1000, seconds: float = 10) -> TraceError:
    with pytest.raises(TraceError) as caught:
        fetch(url, limit=limit, seconds=seconds)
    return caught.value


def test_what_is_small_and_in_time_is_returned() -> None:
    with serving(saying(b"x" * 1000)) as url:
        assert fetch(f"{url}/a", limit=1000, seconds=10) == b"x" * 1000
        assert fetch(f"{url}/a", limit=1000, seconds=10, data=b"sent", kind="text/plain") == b"x" * 1000


def test_a_huge_answer_is_not_read_to_its_end() -> None:
    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        while True:
            request.wfile.write(b"x" * 65536)

    with serving(saying(b"x" * 1001)) as url:
        assert refused(url).code == "fetch.too-large"
    with serving(endless) as url:
        assert refused(url).code == "fetch.too-large"


def test_an_answer_that_drips_is_not_waited_for() -> None:
    stop = threading.Event()

    def dripping(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        while not stop.wait(0.02):
            request.wfile.write(b"x")
            request.wfile.flush()

    with serving(dripping) as url:
        assert refused(url, limit=10**6, seconds=0.3).code == "fetch.slow"
        stop.set()


def test_redirects_stay_with_the_host_that_was_asked() -> None:
    asked: list[str] = []

    def elsewhere(request: BaseHTTPRequestHandler) -> None:
        asked.append(request.path)
        saying(b"secret")(request)

    with serving(elsewhere) as other, serving(saying(b"", 302, Location=f"{other}/taken")) as url:
        assert refused(url).code == "fetch.elsewhere"
    for target in ("file:///etc/hostname", "ftp://127.0.0.1/x", "http://localhost:1/"):
        with serving(saying(b"", 302, Location=target)) as url:
            assert refused(url).code in ("fetch.elsewhere", "fetch.status")
    assert asked == []

    def within(request: BaseHTTPRequestHandler) -> None:
        answer = saying(b"here") if request.path == "/b" else saying(b"", 302, Location="/b")
        answer(request)

    with serving(within) as url:
        assert fetch(f"{url}/a", limit=10, seconds=10) == b"here"
    with serving(saying(b"", 302, Location="/")) as url:
        assert refused(url).code == "fetch.status"


def test_a_refusal_is_told_without_what_would_harm_a_terminal() -> None:
    with serving(saying(b"no \x1b[31m\n such thing", 404)) as url:
        error = refused(url)
        assert isinstance(error, NotFound)
        assert "no [31m such thing" in error.message("en")
    with serving(saying(b"x" * 10**6, 500)) as url:
        assert refused(url).code == "fetch.status"
        assert len(refused(url).message("en")) < 500


def test_what_is_no_answer_at_all() -> None:
    def silent(request: BaseHTTPRequestHandler) -> None:
        request.close_connection = True

    def nonsense(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"\x00\xff nonsense\r\n\r\n")

    for answer in (silent, nonsense):
        with serving(answer) as url:
            assert refused(url).code == "fetch.failed"
    with serving(saying(b"")) as url:
        pass
    assert refused(url).code == "fetch.failed"


@pytest.mark.parametrize(
    "url",
    ["", "log.example", "file:///etc/passwd", "ftp://a.example/", "http://", "http://a:b@c.example/", "http://a b/",
     "http://a.example/\n", "http://[::1", "http://a.example:99999/", "https://县.example/"],
)  # fmt: skip
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(TraceError) as refusal:
        check_address(url)
    assert refusal.value.code == "fetch.address"
