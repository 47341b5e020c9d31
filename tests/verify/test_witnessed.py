"""Witnesses in a bundle: what they saw is proven, what they did not is said, and a fork is shouted about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.support.bundles import resealed, unzipped, verified
from tests.verify.conftest import Good
from trace.ledger.checkpoint import Checkpoint
from trace.ledger.cosignature import cosign, witness_key
from trace.ledger.note import Note
from trace.services import tree
from trace.verify.manifest import Manifest

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
WITNESS = witness_key("county.example", PRIVATE)
STAMP = 1_790_000_000  # 2026-09-21T14:13:20Z


def with_witnessed(
    good: Good, size: int, *, root: bytes = b"", proof: bool = True, lie: bool = False
) -> bytes:
    """The bundle with an older checkpoint of `size` that the log signed and the witness cosigned."""
    files = unzipped(good.data)
    manifest = Manifest.parse(files["bundle.json"])
    with good.scene.world.db.read() as session:
        hashes = tuple(tree.consistency(session, size, manifest.size)) if proof else ()
        made = Checkpoint(manifest.origin, size, root or tree.root(session, size))
    line = cosign(made.text(), WITNESS.name, PRIVATE, STAMP)
    if lie:
        line = replace(line, raw=line.raw[:-1] + bytes([line.raw[-1] ^ 1]))
    note = Note(made.text(), (good.scene.signer().sign(made.text()), line))
    told = replace(manifest, witnessed=size, consistency=hashes)
    return sealed(files, told, note)


def sealed(files: Mapping[str, bytes], manifest: Manifest, note: Note) -> bytes:
    return resealed(
        {
            **files,
            "bundle.json": manifest.text().encode("utf-8"),
            "checkpoint.witnessed": note.encode().encode("utf-8"),
        }
    )


def test_what_a_witness_saw_and_what_came_after(good: Good) -> None:
    found = verified(with_witnessed(good, 40), good.vkey, WITNESS.text())
    assert found.fault is None
    [told] = [told for code, told in found.proven if code == "witness"]
    assert told == {"name": "county.example", "size": 40, "at": "2026-09-21T14:13:20Z"}
    [unseen] = [told for code, told in found.unproven if code == "unwitnessed-entries"]
    assert unseen == {"count": 7, "size": 40}
    assert "no-witness-key" not in [code for code, _ in found.unproven]


def test_a_witness_whose_key_was_not_given_counts_for_nothing(good: Good) -> None:
    found = verified(with_witnessed(good, 40), good.vkey)
    assert found.fault is None
    assert {"no-witness-key", "strangers"} <= {code for code, _ in found.unproven}
    other = witness_key("other.example", Ed25519PrivateKey.generate())
    found = verified(with_witnessed(good, 40), good.vkey, other.text())
    assert "witness-absent" in [code for code, _ in found.unproven]


def test_a_fork_is_shouted_about(good: Good) -> None:
    found = verified(with_witnessed(good, 40, root=bytes(32)), good.vkey, WITNESS.text())
    assert found.fault is not None
    assert (found.fault.code, found.fault.where["size"]) == ("checkpoint.fork", 40)
    assert "fork" in found.fault.message("en")
    assert "分叉" in found.fault.message("zh")


def test_without_its_proof_a_checkpoint_continues_nothing(good: Good) -> None:
    found = verified(with_witnessed(good, 40, proof=False), good.vkey, WITNESS.text())
    assert found.fault is not None
    assert found.fault.code == "checkpoint.fork"


def test_a_cosignature_that_does_not_hold(good: Good) -> None:
    found = verified(with_witnessed(good, 40, lie=True), good.vkey, WITNESS.text())
    assert found.fault is not None
    assert (found.fault.code, found.fault.where["file"]) == ("checkpoint.cosignature", "checkpoint.witnessed")
    # Under a key that nobody gave, it is a stranger's like any other.
    assert verified(with_witnessed(good, 40, lie=True), good.vkey).fault is None


def test_a_witnessed_checkpoint_of_another_size_or_log(good: Good) -> None:
    files = unzipped(with_witnessed(good, 40))
    manifest = Manifest.parse(files["bundle.json"])
    note = Note.parse(files["checkpoint.witnessed"])
    found = verified(sealed(files, replace(manifest, witnessed=39), note), good.vkey)
    assert found.fault is not None
    assert found.fault.code == "checkpoint.other"
    signer = good.scene.signer()
    elsewhere = Checkpoint("elsewhere.example/log", 40, bytes(32)).text()
    found = verified(sealed(files, manifest, Note(elsewhere, (signer.sign(elsewhere),))), good.vkey)
    assert found.fault is not None
    assert found.fault.where["file"] == "checkpoint.witnessed"


def test_a_witnessed_checkpoint_left_out(good: Good) -> None:
    files = unzipped(with_witnessed(good, 40))
    found = verified(
        resealed({name: data for name, data in files.items() if name != "checkpoint.witnessed"}), good.vkey
    )
    assert found.fault is not None
    assert (found.fault.code, found.fault.where["file"]) == ("archive.lacks", "checkpoint.witnessed")
