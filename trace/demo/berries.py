"""东港草莓: a greenhouse season, picked ripe, pre-cooled, tested on the spot, sent off cold."""

from __future__ import annotations

from datetime import date

from trace.demo.cast import Cast
from trace.demo.teller import Teller, picture
from trace.services import certificate, plot, ranges
from trace.services.operation import Output
from trace.tables.base import key_of


def tell(teller: Teller, cast: Cast, year: int) -> None:
    """The season that ends in `year`: planted the September before, picked in December and January."""
    who = cast.berry_coop
    with teller.write(date(year - 1, 8, 28), 9) as session:
        house = key_of(
            plot.create(
                session, who, plot.NewPlot("W-07", "示例七号温室", "210681", "椅圈镇", "2.4", "示例村")
            )
        )
    number = teller.begin(who, date(year - 1, 9, 2), cast.berry, house)
    _grown(teller, cast, number, year)
    morning, evening = teller.operate(
        who, date(year, 1, 8), "split", [(number, 300_000)],
        [Output(cast.berry, 180_000, "特级（示例）"), Output(cast.berry, 116_000, "一级（示例）")],
        loss_g=4_000, note="示例：按大小分级，拣出软果 4 公斤",
    )  # fmt: skip
    teller.together(
        lambda: _sent(teller, cast, morning, 180_000, date(year, 1, 8), activated=24),
        lambda: _sent(teller, cast, evening, 116_000, date(year, 1, 8)),
    )


def _grown(teller: Teller, cast: Cast, number: str, year: int) -> None:
    who, before = cast.berry_coop, year - 1
    teller.record(
        who, number, "planting", date(before, 9, 2),
        {"activity": "transplanting", "variety": "红颜", "area": "2.4", "worker": "示例棚主戊"},
        place="示例七号温室", source="示例育苗基地", files=[picture("strawberry-planting")],
    )  # fmt: skip
    teller.record(
        who, number, "planting", date(before, 10, 20),
        {
            "activity": "fertilising",
            "inputs": [{"kind": "fertiliser", "name": "示例水溶肥", "usage": "滴灌", "dose": "5 公斤/亩（示例）"}],
            "worker": "示例棚主戊",
        },
        place="示例七号温室", files=[picture("strawberry-greenhouse")],
    )  # fmt: skip
    teller.record(
        who, number, "planting", date(before, 11, 15),
        {
            "activity": "protection",
            "pests": "叶螨零星发生（示例）",
            "inputs": [{"kind": "other", "name": "捕食螨（示例，以螨治螨）", "source": "示例天敌公司", "usage": "人工释放"}],
            "worker": "示例棚主戊",
        },
        place="示例七号温室",
    )  # fmt: skip
    teller.record(
        who, number, "harvest", date(year, 1, 7),
        {"method": "hand", "maturity": "八成熟", "worker": "示例棚主戊"}, hour=7,
        quantity_g=304_000, place="示例七号温室", files=[picture("strawberry-picking")],
    )  # fmt: skip
    # Entered twelve days late: the page flags it.
    teller.record(
        who, number, "planting", date(before, 12, 20),
        {"activity": "watering", "worker": "示例棚主戊", "note": "示例：补录的滴灌记录。"},
        entered=date(year, 1, 7), place="示例七号温室",
    )  # fmt: skip


def _sent(teller: Teller, cast: Cast, number: str, grams: int, day: date, activated: int = 0) -> None:
    """Tested, packed, cooled, certified, labelled, on the road; so many labels were activated at packing."""
    who = cast.berry_coop
    teller.record(
        who, number, "inspection", day,
        {
            "kind": "rapid", "lab": "示例椅圈草莓专业合作社快检室", "result": "pass",
            "sampled_on": day.isoformat(), "reported_on": day.isoformat(),
            "items": [
                {
                    "item": "快检抑制率", "inhibition": "8.5", "reaction": "negative",
                    "method": "GB/T 5009.199-2003", "result": "pass",
                }
            ],
            "note": "示例：检测值为演示虚构。",
        },
        hour=11,
    )  # fmt: skip
    teller.record(
        who, number, "packaging", day,
        {"spec": "500 克/盒", "count": str(grams // 500), "packed_on": day.isoformat(), "worker": "示例包装员己"},
        hour=13, place="示例分拣间",
    )  # fmt: skip
    teller.record(
        who, number, "storage", day,
        {"place": "示例预冷库", "kind": "cool", "temperature_min": "0", "temperature_max": "4"},
        hour=14, files=[picture("strawberry-cold-store")],
    )  # fmt: skip
    teller.certify(
        who, number, day,
        certificate.NewCertificate(
            quantity_g=grams,
            origin="辽宁省丹东市东港市椅圈镇",
            promisor="示例椅圈草莓专业合作社",
            contact="13800000002",
            bases=("own_test", "internal_control"),
            issued_on=day,
        ),
    )  # fmt: skip
    run_id = teller.print_run(who, number, day, 48, "roll-40x30", f"demo-berries-{number}")
    following = date(day.year, day.month, day.day + 1)
    if activated:
        with teller.write(following) as session:
            ranges.activate(session, who, run_id, 1, activated)
    teller.record(
        cast.carrier, number, "transport", following,
        {
            "carrier": "示例冷链物流公司", "plate": "辽F·示0002", "to_region": "110100",
            "temperature_min": "0", "temperature_max": "4",
        },
        hour=5, quantity_g=grams, source="东港市椅圈镇", destination="北京市",
        files=[picture("strawberry-lorry")],
    )  # fmt: skip
