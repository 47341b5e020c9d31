"""Makers of a small world to test in: a brand office, two cooperatives, a laboratory, a regulator, an operator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlmodel import Session
from stdnum.cn import uscc

from trace.core.brand_rules import Area, BrandRules
from trace.core.organisation import OrganisationKind, Role
from trace.core.policy import Actor
from trace.db import Database
from trace.services import (
    authorisation,
    batch,
    brand,
    certificate,
    check,
    event,
    ledger,
    plot,
    product,
    run,
    sheet,
)
from trace.tables import Batch, Membership, Organisation, Run, User
from trace.tables.base import key_of

MASTER = bytes(range(32))
BASE = "http://127.0.0.1:5000"
NOW = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)
GRADES = (product.Grade("一级"), product.Grade("二级"))
PLANTED = date(2026, 3, 28)


def credit_code(number: int) -> str:
    """A made-up credit code with the right check character."""
    stem = f"93360735MA{number:07d}"
    return stem + str(uscc.calc_check_digit(stem))


@dataclass
class World:
    """Everything a test of the services starts from; actors are managers unless they say otherwise."""

    db: Database
    coop: Actor
    clerk: Actor
    reader: Actor
    rival: Actor
    office: Actor
    regulator: Actor
    laboratory: Actor
    operator: Actor
    slug: str
    product_id: int
    raw_id: int
    plot_id: int
    rival_plot_id: int

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A write unit."""
        with self.db.write() as session:
            yield session

    def batch(self, *, product_id: int | None = None, number: str = "", actor: Actor | None = None) -> str:
        """Begin a batch on the cooperative's plot and return its number."""
        who = actor or self.coop
        plot_id = self.rival_plot_id if who.org_id == self.rival.org_id else self.plot_id
        with self.db.write() as session:
            given = batch.NewBatch(product_id or self.product_id, PLANTED, plot_id, "一级", number)
            return batch.create(session, who, given).number

    def record(
        self, number: str, stage: str, day: date, actor: Actor | None = None, **given: object
    ) -> event.Recorded:
        """Record one event; facts are the stage's least unless given."""
        with self.db.write() as session:
            return event.record(session, actor or self.coop, number, new_event(stage, day, **given))

    def ready(self, *, grams: int = 100_000, number: str = "") -> str:
        """A batch with all its records, tests and certificate: ready to print labels of 500 g."""
        name = self.batch(number=number)
        self.record(name, "planting", date(2026, 3, 28))
        self.record(name, "harvest", date(2026, 8, 12), quantity_g=grams)
        self.record(name, "packaging", date(2026, 8, 20))
        self.record(name, "inspection", date(2026, 8, 22))
        with self.db.write() as session:
            certificate.issue(session, self.coop, name, new_certificate(grams))
        return name

    def printed(self, number: str, count: int = 10, *, master: bytes = MASTER, **given: object) -> int:
        """Print a run and return its number."""
        with self.db.write() as session:
            return run.create(
                session, self.coop, number, new_run(count, **given), base_url=BASE, master=master
            ).run_id

    def drawn(self, run_id: int, folder: Path, *, master: bytes = MASTER) -> Path:
        """A run's sheet, drawn and read back: released."""
        with self.db.read() as session:
            row = session.get_one(Run, run_id)
            path = sheet.draw(session, row, folder, master)
            wanted = check.subject(session, row, master)
        found = check.look(wanted, path)
        with self.db.write() as session:
            check.record(session, row, found)
        return path


def new_run(count: int, **given: object) -> run.NewRun:
    """A request for a run; its own request number each time unless given."""
    new_run.counter += 1  # type: ignore[attr-defined]
    words: dict[str, object] = {"stock": "a4-24", "request_id": f"request-{new_run.counter}"}  # type: ignore[attr-defined]
    return run.NewRun(count=count, **{**words, **given})  # type: ignore[arg-type]


new_run.counter = 0  # type: ignore[attr-defined]

LEAST: dict[str, dict[str, object]] = {
    "planting": {"activity": "transplanting", "variety": "太空莲36号"},
    "harvest": {"method": "hand"},
    "packaging": {"spec": "500 克/袋"},
    "processing": {"steps": [{"step": "shelling"}, {"step": "drying", "temperature": "65"}]},
    "storage": {"place": "示例一号库"},
    "transport": {"carrier": "示例物流"},
    "sale": {"channel": "shop"},
    "purchase": {"seller": "示例农户"},
    "inspection": {
        "kind": "quantitative",
        "lab": "示例检测中心",
        "result": "pass",
        "items": [
            {
                "item": "铅",
                "value": "0.05",
                "unit": "mg/kg",
                "limit": "0.2",
                "method": "GB 5009.12-2023",
                "standard": "GB 2762-2022",
                "result": "pass",
            }
        ],
    },
}


