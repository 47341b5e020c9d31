"""石城白莲: two plots, merged, processed, graded, tested, packed, labelled, shipped."""

from __future__ import annotations

from datetime import date

from trace.demo.cast import Cast
from trace.demo.papers import lab_report
from trace.demo.teller import File, Teller, picture
from trace.services import certificate, find, freeze, plot, ranges, recall
from trace.services.operation import Output
from trace.tables.base import key_of

LABELS = 48

# Values and limits are invented; what was measured is what NY/T 1504-2007 lists.
_ITEMS = (
    ("水分", "9.1", "g/100g", "11.0（示例）", "GB 5009.3-2016"),
    ("总砷", "<0.04", "mg/kg", "0.5（示例）", "GB 5009.11-2014"),
    ("铅", "0.03", "mg/kg", "0.2（示例）", "GB 5009.12-2023"),
    ("镉", "0.01", "mg/kg", "0.1（示例）", "GB 5009.15-2023"),
    ("总汞", "<0.003", "mg/kg", "0.02（示例）", "GB 5009.17-2021"),
    ("黄曲霉毒素B1", "未检出", "μg/kg", "5（示例）", "GB 5009.22-2016"),
    ("二氧化硫", "未检出", "g/kg", "0.1（示例）", "GB 5009.34-2022"),
)


def tell(teller: Teller, cast: Cast, year: int) -> None:
    """The season of `year`, from planting in March to shipping in October."""
    first, second = _plots(teller, cast, year)
    teller.together(
        lambda: _best(teller, cast, first, second, year), lambda: _recalled(teller, cast, first, year)
    )


def _best(teller: Teller, cast: Cast, first: int, second: int, year: int) -> None:
    """From two fields to three grades: one shipped, one held, one with spoilt labels."""
    who = cast.lotus_coop
    east, west = teller.together(
        lambda: _grown(
            teller, cast, first, year, picked=(date(year, 7, 18), date(year, 8, 6)), grams=(620_000, 580_000)
        ),
        lambda: _grown(teller, cast, second, year, picked=(date(year, 8, 4),), grams=(410_000,)),
    )
    [mixed] = teller.operate(
        who, date(year, 8, 7), "merge", [(east, 1_100_000), (west, 400_000)],
        [Output(cast.lotus_raw, 1_498_000)], loss_g=2_000, note="示例：两块田同周采摘的鲜莲子并批加工",
    )  # fmt: skip
    _processed(teller, cast, mixed, date(year, 8, 8))
    [dry] = teller.operate(
        who, date(year, 8, 10), "transform", [(mixed, 1_498_000)], [Output(cast.lotus_dry, 468_000)],
        note="示例：鲜莲子加工成通芯白莲",
    )  # fmt: skip
    _tested(teller, cast, dry, date(year, 8, 14))
    best, second_grade, third = teller.operate(
        who, date(year, 8, 20), "split", [(dry, 468_000)],
        [Output(cast.lotus_dry, 262_000, "一级"), Output(cast.lotus_dry, 141_000, "二级"),
         Output(cast.lotus_dry, 60_000, "三级")],
        loss_g=5_000, note="示例：按粒数和净度分级，拣出碎粒 5 公斤",
    )  # fmt: skip
    for number, count, day in ((best, 524, 22), (second_grade, 282, 23), (third, 120, 23)):
        _packed(teller, cast, number, count, date(year, 8, day))
    for number in (best, second_grade, third):
        _certified(teller, cast, number, date(year, 8, 24))
    teller.print_run(who, best, date(year, 8, 25), LABELS, "a4-24", "demo-lotus-best")
    teller.print_run(who, second_grade, date(year, 8, 25), 24, "roll-60x40", "demo-lotus-second")
    void_run = teller.print_run(who, third, date(year, 8, 25), 24, "a4-24", "demo-lotus-third")
    with teller.write(date(year, 8, 26)) as session:
        ranges.void(session, who, void_run, 1, 2, "示例：试机卡纸，标签印歪")
    _shipped(teller, cast, best, date(year, 9, 12))
    with teller.write(date(year, 10, 20)) as session:
        freeze.freeze(session, cast.regulator, second_grade, "示例：例行抽检，等待复检结果")


