"""The void list's text: one spelling, both ways; what it says of a label; whose word it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.small_log import ORIGIN, private_key
from trace.core.ranges import union
from trace.ledger.note import Note, NoteSigner
from trace.ledger.spelling import FormatError
from trace.ledger.void_list import MAX_ITEM, MAX_RUN, STOPS, Spans, VoidList, open_void_list

MADE = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)
ROOT = bytes(range(32))
SMALL = VoidList(
    ORIGIN,
    MADE,
    7,
    ROOT,
    12,
    revoked={3: ((1, 2), (5, 5)), 4: ()},
    stops={
        "recalled": {9: ((1, 500),)},
        "void": {2: ((7, 7),), 9: ((4, 6), (8, 20))},
        "inactive": {12: ((1, 9),)},
    },
)
TEXT = """log.example/log/void-list
2026-10-01T04:00:00Z
7
AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=
12
revoked 3
kept 3 1 2
kept 3 5 5
revoked 4
recalled 9 1 500
void 2 7 7
void 9 4 6
void 9 8 20
inactive 12 1 9
"""


def spans(most: int) -> st.SearchStrategy[Spans]:
    one = st.tuples(st.integers(1, most), st.integers(0, 40)).map(
        lambda pair: (pair[0], min(sum(pair), most))
    )
    return st.lists(one, max_size=6).map(lambda found: tuple(union(found)))


lists = st.builds(
    VoidList,
    origin=st.sampled_from(["log.example/log", "溯源.example/log-2"]),
    made=st.datetimes(datetime(2020, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
    size=st.integers(1, 2**63 - 1),
    root=st.binary(min_size=32, max_size=32),
    newest_run=st.integers(0, MAX_RUN),
    revoked=st.dictionaries(st.integers(1, 99_999), spans(MAX_RUN), max_size=4),
    stops=st.dictionaries(
        st.sampled_from(STOPS),
        st.dictionaries(st.integers(1, MAX_RUN), spans(MAX_ITEM).filter(bool), min_size=1, max_size=5),
    ),
)


@given(lists)
def test_what_is_written_is_read_back(made: VoidList) -> None:
    assert VoidList.parse(made.text()) == made


@given(lists, st.data())
def test_any_other_text_is_refused_or_is_its_own_only_spelling(made: VoidList, data: st.DataObject) -> None:
    text = made.text()
    at = data.draw(st.integers(0, len(text) - 1))
    changed = text[:at] + data.draw(st.sampled_from(["", " ", "0", "1", "\n", "x", "１"])) + text[at + 1 :]
    try:
        read = VoidList.parse(changed)
    except FormatError:
        return
    assert read.text() == changed


@given(lists, st.integers(1, 99_999), st.integers(1, MAX_RUN), st.integers(1, MAX_ITEM))
def test_what_it_says_is_what_its_lines_say(made: VoidList, key: int, run: int, item: int) -> None:
    words = []
    for line in made.text().split("\n")[5:-1]:
        word, *numbers = line.split()
        first, low, high = (*map(int, numbers), 0, 0)[:3]
        if word == "revoked" and first == key:
            words.append("revoked")
        elif word == "kept" and first == key and low <= run <= high:
            words.remove("revoked")
        elif first == run and low <= item <= high:
            words.append(word)
    expected = words[0] if words else "newer" if run > made.newest_run else ""
    assert made.says(key, run, item) == expected


def test_the_written_form() -> None:
    assert SMALL.text() == TEXT
    assert VoidList.parse(TEXT) == SMALL


@pytest.mark.parametrize(
    ("key", "run", "item", "word"),
    [
        (3, 2, 1, ""), (3, 2, 7, "void"), (3, 3, 1, "revoked"), (3, 9, 1, "revoked"), (4, 1, 1, "revoked"),
        (5, 9, 5, "recalled"), (5, 9, 501, ""), (5, 12, 9, "inactive"), (5, 12, 10, ""), (5, 13, 1, "newer"),
    ],
)  # fmt: skip
def test_the_first_word_wins(key: int, run: int, item: int, word: str) -> None:
    assert SMALL.says(key, run, item) == word


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/void-list", ""), ("Z\n7", "\n7"), ("04:00:00", "04:60:00"), ("2026-10-01", "2026-02-30"), ("\n7\n", "\n07\n"),
        ("\n7\n", "\n0\n"), ("Hh8=", "Hh9="), ("revoked 3\n", ""), ("kept 3 5 5", "kept 3 3 5"), ("9 1 500", "9 500 1"),
        ("void 2 7 7\n", "void 2 7 7\nvoid 2 7 7\n"), ("void 2 7 7", "void 2 7 1000000"), ("void 2", "void 0"),
        ("void 2", "Void 2"), ("void 2 7 7", "void 2 7"), ("void 2 7 7", "void 2  7 7"), ("void 9 4 6", "void 9 4 7"),
        ("recalled 9", "recalled 100000000"), ("inactive 12 1 9", "asleep 12 1 9"), ("revoked 4", "revoked 100000"),
        ("12\nrevoked", "100000000\nrevoked"), ("12\nrevoked 3", "12\n\nrevoked 3"),
    ],
)  # fmt: skip
def test_another_spelling_is_refused(old: str, new: str) -> None:
    assert TEXT.count(old) >= 1
    with pytest.raises(FormatError):
        VoidList.parse(TEXT.replace(old, new, 1))


@pytest.mark.parametrize(
    "change",
    [
        {"origin": ""}, {"origin": "a\nb"}, {"size": 0}, {"root": b""}, {"newest_run": -1}, {"stops": {"void": {}}},
        {"stops": {"gone": {1: ((1, 1),)}}}, {"stops": {"void": {1: ()}}}, {"stops": {"void": {1: ((0, 1),)}}},
        {"made": MADE.replace(microsecond=1)}, {"made": MADE.astimezone(timezone(timedelta(hours=8)))},
    ],
)  # fmt: skip
def test_what_could_not_be_read_back_cannot_be_made(change: dict[str, object]) -> None:
    with pytest.raises(FormatError):
        replace(SMALL, **change)  # type: ignore[arg-type]  # on purpose


def _signed(name: str, number: int, text: str = TEXT) -> tuple[NoteSigner, str]:
    signer = NoteSigner(name, private_key(number))
    return signer, Note(text, (signer.sign(text),)).encode()


def test_only_the_log_s_own_key_speaks() -> None:
    signer, note = _signed(ORIGIN, 1)
    found, _ = open_void_list(note, [signer.key])
    assert found == SMALL
    other, theirs = _signed("other.example/log", 2)
    for sent, keys in (
        (theirs, [signer.key]),
        (theirs, [other.key]),
        (note, [other.key]),
        (TEXT, [signer.key]),
    ):
        with pytest.raises(FormatError):
            open_void_list(sent, keys)
