"""Devices that ask for labels, and files that tell where they are."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, date, datetime
from pathlib import Path

from mmdb_writer import MMDBWriter
from netaddr import IPSet
from sqlmodel import Session, select

from trace.core import clock
from trace.db import Database
from trace.services import scan_count
from trace.services.public_view import AskedView
from trace.services.scan_count import Reader
from trace.tables import ItemCluster, ItemReview, ItemSeen, ScanMonth

SECRET = b"readers" * 4


def network(number: int) -> str:
    """One of many networks."""
    return f"10.{number // 256}.{number % 256}.0/24"


def ask(
    db: Database,
    run_id: int,
    item: int = 1,
    *,
    net: int = 0,
    browser: str = "phone",
    province: str = "",
    day: date | None = None,
) -> AskedView:
    """One device opens a label's page, on a day at noon in China."""
    at = nullcontext() if day is None else clock.at(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))
    with at, db.write(ledger=False) as session:
        return scan_count.count(session, run_id, item, Reader(network(net), browser), SECRET, province)


def seen(session: Session, run_id: int, item: int = 1) -> tuple[int, int]:
    """An item's devices and provinces."""
    row = session.get_one(ItemSeen, (run_id, item), populate_existing=True)
    return row.devices, row.provinces


def clusters(session: Session, run_id: int, item: int = 1) -> list[ItemCluster]:
    """The devices of an item that are kept."""
    query = select(ItemCluster).where(ItemCluster.run_id == run_id, ItemCluster.item == item)
    return list(session.exec(query.order_by(ItemCluster.first_day)).all())  # type: ignore[arg-type]  # a column


def months(session: Session, run_id: int) -> dict[tuple[str, str], int]:
    """Devices by month and province."""
    rows = session.exec(select(ScanMonth).where(ScanMonth.run_id == run_id)).all()
    return {(row.month, row.province): row.devices for row in rows}


def reviews(session: Session, run_id: int, item: int = 1) -> list[ItemReview]:
    """All reviews of an item, oldest first."""
    query = select(ItemReview).where(ItemReview.run_id == run_id, ItemReview.item == item)
    return sorted(session.exec(query).all(), key=lambda row: row.id or 0)


PLACES: dict[str, object] = {
    "10.0.1.0/24": {"country": {"iso_code": "CN"}, "subdivisions": [{"iso_code": "JX"}]},
    "10.0.2.0/24": {"country": {"iso_code": "CN"}, "subdivisions": [{"iso_code": "CN-LN"}]},
    "10.0.3.0/24": {"country": {"iso_code": "CN"}, "subdivisions": [{"iso_code": "44"}]},
    "10.0.4.0/24": {"country": {"iso_code": "HK"}},
    "10.0.5.0/24": {"country": {"iso_code": "CN"}, "subdivisions": [{"iso_code": "91"}]},
    "10.0.6.0/24": {"country": {"iso_code": "TW"}, "subdivisions": [{"iso_code": "TPE"}]},
    "10.0.7.0/24": {"country": {"iso_code": "DE"}, "subdivisions": [{"iso_code": "SN"}]},
    "10.0.8.0/24": {"country": {"iso_code": "CN"}},
    "10.0.9.0/24": {"autonomous_system_number": 1},
    "10.0.10.0/24": {"country": "CN", "subdivisions": "JX"},
    "2001:db8::/48": {"country": {"iso_code": "CN"}, "subdivisions": [{"iso_code": "XJ"}]},
}


def geoip_file(path: Path) -> Path:
    """A small file of provinces, for `PLACES`."""
    writer = MMDBWriter(6, "GeoLite2-City", languages=["zh-CN"], description="示例", ipv4_compatible=True)
    for net, record in PLACES.items():
        writer.insert_network(IPSet([net]), record)
    writer.to_db_file(str(path))
    return path
