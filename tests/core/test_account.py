"""User names and passwords: what is let through, what is refused, how long guessing waits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.core import account
from trace.core.errors import InvalidInput


@pytest.mark.parametrize(
    "password",
    ["塘边 种莲 三亩", "correct horse", "lianzi-2026-Hao", "wangfang likes tea", "九月的莲子最好吃了"],
)
def test_passwords_that_are_let_through(password: str) -> None:
    if len(password) >= account.PASSWORD_MIN:
        assert account.password(password, "wangfang") == password
    else:
        with pytest.raises(InvalidInput, match=r"account.password-short"):
            account.password(password, "wangfang")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "account.password-short"),
        ("123456789", "account.password-short"),
        ("x" * 201, "account.password-long"),
        ("13812345678", "account.password-digits"),
        ("1234567890", "account.password-digits"),
        ("aaaaaaaaaaaa", "account.password-easy"),
        ("abababababab", "account.password-easy"),
        ("qwertyuiop", "account.password-easy"),
        ("POIUYTREWQ", "account.password-easy"),
        ("1qaz2wsx3edc", "account.password-easy"),
        ("password123", "account.password-easy"),
        ("woaini1314520", "account.password-easy"),
        ("P@ssw0rd2026", "account.password-easy"),
        ("wangfang123", "account.password-easy"),
        ("WangFang888", "account.password-easy"),
    ],
)
def test_passwords_that_are_refused(password: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        account.password(password, "wangfang")
    assert refusal.value.code == code


def test_a_password_has_one_normal_form() -> None:
    composed, apart = "café-au-lait-ß", "cafe\u0301-au-lait-ß"
    assert account.password(apart) == account.password(composed)


@given(st.text(max_size=60))
def test_a_user_name_is_refused_or_stable(raw: str) -> None:
    try:
        name = account.username(raw)
    except InvalidInput:
        return
    assert account.username(name) == name
    assert 2 <= len(name) <= 30


def test_the_wait_grows_and_stops_growing() -> None:
    waits = [account.lock_seconds(failures) for failures in range(200)]
    assert waits[: account.FREE_FAILURES] == [0] * account.FREE_FAILURES
    assert waits[account.FREE_FAILURES :][:3] == [60, 120, 240]
    assert waits == sorted(waits)
    assert waits[-1] == account.LOCK_LONGEST
