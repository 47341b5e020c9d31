"""Organisations (主体): their kinds, and the roles of the people who act for them."""

from __future__ import annotations

from enum import StrEnum

from trace.core import languages


class OrganisationKind(StrEnum):
    """What an organisation does in the chain."""

    COOPERATIVE = "cooperative"
    FARM = "farm"
    PROCESSOR = "processor"
    DEALER = "dealer"
    LOGISTICS = "logistics"
    LABORATORY = "laboratory"
    BRAND_OWNER = "brand_owner"
    REGULATOR = "regulator"
    OPERATOR = "operator"


class Role(StrEnum):
    """What a person does in an organisation: clerk 录入员, manager 负责人, reader 查看员."""

    CLERK = "clerk"
    MANAGER = "manager"
    READER = "reader"


KIND_NAMES: dict[OrganisationKind, tuple[str, str]] = {
    OrganisationKind.COOPERATIVE: ("合作社", "Cooperative"),
    OrganisationKind.FARM: ("家庭农场（养殖场）", "Farm"),
    OrganisationKind.PROCESSOR: ("加工企业", "Processor"),
    OrganisationKind.DEALER: ("经销商（网店）", "Dealer or online seller"),
    OrganisationKind.LOGISTICS: ("物流企业", "Logistics company"),
    OrganisationKind.LABORATORY: ("检测机构", "Laboratory"),
    OrganisationKind.BRAND_OWNER: ("品牌持有人（品牌办）", "Brand owner"),
    OrganisationKind.REGULATOR: ("监管部门", "Regulator"),
    OrganisationKind.OPERATOR: ("平台运营方", "Platform operator"),
}

ROLE_NAMES: dict[Role, tuple[str, str]] = {
    Role.CLERK: ("录入员", "Clerk"),
    Role.MANAGER: ("负责人", "Manager"),
    Role.READER: ("查看员", "Reader"),
}

GROWERS = frozenset({OrganisationKind.COOPERATIVE, OrganisationKind.FARM})
TRADERS = GROWERS | {OrganisationKind.PROCESSOR, OrganisationKind.DEALER}
"""All who own batches: they grow, make or sell."""


def kind_name(kind: str, lang: str = "zh") -> str:
    """The kind's name in a language, by its tag."""
    return languages.said(lang, *KIND_NAMES[OrganisationKind(kind)])


def role_name(role: str, lang: str = "zh") -> str:
    """The role's name in a language, by its tag."""
    return languages.said(lang, *ROLE_NAMES[Role(role)])
