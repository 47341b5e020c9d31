"""`flask org`: register organisations, list them."""

from __future__ import annotations

from dataclasses import asdict

import click

from trace.cli.app import Answer, TraceGroup, language, table
from trace.core.organisation import OrganisationKind, kind_name
from trace.services import organisation
from trace.services.organisation import NewOrganisation
from trace.web.context import app_db

org = TraceGroup("org", help="主体（单位） Organisations: create, list.")


@org.command("create")
@click.option(
    "--kind", required=True, type=click.Choice([kind.value for kind in OrganisationKind]), help="类型 Kind."
)
@click.option("--name", required=True, help="名称，与执照一致 Name as on the licence.")
@click.option("--name-en", default="", help="英文名称 Name in English.")
@click.option("--credit-code", default="", help="统一社会信用代码 18-character credit code.")
@click.option("--region-code", default="", help="行政区划代码 Division code, 6, 9 or 12 digits.")
@click.option("--township", default="", help="乡镇 Township.")
@click.option("--address", default="", help="地址 Address.")
@click.option("--phone", default="", help="电话 Telephone.")
def create(**given: str) -> Answer:
    """登记单位，写入账本 Register an organisation and enter it in the ledger."""
    with app_db().write() as session:
        made = organisation.create_organisation(session, None, NewOrganisation(**given))
    return Answer(f"{made.id}  {made.name}", asdict(made))


@org.command("list")
def listing() -> Answer:
    """列出单位 List the organisations."""
    with app_db().read() as session:
        found = organisation.organisations(session, None)
    rows = [
        (str(one.id), one.name, kind_name(one.kind, language()), one.credit_code or "-", str(one.people))
        for one in found
    ]
    return Answer(table(("id", "名称", "类型", "信用代码", "人数"), rows), [asdict(one) for one in found])
