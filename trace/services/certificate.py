"""Issue the commitment certificate (承诺达标合格证) of a batch."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from trace.core import certificate as rules
from trace.core import clock, dates, pesticide, text
from trace.core.policy import Action, Actor
from trace.services import chain, find, ledger
from trace.services.audit import AuditAction, note
from trace.tables import Batch, Certificate
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
    query = select(Certificate).where(Certificate.batch_id == key_of(batch)).order_by(col(Certificate.id).desc())
    return list(session.exec(query).all())


def bases_of(row: Certificate) -> frozenset[rules.Basis]:
    """The bases an issued certificate names."""
    stored: Iterable[str] = json.loads(row.basis)
    return frozenset(rules.Basis(value) for value in stored)
