"""`flask scans`: what is kept of queries, and how provinces are told."""

from __future__ import annotations

import ipaddress

import click

from trace.cli.app import Answer, TraceGroup
from trace.core import clock, dates, region
from trace.core.errors import InvalidInput
from trace.services import province, scan_prune
from trace.web.context import app_db, app_settings

scans = TraceGroup("scans", help="扫码查询 Scans: prune, geoip.")


@scans.command("prune")
def prune() -> Answer:
    """删去满 TRACE_SCAN_MONTHS 个月的单次查询记录，总数不动 Forget single devices of long ago; the numbers stay."""
    months = app_settings().scan_months
    before = scan_prune.limit_of(dates.local_day(clock.now()), months)
    gone = scan_prune.prune(app_db(), before)
    return Answer(
        f"删去 {before} 以前的 {gone} 条查询记录 scans forgotten",
        {"removed": gone, "before": before.isoformat(), "months": months},
    )


@scans.command("geoip")
@click.argument("address", required=False)
def geoip(address: str | None) -> Answer:
    """查归属地文件能不能用，一个地址属于哪个省 Check the file of provinces, and what it says of an address."""
    path = app_settings().geoip_file
    places = province.provinces(path)
    file = places.check()
    if file is None:
        return Answer("没有设 TRACE_GEOIP_FILE，不记省份 no file is set: no province is claimed", None)
    data: dict[str, object] = {
        "file": str(path),
        "kind": file.kind,
        "built_at": file.built_at.isoformat(),
        "nodes": file.nodes,
    }
    lines = [f"{path}：{file.kind}，{file.built_at:%Y-%m-%d} 制"]
    if address is not None:
        _check(address)
        code = places.of(address)
        data |= {"address": address, "province": code}
        lines.append(f"{address}：{region.province(code) if code else '不知道 unknown'} {code}".rstrip())
    return Answer("\n".join(lines), data)


def _check(address: str) -> None:
    try:
        ipaddress.ip_address(address)
    except ValueError as error:
        raise InvalidInput("scan.address", "address", address=address[:60]) from error
