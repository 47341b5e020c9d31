"""Canonical JSON is RFC 8785's: against the reference library, and against the published vectors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from trace.ledger.canonical import MAX_INTEGER, canonical, parse

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "jcs" / "testdata"

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)


@given(VALUES)
def test_the_same_bytes_as_the_reference_and_back_again(value: object) -> None:
    text = canonical(value)
    assert text.encode() == rfc8785.dumps(value)  # type: ignore[arg-type]
    assert parse(text) == value


@given(VALUES.filter(lambda value: isinstance(value, list | dict) and bool(value)))
def test_another_spelling_of_the_same_value_is_refused(value: object) -> None:
    spaced = json.dumps(value, ensure_ascii=False, indent=1)
    with pytest.raises(ValueError, match="canonical"):
        parse(spaced)


@pytest.mark.parametrize("value", [1.5, {"a": 0.0}, [b"x"], {1: "a"}, object()])
def test_what_has_no_place_in_a_record_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)


@pytest.mark.parametrize("value", [2**53, -(2**53), "\ud800", {"\udfff": 1}])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # the message is the library's
        canonical(value)


def _names() -> list[str]:
    return sorted(path.stem for path in (VECTORS / "input").glob("*.json")) if VECTORS.is_dir() else []


def test_the_published_vectors() -> None:
    """Those without floats through our own writer, all of them through the library that is its oracle."""
    if not VECTORS.is_dir():
        pytest.skip("the RFC 8785 vectors are not beside this checkout")
    assert len(_names()) == 6
    ours = 0
    for name in _names():
        value = json.loads((VECTORS / "input" / f"{name}.json").read_text("utf-8"))
        expected = (VECTORS / "output" / f"{name}.json").read_bytes()
        assert rfc8785.dumps(value) == expected, name
        try:
            assert canonical(value).encode() == expected, name
            ours += 1
        except TypeError:
            continue
    assert ours >= 4
