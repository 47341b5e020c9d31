"""A certificate is whole, covers no more than its batch, and claims no test that was not made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from trace.core.certificate import (
    CURRENT,
    TEMPLATES,
    TITLE,
    Basis,
    Certificate,
    boxes,
    check,
    lines,
    parse_bases,
    untested,
)
from trace.core.errors import InvalidInput, InvalidInputs, TraceError

TODAY = date(2026, 8, 2)
GOOD = Certificate(
    product="示例白莲",
    quantity_g=500_000,
    origin="示例县示例镇",
    issued_on=TODAY,
    promisor="示例合作社",
    contact="13800000000",
    bases=frozenset({Basis.INTERNAL_CONTROL}),
)


def codes(certificate: Certificate, **facts: Any) -> dict[str, str]:
    known: dict[str, Any] = {"batch_g": 500_000, "batch_since": date(2026, 8, 1), "today": TODAY}
    errors: list[TraceError] = []
    try:
        check(certificate, **{**known, **facts})
    except InvalidInputs as refusal:
        errors = refusal.errors
    assert all(error.message("zh") and error.message("en") for error in errors)
    return {str(error.field): error.code for error in errors}


def test_a_whole_certificate_passes() -> None:
    assert codes(GOOD) == {}


@pytest.mark.parametrize("part", ["product", "origin", "promisor", "contact"])
def test_no_part_is_missing(part: str) -> None:
    assert codes(replace(GOOD, **{part: " "})) == {part: "text.required"}  # type: ignore[arg-type]  # all are text


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"quantity_g": 500_001}, {"quantity": "certificate.more-than-batch"}),
        ({"quantity_g": 0}, {"quantity": "quantity.zero"}),
        ({"bases": frozenset()}, {"bases": "certificate.basis"}),
        ({"issued_on": date(2026, 8, 3)}, {"issued_on": "certificate.in-future"}),
        ({"issued_on": date(2026, 7, 31)}, {"issued_on": "certificate.before-batch"}),
        ({"template": "1999"}, {"template": "certificate.template"}),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], wrong: dict[str, str]) -> None:
    assert codes(replace(GOOD, **change)) == wrong


def test_all_that_is_wrong_is_named_at_once() -> None:
    assert set(codes(replace(GOOD, product="", contact="", quantity_g=0))) == {
        "product",
        "contact",
        "quantity",
    }


@pytest.mark.parametrize("basis", [Basis.ENTRUSTED_TEST, Basis.OWN_TEST])
def test_testing_means_that_what_was_used_was_tested(basis: Basis) -> None:
    tested = replace(GOOD, bases=frozenset({basis}))
    assert codes(tested) == {"bases": "certificate.no-test"}
    assert codes(tested, tests=1) == {}
    assert codes(tested, tests=1, used={"啶酰菌胺"}, tested={" 啶酰菌胺 ", "铅"}) == {}
    assert codes(tested, tests=1, used={"啶酰菌胺", "嘧菌酯"}, tested={"啶酰菌胺"}) == {
        "bases": "certificate.untested"
    }
    assert codes(replace(GOOD, bases=frozenset({Basis.INTERNAL_CONTROL})), used={"嘧菌酯"}) == {}


def test_what_was_not_tested_is_named() -> None:
    assert untested(["嘧菌酯", "丙环唑", "丙环唑"], ["铅"]) == ["丙环唑", "嘧菌酯"]


def test_boxes_are_read() -> None:
    assert parse_bases(["own_test", "internal_control"]) == {Basis.OWN_TEST, Basis.INTERNAL_CONTROL}
    for ticked in ([], ["self"]):
        with pytest.raises(InvalidInput) as caught:
            parse_bases(ticked)
        assert caught.value.code == "certificate.basis"


def test_the_wording_is_the_form_s() -> None:
    template = TEMPLATES[CURRENT]
    assert template.title[0] == TITLE == "承诺达标合格证"
    assert [promise for promise, _ in template.promises] == [
        "不使用禁用农药兽药、停用兽药和非法添加物",
        "常规农药兽药残留不超标",
        "对承诺的真实性负责",
    ]
    assert boxes(GOOD) == [(False, "委托检测合格"), (False, "自行检测合格"), (True, "质量安全控制符合要求")]
    assert {basis for basis, _, _ in template.bases} == set(Basis)


def test_the_lines_stand_in_the_form_s_order() -> None:
    assert lines(GOOD) == [
        ("产品名称", "示例白莲"),
        ("数量（重量）", "500 kg"),
        ("产地", "示例县示例镇"),
        ("承诺主体", "示例合作社"),
        ("联系方式", "13800000000"),
        ("开具日期", "2026年8月2日"),
    ]
    assert ("联系方式", "138****0000") in lines(GOOD, public=True)
    assert ("Issued on", "2026-08-02") in lines(GOOD, "en")
