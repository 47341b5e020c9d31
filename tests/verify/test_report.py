"""report.html: everything a reader needs, nothing that runs, whatever a record says."""

from __future__ import annotations

import hashlib
import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from tests.support.bundles import HOSTILE, unzipped
from tests.verify.conftest import Good
from trace.ledger.envelope import Envelope
from trace.verify import html
from trace.verify.log_names import Log
from trace.verify.manifest import Manifest
from trace.verify.report import LAYOUT, render
from trace.verify.story import Record, Story

VOID = {"meta", "br"}


class Page(HTMLParser):
    """Collects elements and their attributes, and refuses a page whose elements do not close."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


def page_of(data: bytes) -> str:
    return unzipped(data)["report.html"].decode("utf-8")


def test_nothing_in_it_runs_or_comes_from_outside(good: Good) -> None:
    page = Page(page_of(good.personal))
    assert not page.tags & {"script", "img", "iframe", "object", "link", "form", "svg", "base"}
    for tag, name, value in page.attributes:
        assert not name.startswith("on"), (tag, name)
        if name in ("href", "src", "action"):
            assert re.fullmatch(r"attachments/[0-9a-f]{64}", value), value
    assert "default-src 'none'" in page_of(good.personal)
    assert "url(" not in page_of(good.personal)
    assert "@import" not in page_of(good.personal)


def test_what_a_hostile_record_says_is_shown_as_it_was_written(good: Good) -> None:
    page = page_of(good.personal)
    assert HOSTILE not in page
    assert (
        "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;&amp;amp;&quot;&#x27;" in page
    )


def test_it_tells_the_whole_story(good: Good) -> None:
    page = page_of(good.data)
    for said in (
        good.scene.number, *good.scene.parents, good.scene.child, "石城白莲", "通芯白莲", "示例琴江白莲专业合作社",
        "太空莲36号", "示例检测中心", "GB 2762-2022", f"HGZ-{good.scene.number}-1", "卡纸", "示例：抽检不合格",
        "召回（已结束）", "冻结（进行中）", "更正 #", "晚登记", "没有第三方持有", "没有放进这个包", "--key", good.vkey,
        "from where you trust it", "What this report can and cannot show",
    ):  # fmt: skip
        assert said in page, said
    assert good.scene.sibling not in page


def test_times_of_happening_and_of_entering_stand_side_by_side(good: Good) -> None:
    assert re.search(r"2026-03-28 12:00 <small>登记于 .*?\d{4}-\d\d-\d\d \d\d:\d\d", page_of(good.data))


def test_a_withheld_contact_is_said_to_be_withheld(good: Good) -> None:
    assert "示例 000-0000000" in page_of(good.personal)
    assert re.search(r"联系方式.*?没有放进包里", page_of(good.data), re.DOTALL)


@given(st.text())
def test_any_text_is_only_text(text: str) -> None:
    page = Page(html.text(text))
    assert page.tags <= {"bdi"}
    assert not page.attributes
    assert not any(letter in html.text(text) for letter in "\u202e\u2066\x00\x1b\x7f")


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), st.text(max_size=12),
    st.lists(st.text(max_size=4), max_size=2),
    st.sampled_from(["inspection", "planting", "9999-12-31T23:59:59.999999Z", "0001-01-01", "<b>", "void", "[[[", "{}"]),
)  # fmt: skip
TABLES = (
    "organisation", "brand", "brand_rule", "product", "plot", "batch", "operation", "event", "attachment", "certificate",
    "run", "range_state", "download", "run_check", "recall", "recall_closure", "freeze", "signing_key",
    "signing_key_status", "authorisation", "authorisation_revocation", "erasure",
)  # fmt: skip
FIELDS = (
    "number", "name", "kind", "batch_id", "organisation_id", "product_id", "operation_id", "plot_id", "run_id", "brand_id",
    "stage", "occurred_at", "facts.items.0.item", "facts.items.x.item", "facts.inputs.1.dose", "facts.result", "facts.lab",
    "facts", "facts.", "state", "first", "last", "level", "count", "basis", "rules", "corrects_id", "withdrawn", "sha256",
    "event_attachment.0.attachment_id", "operation_input.0.batch_id", "fields", "quantity_g", "created_at", "key_id",
)  # fmt: skip


@given(
    st.lists(
        st.tuples(
            st.sampled_from(TABLES), st.integers(1, 3), st.dictionaries(st.sampled_from(FIELDS), VALUES)
        ),
        max_size=12,
    ),
    VALUES,
)
def test_a_page_of_any_records_closes_and_runs_nothing(
    given_records: list[tuple[str, int, dict[str, object]]], number: object
) -> None:
    story = Story()
    for seq, (table, identity, fields) in enumerate(given_records):
        envelope = Envelope(
            seq,
            "kind",
            table,
            identity,
            1,
            "2026-01-01T00:00:00.000000Z",
            "0" * 64,
            batches=((str(number), None),),
        )
        story.add(Record(envelope, fields, ("*",)))  # type: ignore[arg-type]
    manifest = Manifest(str(number), {}, "2026-01-01T00:00:00Z", "o", 9, 9, {}, {}, False, "e")
    page = Page(render(manifest, story, Log(), b"no note"))
    assert "script" not in page.tags


# A page of another edition is not compared: whoever changes what the page says of the same records raises LAYOUT.
PINNED = {1: "454938fe1382cafc"}


def test_a_page_that_says_something_else_has_another_edition() -> None:
    story = Story()
    for seq, table in enumerate(TABLES):
        at = "2026-01-02T03:04:05.000000Z"
        envelope = Envelope(seq, "kind", table, 1, 1, at, "0" * 64, at, (("A-1", None),))
        fields: dict[str, str | int] = {name: 1 for name in FIELDS if name.endswith("_id")}
        fields |= {name: f"示例{name}" for name in ("name", "reason", "valid_from", "sha256")}
        story.add(
            Record(envelope, {"number": "A-1", "stage": "none", "count": 5, "first": 1, "last": 2, **fields})
        )
    manifest = Manifest("A-1", {"A-1": (9, 8)}, "2026-01-01T00:00:00Z", "o", 9, 9, {}, {}, False, "e")
    page = re.sub("<style>.*?</style>", "", render(manifest, story, Log(), b"no note"), flags=re.DOTALL)
    assert hashlib.sha256(page.encode()).hexdigest()[:16] == PINNED[LAYOUT]
