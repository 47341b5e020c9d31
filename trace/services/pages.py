"""What the public pages of a batch and of a brand show."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, col, select

from trace.core import certificate as wording
from trace.core import clock, dates, lateness, masking, region
from trace.core.organisation import GROWERS, kind_name
from trace.services import authorisation, blocks, chain, erasure_view, find, ledger, operation, run
from trace.services.authorisation import Standing
from trace.services.balance import INTAKE
from trace.services.brand import rules_of
from trace.services.certificate import bases_of, of_batch
from trace.services.lateness import clocks
from trace.services.plot import area_text
from trace.services.product import grades_of
from trace.services.public_view import (
    AuthorisationView,
    BatchPage,
    BatchView,
    CertificateView,
    ErasureView,
    NoticeView,
    OrganisationView,
    PlotView,
    ProductView,
)
from trace.services.step_view import steps
from trace.tables import Batch, Brand, Certificate, Organisation, Plot, Product


def batch_page(session: Session, number: str) -> BatchPage:
    """The public chain of a batch; NotFound batch.unknown."""
    return page_of(session, find.public_batch(session, number))


def page_of(session: Session, batch: Batch) -> BatchPage:
    """All that is the same for every item of a batch."""
    product = find.product(session, batch.product_id)
    brand = find.brand_of(session, product)
    lineage = chain.lineage(session, batch)
    rules = rules_of(session, product.brand_id)
    trail, reports = steps(session, lineage, rules.late_days)
    issued = of_batch(session, batch)
    return BatchPage(
        product=product_view(brand, product, batch.grade),
        packer=organisation_view(find.organisation(session, batch.organisation_id)),
        growers=_growers(session, lineage),
        batch=_batch_view(session, batch, lineage),
        authorisation=_leave(session, product, batch),
        certificate=_certificate_view(session, issued[0], rules.late_days) if issued else None,
        reports=tuple(reports),
        chain=tuple(trail),
        notices=tuple(notices(session, batch)),
    )


def product_view(brand: Brand, product: Product, grade: str = "") -> ProductView:
    """What is in the bag."""
    return ProductView(
        name=product.name,
        name_en=product.name_en,
        brand_name=brand.name,
        brand_name_en=brand.name_en,
        brand_slug=brand.slug,
        accent=brand.accent,
        picture=product.picture,
        grade=grade,
        unit_weight_g=product.unit_weight_g,
        gtin=product.gtin or "",
        standard=product.standard,
        storage=product.storage,
        shelf_life_days=product.shelf_life_days,
        grades=tuple((one.name, one.criteria) for one in grades_of(product)),
        hotline=brand.hotline,
        watch_devices=product.watch_devices,
        watch_provinces=product.watch_provinces,
    )


def organisation_view(row: Organisation) -> OrganisationView:
    """A party as the public sees it: phone masked."""
    province = region.province(row.region_code) if row.region_code else ""
    return OrganisationView(
        name=row.name,
        name_en=row.name_en,
        kind=kind_name(row.kind),
        credit_code=row.credit_code or "",
        place=f"{province}{row.address}{row.township if not row.address else ''}",
        phone=masking.phone(row.phone) if row.phone else "",
    )


def _growers(session: Session, lineage: list[Batch]) -> tuple[OrganisationView, ...]:
    """The organisations whose batches in the line began on a plot."""
    ids = sorted({batch.organisation_id for batch in lineage if batch.operation_id is None})
    rows = session.exec(
        select(Organisation).where(col(Organisation.id).in_(ids)).order_by(col(Organisation.id))
    ).all()
    return tuple(organisation_view(row) for row in rows if row.kind in GROWERS)


def _batch_view(session: Session, batch: Batch, lineage: list[Batch]) -> BatchView:
    plots = sorted({ancestor.plot_id for ancestor in lineage if ancestor.plot_id is not None})
    made = operation.made_by(session, batch)
    children = [pair for kinship in operation.used_in(session, batch) for pair in kinship.outputs]
    standing = [record.event for record in chain.standing(session, lineage)]
    packed = [
        dates.local_day(event.occurred_at)
        for event in standing
        if event.stage == "packaging" and event.batch_id == batch.id
    ]
    harvested = [dates.local_day(event.occurred_at) for event in standing if event.stage in INTAKE]
    return BatchView(
        number=batch.number,
        quantity_g=find.state(session, batch).total_g,
        produced_on=max(harvested, default=None),
        packed_on=max(packed, default=None),
        grade=batch.grade,
        plots=tuple(_plot_view(session.get_one(Plot, plot_id)) for plot_id in plots),
        parents=tuple((parent.number, grams) for parent, grams in made.inputs) if made else (),
        children=tuple((child.number, grams) for child, grams in children),
        erasures=_beside_the_chain(session, plots, {one.organisation_id for one in lineage}),
    )


def _beside_the_chain(session: Session, plots: list[int], owners: set[int]) -> tuple[ErasureView, ...]:
    """What was erased about where it grew and who owned it."""
    seqs = [*ledger.entries_of(session, "plot", plots).values()]
    seqs += ledger.entries_of(session, "organisation", owners).values()
    return tuple(view for views in erasure_view.of_entries(session, seqs).values() for view in views)


def _plot_view(row: Plot) -> PlotView:
    return PlotView(row.name, row.region_code, row.township, row.village, area_text(row))


def _leave(session: Session, product: Product, batch: Batch) -> AuthorisationView | None:
    """The authorisation that the packer's newest run was printed under, else the newest for the product."""
    runs = run.of_batch(session, batch)
    wanted = runs[0].authorisation_id if runs else None
    for standing in authorisation.standings(session, product.brand_id, batch.organisation_id):
        if (wanted is None and standing.covers(product.code)) or standing.row.id == wanted:
            return _authorisation_view(session, standing)
    return None


