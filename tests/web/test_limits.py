"""Slowing floods: one network's requests are slowed, nobody else's, and memory stays bounded."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from trace.config import Settings
from trace.web import limits
from trace.web.factory import create_app
from trace.web.limits import RATES, Bucket, Rate


class Clock:
    """A clock that a test sets."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_burst_passes_then_one_for_each_step(clock: Clock) -> None:
    bucket = Bucket(Rate(60, 60, 10), clock)
    assert [bucket.take("a") for _ in range(10)] == [0.0] * 10
    assert bucket.take("a") == pytest.approx(1.0)
    clock.now += 1
    assert bucket.take("a") == 0.0
    assert bucket.take("a") > 0


def test_a_refusal_costs_nothing_and_others_are_served(clock: Clock) -> None:
    bucket = Bucket(Rate(5, 3600, 5), clock)
    for _ in range(5):
        bucket.take("a")
    for _ in range(1000):
        assert bucket.take("a") == pytest.approx(720)
    assert bucket.take("b") == 0.0
    clock.now += 720
    assert bucket.take("a") == 0.0


def test_whoever_was_quiet_has_no_more_than_a_burst(clock: Clock) -> None:
    bucket = Bucket(Rate(60, 60, 3), clock)
    bucket.take("a")
    clock.now += 100_000
    assert sum(bucket.take("a") == 0.0 for _ in range(100)) == 3


@given(st.lists(st.floats(0, 30), max_size=60))
def test_never_more_than_burst_and_rate_together(pauses: list[float]) -> None:
    clock, rate = Clock(), Rate(20, 60, 20)
    bucket, passed, began = Bucket(rate, clock), 0, clock.now
    for pause in pauses:
        clock.now += pause
        passed += sum(bucket.take("a") == 0.0 for _ in range(5))
        assert passed <= rate.burst + (clock.now - began) * rate.times / rate.seconds + 1e-3


def test_memory_is_bounded_and_the_quietest_is_forgotten(clock: Clock) -> None:
    bucket = Bucket(Rate(1, 60, 1), clock, most=100)
    for number in range(100):
        bucket.take(f"network {number}")
    assert bucket.take("network 0") > 0
    bucket.take("one more")
    assert len(bucket) == 100
    assert bucket.take("network 99") > 0
    assert bucket.take("network 0") == 0.0


def test_threads_together_get_no_more_than_one_burst(clock: Clock) -> None:
    bucket = Bucket(Rate(60, 60, 50), clock)
    passed: list[int] = []

    def ask() -> None:
        passed.append(sum(bucket.take("a") == 0.0 for _ in range(100)))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == 50


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path, clock: Clock) -> Flask:
    made = create_app(Settings(instance=tmp_path / "instance", DATABASE_URL=sqlite_url))
    limits.init_app(made, clock)
    return made


def _take(app: Flask, kind: str, address: str | None, **headers: str) -> float:
    environ = {"REMOTE_ADDR": address} if address else {}
    with app.test_request_context("/", environ_overrides=environ, headers=headers):
        return limits.take(kind)


def test_addresses_of_one_network_share_its_bucket(app: Flask) -> None:
    for number in range(RATES["typed"].burst):
        assert _take(app, "typed", f"203.0.113.{number}") == 0.0
    assert _take(app, "typed", "203.0.113.77") > 0
    assert _take(app, "typed", "203.0.114.77") == 0.0
    assert _take(app, "receipt", "203.0.113.77") == 0.0


def test_a_refusal_is_a_small_page_or_a_problem(app: Flask) -> None:
    with app.test_request_context("/"):
        page = limits.refuse(2.2)
    assert (page.status_code, page.headers["Retry-After"]) == (429, "3")
    assert "请过 3 秒再试" in page.get_data(as_text=True)
    assert len(page.get_data()) < 2000
    with app.test_request_context("/?lang=en"):
        assert "12 minutes" in limits.refuse(720).get_data(as_text=True)
    with app.test_request_context("/", headers={"Accept": "application/json"}):
        problem = limits.refuse(0.1)
    assert problem.mimetype == "application/problem+json"
    assert (problem.get_json()["code"], problem.headers["Retry-After"]) == ("web.too-many", "1")


def test_a_proxy_that_nobody_told_of_does_not_shut_everybody_out(app: Flask) -> None:
    for _ in range(3 * RATES["typed"].burst):
        assert _take(app, "typed", "127.0.0.1", X_Forwarded_For="198.51.100.7") == 0.0
    assert _take(app, "typed", "127.0.0.1") > 0


def test_a_public_address_cannot_talk_itself_out_of_it(app: Flask) -> None:
    waits = [_take(app, "typed", "8.8.8.8", X_Forwarded_For="198.51.100.7") for _ in range(21)]
    assert waits[-1] > 0


def test_a_server_without_addresses_slows_nobody(app: Flask) -> None:
    assert not any(_take(app, "typed", "unix:") for _ in range(100))


def test_each_application_has_its_own(app: Flask, sqlite_url: str, tmp_path: Path) -> None:
    other = create_app(Settings(instance=tmp_path / "other", DATABASE_URL=sqlite_url))
    while _take(app, "complaint", "203.0.113.1") == 0.0:
        pass
    assert _take(other, "complaint", "203.0.113.1") == 0.0


def test_they_can_be_switched_off_for_measuring(sqlite_url: str, tmp_path: Path) -> None:
    app = create_app(Settings(instance=tmp_path / "off", DATABASE_URL=sqlite_url, limits="off"))
    assert not any(_take(app, "complaint", "203.0.113.1") for _ in range(100))
