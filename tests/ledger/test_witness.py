"""A witness puts its name to a log that has only grown, and to nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.small_log import ORIGIN, SmallLog, private_key
from trace.ledger.cosignature import witnessed
from trace.ledger.merkle import EMPTY_ROOT, MAX_SIZE
from trace.ledger.note import Note, NoteSigner
from trace.ledger.spelling import FormatError
from trace.ledger.witness import FORK, SHRUNK, SPLIT, UNPROVEN, Alarm, ClockBack, Witness

NOW = 1_780_000_000


def witness_of(log: SmallLog, number: int = 9) -> Witness:
    return Witness(f"county.example/w{number}", private_key(number), log.key, log.fetch)


def alarm(witness: Witness, offered: str, kept: str | None, **peers: str) -> Alarm:
    with pytest.raises(Alarm) as caught:
        witness.visit(offered, kept, peers, NOW)
    return caught.value


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 700])
def test_the_first_visit_cosigns_a_log_that_has_its_tiles(size: int) -> None:
    log = SmallLog.of(size)
    witness = witness_of(log)
    note = witness.visit(log.note(), None, {}, NOW)
    assert witnessed(note, [witness.key]) == [(witness.key, NOW)]
    assert witness.opened(note.encode()).size == size
    assert log.asked


@given(old=st.integers(1, 800), more=st.integers(0, 300))
def test_a_log_that_has_only_grown_is_cosigned_again(old: int, more: int) -> None:
    log = SmallLog.of(old + more)
    witness = witness_of(log)
    kept = witness.visit(log.note(old), None, {}, NOW) if more == 0 else Note.parse(log.note(old))
    note = witness.visit(log.note(), kept.encode(), {}, NOW + 60)
    assert witnessed(note, [witness.key]) == [(witness.key, NOW + 60)]


def test_signatures_of_strangers_are_not_carried_on() -> None:
    log = SmallLog.of(3)
    stranger = NoteSigner("stranger.example", private_key(7))
    offered = Note.parse(log.note())
    offered = offered.adding([stranger.sign(offered.text)])
    kept = witness_of(log).visit(offered.encode(), None, {}, NOW)
    assert [one.name for one in kept.signatures] == [ORIGIN, "county.example/w9"]


@given(size=st.integers(2, 600), changed=st.integers(0, 598), more=st.integers(1, 40))
def test_a_rewritten_entry_is_a_fork_whatever_comes_after(size: int, changed: int, more: int) -> None:
    honest = SmallLog.of(size)
    forged = SmallLog.of(size + more)
    forged.entries[changed % size] = b"forged"
    found = alarm(witness_of(forged), forged.note(), honest.note())
    assert found.code == FORK
    assert found.evidence["kept.txt"] == honest.note()
    assert found.evidence["offered.txt"] == forged.note()
    assert f"old {size}\nnew {size + more}\n" in found.evidence["failed-proof.txt"]


def test_another_root_for_the_same_size_is_a_fork() -> None:
    honest, forged = SmallLog.of(5), SmallLog.of(5, "forged")
    assert alarm(witness_of(forged), forged.note(), honest.note()).code == FORK


def test_a_log_that_shows_less_than_before_has_shrunk() -> None:
    log = SmallLog.of(700)
    found = alarm(witness_of(log), log.note(300), log.note(700))
    assert found.code == SHRUNK
    assert {"kept.txt", "offered.txt"} <= found.evidence.keys()
    cut = SmallLog.of(300)
    assert alarm(witness_of(cut), cut.note(), log.note(700)).code == SHRUNK


def test_a_smaller_log_of_other_entries_is_a_fork_where_the_larger_can_still_be_read() -> None:
    log, other = SmallLog.of(700), SmallLog.of(300, "forged")
    assert alarm(witness_of(log), other.note(), log.note()).code == FORK


def test_a_log_that_is_empty_again_has_shrunk() -> None:
    log = SmallLog.of(7)
    empty = log.note(0, root=EMPTY_ROOT)
    assert alarm(witness_of(log), empty, log.note()).code == SHRUNK
    assert alarm(witness_of(SmallLog.of(0)), empty, log.note()).code == SHRUNK


def test_an_empty_log_may_be_cosigned_and_may_grow() -> None:
    log = SmallLog.of(300)
    witness = witness_of(log)
    kept = witness.visit(log.note(0, root=EMPTY_ROOT), None, {}, NOW)
    assert witness.opened(witness.visit(log.note(), kept.encode(), {}, NOW).encode()).size == 300


@pytest.mark.parametrize("gone", ["tile/0/002.p/188", "tile/1/000.p/2", "tile/0/001"])
def test_a_log_without_the_tiles_that_show_its_growth_is_not_cosigned(gone: str) -> None:
    log = SmallLog.of(700)
    log.missing.add(gone)
    found = alarm(witness_of(log), log.note(), log.note(300))
    assert found.code == UNPROVEN
    assert found.evidence["offered.txt"] == log.note()


def test_tiles_of_another_tree_prove_nothing() -> None:
    log, other = SmallLog.of(700), SmallLog.of(700, "other")
    witness = Witness("county.example/w9", private_key(9), log.key, other.fetch)
    assert alarm(witness, log.note(), log.note(300)).code == UNPROVEN
    assert alarm(witness, log.note(), None).code == UNPROVEN


@pytest.mark.parametrize("size", [MAX_SIZE, 2**62, 2**40 + 1])
def test_a_size_that_nobody_can_have_is_not_cosigned_and_costs_few_requests(size: int) -> None:
    log = SmallLog.of(10)
    assert alarm(witness_of(log), log.note(size, root=b"r" * 32), log.note()).code == UNPROVEN
    assert len(log.asked) < 20


def test_a_size_beyond_all_numbers_is_no_checkpoint() -> None:
    log = SmallLog.of(3)
    text = log.note().replace("\n3\n", f"\n{2**63}\n", 1)
    body = text.partition("\n\n")[0] + "\n"
    signed = Note(body, (log.signer.sign(body),)).encode()
    with pytest.raises(FormatError):
        witness_of(log).visit(signed, None, {}, NOW)


def test_another_log_s_checkpoint_is_not_this_log_s() -> None:
    log = SmallLog.of(3)
    other = SmallLog.of(3, signer=NoteSigner("other.example/log", private_key(2)))
    lying = SmallLog.of(3, signer=NoteSigner(ORIGIN, private_key(2)))
    for offered in (other.note(), lying.note(), log.note().replace("3\n", "4\n", 1), "", "\n\n— a b\n"):
        with pytest.raises(FormatError):
            witness_of(log).visit(offered, None, {}, NOW)


def test_the_log_s_key_may_not_speak_for_another_origin() -> None:
    log = SmallLog.of(3)
    text = log.note().partition("\n\n")[0].replace(ORIGIN, "other.example/log") + "\n"
    offered = Note(text, (log.signer.sign(text),)).encode()
    with pytest.raises(FormatError):
        witness_of(log).visit(offered, None, {}, NOW)


def test_a_clock_that_runs_backwards_signs_nothing() -> None:
    log = SmallLog.of(3)
    witness = witness_of(log)
    kept = witness.visit(log.note(), None, {}, NOW)
    with pytest.raises(ClockBack):
        witness.visit(log.note(), kept.encode(), {}, NOW - 1)
    assert witness.visit(log.note(), kept.encode(), {}, NOW) == kept


def test_two_witnesses_who_were_shown_different_logs_find_out() -> None:
    honest, forged = SmallLog.of(300), SmallLog.of(300)
    forged.entries[200] = b"forged"
    first, second = witness_of(honest, 9), witness_of(forged, 8)
    kept = first.visit(honest.note(), None, {}, NOW).encode()
    with pytest.raises(Alarm) as caught:
        second.visit(forged.note(), None, {"first": kept}, NOW)
    assert caught.value.code == SPLIT
    assert caught.value.evidence["peer.txt"] == kept
    assert caught.value.evidence["own.txt"] == forged.note()
    # The same at different sizes, in both directions: the log shows each of them only its own tiles.
    for ours, theirs in ((310, 300), (300, 310)):
        here, there = SmallLog.of(ours), SmallLog.of(theirs)
        here.entries[200] = b"forged"
        with pytest.raises(Alarm) as caught:
            witness_of(here).visit(here.note(), None, {"other": there.note()}, NOW)
        assert caught.value.code == (SPLIT if ours > theirs else UNPROVEN)


def test_a_peer_that_is_behind_or_ahead_on_one_history_is_no_alarm() -> None:
    log = SmallLog.of(700)
    witness = witness_of(log)
    for ours, theirs in ((700, 300), (300, 700), (300, 300)):
        assert witness.visit(log.note(ours), None, {"peer": log.note(theirs)}, NOW)