def _plots(teller: Teller, cast: Cast, year: int) -> tuple[int, int]:
    with teller.write(date(year, 3, 1), 9) as session:
        made = [
            plot.create(session, cast.lotus_coop, plot.NewPlot(code, name, "360735", township, area, village))
            for code, name, township, village, area in (
                ("QJ-01", "示例一号莲田", "琴江镇", "示例村", "36.5"),
                ("XS-02", "示例二号莲田", "小松镇", "示例村", "18.2"),
            )
        ]
        return key_of(made[0]), key_of(made[1])


def _grown(
    teller: Teller, cast: Cast, plot_id: int, year: int, *, picked: tuple[date, ...], grams: tuple[int, ...]
) -> str:
    """A batch of fresh seed from planting to the last picking."""
    who = cast.lotus_coop
    number = teller.begin(who, date(year, 3, 26), cast.lotus_raw, plot_id)
    place = "示例村莲田"
    teller.record(
        who, number, "planting", date(year, 3, 26),
        {"activity": "transplanting", "variety": "太空莲36号（示例·未核对）", "worker": "示例农户甲"},
        place=place, source="示例县莲种繁育点",
    )  # fmt: skip
    teller.record(
        who, number, "planting", date(year, 4, 28),
        {
            "activity": "fertilising",
            "inputs": [
                {
                    "kind": "fertiliser", "name": "示例有机肥", "source": "示例农资店", "usage": "撒施",
                    "dose": "150 公斤/亩（示例）", "first_day": date(year, 4, 28).isoformat(),
                    "last_day": date(year, 4, 28).isoformat(),
                }
            ],
            "worker": "示例农户甲",
        },
        place=place,
    )  # fmt: skip
    teller.record(
        who, number, "planting", date(year, 5, 24),
        {"activity": "weeding", "note": "示例：人工薅草、修田埂，未用除草剂。", "worker": "示例农户乙"},
        place=place,
    )  # fmt: skip
    teller.record(
        who, number, "planting", date(year, 6, 20),
        {"activity": "other", "note": "示例：盛花期巡田。", "worker": "示例农户乙"},
        place=place, files=[picture("lotus-bloom")],
    )  # fmt: skip
    for count, (day, weight) in enumerate(zip(picked, grams, strict=True)):
        teller.record(
            who, number, "harvest", day,
            {"method": "hand", "maturity": "八至九成熟", "worker": "示例农户甲"},
            quantity_g=weight, place=place, files=[picture("lotus-picking")] if count == 0 else [],
        )  # fmt: skip
    return number


def _processed(teller: Teller, cast: Cast, number: str, day: date) -> None:
    steps = [
        {"step": "threshing"},
        {"step": "shelling"},
        {"step": "peeling"},
        {"step": "soaking", "hours": "0.5", "detail": "清水（示例）"},
        {"step": "rinsing", "detail": "流水，未添加任何物质（示例）"},
        {"step": "coring"},
        {"step": "drying", "temperature": "65", "hours": "10", "detail": "示例温度和时长"},
        {"step": "cooling", "hours": "2"},
    ]
    teller.record(
        cast.lotus_coop, number, "processing", day,
        {"steps": steps, "workshop": "示例加工车间", "worker": "示例师傅丙"},
        place="示例加工车间", files=[picture("lotus-baking"), picture("lotus-drying")],
    )  # fmt: skip


