"""`flask brand`: the brands, their owners and the rules in force."""

from __future__ import annotations

from dataclasses import asdict

from sqlmodel import col, select

from trace.cli.app import Answer, TraceGroup, table
from trace.services import brand as brands
from trace.tables import Brand, Organisation
from trace.tables.base import key_of
from trace.web.context import app_db

brand = TraceGroup("brand", help="品牌 Brands: list.")


@brand.command("list")
def listing() -> Answer:
    """列出品牌和现行规则 List the brands with the rules in force."""
    with app_db().read() as session:
        query = (
            select(Brand, Organisation)
            .join(Organisation, col(Organisation.id) == col(Brand.owner_id))
            .order_by(col(Brand.slug))
        )
        found = [(row, owner, brands.rules_of(session, key_of(row))) for row, owner in session.exec(query)]
    rows = [
        (row.slug, row.name, owner.name, ", ".join(rules.stages) or "-", ", ".join(rules.tests) or "-")
        for row, owner, rules in found
    ]
    data = [
        {"slug": row.slug, "name": row.name, "owner": owner.name, "rules": asdict(rules)}
        for row, owner, rules in found
    ]
    return Answer(table(("网址名 slug", "品牌 brand", "持有人", "必有环节", "必检项目"), rows), data)
