"""The commitment certificate (承诺达标合格证): content, wording by edition, when it may be issued."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from trace.core import languages, masking, quantity
from trace.core.errors import InvalidInput, InvalidInputs, TraceError

TITLE = "承诺达标合格证"
"""The words that must stand prominently beside a QR code which serves as certificate."""


class Basis(StrEnum):
    """What the promise rests on (承诺依据)."""

    ENTRUSTED_TEST = "entrusted_test"
    OWN_TEST = "own_test"
    INTERNAL_CONTROL = "internal_control"


TESTING = frozenset({Basis.ENTRUSTED_TEST, Basis.OWN_TEST})


@dataclass(frozen=True)
class Template:
    """One edition of the certificate's wording; a certificate keeps the one it was issued under."""

    version: str
    title: tuple[str, str]
    opening: tuple[str, str]
    promises: tuple[tuple[str, str], ...]
    basis_title: tuple[str, str]
    bases: tuple[tuple[Basis, str, str], ...]


TEMPLATES: dict[str, Template] = {
    "2023": Template(
        version="2023",
        title=(TITLE, "Commitment certificate of conformity"),
        opening=("我承诺对生产销售的食用农产品：", "For the edible farm products I grow and sell I promise:"),
        promises=(
            (
                "不使用禁用农药兽药、停用兽药和非法添加物",
                "No banned pesticides or veterinary drugs, no withdrawn drugs, no illegal additives",
            ),
            (
                "常规农药兽药残留不超标",
                "Residues of permitted pesticides and veterinary drugs within the limits",
            ),
            ("对承诺的真实性负责", "I answer for the truth of this promise"),
        ),
        basis_title=("承诺依据：", "Based on:"),
        bases=(
            (Basis.ENTRUSTED_TEST, "委托检测合格", "Passed a test by a laboratory"),
            (Basis.OWN_TEST, "自行检测合格", "Passed our own test"),
            (
                Basis.INTERNAL_CONTROL,
                "质量安全控制符合要求",
                "Quality and safety control meets the requirements",
            ),
        ),
    )
}
CURRENT = "2023"


@dataclass(frozen=True)
class Certificate:
    """What one certificate says about one batch; `quantity_g` in grams."""

    product: str
    quantity_g: int
    origin: str
    issued_on: date
    promisor: str
    contact: str
    bases: frozenset[Basis]
    template: str = CURRENT


def parse_bases(values: Iterable[str]) -> frozenset[Basis]:
    """Read ticked boxes; InvalidInput certificate.basis for an unknown one or none."""
    try:
        bases = frozenset(Basis(value) for value in values)
    except ValueError:
        raise InvalidInput("certificate.basis", "bases") from None
    if not bases:
        raise InvalidInput("certificate.basis", "bases")
    return bases


def check(
    certificate: Certificate,
    *,
    batch_g: int,
    batch_since: date,
    today: date,
    used: Collection[str] = (),
    tested: Collection[str] = (),
    tests: int = 0,
) -> None:
    """Refuse (InvalidInputs) a certificate that lacks a part, exceeds its batch or overstates its tests.

    `batch_g`: what the batch holds, g. `used`: active ingredients used on the batch and its ancestors.
    `tested`: items of the batch's passed tests; `tests`: how many such tests there are.
    """
    errors: list[TraceError] = []
    for name in ("product", "origin", "promisor", "contact"):
        if not getattr(certificate, name).strip():
            errors.append(InvalidInput("text.required", name))
    if certificate.quantity_g <= 0:
        errors.append(InvalidInput("quantity.zero", "quantity"))
    elif certificate.quantity_g > batch_g:
        params = {"batch": quantity.show(batch_g), "asked": quantity.show(certificate.quantity_g)}
        errors.append(InvalidInput("certificate.more-than-batch", "quantity", **params))
    if certificate.issued_on > today:
        errors.append(InvalidInput("certificate.in-future", "issued_on"))
    elif certificate.issued_on < batch_since:
        errors.append(InvalidInput("certificate.before-batch", "issued_on", since=batch_since.isoformat()))
    if certificate.template not in TEMPLATES:
        errors.append(InvalidInput("certificate.template", "template"))
    if not certificate.bases:
        errors.append(InvalidInput("certificate.basis", "bases"))
    if certificate.bases & TESTING:
        missing = untested(used, tested)
        if tests < 1:
            errors.append(InvalidInput("certificate.no-test", "bases"))
        elif missing:
            errors.append(InvalidInput("certificate.untested", "bases", missing="、".join(missing)))
    if errors:
        raise InvalidInputs(errors)


def untested(used: Iterable[str], tested: Iterable[str]) -> list[str]:
    """The active ingredients used that no test looked for, in order: 用什么药、检什么药."""
    looked_for = {_plain(item) for item in tested}
    return sorted({name.strip() for name in used if _plain(name) not in looked_for})


def lines(certificate: Certificate, lang: str = "zh", *, public: bool = False) -> list[tuple[str, str]]:
    """The six facts of the certificate as (name, value), in the form's order; `public` masks phones."""
    day = certificate.issued_on
    return [
        (languages.said(lang, "产品名称", "Product"), certificate.product),
        (languages.said(lang, "数量（重量）", "Quantity"), quantity.show(certificate.quantity_g)),
        (languages.said(lang, "产地", "Origin"), certificate.origin),
        (languages.said(lang, "承诺主体", "Promised by"), certificate.promisor),
        (
            languages.said(lang, "联系方式", "Contact"),
            masking.phones_in(certificate.contact) if public else certificate.contact,
        ),
        (
            languages.said(lang, "开具日期", "Issued on"),
            day.isoformat() if lang.startswith("en") else f"{day.year}年{day.month}月{day.day}日",
        ),
    ]


def boxes(certificate: Certificate, lang: str = "zh") -> list[tuple[bool, str]]:
    """The bases as tick boxes of the certificate's edition: (ticked, words)."""
    template = TEMPLATES[certificate.template]
    return [(basis in certificate.bases, languages.said(lang, zh, en)) for basis, zh, en in template.bases]


def _plain(item: str) -> str:
    return "".join(item.split()).casefold()