def _authorisation_view(session: Session, standing: Standing, today: date | None = None) -> AuthorisationView:
    row, revocation = standing.row, standing.revocation
    return AuthorisationView(
        holder=find.organisation(session, row.organisation_id).name,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        revoked_on=revocation.revoked_on if revocation else None,
        reason=revocation.reason if revocation else "",
        live=standing.live(today or dates.local_day(clock.now())),
    )


def _certificate_view(session: Session, row: Certificate, allowed: int) -> CertificateView:
    template = wording.TEMPLATES[row.template]
    bases = bases_of(row)
    seq = ledger.entry_of(session, "certificate", row.id or 0) or 0
    return CertificateView(
        number=row.number,
        product=row.product_name,
        quantity_g=row.quantity_g,
        origin=row.origin,
        issued_on=row.issued_on,
        promisor=row.promisor,
        contact=masking.phones_in(row.contact),
        promises=template.promises,
        basis=tuple((zh, en) for basis, zh, en in template.bases if basis in bases),
        ledger=None if row.ledger_size is None else (row.ledger_size, row.ledger_root or ""),
        ledger_seq=seq,
        late_days=lateness.late_days(row.issued_on, row.recorded_at, allowed),
        clock=clocks(session, [seq]).get(seq, ""),
        erasures=erasure_view.of_entries(session, [seq]).get(seq, ()),
    )


def notices(session: Session, batch: Batch) -> list[NoticeView]:
    """Open recalls and freezes that reach the batch, recalls first."""
    found = [
        NoticeView(
            "recall", row.reason, row.advice, row.recorded_at, _name(session, row.organisation_id), number
        )
        for row, number in blocks.open_recalls(session, batch)
    ]
    found += [
        NoticeView("freeze", row.reason, "", row.recorded_at, _name(session, row.organisation_id), number)
        for row, number in blocks.open_freezes(session, batch)
    ]
    return found


def _name(session: Session, organisation_id: int) -> str:
    return find.organisation(session, organisation_id).name
