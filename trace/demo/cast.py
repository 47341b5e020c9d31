"""The organisations, people, brands and products of the demonstration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trace.core.brand_rules import Area, BrandRules
from trace.core.organisation import OrganisationKind
from trace.core.policy import Actor
from trace.demo.teller import Teller
from trace.services import authorisation, brand, find, product
from trace.services.organisation import NewOrganisation
from trace.services.product import Grade
from trace.tables.base import key_of

LOTUS_SLUG = "shicheng-bailian"
BERRY_SLUG = "donggang-caomei"

# 产地范围: the ten townships of 石城县 that the product's description names.
LOTUS_TOWNSHIPS = (
    "琴江镇",
    "小松镇",
    "高田镇",
    "屏山镇",
    "横江镇",
    "木兰乡",
    "丰山乡",
    "龙岗乡",
    "珠坑乡",
    "大由乡",
)
LOTUS_TESTS = ("水分", "总砷", "铅", "镉", "总汞", "黄曲霉毒素B1", "二氧化硫")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in, and the organisation they act for."""

    key: str
    kind: OrganisationKind
    username: str
    name: str
    title: str
    organisation: dict[str, str]


@dataclass(frozen=True, slots=True)
class Cast:
    """Who acts, and the products they act on."""

    operator: Actor
    regulator: Actor
    lotus_office: Actor
    lotus_coop: Actor
    berry_office: Actor
    berry_coop: Actor
    berry_regulator: Actor
    laboratory: Actor
    carrier: Actor
    lotus_raw: int
    lotus_dry: int
    berry: int
    former_leave: int


def gather(teller: Teller, day: date, lotus_season: date) -> Cast:
    """Register everybody on `day` and authorise the cooperatives for two years."""
    kinds = OrganisationKind
    people: dict[str, Actor] = {}
    for number, one in enumerate(PEOPLE, start=1):
        org_id = teller.organisation(day, number, NewOrganisation(kind=one.kind.value, **one.organisation))
        people[one.key] = teller.person(day, org_id, one.kind, one.username, one.name)
    former = teller.organisation(day, 90, NewOrganisation(kind=kinds.COOPERATIVE.value, **_FORMER))
    lotus_raw, lotus_dry = _lotus(teller, day, people["operator"], people["lotus_office"])
    berry = _berry(teller, day, people["operator"], people["berry_office"])
    former_leave = _authorise(teller, day, lotus_season, people, former)
    return Cast(
        **people,
        lotus_raw=lotus_raw,
        lotus_dry=lotus_dry,
        berry=berry,
        former_leave=former_leave,
    )


def end_former(teller: Teller, cast: Cast, day: date) -> None:
    """One cooperative loses its leave, so that the brand's page shows what that looks like."""
    with teller.write(day, 13) as session:
        authorisation.revoke(session, cast.lotus_office, cast.former_leave, "示例：年度核查未通过")


def _lotus(teller: Teller, day: date, operator: Actor, office: Actor) -> tuple[int, int]:
    rules = BrandRules(
        stages=("planting", "harvest", "processing", "inspection", "packaging"),
        tests=LOTUS_TESTS,
        areas=tuple(Area("360735", name) for name in LOTUS_TOWNSHIPS),
        activation="print",
        late_days=7,
    )
    with teller.write(day, 11) as session:
        made = brand.create(
            session,
            operator,
            brand.NewBrand(
                slug=LOTUS_SLUG,
                name="石城白莲",
                name_en="Shicheng White Lotus Seed",
                owner_id=int(office.org_id),
                rules=rules,
                gi_notice="原质检总局 2013 年 12 月批准地理标志保护（公告号待核对）",
                story=(
                    "石城白莲产自江西省赣州市石城县，产地范围为琴江、小松、高田、屏山、横江五镇和木兰、丰山、龙岗、"
                    "珠坑、大由五乡。鲜莲在七月到九月采摘，经脱粒、去壳、去皮、浸泡、漂洗、通芯、烘焙、退热等至少二十道"
                    "工序制成通芯白莲。"
                ),
                story_en=(
                    "White lotus seed from ten townships of Shicheng County, Jiangxi. Picked from July to September, "
                    "then threshed, shelled, peeled, soaked, rinsed, cored and dried."
                ),
                picture="brands/shicheng-bailian.svg",
                accent="#2c6a4a",
                hotline="示例 0797-0000000",
            ),
        )
        raw = product.create(
            session,
            office,
            made,
            product.NewProduct(
                code="XLZ",
                name="鲜莲子",
                name_en="Fresh lotus seed",
                category="vegetable",
                crop="莲",
                unit_weight_g=1000,
                labelled=False,
                picture="products/tongxin-bailian.svg",
            ),
        )
        dry = product.create(
            session,
            office,
            made,
            product.NewProduct(
                code="TXBL",
                name="通芯白莲",
                name_en="Cored white lotus seed",
                category="dried",
                crop="莲",
                unit_weight_g=500,
                # The category does not demand one; this brand's office does.
                cert_required=True,
                grades=(
                    Grade("一级", "每 500 g 不超过 510 粒，通芯率 ≥98%，净度 100%，缺陷率 ≤2%，无霉变虫蛀"),
                    Grade("二级", "每 500 g 不超过 550 粒，通芯率 ≥95%，净度 99%，缺陷率 ≤5%，无霉变虫蛀"),
                    Grade("三级", "每 500 g 不超过 600 粒，通芯率 ≥90%，净度 98%，缺陷率 ≤10%，无霉变虫蛀"),
                ),
                standard="NY/T 1504-2007（术语）；分级参照企业标准 Q/DGLQ001-2005",
                storage="阴凉干燥处密封保存（示例）",
                shelf_life_days=540,
                yield_permille=(200, 500),
                picture="products/tongxin-bailian.svg",
            ),
        )
        return key_of(raw), key_of(dry)


