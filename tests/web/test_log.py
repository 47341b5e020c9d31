"""The log is served as C2SP has it: checkpoints, tiles, entries, a box for cosignatures, a page for people."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from flask import Flask

from tests.support.accounts import Browser
from tests.support.entries import register, register_together
from tests.support.small_log import private_key
from trace.core import clock
from trace.db import Database
from trace.ledger.checkpoint import Checkpoint, open_checkpoint
from trace.ledger.cosignature import cosign, witness_key, witnessed
from trace.ledger.merkle import check_consistency
from trace.ledger.note import Note, VerifierKey
from trace.ledger.spelling import FormatError, hash_from_base64
from trace.ledger.tile_tree import TileMissing, TileTree
from trace.ledger.void_list import open_void_list
from trace.services import witness
from trace.services.log import log_of

COUNTY = "county.example/w"
KEY = private_key(2)


def log_key(stranger: Browser) -> VerifierKey:
    return VerifierKey.parse(stranger.get("/log/key").text.strip())


def cosigned(stranger: Browser, seconds: int = 0) -> bytes:
    note = Note.parse(stranger.get("/log/checkpoint").data)
    stamp = int(clock.now().timestamp()) + seconds
    return note.adding([cosign(note.text, COUNTY, KEY, stamp)]).encode().encode()


def add_witness(db: Database) -> None:
    with db.write() as session:
        witness.add(session, witness_key(COUNTY, KEY).text(), "示例县农业农村局")


def test_the_checkpoint_is_text_and_never_kept_by_caches(db: Database, stranger: Browser) -> None:
    register(db, times=3)
    answer = stranger.get("/log/checkpoint")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    found, _ = open_checkpoint(answer.data, [log_key(stranger)])
    assert found.size == 7


def test_whoever_reads_the_tiles_reads_the_log(db: Database, stranger: Browser) -> None:
    register_together(db, 150)
    found, _ = open_checkpoint(stranger.get("/log/checkpoint").data, [log_key(stranger)])

    def fetch(path: str) -> bytes:
        answer = stranger.get(f"/log/{path}")
        if answer.status_code == 404:
            raise TileMissing(path)
        return answer.data

    tree = TileTree(fetch, found.size, found.root)
    assert found.size == 301
    assert len(tree.entries(0)) == 256
    assert len(tree.entries(1)) == 45
    assert b'"kind":"log.started"' in tree.entries(1)[-1]


def test_full_tiles_may_be_kept_for_ever_and_partial_ones_for_a_while(
    db: Database, stranger: Browser
) -> None:
    register_together(db, 130)
    full, part = stranger.get("/log/tile/0/000"), stranger.get("/log/tile/0/001.p/5")
    assert full.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "immutable" not in part.headers["Cache-Control"]
    for answer in (full, part, stranger.get("/log/tile/1/000.p/1"), stranger.get("/log/tile/entries/000")):
        assert answer.status_code == 200
        assert answer.content_type == "application/octet-stream"
        assert "Set-Cookie" not in answer.headers
        again = stranger.get(answer.request.path, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
    assert len(full.data) == 8192
    assert len(part.data) == 160


def test_entries_travel_compressed_where_the_reader_takes_that(db: Database, stranger: Browser) -> None:
    register_together(db, 130)
    path = "/log/tile/entries/000"
    plain, packed = stranger.get(path), stranger.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data)
    hashes = stranger.get("/log/tile/0/000", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in hashes.headers


@pytest.mark.parametrize(
    "path",
    ["0/000", "0/000.p/4", "0/000.p/0", "0/000.p/256", "0/000.p/03", "00/000.p/3", "0//000.p/3", "0/000.p/3/", "-1/000",
     "64/000", "1/000.p/1", "entries/000", "entries/000.p/4", "0/0", "0/000.p", "0/x000/000.p/3", "0/001.p/1",
     "63/x999/x999/x999/x999/999", "0/%30%300.p/4", "9" * 300, "entries/..", "0/../../checkpoint"],
)  # fmt: skip
def test_what_is_no_tile_of_a_signed_tree_is_not_found(db: Database, stranger: Browser, path: str) -> None:
    register(db)
    assert stranger.get("/log/tile/0/000.p/3").status_code == 200
    assert stranger.get(f"/log/tile/{path}").status_code == 404


def test_an_empty_log_has_nothing_to_show_yet(stranger: Browser) -> None:
    for path in ("/log/checkpoint", "/log/key", "/log/witnessed", "/log/tile/0/000.p/1"):
        assert stranger.get(path).status_code == 404
    page = stranger.get("/log")
    assert page.status_code == 200
    assert "账本还没有开始" in page.text
    assert stranger.get("/readyz").status_code == 200


def test_a_witness_s_cosignature_is_taken_and_shown(db: Database, stranger: Browser) -> None:
    register(db)
    add_witness(db)
    sent = cosigned(stranger)
    answer = stranger.post("/log/cosign", data=sent, content_type="text/plain")
    assert (answer.status_code, answer.text) == (200, f"{COUNTY} 4\n")
    keys = [log_key(stranger), witness_key(COUNTY, KEY)]
    for path in ("/log/checkpoint", "/log/witnessed"):
        _, note = open_checkpoint(stranger.get(path).data, keys)
        assert [key.name for key, _ in witnessed(note, keys)] == [COUNTY]
    register(db)
    _, note = open_checkpoint(stranger.get("/log/checkpoint").data, keys)
    assert witnessed(note, keys) == []
    found, _ = open_checkpoint(stranger.get("/log/witnessed").data, keys)
    assert found.size == 4


def test_what_nobody_registered_sends_is_refused_in_words(db: Database, stranger: Browser) -> None:
    register(db)
    for sent, status, code in (
        (cosigned(stranger), 403, "witness.not-registered"),
        (b"", 422, "witness.note"),
        (b"\x00" * 1000, 422, "witness.note"),
        (b"x" * (witness.MAX_NOTE + 1), 413, "witness.too-large"),
        (b"csrf_token=x&a=b", 422, "witness.note"),
    ):
        answer = stranger.post("/log/cosign", data=sent)
        assert (answer.status_code, answer.text.split("\n")[0]) == (status, code)
        assert answer.content_type == "text/plain; charset=utf-8"
        assert "Set-Cookie" not in answer.headers
    assert stranger.get("/log/cosign").status_code in (404, 405)


def test_a_log_that_lost_entries_says_so_and_pages_go_on(
    app: Flask, db: Database, stranger: Browser, tmp_path: Path
) -> None:
    register(db, times=2)
    add_witness(db)
    sent = cosigned(stranger)
    lost = tmp_path / "instance" / "log" / "checkpoint"
    lost.write_text(lost.read_text("utf-8").replace("\n6\n", "\n9\n", 1), "utf-8")
    for path in ("/log/checkpoint", "/log/key"):
        answer = stranger.get(path)
        assert (answer.status_code, answer.text.split("\n")[0]) == (503, "ledger.behind")
    assert stranger.post("/log/cosign", data=sent).status_code == 503
    ready = stranger.get("/readyz")
    assert (ready.status_code, ready.json["reason"] if ready.json else "") == (503, "ledger.behind")
    page = stranger.get("/log")
    assert page.status_code == 503
    assert "账本现在不签检查点" in page.text
    assert stranger.get("/").status_code == 200
    assert stranger.get("/healthz").status_code == 200


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_says_who_watches(db: Database, stranger: Browser, language: str) -> None:
    register(db)
    nobody = {"zh": "目前还没有第三方见证", "en": "There is no outside witness yet"}[language]
    waiting = {"zh": "还没有收到见证", "en": "none has cosigned yet"}[language]
    newest = {"zh": "有 1 家第三方见证了最新的检查点", "en": "1 outside witness holds the newest checkpoint"}[
        language
    ]
    behind = {"zh": "前 4 条已经有人见证过", "en": "the first 4 entries are witnessed"}[language]
    page = f"/log?lang={language}"
    assert nobody in stranger.get(page).text
    add_witness(db)
    assert waiting in stranger.get(page).text
    stranger.post("/log/cosign", data=cosigned(stranger))
    assert newest in stranger.get(page).text
    assert "示例县农业农村局" in stranger.get(page).text
    register(db)
    answer = stranger.get(page)
    assert behind in answer.text
    assert "Set-Cookie" not in answer.headers
    assert (
        log_key(stranger).text().replace("+", "&#43;") in answer.text
        or log_key(stranger).text() in answer.text
    )


def test_the_page_for_programs(db: Database, stranger: Browser) -> None:
    register(db)
    add_witness(db)
    stranger.post("/log/cosign", data=cosigned(stranger))
    told = stranger.get("/log", headers={"Accept": "application/json"}).json
    assert told is not None
    assert told["size"] == 4
    assert told["witnessed"] == {"size": 4, "newest": 1}
    assert [one["name"] for one in told["witnesses"]] == [COUNTY]
    assert told["epochs"] == [{"vkey": log_key(stranger).text(), "lost": None}]


def test_a_log_begun_anew_says_in_public_what_was_lost(
    db: Database, stranger: Browser, tmp_path: Path
) -> None:
    register(db, times=2)
    before = log_key(stranger).text()
    outside = tmp_path / "instance" / "log" / "checkpoint"
    outside.write_text(outside.read_text("utf-8").replace("\n5\n", "\n9\n", 1), "utf-8")
    lost = Checkpoint.parse(Note.parse(outside.read_text("utf-8")).text)
    log_of(db).restart("示例：备份损坏")
    told = stranger.get("/log", headers={"Accept": "application/json"}).json
    assert told is not None
    assert told["epochs"] == [
        {"vkey": before, "lost": None},
        {"vkey": log_key(stranger).text(), "lost": {"size": 9, "root": lost.root.hex()}},
    ]
    found, _ = open_void_list(stranger.get("/log/void-list").data, [log_key(stranger)])
    assert found.origin.endswith("/log-2")


def test_the_void_list_is_signed_by_the_log(db: Database, stranger: Browser) -> None:
    assert stranger.get("/log/void-list").status_code == 404
    register(db)
    answer = stranger.get("/log/void-list")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in answer.headers
    found, _ = open_void_list(answer.data, [log_key(stranger)])
    assert (found.size, found.newest_run, dict(found.stops)) == (3, 0, {})
    with pytest.raises(FormatError):
        open_checkpoint(answer.data, [log_key(stranger)])


def test_the_log_proves_that_it_has_only_grown(db: Database, stranger: Browser) -> None:
    register(db)
    old, _ = open_checkpoint(stranger.get("/log/checkpoint").data, [log_key(stranger)])
    register(db, times=4)
    new, _ = open_checkpoint(stranger.get("/log/checkpoint").data, [log_key(stranger)])
    answer = stranger.get(f"/log/consistency?old={old.size}&new={new.size}")
    told = answer.json
    assert told is not None
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    proof = [hash_from_base64(one) for one in told["proof"]]
    check_consistency(told["old"], old.root, told["new"], new.root, proof)
    assert stranger.get(f"/log/consistency?old={new.size}&new={new.size}").json == {
        "old": new.size,
        "new": new.size,
        "proof": [],
    }


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("", 422, "ledger.size-wanted"), ("old=1", 422, "ledger.size-wanted"), ("old=01&new=3", 422, "ledger.size-wanted"),
        ("old=-1&new=3", 422, "ledger.size-wanted"), ("old=1&new=１", 422, "ledger.size-wanted"),
        (f"old=1&new={2**63}", 422, "ledger.size-wanted"), ("old=0&new=3", 404, "ledger.no-such-size"),
        ("old=3&new=2", 404, "ledger.no-such-size"), ("old=1&new=4", 404, "ledger.no-such-size"),
        (f"old=1&new={2**63 - 1}", 404, "ledger.no-such-size"),
    ],
)  # fmt: skip
def test_what_no_tree_has_is_refused_in_words(
    db: Database, stranger: Browser, query: str, status: int, code: str
) -> None:
    register(db)
    answer = stranger.get(f"/log/consistency?{query}")
    assert (answer.status_code, answer.text.split("\n")[0]) == (status, code)
    assert "immutable" not in answer.headers["Cache-Control"]
