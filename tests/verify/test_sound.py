"""A bundle that nobody touched: what is proven, what is not, and nothing false besides."""

from __future__ import annotations

import json

from tests.support.bundles import WORKER, lines_of, resealed, unzipped, verified
from tests.verify.conftest import Good
from trace.verify.manifest import Manifest


def test_all_of_it_is_proven(good: Good) -> None:
    found = verified(good.data, good.vkey)
    assert found.fault is None
    assert [code for code, _ in found.proven] == [
        "checkpoint", "entries", "records", "signatures", "rows", "family", "attachments", "report",
    ]  # fmt: skip
    assert found.batch == good.scene.number
    assert found.entries == len(lines_of(unzipped(good.data)))


def test_it_says_what_it_cannot_prove(good: Good) -> None:
    found = verified(good.data, good.vkey)
    assert [code for code, _ in found.unproven] == ["no-witness-key", "tail", "withheld", "truth"]
    assert [code for code, _ in verified(good.personal, good.vkey).unproven] == [
        "no-witness-key",
        "tail",
        "truth",
    ]


def test_withheld_fields_are_told_by_entry_and_name(good: Good) -> None:
    told = next(told for code, told in verified(good.data, good.vkey).unproven if code == "withheld")
    names = {one.partition(" ")[2] for one in told["fields"]}
    assert names == {"contact", "facts.worker", "reason"}
    assert told["count"] == len(told["fields"])


def test_nothing_withheld_stands_anywhere_in_the_bundle(good: Good) -> None:
    everything = b"".join(unzipped(good.data).values()).decode("utf-8", "replace")
    for secret in (WORKER, "13800000000", "示例 000-0000000"):
        assert secret not in everything
        assert secret in b"".join(unzipped(good.personal).values()).decode("utf-8", "replace")


def test_late_records_and_corrections_are_worth_a_second_look(good: Good) -> None:
    codes = {one.code for one in verified(good.data, good.vkey).remarks}
    assert codes == {"late", "corrected"}


def test_every_sentence_is_there_in_both_languages(good: Good) -> None:
    found = verified(good.data, good.vkey)
    for lang in ("zh", "en"):
        data = found.data(lang)
        assert json.loads(json.dumps(data)) == data
        for one in (*data["proven"], *data["unproven"], *data["remarks"]):
            assert one["message"] and "{" not in one["message"]


def test_the_same_records_make_the_same_files(good: Good) -> None:
    files, again = unzipped(good.data), unzipped(good.scene.bundle()[0])
    assert list(files) == list(again)
    # Only the time of making differs, to the minute on the page.
    assert {name for name in files if files[name] != again[name]} <= {"report.html", "bundle.json"}


def test_put_right_without_a_change_it_is_as_good_as_before(good: Good) -> None:
    assert verified(resealed(unzipped(good.data)), good.vkey).fault is None


def test_a_bundle_of_any_member_of_the_family_is_whole(good: Good) -> None:
    for number in (*good.scene.parents, good.scene.child, good.scene.sibling):
        data, vkey = good.scene.bundle(number)
        found = verified(data, vkey)
        assert found.fault is None, found.fault and found.fault.message("en")
        assert number in Manifest.parse(unzipped(data)["bundle.json"]).batches


def test_the_stranger_made_of_a_parent_is_named_and_not_inside(good: Good) -> None:
    manifest = Manifest.parse(unzipped(good.data)["bundle.json"])
    assert set(manifest.batches) == {good.scene.number, *good.scene.parents, good.scene.child}