def new_event(stage: str, day: date, **given: object) -> event.NewEvent:
    """An event of a stage at noon in China on `day`, with the least facts unless given."""
    words: dict[str, object] = {
        "facts": LEAST[stage],
        "source": "示例村" if stage in ("purchase", "transport") else "",
        "destination": "示例市" if stage in ("transport", "sale") else "",
    }
    moment = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    return event.NewEvent(stage=stage, occurred_at=moment, **{**words, **given})  # type: ignore[arg-type]


def new_certificate(grams: int) -> certificate.NewCertificate:
    """A certificate based on the laboratory's test."""
    return certificate.NewCertificate(
        quantity_g=grams,
        origin="江西省赣州市石城县琴江镇",
        promisor="示例琴江白莲专业合作社",
        contact="示例 000-0000000",
        bases=("entrusted_test",),
        issued_on=date(2026, 8, 25),
    )


def _organisation(session: Session, kind: OrganisationKind, name: str, number: int) -> int:
    row = Organisation(
        kind=kind.value,
        name=name,
        credit_code=credit_code(number),
        region_code="360735",
        township="琴江镇",
        address="赣州市石城县",
        phone="13800000000",
        created_at=NOW - timedelta(days=400),
    )
    session.add(row)
    session.flush()
    ledger.append(session, "organisation.created", row, organisation=key_of(row))
    return key_of(row)


def _actor(session: Session, org_id: int, kind: OrganisationKind, role: Role, name: str) -> Actor:
    # Sign-in is not what these tests are about: no password opens this hash.
    user = User(username=name, display_name=f"示例{name}", password_hash="!", created_at=NOW)
    session.add(user)
    session.flush()
    session.add(Membership(user_id=key_of(user), organisation_id=org_id, role=role.value))
    session.flush()
    return Actor(key_of(user), org_id, kind, role, user.display_name)


def make_world(db: Database, *, activation: str = "print", quota_g: int | None = None) -> World:
    """Fill a migrated, empty database."""
    kinds = OrganisationKind
    with db.write() as session:
        ids = {
            name: _organisation(session, kind, title, number)
            for number, (name, kind, title) in enumerate(
                (
                    ("coop", kinds.COOPERATIVE, "示例琴江白莲专业合作社"),
                    ("rival", kinds.COOPERATIVE, "示例横江白莲专业合作社"),
                    ("office", kinds.BRAND_OWNER, "示例石城白莲品牌办"),
                    ("regulator", kinds.REGULATOR, "示例石城县农业农村局"),
                    ("laboratory", kinds.LABORATORY, "示例检测中心"),
                    ("operator", kinds.OPERATOR, "示例平台运营中心"),
                ),
                start=1,
            )
        }
        actors = {
            name: _actor(session, ids[name], kind, Role.MANAGER, name)
            for name, kind in (
                ("coop", kinds.COOPERATIVE),
                ("rival", kinds.COOPERATIVE),
                ("office", kinds.BRAND_OWNER),
                ("regulator", kinds.REGULATOR),
                ("laboratory", kinds.LABORATORY),
                ("operator", kinds.OPERATOR),
            )
        }
        actors["clerk"] = _actor(session, ids["coop"], kinds.COOPERATIVE, Role.CLERK, "clerk")
        actors["reader"] = _actor(session, ids["coop"], kinds.COOPERATIVE, Role.READER, "reader")
        rules = BrandRules(
            stages=("planting", "harvest", "packaging", "inspection"),
            tests=("铅",),
            areas=(Area("360735", "琴江镇"), Area("360735", "横江镇")),
            activation="pack" if activation == "pack" else "print",
        )
        lotus = brand.create(
            session,
            actors["operator"],
            brand.NewBrand(
                "shicheng-bailian", "石城白莲", ids["office"], rules, gi_notice="示例公告", accent="#2c6a4a"
            ),
        )
        dry = product.create(
            session,
            actors["office"],
            lotus,
            product.NewProduct(
                "TXBL",
                "通芯白莲",
                "dried",
                "莲",
                500,
                cert_required=True,
                grades=GRADES,
                shelf_life_days=365,
                yield_permille=(200, 600),
                yield_cap_g_per_mu=100_000,
            ),
        )
        raw = product.create(
            session,
            actors["office"],
            lotus,
            product.NewProduct("XLZ", "鲜莲子", "vegetable", "莲", 1000, labelled=False, grades=GRADES),
        )
        for name in ("coop", "rival"):
            grant = authorisation.Grant(ids[name], date(2026, 1, 1), date(2027, 12, 31), quota_g=quota_g)
            authorisation.grant(session, actors["office"], lotus, grant)
        plots = {
            name: key_of(
                plot.create(
                    session, actors[name], plot.NewPlot("A1", "示例一号田", "360735", township, "12.5")
                )
            )
            for name, township in (("coop", "琴江镇"), ("rival", "横江镇"))
        }
    return World(
        db=db,
        **actors,
        slug="shicheng-bailian",
        product_id=key_of(dry),
        raw_id=key_of(raw),
        plot_id=plots["coop"],
        rival_plot_id=plots["rival"],
    )


def the_batch(session: Session, number: str) -> Batch:
    """A batch by number."""
    from trace.services import find

    return find.public_batch(session, number)