def _tested(teller: Teller, cast: Cast, number: str, day: date) -> None:
    rows = [
        {
            "item": item, "value": value, "unit": unit, "limit": limit, "method": method,
            "standard": "NY/T 1504-2007", "result": "pass",
        }
        for item, value, unit, limit, method in _ITEMS
    ]  # fmt: skip
    facts = {
        "kind": "quantitative",
        "lab": "示例检测中心",
        "result": "pass",
        "report_no": f"示例-{day.year}-0814",
        "sampled_on": date(day.year, day.month, day.day - 3).isoformat(),
        "reported_on": day.isoformat(),
        "items": rows,
        "note": "示例：检测值和限量均为演示虚构，不是真实检测结果。",
    }
    paper = lab_report(
        number=str(facts["report_no"]),
        product="通芯白莲",
        batch=number,
        client="示例琴江白莲专业合作社",
        day=day,
        rows=[(item, value, unit, limit, "NY/T 1504-2007", "合格") for item, value, unit, limit, _ in _ITEMS],
    )
    teller.record(
        cast.laboratory, number, "inspection", day, facts,
        files=[File(paper, "示例检测报告.pdf", "示例检测报告")],
    )  # fmt: skip


def _packed(teller: Teller, cast: Cast, number: str, count: int, day: date) -> None:
    facts = {
        "spec": "500 克/袋",
        "count": str(count),
        "material": "食品级复合袋（示例）",
        "packed_on": day.isoformat(),
        "worker": "示例包装员丁",
    }
    teller.record(
        cast.lotus_coop, number, "packaging", day, facts, place="示例包装间", files=[picture("lotus-packed")]
    )
    teller.record(
        cast.lotus_coop, number, "storage", day,
        {"place": "示例常温库", "kind": "room", "temperature_max": "25", "humidity": "55"},
    )  # fmt: skip


def _certified(teller: Teller, cast: Cast, number: str, day: date) -> None:
    with teller.db.read() as session:
        total = find.state(session, find.public_batch(session, number)).total_g
    teller.certify(
        cast.lotus_coop, number, day,
        certificate.NewCertificate(
            quantity_g=total,
            origin="江西省赣州市石城县琴江镇、小松镇",
            promisor="示例琴江白莲专业合作社",
            contact="13800000001",
            bases=("entrusted_test", "internal_control"),
            issued_on=day,
        ),
    )  # fmt: skip


def _shipped(teller: Teller, cast: Cast, number: str, day: date) -> None:
    teller.record(
        cast.carrier, number, "transport", day,
        {
            "carrier": "示例冷链物流公司", "waybill_no": "SHILI0000001", "plate": "赣B·示0001",
            "to_region": "440100",
        },
        quantity_g=120_000, source="石城县", destination="广州市",
    )  # fmt: skip
    wrong = teller.record(
        cast.lotus_coop, number, "sale", day,
        {"channel": "online", "buyer_kind": "dealer", "buyer": "示例网店", "note": "示例网店订单。"},
        quantity_g=12_000, destination="广州市",
    )  # fmt: skip
    teller.correct(
        cast.lotus_coop, wrong.event_id, "sale", day,
        {"channel": "online", "buyer_kind": "dealer", "buyer": "示例网店", "note": "示例网店订单。"},
        "示例：重量少写一个零，应为 120 公斤", date(day.year, day.month, day.day + 2),
        quantity_g=120_000, destination="广州市",
    )  # fmt: skip


def _recalled(teller: Teller, cast: Cast, plot_id: int, year: int) -> None:
    """A second, small batch that was recalled: its labels show what a recall looks like."""
    raw = _grown(teller, cast, plot_id, year, picked=(date(year, 9, 2),), grams=(60_000,))
    _processed(teller, cast, raw, date(year, 9, 3))
    [dry] = teller.operate(
        cast.lotus_coop,
        date(year, 9, 5),
        "transform",
        [(raw, 60_000)],
        [Output(cast.lotus_dry, 18_000, "一级")],
    )
    _tested(teller, cast, dry, date(year, 9, 8))
    _packed(teller, cast, dry, 36, date(year, 9, 10))
    _certified(teller, cast, dry, date(year, 9, 11))
    teller.print_run(cast.lotus_coop, dry, date(year, 9, 11), 24, "roll-50x30", "demo-lotus-recalled")
    with teller.write(date(year, 10, 15)) as session:
        recall.open_recall(
            session, cast.regulator, dry, "示例：抽检发现一袋水分偏高，全批召回",
            "示例：请停止食用，凭标签到购买处退换，或拨打页面下方的投诉电话。",
        )  # fmt: skip
