"""The envelope: one written form, all of it signed, and nothing else read as one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.keys import SigningKey
from trace.ledger.canonical import canonical
from trace.ledger.envelope import SIGNED_TEXT, UNSIGNED, Envelope, instant

KEY = SigningKey.from_seed(10001, bytes(range(32)))
PLAIN = Envelope(
    seq=12,
    kind="event.corrected",
    subject="event",
    subject_id=7,
    organisation=3,
    recorded="2026-10-01T04:00:00.000000Z",
    payload="ab" * 32,
    occurred="2026-09-30T01:00:00.000000Z",
    batches=(("SC-1", 9), ("SC-2", None)),
    corrects=9,
    key="10001",
)
SIGNED = PLAIN.signed(KEY.sign(PLAIN.message()))


def test_it_is_read_back_as_it_was_written() -> None:
    assert Envelope.parse(SIGNED.text()) == SIGNED
    bare = replace(PLAIN, occurred="", batches=(), corrects=None)
    bare = bare.signed(KEY.sign(bare.message()))
    assert Envelope.parse(bare.text()) == bare
    assert not {"occurred", "batches", "corrects"} & json.loads(bare.text()).keys()


def test_the_signature_is_over_everything_but_itself() -> None:
    body = json.loads(SIGNED.text())
    del body["sig"]
    assert SIGNED.message() == SIGNED_TEXT + canonical(body).encode()
    assert KEY.public.verify(SIGNED.signature, SIGNED.message())


@pytest.mark.parametrize(
    "other",
    [
        {"seq": 13}, {"kind": "event.recorded"}, {"subject": "run"}, {"subject_id": 8}, {"organisation": 4},
        {"recorded": "2026-10-01T04:00:00.000001Z"}, {"payload": "cd" * 32}, {"occurred": ""}, {"corrects": 8},
        {"batches": (("SC-1", 9),)}, {"batches": (("SC-1", 8), ("SC-2", None))}, {"key": "10002"},
    ],
)  # fmt: skip
def test_a_change_anywhere_breaks_the_signature(other: dict[str, object]) -> None:
    changed = replace(SIGNED, **other)  # type: ignore[arg-type]
    assert not KEY.public.verify(changed.signature, changed.message())


def test_an_entry_of_before_is_unsigned_and_read_too() -> None:
    old = canonical(
        {"v": 1, "seq": 0, "kind": "batch.created", "subject": "batch", "id": 1, "org": 1, "recorded": "x", "payload": "y",
         "batches": ["SC-1"], "attachments": ["ab"]}
    )  # fmt: skip
    read = Envelope.parse(old)
    assert (read.version, read.batches, read.attachments) == (UNSIGNED, (("SC-1", None),), ("ab",))
    assert read.text() == old


BROKEN = [
    "", "[]", "1", "null", '{"v":2}', '{"v":[]}', '{"v":true}', "[" * 100_000, SIGNED.text() + " ",
    SIGNED.text().replace('"v":2', '"v":3'), SIGNED.text().replace('"seq":12', '"seq":-1'),
    SIGNED.text().replace('"seq":12', '"seq":12.0'), SIGNED.text().replace('"seq":12', '"seq":true'),
    SIGNED.text().replace('"seq":12', '"seq":12,"seq":12'), SIGNED.text().replace('"seq"', '"more":1,"seq"'),
    SIGNED.text().replace('"id":7', '"id":"7"'), SIGNED.text().replace("==", ""), SIGNED.text().replace(",9]", "]"),
    SIGNED.text().replace(',"sig":', ',"signature":'), SIGNED.text().replace('"sig":"', '"sig":"!'),
]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_anything_else_is_no_envelope(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Envelope.parse(text)


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")))
def test_whatever_is_read_is_an_envelope_or_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Envelope.parse(text)


def test_an_instant_has_one_written_form_and_no_naive_one() -> None:
    china = datetime(2026, 10, 1, 12, tzinfo=timezone(timedelta(hours=8)))
    assert instant(china) == instant(datetime(2026, 10, 1, 4, tzinfo=UTC)) == "2026-10-01T04:00:00.000000Z"
    with pytest.raises(ValueError, match="naive"):
        instant(datetime(2026, 10, 1))
