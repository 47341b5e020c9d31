"""Label designs (标签版式) and brand pictures: a brand's for all who may use it, or an organisation's own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from labels import design as designs
from labels import picture as pictures
from labels.design import Design
from labels.geometry import Stock
from labels.picture import Picture
from labels.symbol import symbol
from trace.core import clock, text
from trace.core.errors import Conflict, NotFound
from trace.core.policy import Action, Actor, require
from trace.services import design_samples, find
from trace.services import stock as stocks
from trace.services.audit import AuditAction, note
from trace.tables import Brand, LabelDesign, LabelPicture
from trace.tables.base import key_of

MOST_NAME = 60


@dataclass(frozen=True, slots=True)
class DesignView:
    """One edition of a design; `brand_id` is None for an organisation's own."""

    id: int
    name: str
    stock: str
    brand_id: int | None
    design: Design
    created_at: datetime
    retired_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a run's labels look like: the design (None: the automatic arrangement) and the brand's picture."""

    design: Design | None = None
    picture: Picture | None = None
    sha256: str = ""


def choices(session: Session, organisation_id: int, brand_id: int, stock: str) -> list[DesignView]:
    """The designs that an organisation may print a brand's labels with on a stock: the brand's, then its own.

    An own stock may be called like the one that a design was made for, and be of another size: not offered.
    """
    paper = stocks.find(session, organisation_id, stock)
    query = (
        select(LabelDesign)
        .where(
            LabelDesign.stock == stock,
            col(LabelDesign.retired_at).is_(None),
            or_(
                LabelDesign.brand_id == brand_id,
                (col(LabelDesign.brand_id).is_(None)) & (LabelDesign.organisation_id == organisation_id),
            ),
        )
        .order_by(col(LabelDesign.brand_id).is_(None), col(LabelDesign.name))
    )
    offered = [_view(row) for row in session.exec(query).all()]
    size = (paper.label_width, paper.label_height)
    return [one for one in offered if (one.design.label_width, one.design.label_height) == size]


def of_brand(session: Session, brand_id: int) -> list[DesignView]:
    """A brand's designs in use, by stock and name."""
    return _listed(session, LabelDesign.brand_id == brand_id)


def own(session: Session, organisation_id: int) -> list[DesignView]:
    """An organisation's own designs in use, by stock and name."""
    return _listed(
        session, col(LabelDesign.brand_id).is_(None), LabelDesign.organisation_id == organisation_id
    )


def _listed(session: Session, *wanted: object) -> list[DesignView]:
    query = (
        select(LabelDesign)
        .where(col(LabelDesign.retired_at).is_(None), *wanted)  # type: ignore[arg-type]  # column expressions
        .order_by(col(LabelDesign.stock), col(LabelDesign.name))
    )
    return [_view(row) for row in session.exec(query).all()]


def get(session: Session, actor: Actor, design_id: int) -> DesignView:
    """One edition that the actor may edit; NotFound design.unknown otherwise."""
    return _view(_row(session, actor, design_id))


def save(
    session: Session,
    actor: Actor,
    *,
    name: str,
    stock: str,
    made: Design,
    base_url: str,
    brand: Brand | None = None,
    instead_of: int | None = None,
) -> int:
    """Keep a design, in place of an edition where one is named; runs keep what they were made with.

    It is laid out first with the names that it will carry, on the stock at its resolution: raises what `lay_out`
    raises, UnknownStock, and Conflict design.exists for a name in use on that stock.
    """
    _may(actor, brand)
    called = text.clean(name, "name", max_length=MOST_NAME, name=True)
    paper = stocks.find(session, int(actor.org_id), stock)
    words = design_samples.texts(session, actor, brand)
    for sample in design_samples.specs(words, made, picture_of(session, brand), base_url):
        sample.layout(paper, paper.dpi)
    old = None if instead_of is None else _row(session, actor, instead_of)
    if old is not None and old.brand_id != (None if brand is None else key_of(brand)):
        raise NotFound("design.unknown", "design")
    same = session.exec(
        select(LabelDesign).where(
            LabelDesign.organisation_id == int(actor.org_id),
            LabelDesign.brand_id == (None if brand is None else key_of(brand)),
            LabelDesign.stock == paper.name,
            LabelDesign.name == called,
            col(LabelDesign.retired_at).is_(None),
        )
    ).first()
    if same is not None and (old is None or same.id != old.id):
        if same.spec == made.dump():
            return key_of(same)
        raise Conflict("design.exists", "name", name=called)
    if old is not None and (old.spec, old.name, old.stock) == (made.dump(), called, paper.name):
        return key_of(old)
    if old is not None and old.retired_at is None:
        old.retired_at = clock.now()
        session.add(old)
    row = LabelDesign(
        organisation_id=int(actor.org_id),
        brand_id=None if brand is None else key_of(brand),
        stock=paper.name,
        name=called,
        spec=made.dump(),
        created_at=clock.now(),
        created_by=int(actor.user_id),
    )
    session.add(row)
    session.flush()
    note(session, actor, AuditAction.DESIGN_SAVE, f"{key_of(row)}:{paper.name}:{called}")
    return key_of(row)


