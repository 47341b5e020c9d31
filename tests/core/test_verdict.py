"""The first matching verdict wins, and no verdict says more than a label can prove."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.core.verdict import Facts, Verdict, WatchRule, decide, proves, reasons, suspicious, words

GOOD = Facts(first_seen=date(2026, 8, 1), shelf_ends=date(2027, 8, 1))

STOPS: list[tuple[Verdict, dict[str, bool]]] = [
    (Verdict.MALFORMED, {"well_formed": False}),
    (Verdict.FORGED, {"signature_valid": False}),
    (Verdict.UNKNOWN, {"known": False}),
    (Verdict.RECALLED, {"recalled": True}),
    (Verdict.VOID, {"void": True}),
    (Verdict.FROZEN, {"frozen": True}),
    (Verdict.INACTIVE, {"active": False}),
]


def test_a_first_scan_and_a_repeat() -> None:
    assert decide(GOOD) is Verdict.FIRST
    assert decide(replace(GOOD, clusters=1)) is Verdict.FIRST
    assert decide(replace(GOOD, clusters=2, others=1)) is Verdict.REPEAT
    assert decide(Facts()) is Verdict.FIRST


@pytest.mark.parametrize(("verdict", "fact"), STOPS)
def test_each_fact_has_its_verdict(verdict: Verdict, fact: dict[str, bool]) -> None:
    assert decide(replace(GOOD, **fact)) is verdict  # type: ignore[arg-type]  # all are flags


@given(st.sets(st.sampled_from(range(len(STOPS)))), st.integers(0, 20), st.integers(0, 34))
def test_the_first_match_wins_and_facts_outrank_statistics(
    found: set[int], clusters: int, provinces: int
) -> None:
    facts = replace(GOOD, clusters=clusters, others=clusters, provinces=provinces)
    for number in found:
        facts = replace(facts, **STOPS[number][1])  # type: ignore[arg-type]  # all are flags
    if found:
        assert decide(facts) is STOPS[min(found)][0]
    elif clusters >= 8 or provinces >= 4:
        assert decide(facts) is Verdict.WATCH
    else:
        assert decide(facts) is (Verdict.REPEAT if clusters else Verdict.FIRST)


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({"clusters": 7, "others": 6}, Verdict.REPEAT),
        ({"clusters": 8, "others": 7}, Verdict.WATCH),
        ({"provinces": 3, "others": 2}, Verdict.REPEAT),
        ({"provinces": 4, "others": 2}, Verdict.WATCH),
        ({"first_seen": date(2027, 8, 1)}, Verdict.FIRST),
        ({"first_seen": date(2027, 8, 2)}, Verdict.WATCH),
        ({"first_seen": date(2027, 8, 2), "shelf_ends": None}, Verdict.FIRST),
        ({"clusters": 8, "others": 7, "rule": WatchRule(clusters=50, provinces=10)}, Verdict.REPEAT),
    ],
)
def test_watch_begins_at_the_product_s_thresholds(change: dict[str, object], verdict: Verdict) -> None:
    assert decide(replace(GOOD, **change)) is verdict  # type: ignore[arg-type]  # of several kinds


def test_statistics_alone_never_turn_red() -> None:
    assert Verdict.WATCH.tone == "amber"
    assert {verdict for verdict in Verdict if verdict.tone == "red"} == {
        Verdict.FORGED,
        Verdict.UNKNOWN,
        Verdict.RECALLED,
        Verdict.VOID,
    }


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, ()),
        ({"clusters": 8}, ("devices",)),
        ({"clusters": 4, "provinces": 4}, ("provinces",)),
        ({"first_seen": date(2027, 8, 2)}, ("late",)),
        (
            {"clusters": 9, "provinces": 5, "first_seen": date(2027, 8, 2)},
            ("devices", "provinces", "late"),
        ),
        ({"clusters": 15, "provinces": 5, "first_seen": date(2027, 8, 2), "cleared": 8}, ()),
        ({"clusters": 16, "provinces": 5, "cleared": 8}, ("devices",)),
    ],
)
def test_what_asks_for_caution_is_named(change: dict[str, object], codes: tuple[str, ...]) -> None:
    facts = replace(GOOD, **change)  # type: ignore[arg-type]  # fields by name
    assert reasons(facts) == codes
    assert suspicious(facts) is bool(codes)


def test_only_codes_without_a_record_are_not_found() -> None:
    assert [verdict.value for verdict in Verdict if verdict.status == 404] == [
        "malformed",
        "forged",
        "unknown",
    ]
    assert {verdict.status for verdict in Verdict} == {404, 200}


@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_is_said_in_two_languages_and_never_too_much(verdict: Verdict) -> None:
    chinese, english = words(verdict), words(verdict.value, "en")
    for said in (*chinese, *english):
        assert said
        for too_much in (
            "正品",
            "真品",
            "假货",
            "假冒",
            "放心",
            "保证",
            "genuine",
            "authentic",
            "guarantee",
            "fake",
        ):
            assert too_much not in said
    assert len(chinese.title) <= 16
    assert all(sentence.endswith("。") for sentence in chinese[1:])
    assert "".join(english).isascii()
    assert verdict.icon


def test_the_page_says_what_a_code_cannot_prove() -> None:
    assert any("不能证明" in line for line in proves())
    assert any("cannot prove" in line for line in proves("en"))
    assert "首次查询不等于证明" in words(Verdict.FIRST).meaning
