"""Canonical JSON against RFC 8785's published pairs, byte for byte; floats have no place in a record."""

from __future__ import annotations

import pytest

from tests.support.vectors import published, read_json
from trace.ledger.canonical import canonical, parse


@pytest.mark.parametrize("name", ["arrays", "french", "unicode", "weird"])
def test_a_pair_without_floats_is_written_byte_for_byte(name: str) -> None:
    folder = published("jcs/testdata")
    written = canonical(read_json(folder / "input" / f"{name}.json"))
    assert written.encode() == (folder / "output" / f"{name}.json").read_bytes()
    assert written.encode() == bytes.fromhex((folder / "outhex" / f"{name}.txt").read_text())
    assert parse(written) == read_json(folder / "input" / f"{name}.json")


@pytest.mark.parametrize("name", ["structures", "values"])
def test_a_pair_with_floats_is_refused_as_an_input(name: str) -> None:
    with pytest.raises(TypeError, match="float"):
        canonical(read_json(published("jcs/testdata") / "input" / f"{name}.json"))


def test_no_pair_is_left_out() -> None:
    names = {path.stem for path in (published("jcs/testdata") / "input").iterdir()}
    assert names == {"arrays", "french", "structures", "unicode", "values", "weird"}
