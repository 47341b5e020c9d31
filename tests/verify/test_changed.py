"""A bundle that somebody changed: every change is found and named, by accident or with all digests put right."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.bundles import (
    changed,
    lines_of,
    resealed,
    unzipped,
    verified,
    with_lines,
    zipped,
)
from tests.verify.conftest import Good
from trace.ledger.canonical import canonical
from trace.ledger.commitment import digest
from trace.ledger.envelope import Envelope
from trace.ledger.note import VerifierKey
from trace.ledger.spelling import to_base64
from trace.verify.fault import Fault
from trace.verify.manifest import Manifest


def fault_of(data: bytes, vkey: str) -> Fault:
    """What is found; both sentences can be said."""
    fault = verified(data, vkey).fault
    assert fault is not None
    assert fault.message("zh")
    assert fault.message("en")
    return fault


def edited(good: Good, seq: int, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The bundle with one entry's line changed, and all digests put right."""
    files = unzipped(good.personal)
    lines = lines_of(files)
    at = next(place for place, line in enumerate(lines) if json.loads(line)["seq"] == seq)
    body = json.loads(lines[at])
    change(body)
    lines[at] = canonical(body).encode("utf-8")
    return resealed(with_lines(files, lines))


def entry_of(good: Good, kind: str) -> int:
    """The first entry of a kind."""
    for line in lines_of(unzipped(good.personal)):
        envelope = Envelope.parse(json.loads(line)["envelope"])
        if envelope.kind == kind:
            return envelope.seq
    raise AssertionError(kind)


@settings(max_examples=120)
@given(data=st.data())
def test_any_byte_of_any_file(good: Good, data: st.DataObject) -> None:
    files = unzipped(good.data)
    name = data.draw(st.sampled_from(sorted(files)))
    at = data.draw(st.integers(0, len(files[name]) - 1))
    flip = data.draw(st.integers(1, 255))
    fault = fault_of(
        changed(good.data, name, lambda body: body[:at] + bytes([body[at] ^ flip]) + body[at + 1 :]),
        good.vkey,
    )
    named = {"entries.jsonl": ("entry", "line", "file"), "checkpoint": ("file",)}.get(
        name, ("file", "attachment")
    )
    assert set(named) & fault.where.keys(), fault.where


@settings(max_examples=120)
@given(data=st.data())
def test_any_byte_of_the_zip(good: Good, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(good.data) - 1))
    flip = data.draw(st.integers(1, 255))
    found = verified(good.data[:at] + bytes([good.data[at] ^ flip]) + good.data[at + 1 :], good.vkey)
    if found.fault is None:
        # Dates, versions and permissions of the zip say nothing of its contents.
        assert found.data("en") == verified(good.data, good.vkey).data("en")


@settings(max_examples=60)
@given(st.data())
def test_cut_off_anywhere(good: Good, data: st.DataObject) -> None:
    fault = fault_of(good.data[: data.draw(st.integers(0, len(good.data) - 1))], good.vkey)
    assert fault.code.startswith("archive.")


def test_an_entry_left_out(good: Good) -> None:
    files = unzipped(good.data)
    lines = lines_of(files)
    for at in range(len(lines)):
        assert fault_of(zipped(with_lines(files, lines[:at] + lines[at + 1 :])), good.vkey).code


def test_an_entry_left_out_and_all_digests_put_right(good: Good) -> None:
    files = unzipped(good.data)
    lines = lines_of(files)
    unseen = []
    for at in range(len(lines)):
        found = verified(resealed(with_lines(files, lines[:at] + lines[at + 1 :])), good.vkey)
        if found.fault is None:
            unseen.append(Envelope.parse(json.loads(lines[at])["envelope"]).kind)
            assert "tail" in [code for code, _ in found.unproven]
    # The last of a row: what the verifier says it cannot prove.
    assert unseen == ["recall.closed"]


