"""The browser reads codes, notes, void lists and proofs exactly as the server does: the same cases through both."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from labels import digits
from labels.errors import LabelError
from tests.labels.samples import VECTORS
from tests.ledger.test_void_list import SMALL, TEXT
from tests.support.databases import sqlite_database
from tests.support.small_log import ORIGIN, SmallLog, private_key
from tests.support.web_server import WebServer, serve
from trace.ledger.checkpoint import Checkpoint
from trace.ledger.merkle import ProofError, check_consistency
from trace.ledger.note import Note, NoteSigner, VerifierKey, verified
from trace.ledger.spelling import FormatError, from_base64, to_base64
from trace.ledger.tile_tree import TileTree
from trace.ledger.void_list import VoidList

RUN = """async ([module, body, cases]) => {
  const m = await import(`/static/js/${module}`);
  const bytes = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const act = {
    sha256: (text) => Array.from(m.sha256(bytes(text))),
    base64: (text) => { m.fromBase64(text); return true; },
    grows: ([a, b, proof]) => m.growsFrom(
      { size: BigInt(a[0]), root: bytes(a[1]) }, { size: BigInt(b[0]), root: bytes(b[1]) }, proof.map(bytes)),
    list: (text) => { m.parseVoidList(text); return true; },
    says: ([text, keyId, run, item]) => m.parseVoidList(text).says({ keyId, run, item }),
    key: (text) => { m.parseKey(text); return true; },
    note: async ([note, key]) => { await m.openNote(note, m.parseKey(key)); return true; },
    checkpoint: (text) => { m.parseCheckpoint(text); return true; },
    read: (text) => { const found = m.readCode(text); return found && [found.head, found.digits ?? ""]; },
    printed: (head) => m.printed(head),
  }[body];
  const found = [];
  for (const one of cases) {
    try { found.push(await act(one)); }
    catch (error) { if (error.constructor.name !== "FormatError") throw error; found.push(false); }
  }
  return found;
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
    desktop.goto(f"{served.url}/kiosk")
    return desktop


def browser_says(page: Page, module: str, body: str, cases: list[Any]) -> list[Any]:
    found: list[Any] = page.evaluate(RUN, [module, body, cases])
    return found


def taken(read: Callable[[Any], object], cases: list[Any]) -> list[bool]:
    """Which cases the server takes."""
    found = []
    for one in cases:
        try:
            read(one)
            found.append(True)
        except FormatError:
            found.append(False)
    return found


def spoilt(text: str, times: int, seed: int) -> list[str]:
    """The text with one character changed, dropped or doubled, over and over."""
    chance = random.Random(seed)  # cases, not secrets
    found = [text]
    for _ in range(times):
        at = chance.randrange(len(text))
        found.append(
            text[:at]
            + chance.choice(["", "0", "1", "9", " ", "\n", "x", "=", "１", text[at] * 2])
            + text[at + 1 :]
        )
    return found


def test_sha_256(opened: Page) -> None:
    messages = [
        bytes(at * 7 % 256 for at in range(length))
        for length in (0, 1, 3, 55, 56, 63, 64, 65, 119, 120, 1000)
    ]
    found = browser_says(opened, "sha256.mjs", "sha256", [to_base64(one) for one in messages])
    assert [bytes(one) for one in found] == [hashlib.sha256(one).digest() for one in messages]


def test_base64(opened: Page) -> None:
    cases = [
        "",
        "AA==",
        "AB==",
        "AA=",
        "AA",
        "AA==\n",
        " AA==",
        "AAA=",
        "AAB=",
        "AAAA",
        "A-_A",
        "====",
        "AA==AA==",
        "é",
    ]
    assert browser_says(opened, "note.mjs", "base64", cases) == taken(from_base64, cases)


def test_proofs_of_growth(opened: Page) -> None:
    log = SmallLog.of(20)
    cases: list[tuple[tuple[int, bytes], tuple[int, bytes], list[bytes]]] = []
    for new in range(1, 21):
        tree = TileTree(log.fetch, new, log.root(new))
        for old in range(1, new + 1):
            proof = tree.consistency(old)
            ends = (old, log.root(old)), (new, log.root(new))
            cases.append((*ends, proof))
            if old % 3 == new % 3:
                cases += [
                    (*ends, proof[:-1]), (*ends, [*proof, bytes(32)]), (*ends, proof[::-1]),
                    (*ends, [*proof[:-1], bytes(31)]), (ends[1], ends[0], proof),
                    ((old, bytes(32)), ends[1], proof), (ends[0], (new, bytes(32)), proof),
                    ((0, log.root(0)), ends[1], []), (ends[0], (new + 1, ends[1][1]), proof),
                ]  # fmt: skip
    expected = []
    for (old, old_root), (new, new_root), proof in cases:
        try:
            check_consistency(old, old_root, new, new_root, proof)
            expected.append(True)
        except ProofError:
            expected.append(False)
    assert 200 < sum(expected) < len(cases) - 200
    sent = [
        [[a, to_base64(x)], [b, to_base64(y)], [to_base64(one) for one in proof]]
        for (a, x), (b, y), proof in cases
    ]
    assert browser_says(opened, "note.mjs", "grows", sent) == expected


def test_void_lists(opened: Page) -> None:
    lines = TEXT.split("\n")
    cases = spoilt(TEXT, 600, 1)
    cases += ["\n".join([*lines[:at], *lines[at + 1 :]]) for at in range(len(lines))]
    cases += [
        "\n".join([*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]) for at in range(len(lines) - 1)
    ]
    cases += ["\n".join([*lines[:at], lines[at], *lines[at:]]) for at in range(len(lines))]
    expected = taken(VoidList.parse, cases)
    assert 20 < sum(expected) < len(cases) / 2
    found = browser_says(opened, "void-list.mjs", "list", cases)
    assert [case for case, said, wanted in zip(cases, found, expected, strict=True) if said != wanted] == []


def test_what_a_void_list_says(opened: Page) -> None:
    asked = [(key, run, item) for key in (3, 4, 5) for run in range(1, 15) for item in (1, 6, 7, 9, 20, 501)]
    found = browser_says(opened, "void-list.mjs", "says", [[TEXT, *one] for one in asked])
    assert found == [SMALL.says(*one) for one in asked]


def test_keys_notes_and_checkpoints(opened: Page) -> None:
    signer = NoteSigner(ORIGIN, private_key(1))
    vkey, note = signer.key.text(), SmallLog.of(3).note()
    keys = [*spoilt(vkey, 200, 2), f"{vkey}\n", f" {vkey}", ""]
    # The browser takes the log's kind of key only, and leaves it to `verify` to look at the point.
    assert browser_says(opened, "note.mjs", "key", keys) == taken(VerifierKey.parse, keys)
    text, own = Note.parse(note).text, [signer.sign(Note.parse(note).text)]
    other = NoteSigner("other.example/log", private_key(2))
    notes = spoilt(note, 300, 3)
    notes += [
        Note(text, (other.sign(text),)).encode(),
        Note(text, (other.sign(text), *own)).encode(),
        note[:-1],
        note + "\n",
    ]
    assert browser_says(opened, "note.mjs", "note", [[one, vkey] for one in notes]) == taken(
        lambda one: verified(Note.parse(one), [signer.key]), notes
    )
    texts = spoilt(Checkpoint(ORIGIN, 7, bytes(range(32)), ("more",)).text(), 300, 4)
    assert browser_says(opened, "note.mjs", "checkpoint", texts) == taken(Checkpoint.parse, texts)


def test_codes_as_people_give_them(opened: Page) -> None:
    signed = VECTORS["good"][0]["digits"]
    cases = [one["text"] for one in VECTORS["typed_good"] + VECTORS["typed_bad"]]
    cases += [one["digits"] for one in VECTORS["good"]] + [one["url"] for one in VECTORS["good"]]
    cases += [
        f"看 {signed}。",
        signed[:100] + "\n" + signed[100:],
        signed + "1",
        signed[:-1],
        "2" + signed[1:],
        "",
        "l" * 20,
    ]
    expected: list[Any] = []
    for text in cases:
        try:
            read = digits.read(text)
            expected.append([read.code.head, read.signed])
        except LabelError as refused:
            expected.append(None)
            assert refused.code.startswith("label.")
    assert browser_says(opened, "item-code.mjs", "read", cases) == expected
    heads = [one["head"] for one in VECTORS["good"]]
    assert browser_says(opened, "item-code.mjs", "printed", heads) == [
        one["printed"] for one in VECTORS["good"]
    ]
