"""Links: an entry fits only behind the one it was made for."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from trace.ledger.chain import GENESIS, StoredEntry, fault, leaf_hash, link, payload_hash


def _entries(envelopes: list[str]) -> list[StoredEntry]:
    previous, made = GENESIS, []
    for seq, envelope in enumerate(envelopes):
        leaf = leaf_hash(envelope.encode())
        previous = link(previous, leaf)
        made.append(StoredEntry(seq, envelope, leaf, previous))
    return made


def _first_fault(entries: list[StoredEntry]) -> tuple[int, str] | None:
    previous = GENESIS
    for expected, entry in enumerate(entries):
        code = fault(entry, expected, previous)
        if code:
            return expected, code
        previous = entry.link
    return None


def test_the_leaf_hash_is_that_of_rfc_6962() -> None:
    assert leaf_hash(b"") == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert leaf_hash(b"L123456") == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"


def test_the_payload_hash_hides_behind_its_salt() -> None:
    assert payload_hash("00" * 32, b"x") == hashlib.sha256(bytes(32) + b"x").hexdigest()
    assert payload_hash("01" * 32, b"x") != payload_hash("00" * 32, b"x")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=8), st.data())
def test_any_change_removal_or_swap_is_found(envelopes: list[str], data: st.DataObject) -> None:
    entries = _entries(envelopes)
    assert _first_fault(entries) is None
    at = data.draw(st.integers(0, len(entries) - 1))
    changed = entries.copy()
    changed[at] = replace(entries[at], envelope=entries[at].envelope + "!")
    assert _first_fault(changed) == (at, "ledger.entry-changed")
    forged = entries.copy()
    other = entries[at].envelope + "!"
    forged[at] = replace(entries[at], envelope=other, leaf=leaf_hash(other.encode()))
    assert _first_fault(forged) == (at, "ledger.reordered")
    if at < len(entries) - 1:
        assert _first_fault(entries[:at] + entries[at + 1 :]) == (at, "ledger.missing")
