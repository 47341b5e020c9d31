"""The stages are sound as data, and their facts come out in one canonical form or are refused by name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.core import facts as core_facts
from trace.core.errors import InvalidInput, InvalidInputs, TraceError
from trace.core.facts import canonical_decimal
from trace.core.organisation import OrganisationKind
from trace.core.stage import MAX_ROWS, Fact, Stage, label_of, public_facts, show_value, without_personal
from trace.core.stages import STAGES, stage_of, validate_facts

SPRAYED: dict[str, Any] = {
    "kind": "pesticide",
    "name": "示例 50% 啶酰菌胺水分散粒剂",
    "registration": "pd 00000001",
    "ingredients": "啶酰菌胺",
    "source": "示例农资店",
    "usage": "喷雾",
    "dose": "30 克/亩",
    "first_day": "2026-03-01",
    "last_day": "2026/3/2",
    "crops": "草莓",
    "interval_days": "3",
    "max_uses": 3,
}
# What fills each stage with the least: a minute's work.
LEAST: dict[str, dict[str, Any]] = {
    "planting": {"activity": "sowing"},
    "breeding": {"activity": "feeding"},
    "harvest": {},
    "purchase": {"seller": "示例农户"},
    "processing": {"steps": [{"step": "shelling"}]},
    "packaging": {"spec": "500 克/袋"},
    "inspection": {
        "kind": "sensory",
        "lab": "示例检测站",
        "result": "pass",
        "items": [{"item": "外观", "result": "pass"}],
    },
    "storage": {"place": "示例一号冷库"},
    "transport": {},
    "sale": {"channel": "market"},
}


def wrong(stage: str, raw: dict[str, Any]) -> dict[str, str]:
    """The codes of a refusal by field, after making sure that each can be said."""
    with pytest.raises(InvalidInputs) as caught:
        validate_facts(stage, raw)
    for error in caught.value.errors:
        assert error.message("zh")
        assert error.message("en")
    return {str(error.field): error.code for error in caught.value.errors}


def all_facts(stage: Stage) -> Iterator[Fact]:
    for fact in stage.facts:
        yield fact
        yield from fact.columns


def test_the_stages_stand_in_the_order_of_the_chain() -> None:
    names = ["种植", "养殖", "采收", "收购", "加工", "包装", "检测", "储存", "运输", "销售"]
    assert [stage.zh for stage in STAGES.values()] == names
    assert all(key == stage.key == stage.icon for key, stage in STAGES.items())
    with pytest.raises(InvalidInput) as caught:
        stage_of("printing")
    assert caught.value.code == "event.unknown-stage"


@pytest.mark.parametrize("stage", STAGES.values(), ids=lambda stage: stage.key)
def test_a_stage_is_sound_as_data(stage: Stage) -> None:
    for group in (stage.facts, *(fact.columns for fact in stage.facts)):
        keys = [fact.key for fact in group]
        assert len(keys) == len(set(keys))
    assert stage.help("zh")
    assert stage.help("en")
    assert stage.org_kinds <= set(OrganisationKind)
    assert stage.epcis[0] in ("ObjectEvent", "TransformationEvent")
    for fact in all_facts(stage):
        assert re.fullmatch(r"[a-z_]+", fact.key)
        assert fact.zh
        assert fact.en.isascii()
        assert bool(fact.choices) == (fact.kind == "choice")
        assert bool(fact.columns) == (fact.kind == "rows")
        assert all(column.kind != "rows" for column in fact.columns)
        assert bool(fact.help_zh) == bool(fact.help_en)
        assert len({choice.key for choice in fact.choices}) == len(fact.choices)
        # What is about a person is hidden or masked; a mask makes no sense on anything but text.
        assert not (fact.personal and fact.public) or fact.mask
        assert not fact.mask or fact.kind == "text"


@pytest.mark.parametrize("stage", STAGES)
def test_a_minute_is_enough(stage: str) -> None:
    assert validate_facts(stage, LEAST[stage]) is not None
    required = [fact for fact in STAGES[stage].facts if fact.required]
    assert len(required) <= 4
    if LEAST[stage]:
        assert set(wrong(stage, {})) == {f"facts.{fact.key}" for fact in required}


def test_facts_come_out_canonical() -> None:
    facts = validate_facts(
        "planting",
        {
            "activity": "protection",
            "area": "０３.500",
            "pests": " 灰霉病 ",
            "inputs": [{}, SPRAYED],
            "note": "甲\r\n乙",
        },
    )
    assert facts["area"] == "3.5"
    assert facts["pests"] == "灰霉病"
    assert facts["note"] == "甲\n乙"
    assert facts["inputs"] == [
        {**SPRAYED, "registration": "PD00000001", "last_day": "2026-03-02", "interval_days": 3}
    ]
    assert validate_facts("planting", facts) == facts


def test_every_wrong_field_is_named_as_it_was_sent() -> None:
    codes = wrong(
        "planting",
        {
            "activity": "dancing",
            "area": "-1",
            "colour": "red",
            "inputs": [
                {},
                {"kind": "fertiliser"},
                {**SPRAYED, "dose": "", "first_day": "soon", "=x": 1},
                "row",
            ],
        },
    )
    assert codes == {
        "facts.activity": "event.choose",
        "facts.area": "event.too-small",
        "facts.colour": "event.unknown-fact",
        "facts.inputs.1.name": "text.required",
        "facts.inputs.2.dose": "event.input-incomplete",
        "facts.inputs.2.first_day": "event.not-a-day",
        "facts.inputs.2.x": "event.unknown-fact",
        "facts.inputs.3": "event.not-rows",
    }


@pytest.mark.parametrize("column", ["registration", "source", "usage", "dose", "first_day", "last_day"])
def test_a_pesticide_entry_is_complete(column: str) -> None:
    entry = {key: value for key, value in SPRAYED.items() if key != column}
    raw = {"activity": "protection", "inputs": [entry]}
    assert wrong("planting", raw) == {f"facts.inputs.0.{column}": "event.input-incomplete"}
    fertiliser = {**entry, "kind": "fertiliser"}
    assert validate_facts("planting", {"activity": "fertilising", "inputs": [fertiliser]})


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"name": "甲胺磷乳油"}, "name", "event.input-banned"),
        ({"registration": "12345"}, "registration", "event.registration"),
        ({"last_day": "2026-02-01"}, "last_day", "event.days-reversed"),
        ({"interval_days": 999}, "interval_days", "event.too-big"),
    ],
)
def test_a_pesticide_entry_is_right(change: dict[str, Any], field: str, code: str) -> None:
    raw = {"activity": "protection", "inputs": [{**SPRAYED, **change}]}
    assert wrong("planting", raw) == {f"facts.inputs.0.{field}": code}


def test_an_entry_of_a_drug_is_complete_too() -> None:
    drug = {"kind": "drug", "name": "示例渔药", "first_day": "2026-03-01", "last_day": "2026-03-01"}
    missing = {f"facts.inputs.0.{column}" for column in ("registration", "source", "usage", "dose")}
    assert set(wrong("breeding", {"activity": "treatment", "inputs": [drug]})) == missing
    approved = {
        **drug,
        "registration": "兽药字 000000000",
        "source": "示例店",
        "usage": "拌料",
        "dose": "1 克/千克",
    }
    assert validate_facts("breeding", {"activity": "treatment", "inputs": [approved]})


def test_waybills_and_plates_have_one_form() -> None:
    facts = validate_facts("transport", {"waybill_no": "sf 0000-0000", "plate": "赣b·00001"})
    assert facts == {"waybill_no": "SF00000000", "plate": "赣B00001"}
    assert wrong("transport", {"waybill_no": "面单"}) == {"facts.waybill_no": "event.waybill"}


def test_rows_are_bounded() -> None:
    rows = [{"step": "washing"}] * MAX_ROWS
    assert len(validate_facts("processing", {"steps": rows})["steps"]) == MAX_ROWS  # type: ignore[arg-type]
    assert wrong("processing", {"steps": [*rows, rows[0]]}) == {"facts.steps": "event.too-many-rows"}
    assert wrong("processing", {"steps": [{}, {"step": " "}]}) == {"facts.steps": "event.rows-required"}
    assert wrong("processing", {"steps": "washing"}) == {"facts.steps": "event.not-rows"}


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("4.50", "4.5"),
        ("-0.0", "0"),
        (4, "4"),
        (4.5, "4.5"),
        (Decimal("1E+1"), "10"),
        ("－18", "-18"),
        ("-80", "-80"),
    ],
)
def test_decimals_have_one_form(value: object, kept: str) -> None:
    assert validate_facts("storage", {"place": "库", "temperature_min": value})["temperature_min"] == kept


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("-80.1", "event.too-small"),
        (301, "event.too-big"),
        ("4.55", "event.too-many-decimals"),
        ("1e2", "event.not-decimal"),
        (float("nan"), "event.not-decimal"),
        (float("inf"), "event.not-decimal"),
        (True, "event.not-decimal"),
        (Decimal("1e999999"), "event.not-decimal"),
        ([], "event.not-decimal"),
    ],
)
def test_other_decimals_are_refused(value: object, code: str) -> None:
    assert wrong("storage", {"place": "库", "temperature_min": value}) == {"facts.temperature_min": code}


@pytest.mark.parametrize(
    ("value", "code"), [("1.5", "event.not-integer"), (0, "event.too-small"), (True, "event.not-integer")]
)
def test_other_integers_are_refused(value: object, code: str) -> None:
    assert wrong("packaging", {"spec": "袋", "count": value}) == {"facts.count": code}


@pytest.mark.parametrize(
    ("stage", "facts", "field"),
    [
        ("storage", {"place": "库", "temperature_min": "10", "temperature_max": "9"}, "temperature_max"),
        ("transport", {"departed": "2026-03-02T08:00", "arrived": "2026-03-01T23:00"}, "arrived"),
        ("harvest", {"first_day": "2026-03-02", "last_day": "2026-03-01"}, "last_day"),
        ("packaging", {"spec": "袋", "packed_on": "2026-03-02", "best_before": "2026-03-01"}, "best_before"),
    ],
)
def test_ends_follow_beginnings(stage: str, facts: dict[str, Any], field: str) -> None:
    assert list(wrong(stage, facts)) == [f"facts.{field}"]


def test_minus_ten_is_colder_than_minus_nine() -> None:
    facts = {"place": "库", "temperature_min": "-10", "temperature_max": "-9.5"}
    assert validate_facts("storage", facts) == facts


def inspection(kind: str, *rows: dict[str, Any], result: str = "pass") -> dict[str, Any]:
    items = [{"item": "示例项目", "result": "pass", **row} for row in rows]
    return {"kind": kind, "lab": "示例检测站", "result": result, "items": items}


MEASURED = {
    "value": "0.02",
    "unit": "mg/kg",
    "limit": "0.5",
    "method": "GB 23200.121-2026",
    "standard": "GB 2763-2026",
}


@pytest.mark.parametrize(
    "raw",
    [
        inspection("rapid", {"inhibition": "12.5"}),
        inspection("rapid", {"reaction": "negative"}),
        inspection("rapid", {"inhibition": "80", "reaction": "positive", "result": "fail"}, result="fail"),
        inspection("quantitative", MEASURED),
        inspection("quantitative", {**MEASURED, "value": "未检出"}),
        inspection("quantitative", {**MEASURED, "value": "<0.5"}),
        inspection(
            "quantitative", {**MEASURED, "value": "0.5"}, {**MEASURED, "value": "0.50", "limit": "≤0.5"}
        ),
        inspection("type", {**MEASURED, "value": "18", "limit": "≥18"}),
        inspection("quantitative", {**MEASURED, "value": "0.6", "result": "fail"}, result="fail"),
        inspection("sensory", {}),
    ],
)
def test_inspections_that_hold_together(raw: dict[str, Any]) -> None:
    assert validate_facts("inspection", raw)["items"]


@pytest.mark.parametrize(
    ("raw", "codes"),
    [
        (inspection("rapid", {}), {"items.0.inhibition": "event.rapid-result"}),
        (inspection("rapid", {"inhibition": 50}), {"items.0.result": "event.rapid-positive"}),
        (inspection("rapid", {"reaction": "positive"}), {"items.0.result": "event.rapid-positive"}),
        (
            inspection("rapid", {"inhibition": 20, "reaction": "positive"}),
            {"items.0.reaction": "event.rapid-contradicts"},
        ),
        (
            inspection("quantitative", {}),
            {f"items.0.{column}": "event.test-incomplete" for column in MEASURED},
        ),
        (
            inspection("quantitative", {**MEASURED, "standard": "GB 2763"}),
            {"items.0.standard": "event.standard-edition"},
        ),
        (inspection("quantitative", {**MEASURED, "value": "0.51"}), {"items.0.result": "event.over-limit"}),
        (
            inspection("type", {**MEASURED, "value": "17", "limit": "≥18"}),
            {"items.0.result": "event.over-limit"},
        ),
        (
            inspection("type", {**MEASURED, "value": "<18", "limit": "≥18"}),
            {"items.0.result": "event.over-limit"},
        ),
        (inspection("sensory", {}, {"result": "fail"}), {"result": "event.result-contradicts"}),
    ],
)
def test_inspections_that_contradict_themselves(raw: dict[str, Any], codes: dict[str, str]) -> None:
    assert wrong("inspection", raw) == {f"facts.{field}": code for field, code in codes.items()}


def test_wrong_inputs_are_named_for_people() -> None:
    planting = STAGES["planting"]
    assert label_of(planting, "facts.inputs.2.dose") == "投入品 第 3 行 用量"
    assert label_of(planting, "facts.inputs.2.dose", "en") == "Inputs used row 3 Dose"
    assert label_of(planting, "facts.area") == "面积"
    for other in ("occurred", "facts", "facts.x", "facts.inputs.x", "facts.inputs.1.x"):
        assert label_of(planting, other) == ""


def test_values_are_shown_in_words() -> None:
    planting = STAGES["planting"]
    assert show_value(planting.fact("activity"), "watering") == "灌溉"
    assert show_value(planting.fact("activity"), "watering", "en") == "Watering"
    assert show_value(planting.fact("area"), "3.5") == "3.5 亩"
    assert show_value(planting.fact("area"), "3.5", "en") == "3.5 mu"
    departed = STAGES["transport"].fact("departed")
    assert show_value(departed, "2026-03-01T00:30:00Z") == "2026-03-01 08:30"
    yes = Fact("washed", "已清洗", "Washed", "yesno")
    assert [show_value(yes, value, lang) for value in (True, False) for lang in ("zh", "en")] == [
        "是",
        "Yes",
        "否",
        "No",
    ]
    with pytest.raises(ValueError, match="column by column"):
        show_value(planting.fact("inputs"), [])


def test_the_public_sees_no_person_and_no_price() -> None:
    transport = validate_facts(
        "transport",
        {
            "plate": "赣B00001",
            "driver_phone": "13800000000",
            "waybill_no": "SF000000",
            "note": "电话 138 0000 0000",
        },
    )
    assert public_facts(STAGES["transport"], transport) == {"plate": "赣B***01", "note": "电话 138****0000"}
    purchase = validate_facts(
        "purchase", {"seller": "示例农户", "price": "12", "worker": "王示例", "grade": "一级"}
    )
    shown = public_facts(STAGES["purchase"], purchase)
    assert shown == {"seller": "示***", "grade": "一级", "worker": "王**"}


def test_an_erasure_takes_the_person_and_leaves_the_record() -> None:
    facts = validate_facts("planting", {"activity": "protection", "worker": "王示例", "inputs": [SPRAYED]})
    kept = without_personal(STAGES["planting"], facts)
    assert kept == {key: value for key, value in facts.items() if key != "worker"}
    assert validate_facts("planting", kept) == kept


def test_the_public_sees_all_of_what_was_sprayed() -> None:
    facts = validate_facts("planting", {"activity": "protection", "inputs": [SPRAYED]})
    assert public_facts(STAGES["planting"], facts) == facts


@pytest.mark.parametrize(
    ("value", "kept"), [("on", True), ("是", True), (True, True), ("0", False), ("No", False)]
)
def test_yes_and_no(value: object, kept: bool, washed: Stage) -> None:
    assert core_facts.validate(washed, {"washed": value}) == {"washed": kept}


@pytest.mark.parametrize("value", ["maybe", 2, [True]])
def test_neither_yes_nor_no(value: object, washed: Stage) -> None:
    with pytest.raises(InvalidInputs) as caught:
        core_facts.validate(washed, {"washed": value})
    assert caught.value.code == "event.yes-or-no"


@pytest.fixture
def washed() -> Stage:
    """A stage made up here: one more stage needs nothing but its data."""
    return Stage(
        key="washing",
        zh="清洗",
        en="Washing",
        icon="washing",
        facts=(Fact("washed", "已清洗", "Washed", "yesno"),),
        help_zh="清洗后记录。",
        help_en="After washing.",
        org_kinds=frozenset({OrganisationKind.COOPERATIVE}),
        places=("site",),
        epcis=("ObjectEvent", "other"),
    )


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.dates(),
    st.lists(st.integers()),
    st.sampled_from(["2026-03-01", "2026-03-01T08:30", "0.5", "PD00000001", "360735", "-"]),
)


def fitting(fact: Fact) -> st.SearchStrategy[Any]:
    """Values that fit the fact taken alone."""
    if fact.rule is not None:
        return st.just({"to_region": "360735", "plate": "赣B00001"}.get(fact.key, "PD00000001"))
    if fact.kind == "choice":
        return st.sampled_from([choice.key for choice in fact.choices])
    if fact.kind in ("integer", "decimal"):
        return st.integers(fact.minimum or 0, 300 if fact.maximum is None else fact.maximum)
    if fact.kind in ("date", "datetime"):
        return st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)).map(
            lambda moment: moment.strftime("%Y-%m-%d" if fact.kind == "date" else "%Y-%m-%dT%H:%M")
        )
    return st.text("石城白莲草莓abc 0123.🍓", min_size=1, max_size=12).filter(str.strip)


def raw_for(
    stage: Stage, cell: Callable[[Fact], st.SearchStrategy[Any]]
) -> st.SearchStrategy[dict[str, Any]]:
    def facts(group: tuple[Fact, ...]) -> st.SearchStrategy[dict[str, Any]]:
        made = {
            fact.key: st.lists(facts(fact.columns), min_size=1, max_size=3) if fact.columns else cell(fact)
            for fact in group
        }
        needed = {fact.key for fact in group if fact.required}
        optional = {key: value for key, value in made.items() if key not in needed}
        return st.fixed_dictionaries({key: made[key] for key in made if key in needed}, optional=optional)

    return facts(stage.facts)


def kept_or_refused(stage: Stage, raw: dict[str, Any]) -> list[TraceError]:
    """The errors; without any, the facts were checked to be canonical, plain JSON and stable."""
    try:
        facts = validate_facts(stage.key, raw)
    except InvalidInputs as refusal:
        return refusal.errors
    again = json.loads(json.dumps(facts, ensure_ascii=False, allow_nan=False))
    assert validate_facts(stage.key, again) == facts
    assert not [value for value in facts.values() if isinstance(value, float)]
    return []


@given(st.data())
def test_any_raw_facts_are_kept_canonical_or_refused_by_name(data: st.DataObject) -> None:
    stage = data.draw(st.sampled_from(list(STAGES.values())))
    for error in kept_or_refused(stage, data.draw(raw_for(stage, lambda _: CELLS))):
        assert label_of(stage, str(error.field)), error.field
        assert error.message("zh")


ACROSS_FACTS = re.compile(
    r"event\.(.*-reversed|input-.*|test-.*|rapid-.*|standard-.*|over-.*|result-.*|rows-required)"
)


@given(st.data())
def test_facts_that_fit_alone_are_refused_only_for_contradicting_others(data: st.DataObject) -> None:
    stage = data.draw(st.sampled_from(list(STAGES.values())))
    for error in kept_or_refused(stage, data.draw(raw_for(stage, fitting))):
        assert ACROSS_FACTS.fullmatch(error.code), error.code
        assert label_of(stage, str(error.field)), error.field


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_a_canonical_decimal_is_the_same_number(value: Decimal) -> None:
    plain = canonical_decimal(value)
    assert Decimal(plain) == value
    assert re.fullmatch(r"0|-?(0|[1-9]\d*)(\.\d*[1-9])?", plain)