def _berry(teller: Teller, day: date, operator: Actor, office: Actor) -> int:
    rules = BrandRules(
        stages=("planting", "harvest", "inspection", "packaging", "storage"),
        tests=("快检抑制率",),
        activation="pack",
        late_days=3,
    )
    with teller.write(day, 12) as session:
        made = brand.create(
            session,
            operator,
            brand.NewBrand(
                slug=BERRY_SLUG,
                name="东港草莓",
                name_en="Donggang Strawberry",
                owner_id=int(office.org_id),
                rules=rules,
                story=(
                    "东港草莓产自辽宁省东港市，全市种植 20.56 万亩，年产 32.2 万吨，有日光温室、早春大棚和露地三种种法，"
                    "鲜果从十月到次年七月陆续上市。2024 年采摘季于 12 月 10 日在椅圈镇开园。"
                ),
                story_en=(
                    "Strawberries from Donggang, Liaoning: 205,600 mu of greenhouses, tunnels and open fields; "
                    "fruit from October to July."
                ),
                picture="brands/donggang-caomei.svg",
                accent="#b3261e",
                hotline="示例 0415-0000000",
            ),
        )
        row = product.create(
            session,
            office,
            made,
            product.NewProduct(
                code="HYCM",
                name="红颜草莓",
                name_en="Hongyan strawberry",
                category="fruit",
                crop="草莓",
                unit_weight_g=500,
                grades=(Grade("特级（示例）"), Grade("一级（示例）")),
                storage="0–4 ℃ 冷藏（示例）",
                shelf_life_days=7,
                picture="products/hongyan-caomei.svg",
            ),
        )
        return key_of(row)


def _authorise(teller: Teller, day: date, lotus_season: date, people: dict[str, Actor], former: int) -> int:
    until = date(lotus_season.year + 1, 12, 31)
    with teller.write(day, 13) as session:
        lotus, berry = find.brand(session, LOTUS_SLUG), find.brand(session, BERRY_SLUG)
        grant = authorisation.Grant
        authorisation.grant(
            session,
            people["lotus_office"],
            lotus,
            grant(int(people["lotus_coop"].org_id), day, until, ("TXBL",), quota_g=5_000_000),
        )
        ended = authorisation.grant(session, people["lotus_office"], lotus, grant(former, day, until))
        authorisation.grant(
            session, people["berry_office"], berry, grant(int(people["berry_coop"].org_id), day, until)
        )
        return key_of(ended)


_FORMER = {
    "name": "示例横江老莲农专业合作社",
    "region_code": "360735",
    "township": "横江镇",
    "address": "赣州市石城县横江镇",
}
_LOTUS_PLACE = {"region_code": "360735", "address": "赣州市石城县琴江镇", "township": "琴江镇"}
_BERRY_PLACE = {"region_code": "210681", "address": "丹东市东港市椅圈镇", "township": "椅圈镇"}
PEOPLE = (
    Person("operator", OrganisationKind.OPERATOR, "yunying", "示例运营员", "平台运营方", {"name": "示例平台运营中心"}),
    Person(
        "regulator", OrganisationKind.REGULATOR, "jianguan", "示例监管员", "监管部门（石城）",
        {"name": "示例石城县农业农村局", "region_code": "360735"},
    ),
    Person(
        "lotus_office", OrganisationKind.BRAND_OWNER, "bailian-pinpai", "示例品牌员", "品牌办（石城白莲）",
        {"name": "示例石城白莲品牌办", "region_code": "360735"},
    ),
    Person(
        "lotus_coop", OrganisationKind.COOPERATIVE, "bailian", "示例录入员小莲", "合作社（石城白莲）",
        {
            "name": "示例琴江白莲专业合作社", "name_en": "Example Qinjiang Lotus Cooperative",
            "phone": "13800000001", **_LOTUS_PLACE,
        },
    ),
    Person(
        "berry_office", OrganisationKind.BRAND_OWNER, "caomei-pinpai", "示例品牌员", "品牌办（东港草莓）",
        {"name": "示例东港草莓品牌办", "region_code": "210681"},
    ),
    Person(
        "berry_coop", OrganisationKind.COOPERATIVE, "caomei", "示例录入员小红", "合作社（东港草莓）",
        {
            "name": "示例椅圈草莓专业合作社", "name_en": "Example Yiquan Strawberry Cooperative",
            "phone": "13800000002", **_BERRY_PLACE,
        },
    ),
    Person(
        "berry_regulator", OrganisationKind.REGULATOR, "jianguan-dg", "示例监管员", "监管部门（东港）",
        {"name": "示例东港市农业农村局", "region_code": "210681"},
    ),
    Person("laboratory", OrganisationKind.LABORATORY, "jiance", "示例检测员", "检测机构", {"name": "示例检测中心"}),
    Person("carrier", OrganisationKind.LOGISTICS, "wuliu", "示例调度员", "物流企业", {"name": "示例冷链物流公司"}),
)  # fmt: skip
