"""The browser's verifier gives the server's verdicts, by WebCrypto and without it, under the pages' own policy."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.support import edwards
from tests.support.databases import sqlite_database
from tests.support.vectors import Ed25519Case, wycheproof
from tests.support.web_server import WebServer, serve
from trace.ledger.ed25519 import verify

SECRET = 0x1234567890ABCDEF
PUBLIC = edwards.encode(edwards.times(SECRET, edwards.BASE))

VERIFY_ALL = """async ([cases, options]) => {
  const { verify } = await import("/static/js/ed25519.mjs");
  const bytes = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const verdicts = [];
  for (const one of cases) verdicts.push(await verify(...one.map(bytes), options));
  return verdicts;
}"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, _sqlite_template: Path) -> Iterator[WebServer]:
    """One server for all: nothing here writes."""
    folder = tmp_path_factory.mktemp("served")
    with serve(sqlite_database(folder, _sqlite_template), folder / "instance") as server:
        yield server


@pytest.fixture
def opened(served: WebServer, desktop: Page) -> Page:
    """A page of the application itself, with the policy that all its pages have."""
    answer = desktop.goto(f"{served.url}/c/1")
    assert answer is not None
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    return desktop


def _verdicts(page: Page, cases: list[Ed25519Case], *, web_crypto: bool) -> list[bool]:
    sent = [
        [base64.b64encode(part).decode() for part in (case.public, case.signature, case.message)]
        for case in cases
    ]
    found: list[bool] = page.evaluate(VERIFY_ALL, [sent, {"webCrypto": web_crypto}])
    return found


def _case(public: bytes, signature: bytes, message: bytes = b"m") -> Ed25519Case:
    return Ed25519Case(0, public, signature, message, verify(public, signature, message))


def _hostile() -> list[Ed25519Case]:
    """Where verifiers are known to differ: small and mixed order, other spellings of a point or of S."""
    nonce = edwards.times(77, edwards.BASE)
    honest = edwards.sign_with(nonce, 77, SECRET, PUBLIC, b"m")
    s = int.from_bytes(honest[32:], "little")
    cases = [
        _case(PUBLIC, honest),
        _case(PUBLIC, honest[:32] + (s + edwards.L).to_bytes(32, "little")),
        _case(PUBLIC, honest[:32] + (2**256 - 1).to_bytes(32, "little")),
        _case(PUBLIC, honest[:63]),
        _case(PUBLIC, honest + b"\0"),
        _case(PUBLIC[:31], honest),
        _case(PUBLIC + b"\0", honest),
        _case(b"", b"", b""),
        _case(PUBLIC, bytes(64)),
    ]
    for small in edwards.SMALL:
        mixed_nonce = edwards.add(nonce, small)
        mixed_key = edwards.encode(edwards.add(edwards.decode(PUBLIC), small))
        cases += [
            _case(PUBLIC, edwards.sign_with(small, 0, SECRET, PUBLIC, b"m")),
            _case(PUBLIC, edwards.sign_with(mixed_nonce, 77, SECRET, PUBLIC, b"m")),
            _case(edwards.encode(small), edwards.encode(nonce) + (77).to_bytes(32, "little")),
            _case(edwards.encode(small), edwards.encode(small) + bytes(32)),
        ]
        # A key with a part of small order is a key; whether its signature holds depends on the message.
        for number in range(8):
            message = bytes([number])
            cases.append(_case(mixed_key, edwards.sign_with(nonce, 77, SECRET, mixed_key, message), message))
    for y in range(19):
        raw = (y + edwards.P).to_bytes(32, "little")
        cases += [_case(raw, honest), _case(PUBLIC, raw + honest[32:])]
    return cases


@pytest.mark.parametrize("web_crypto", [True, False], ids=["webcrypto", "fallback"])
def test_wycheproof(opened: Page, web_crypto: bool) -> None:
    cases = wycheproof()
    assert len(cases) == 151
    server = [verify(case.public, case.signature, case.message) for case in cases]
    assert server == [case.valid for case in cases]
    assert _verdicts(opened, cases, web_crypto=web_crypto) == server


@pytest.mark.parametrize("web_crypto", [True, False], ids=["webcrypto", "fallback"])
def test_what_verifiers_disagree_about(opened: Page, web_crypto: bool) -> None:
    cases = _hostile()
    assert 1 < sum(case.valid for case in cases) < len(cases) / 2
    assert _verdicts(opened, cases, web_crypto=web_crypto) == [case.valid for case in cases]


def test_the_two_paths_are_two(opened: Page) -> None:
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    modules = ["ed25519.mjs", "noble-ed25519.mjs", "sha512.mjs"]
    assert opened.evaluate("import('/static/js/ed25519.mjs').then((module) => module.hasWebCrypto())")
    case = _hostile()[:1]
    assert _verdicts(opened, case, web_crypto=True) == [True]
    assert [name for name in asked if name in modules] == modules[:1]
    assert _verdicts(opened, case, web_crypto=False) == [True]
    assert sorted(name for name in asked if name in modules) == modules


def test_without_a_secure_origin_the_fallback_verifies(opened: Page) -> None:
    """On plain http there is no crypto.subtle, so neither verifier nor digest may lean on it."""
    opened.evaluate("Object.defineProperty(globalThis, 'crypto', { value: undefined })")
    assert opened.evaluate("typeof crypto") == "undefined"
    cases = _hostile()[:3]
    assert _verdicts(opened, cases, web_crypto=True) == [True, False, False]


def test_the_digest_of_the_fallback(opened: Page) -> None:
    lengths = [0, 1, 55, 111, 112, 127, 128, 129, 239, 240, 1000]
    found = opened.evaluate(
        """async (lengths) => {
          const { sha512 } = await import("/static/js/sha512.mjs");
          const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
          return lengths.map((length) => hex(sha512(new Uint8Array(length).map((_, at) => at * 7))));
        }""",
        lengths,
    )
    assert found == [
        hashlib.sha512(bytes(at * 7 % 256 for at in range(length))).hexdigest() for length in lengths
    ]