def retire(session: Session, actor: Actor, design_id: int) -> None:
    """Offer a design no more. Retiring twice is retiring once."""
    row = _row(session, actor, design_id)
    if row.retired_at is None:
        row.retired_at = clock.now()
        session.add(row)
        note(session, actor, AuditAction.DESIGN_RETIRE, f"{design_id}:{row.name}")


def save_picture(session: Session, actor: Actor, brand: Brand, data: bytes) -> LabelPicture:
    """Keep a brand's picture for its labels, re-encoded; the one before retires. Raises BadPicture."""
    _may(actor, brand)
    png = pictures.as_png(pictures.load(data))
    digest = hashlib.sha256(png).hexdigest()
    before = newest_picture(session, key_of(brand))
    if before is not None and before.sha256 == digest:
        return before
    retire_picture(session, actor, brand)
    row = LabelPicture(
        brand_id=key_of(brand),
        sha256=digest,
        png=png,
        created_at=clock.now(),
        created_by=int(actor.user_id),
    )
    session.add(row)
    session.flush()
    note(session, actor, AuditAction.PICTURE_SAVE, f"{brand.slug}:{digest[:16]}")
    return row


def retire_picture(session: Session, actor: Actor, brand: Brand) -> None:
    """Print no picture on the brand's next labels."""
    _may(actor, brand)
    row = newest_picture(session, key_of(brand))
    if row is not None:
        row.retired_at = clock.now()
        session.add(row)
        note(session, actor, AuditAction.PICTURE_RETIRE, f"{brand.slug}:{row.sha256[:16]}")


def newest_picture(session: Session, brand_id: int) -> LabelPicture | None:
    """The brand's picture in use."""
    query = (
        select(LabelPicture)
        .where(LabelPicture.brand_id == brand_id, col(LabelPicture.retired_at).is_(None))
        .order_by(col(LabelPicture.id).desc())
        .limit(1)
    )
    return session.exec(query).first()


def picture_of(session: Session, brand: Brand | None) -> Picture | None:
    """The brand's picture in use, to be drawn; None without one, or without a brand."""
    row = newest_picture(session, key_of(brand)) if brand is not None else None
    return None if row is None else read(row)


def dotted(row: LabelPicture) -> bytes:
    """A PNG of the picture as a label printer of 203 dpi prints it on a square of 10 mm, four pixels a dot."""
    placed = pictures.place(read(row), (0, 0, 10_000, 10_000), symbol(3, 203), "black")
    image = pictures.image_of(placed.picture)
    return pictures.as_png(pictures.of_image(image.resize((4 * image.width, 4 * image.height), 0)))


def read(row: LabelPicture) -> Picture:
    """The picture of a row."""
    return pictures.from_png(row.png)


def picture_named(session: Session, sha256: str) -> Picture | None:
    """The picture that a run names, retired or not; None for a run without one."""
    if not sha256:
        return None
    row = session.exec(select(LabelPicture).where(LabelPicture.sha256 == sha256).limit(1)).first()
    if row is None:
        raise NotFound("design.picture-lost", sha256=sha256[:16])
    return read(row)


def for_run(
    session: Session, organisation_id: int, brand_id: int, stock: Stock, design_id: int | None
) -> Chosen:
    """What a run on this stock looks like; NotFound design.unknown for a design that is not offered here."""
    found = newest_picture(session, brand_id)
    chosen = None
    if design_id is not None:
        offered = {one.id: one.design for one in choices(session, organisation_id, brand_id, stock.name)}
        if design_id not in offered:
            raise NotFound("design.unknown", "design")
        chosen = offered[design_id]
    if found is None:
        return Chosen(chosen)
    return Chosen(chosen, read(found), found.sha256)


def _may(actor: Actor, brand: Brand | None) -> None:
    if brand is None:
        require(actor, Action.RUN_PRINT, int(actor.org_id))
    else:
        require(actor, Action.BRAND_EDIT, brand.owner_id)


def _row(session: Session, actor: Actor, design_id: int) -> LabelDesign:
    row = session.get(LabelDesign, design_id)
    if row is None or row.organisation_id != int(actor.org_id):
        raise NotFound("design.unknown", "design")
    _may(actor, None if row.brand_id is None else find.get_brand(session, row.brand_id))
    return row


def _view(row: LabelDesign) -> DesignView:
    design = designs.load(row.spec)
    return DesignView(key_of(row), row.name, row.stock, row.brand_id, design, row.created_at, row.retired_at)
