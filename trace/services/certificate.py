"""Issue the commitment certificate (承诺达标合格证) of a batch."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from trace.core import certificate as rules
from trace.core import clock, dates, pesticide, region, text
from trace.core.policy import Action, Actor
from trace.services import chain, find, ledger
from trace.services.audit import AuditAction, note
from trace.tables import Batch, Certificate, Plot
from trace.tables.base import key_of


@dataclass(frozen=True, slots=True)
class NewCertificate:
    """Quantity in grams; `bases` are keys of trace.core.certificate.Basis."""

    quantity_g: int
    origin: str
    promisor: str
    contact: str
    bases: tuple[str, ...]
    issued_on: date


def issue(session: Session, actor: Actor, number: str, given: NewCertificate) -> Certificate:
    """Issue a certificate for this very batch; split and mixed batches need their own (批批开具)."""
    batch = find.batch(session, actor, number, Action.CERTIFICATE_ISSUE)
    product = find.product(session, batch.product_id)
    state = find.state(session, batch)
    found = chain.standing(session, chain.lineage(session, batch))
    tested, tests = chain.passed_items(found)
    content = rules.Certificate(
        product=product.name,
        quantity_g=given.quantity_g,
        origin=text.clean(given.origin, "origin", max_length=200),
        issued_on=given.issued_on,
        promisor=text.clean(given.promisor, "promisor", max_length=100),
        contact=text.clean(given.contact, "contact", max_length=60),
        bases=rules.parse_bases(given.bases),
    )
    rules.check(
        content,
        batch_g=state.total_g - state.used_g,
        batch_since=batch.started_on,
        today=dates.local_day(clock.now()),
        used=pesticide.used_ingredients(chain.inputs_used(found)),
        tested=tested,
        tests=tests,
    )
    issued = len(of_batch(session, batch))
    edge = ledger.frontier(session)
    row = Certificate(
        number=f"HGZ-{batch.number}-{issued + 1}",
        batch_id=key_of(batch),
        organisation_id=batch.organisation_id,
        product_name=content.product,
        quantity_g=content.quantity_g,
        origin=content.origin,
        issued_on=content.issued_on,
        promisor=content.promisor,
        contact=content.contact,
        basis=json.dumps(sorted(content.bases), separators=(",", ":")),
        template=content.template,
        recorded_at=clock.now(),
        recorded_by=int(actor.user_id),
        ledger_size=edge.size,
        ledger_root=edge.root().hex(),
    )
    session.add(row)
    # The newest certificate is the one that counts: it replaces, it does not add up.
    state.certified_g = content.quantity_g
    session.add(state)
    session.flush()
    ledger.append(
        session,
        "certificate.issued",
        row,
        organisation=row.organisation_id,
        occurred=row.issued_on,
        batches=[batch.number],
    )
    note(session, actor, AuditAction.CERTIFICATE_ISSUE, row.number)
    return row


def of_batch(session: Session, batch: Batch) -> list[Certificate]:
    """A batch's certificates, newest first."""
    query = (
        select(Certificate).where(Certificate.batch_id == key_of(batch)).order_by(col(Certificate.id).desc())
    )
    return list(session.exec(query).all())


def bases_of(row: Certificate) -> frozenset[rules.Basis]:
    """The bases an issued certificate names."""
    stored: Iterable[str] = json.loads(row.basis)
    return frozenset(rules.Basis(value) for value in stored)


def content_of(row: Certificate) -> rules.Certificate:
    """What an issued certificate says, as the rules see it."""
    return rules.Certificate(
        product=row.product_name,
        quantity_g=row.quantity_g,
        origin=row.origin,
        issued_on=row.issued_on,
        promisor=row.promisor,
        contact=row.contact,
        bases=bases_of(row),
        template=row.template,
    )


def issued_since(
    session: Session, actor: Actor, batch: Batch, given: NewCertificate, after: int
) -> Certificate | None:
    """The batch's newest certificate if it says the same and came after certificate `after`: sent twice."""
    newest = next(iter(of_batch(session, batch)), None)
    if newest is None or key_of(newest) <= after or newest.recorded_by != int(actor.user_id):
        return None
    same = (newest.quantity_g, newest.issued_on, bases_of(newest)) == (
        given.quantity_g,
        given.issued_on,
        frozenset(given.bases),
    )
    return newest if same else None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a certificate for the batch would say by what is on record; the promisor reads and changes it."""

    quantity_g: int
    origin: str
    promisor: str
    contact: str
    bases: tuple[str, ...]
    untested: tuple[str, ...]


def propose(session: Session, actor: Actor, number: str) -> Proposal:
    """Fill in a certificate from the batch's plots, balance and tests."""
    batch = find.batch(session, actor, number, Action.CERTIFICATE_ISSUE)
    state = find.state(session, batch)
    lineage = chain.lineage(session, batch)
    found = chain.standing(session, lineage)
    issuer = find.organisation(session, batch.organisation_id)
    tested, tests = chain.passed_items(found)
    missing = rules.untested(pesticide.used_ingredients(chain.inputs_used(found)), tested)
    own = all(
        record.facts.get("lab") == issuer.name for record in found if record.event.stage == "inspection"
    )
    basis = rules.Basis.OWN_TEST if own else rules.Basis.ENTRUSTED_TEST
    plots = sorted({one.plot_id for one in lineage if one.plot_id is not None})
    places = [session.get_one(Plot, plot_id) for plot_id in plots]
    where = "、".join(dict.fromkeys(f"{plot.township}{plot.village}" for plot in places)) or issuer.township
    return Proposal(
        quantity_g=state.total_g - state.used_g,
        origin=f"{region.province(issuer.region_code)}{issuer.address}{where}",
        promisor=issuer.name,
        contact=issuer.phone,
        bases=(basis.value,) if tests and not missing else (),
        untested=tuple(missing),
    )