def test_two_entries_swapped(good: Good) -> None:
    files = unzipped(good.data)
    lines = lines_of(files)
    for at in range(len(lines) - 1):
        swapped = [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]
        for data in (zipped(with_lines(files, swapped)), resealed(with_lines(files, swapped))):
            fault = fault_of(data, good.vkey)
            pair = [json.loads(line)["seq"] for line in lines[at : at + 2]]
            assert fault.where["entry"] in pair


def test_the_tail_cut_off(good: Good) -> None:
    files = unzipped(good.data)
    lines = lines_of(files)
    for kept in (0, 1, len(lines) // 2, len(lines) - 1):
        assert fault_of(zipped(with_lines(files, lines[:kept])), good.vkey).code
    halves = files["entries.jsonl"][: len(files["entries.jsonl"]) // 2]
    assert fault_of(zipped({**files, "entries.jsonl": halves}), good.vkey).where["file"] == "entries.jsonl"


def test_a_changed_field_is_named(good: Good) -> None:
    seq = entry_of(good, "event.recorded")

    def change(body: dict[str, Any]) -> None:
        body["open"]["facts.variety"][1] = "别的品种"

    fault = fault_of(edited(good, seq, change), good.vkey)
    assert (fault.code, fault.where) == ("record.field", {"entry": seq, "field": "facts.variety"})
    assert "facts.variety" in fault.message("zh")


def test_a_changed_field_with_its_digest_put_right_is_named_by_its_entry(good: Good) -> None:
    seq = entry_of(good, "event.recorded")

    def change(body: dict[str, Any]) -> None:
        salt = body["open"]["facts.variety"][0]
        body["open"]["facts.variety"][1] = "别的品种"
        body["digests"]["facts.variety"] = digest(bytes.fromhex(salt), "facts.variety", "别的品种")

    fault = fault_of(edited(good, seq, change), good.vkey)
    assert (fault.code, fault.where["entry"]) == ("record.payload", seq)


@pytest.mark.parametrize("how", ["gone", "said to be erased", "one more"])
def test_a_field_that_is_not_what_the_line_says(good: Good, how: str) -> None:
    seq = entry_of(good, "event.recorded")

    def change(body: dict[str, Any]) -> None:
        opening = body["open"].pop("facts.variety")
        if how == "said to be erased":
            body["erased"] = ["facts.variety"]
        elif how == "one more":
            body["open"] |= {"facts.variety": opening}
            body["withheld"] = ["facts.harmless"]

    fault = fault_of(edited(good, seq, change), good.vkey)
    code = "erasure.unknown" if how == "said to be erased" else "record.undeclared"
    assert (fault.code, fault.where["entry"]) == (code, seq)


@pytest.mark.parametrize(
    ("kind", "field"),
    [("batch.made", "operation_id"), ("batch.merge", "operation_input.0.batch_id"), ("event.corrected", "corrects_id"),
     ("key.created", "public_key"), ("event.recorded", "event_attachment.0.attachment_id")],
)  # fmt: skip
def test_what_the_checks_rest_on_cannot_be_withheld(good: Good, kind: str, field: str) -> None:
    seq = entry_of(good, kind)

    def change(body: dict[str, Any]) -> None:
        del body["open"][field]
        body["withheld"] = [*body["withheld"], field]

    fault = fault_of(edited(good, seq, change), good.vkey)
    assert (fault.code, fault.where) in (
        ("record.hidden", {"entry": seq, "field": field}),
        ("key.unreadable", {"entry": seq}),
    )


def test_a_changed_envelope(good: Good) -> None:
    seq = entry_of(good, "event.recorded")

    def change(body: dict[str, Any]) -> None:
        body["envelope"] = body["envelope"].replace('"recorded":"2', '"recorded":"1')

    assert fault_of(edited(good, seq, change), good.vkey).code == "entry.not-in-log"


def test_a_proof_of_another_entry(good: Good) -> None:
    proofs = {json.loads(line)["seq"]: json.loads(line)["proof"] for line in lines_of(unzipped(good.data))}

    def change(body: dict[str, Any]) -> None:
        body["proof"] = proofs[0]

    fault = fault_of(edited(good, 5, change), good.vkey)
    assert (fault.code, fault.where["entry"]) == ("entry.not-in-log", 5)
    assert fault_of(edited(good, 5, lambda body: body.update(proof=[])), good.vkey).code == "entry.not-in-log"
    endless = [to_base64(bytes(32))] * 5000
    assert (
        fault_of(edited(good, 5, lambda body: body.update(proof=endless)), good.vkey).code
        == "entry.not-in-log"
    )


def test_records_swapped_between_entries(good: Good) -> None:
    files = unzipped(good.personal)
    lines = [json.loads(line) for line in lines_of(files)]
    keys = [at for at, line in enumerate(lines) if '"kind":"key.created"' in line["envelope"]]
    one, other = lines[keys[0]], lines[keys[1]]
    for part in ("open", "digests"):
        one[part], other[part] = other[part], one[part]
    data = resealed(with_lines(files, [canonical(line).encode("utf-8") for line in lines]))
    fault = fault_of(data, good.vkey)
    assert (fault.code, fault.where["entry"]) == ("record.payload", one["seq"])


def test_a_replaced_attachment(good: Good) -> None:
    name = f"attachments/{good.scene.photo}"
    fault = fault_of(changed(good.data, name, lambda body: body[::-1]), good.vkey)
    assert fault.where["attachment"] == good.scene.photo
    files = unzipped(good.data)
    files[name] = files[name][::-1]
    # With bundle.json put right as well, its list contradicts the file's own name.
    assert fault_of(resealed(files), good.vkey).where["file"] == name


def test_a_missing_a_stray_and_a_wrongly_excused_attachment(good: Good) -> None:
    files = unzipped(good.data)
    name = f"attachments/{good.scene.photo}"
    without = {one: body for one, body in files.items() if one != name}
    assert fault_of(zipped(without), good.vkey).where["file"] == name
    assert fault_of(resealed(without), good.vkey).code == "attachment.missing"
    stray = b"a stray file"
    named = f"attachments/{hashlib.sha256(stray).hexdigest()}"
    assert fault_of(resealed({**files, named: stray}), good.vkey).code == "attachment.stray"


def test_another_log_or_key(good: Good) -> None:
    key = VerifierKey.parse(good.vkey)
    mine = unzipped(good.data)
    other = VerifierKey(
        key.name, key.kind, bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    )
    fault = fault_of(good.data, other.text())
    assert fault.code == "checkpoint.other-key"
    assert key.key_id.hex() in fault.message("en")
    size = Manifest.parse(mine["bundle.json"]).size
    forged = mine["checkpoint"].replace(f"\n{size}\n".encode(), f"\n{size + 1}\n".encode())
    assert fault_of(resealed({**mine, "checkpoint": forged}), good.vkey).code == "checkpoint.signature"


def test_a_report_that_says_something_else(good: Good) -> None:
    files = unzipped(good.data)
    told = files["report.html"].decode("utf-8").replace("召回", "表彰").encode("utf-8")
    assert fault_of(zipped({**files, "report.html": told}), good.vkey).where["file"] == "report.html"
    manifest = Manifest.parse(files["bundle.json"])
    put_right = {**manifest.files, "report.html": (hashlib.sha256(told).hexdigest(), len(told))}
    sealed = replace(manifest, files=put_right).text().encode("utf-8")
    data = zipped({**files, "report.html": told, "bundle.json": sealed})
    assert fault_of(data, good.vkey).code == "report.other"
    # A report that claims another edition is not compared, and the verifier says so.
    other = replace(manifest, files=put_right, report="0" * 16).text().encode("utf-8")
    found = verified(zipped({**files, "report.html": told, "bundle.json": other}), good.vkey)
    assert found.fault is None
    assert "report-edition" in [code for code, _ in found.unproven]
