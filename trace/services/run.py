"""Print runs (印制批): decide one, sign its codes, draw it, hand it out. Never twice, never too many."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

from sqlmodel import Session, col, select

from labels import design as designs
from labels.keys import SigningKey
from labels.run import RunSpec, codes
from labels.stock import Stock, check_dpi, module_dots
from labels.text import DEFAULT_ACCENT, LabelText
from trace.core import clock, dates, quantity, text
from trace.core.errors import Conflict, InvalidInput
from trace.core.policy import Action, Actor, require
from trace.core.ranges import without
from trace.ledger.canonical import canonical
from trace.services import (
    balance,
    blocks,
    design,
    find,
    key,
    ledger,
    part_sheet,
    pin,
    printer,
    ranges,
    readiness,
    run_plan,
)
from trace.services import stock as stocks
from trace.services.audit import AuditAction, note
from trace.services.brand import rules_of
from trace.services.chain import standing
from trace.services.design import Chosen
from trace.services.part_sheet import Choice, Part
from trace.services.run_plan import Plan
from trace.tables import Batch, Run, RunRequest
from trace.tables.base import key_of

MAX_LABELS = 999_999
_SAMPLE_SECRET = bytes(32)  # lays out where PINs stand; no label is made with it


@dataclass(frozen=True, slots=True)
class Replaced:
    """Labels of an earlier run that were lost or spoilt: voided, with the reason, by the run that replaces them."""

    run_id: int
    first: int
    last: int
    reason: str


@dataclass(frozen=True, slots=True)
class NewRun:
    """`request_id` is the asker's own number: asking twice with the same number prints once.

    `pin` prints a PIN (涂层验证码) to be covered by a scratch layer. Carton labels weigh nothing of their own.
    """

    count: int
    stock: str
    request_id: str
    start_cell: int = 1
    dpi: int = 203
    replaces: Replaced | None = None
    # Part-used sheets (余格纸) to print on first; without any, `start_cell` speaks of one that is not on record.
    sheets: Choice = ()
    printer: str = ""
    # Number of the design (标签版式); None: the automatic arrangement.
    design: int | None = None
    pin: bool = False
    # 1: labels of outer cartons (外箱), 2: of pallets (托盘); `inside` says what each holds, such as "24 × 500 g".
    level: int | None = None
    inside: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """The run's number; `repeated` when the same request had made it before."""

    run_id: int
    repeated: bool = False


def create(
    session: Session, actor: Actor, number: str, given: NewRun, *, base_url: str, master: bytes
) -> Printed:
    """Decide a run: check weight, certificate, authorisation and rules, and enter it in the ledger.

    Raises InvalidInput for a count, stock or cell that cannot be; Conflict for what the batch still lacks.
    """
    batch = find.batch(session, actor, number, Action.RUN_PRINT)
    request = text.clean(given.request_id, "request_id", max_length=64)
    before = session.get(RunRequest, (batch.organisation_id, request))
    if before is not None:
        return _repeated(session, batch, given, before)
    stock = stocks.find(session, batch.organisation_id, given.stock)
    _check_sheet(given, stock)
    if given.replaces is not None:
        _void_replaced(session, actor, batch, given.replaces, given.level)
    found = readiness.require_ready(session, batch)
    if given.level is None and given.count > found.labels:
        raise Conflict("run.too-many", "count", allowed=found.labels, asked=given.count)
    product = find.product(session, batch.product_id)
    words = label_text(session, batch)
    if given.level is not None:
        words = carton_text(words, given)
    chosen = design.for_run(
        session, batch.organisation_id, product.brand_id, stock, given.design if given.level is None else None
    )
    # Refuses what this stock cannot carry, missing glyphs named, before anything is entered.
    sample = RunSpec(
        base_url,
        1,
        1,
        given.count,
        words,
        chosen.design,
        chosen.picture,
        _SAMPLE_SECRET if given.pin else b"",
    )
    sample.layout(stock, given.dpi)
    signing = key.current_or_new(session, actor, batch.organisation_id, master)
    # A run that nobody can sign must not use up the batch's weight.
    key.open_key(session, key_of(signing), master)
    row = Run(
        batch_id=key_of(batch),
        organisation_id=batch.organisation_id,
        authorisation_id=None if found.authorisation is None else key_of(found.authorisation),
        key_id=key_of(signing),
        count=given.count,
        unit_weight_g=product.unit_weight_g,
        base_url=base_url,
        stock=given.stock,
        start_cell=given.start_cell,
        dpi=given.dpi,
        texts=canonical(asdict(words)),
        replaces_id=given.replaces.run_id if given.replaces else None,
        request_id=request,
        created_at=clock.now(),
        created_by=int(actor.user_id),
        level=given.level,
    )
    session.add(row)
    session.flush()
    row.plan = _planned(session, actor, row, stock, given, chosen).text()
    if given.pin:
        pin.new_secret(session, row, master)
    # What the sheets' margins print: the tree just before this run's own entry.
    edge = ledger.frontier(session)
    row.ledger_size, row.ledger_root = edge.size, edge.root().hex()
    session.add(RunRequest(organisation_id=batch.organisation_id, request_id=request, run_id=key_of(row)))
    balance.label(session, row, given.count)
    ledger.append(session, "run.created", row, organisation=row.organisation_id, batches=[batch.number])
    note(session, actor, AuditAction.RUN_PRINT, f"{batch.number}:{key_of(row)}:{given.count}")
    if rules_of(session, product.brand_id).activation == "print":
        ranges.enter(session, actor, row, (1, given.count), "active", "")
    return Printed(key_of(row))


def _repeated(session: Session, batch: Batch, given: NewRun, before: RunRequest) -> Printed:
    row = session.get_one(Run, before.run_id)
    if row.batch_id != batch.id or not _same(row, given):
        raise Conflict("run.request-differs", "request_id")
    return Printed(before.run_id, repeated=True)


def _same(row: Run, given: NewRun) -> bool:
    if row.plan is None:
        same = (row.count, row.stock, row.start_cell, row.dpi)
        return same == (given.count, given.stock, given.start_cell, given.dpi)
    return run_plan.of(row).asked == _asked(given)


def _asked(given: NewRun) -> str:
    return run_plan.asked({**asdict(given), "request_id": ""})


def _planned(session: Session, actor: Actor, row: Run, stock: Stock, given: NewRun, chosen: Chosen) -> Plan:
    """Take the cells, aim the printer; all that the run's bytes depend on from now on."""
    if given.printer and given.printer not in printer.names(session, row.organisation_id):
        raise InvalidInput("printer.unknown", "printer", printer=given.printer[:60])
    choice = tuple(_with_cells(session, actor, part) for part in given.sheets)
    choice = choice or part_sheet.starting(stock, given.start_cell)
    taken = part_sheet.take(session, actor, row, stock, choice)
    left = part_sheet.remember(session, actor, row, stock, taken)
    return Plan(
        stock,
        taken.paper,
        printer.adjustment(session, row.organisation_id, given.printer, stock.name),
        sheets=taken.sheets,
        left=left,
        opened=taken.opened,
        design="" if chosen.design is None else chosen.design.dump(),
        picture=chosen.sha256,
        printer=given.printer,
        asked=_asked(given),
    )


def _with_cells(session: Session, actor: Actor, part: Part) -> Part:
    """No cells named: all that are free when the run is decided."""
    if part.cells or part.sheet_id is None:
        return part
    sheet = part_sheet.view(session, actor, part.sheet_id)
    if not sheet.free:
        raise Conflict("sheet.closed", "sheet", sheet=sheet.id, reason=sheet.closed_reason)
    return replace(part, cells=sheet.free)


def _check_sheet(given: NewRun, stock: Stock) -> None:
    if not 1 <= given.count <= MAX_LABELS:
        raise InvalidInput("run.count", "count", max=MAX_LABELS)
    if not 1 <= given.start_cell <= stock.per_page:
        raise InvalidInput("run.start-cell", "start_cell", max=stock.per_page)
    module_dots(stock, check_dpi(given.dpi))


def _void_replaced(
    session: Session, actor: Actor, batch: Batch, replaced: Replaced, level: int | None
) -> None:
    old = find.run(session, actor, replaced.run_id)
    if old.batch_id != batch.id:
        raise InvalidInput("run.replaces-other-batch", "replaces")
    if old.level != level:
        raise InvalidInput("carton.reprint", "replaces")
    ranges.void(
        session, actor, replaced.run_id, replaced.first, replaced.last, replaced.reason, for_reprint=True
    )


def label_text(session: Session, batch: Batch) -> LabelText:
    """The words on a batch's labels."""
    product = find.product(session, batch.product_id)
    brand = find.brand_of(session, product)
    packer = find.organisation(session, batch.organisation_id)
    state = find.state(session, batch)
    packed = [record for record in standing(session, [batch]) if record.event.stage == "packaging"]
    day = dates.local_day(packed[-1].event.occurred_at) if packed else None
    stated = str(packed[-1].facts.get("packed_on", "")) if packed else ""
    return LabelText(
        brand=brand.name,
        product=product.name,
        grade=batch.grade,
        net_weight=quantity.show(product.unit_weight_g),
        batch_no=batch.number,
        packed_on=stated or (day or dates.local_day(clock.now())).isoformat(),
        packer=packer.name,
        credit_code=packer.credit_code or "",
        certificate=state.certified_g > 0,
        gi_mark=bool(brand.gi_notice),
        accent=brand.accent or DEFAULT_ACCENT,
    )


def carton_text(words: LabelText, given: NewRun) -> LabelText:
    """The words on an outer carton: what it is and holds. No certificate: that stands on the items."""
    called = "外箱标签" if given.level == 1 else "托盘标签"
    return replace(words, net_weight=given.inside, certificate=False, lines=(called,))


def words(row: Run) -> LabelText:
    """The words on a run's labels, as they were when it was decided."""
    kept = json.loads(row.texts)
    kept["lines"] = tuple(kept["lines"])
    return LabelText(**kept)


def spec(session: Session, row: Run, master: bytes) -> RunSpec:
    """The run as the label engine sees it: from what is stored with it alone, so always the same."""
    plan = run_plan.of(row)
    return RunSpec(
        base_url=row.base_url,
        run=key_of(row),
        first=1,
        count=row.count,
        text=words(row),
        design=designs.load(plan.design) if plan.design else None,
        picture=design.picture_named(session, plan.picture),
        pin_secret=pin.secret(session, row, master) if row.pin_hash else b"",
    )


def signer(session: Session, row: Run, master: bytes) -> SigningKey:
    """The key that signs the run; Conflict run.key-revoked if it was revoked from before the run."""
    _refuse_revoked(session, row)
    return key.open_key(session, row.key_id, master)


def urls(session: Session, row: Run, master: bytes) -> Iterator[str]:
    """The addresses of the run's labels in order."""
    return (url for _, url in codes(spec(session, row, master), signer(session, row, master)))


def of_organisation(session: Session, organisation_id: int, limit: int = 200) -> list[tuple[Run, Batch]]:
    """An organisation's newest runs with their batches."""
    query = (
        select(Run, Batch)
        .join(Batch, col(Batch.id) == col(Run.batch_id))
        .where(Run.organisation_id == organisation_id)
        .order_by(col(Run.id).desc())
        .limit(limit)
    )
    return [(run, batch) for run, batch in session.exec(query).all()]


def of_batch(session: Session, batch: Batch) -> list[Run]:
    """A batch's runs, newest first."""
    return list(
        session.exec(select(Run).where(Run.batch_id == key_of(batch)).order_by(col(Run.id).desc())).all()
    )


def may_hand_out(session: Session, row: Run) -> None:
    """Conflict while the batch is recalled or frozen, if the run's key was revoked from before the run, or if all
    its labels are void.

    Such labels stay in the drawer: a scan of them would say so, and the paper may be another run's by now.
    """
    if not without((1, row.count), ranges.spans(session, row)["void"]):
        raise Conflict("run.all-void")
    _refuse_revoked(session, row)
    blocks.refuse_if_stopped(session, session.get_one(Batch, row.batch_id))


def _refuse_revoked(session: Session, row: Run) -> None:
    known = key.known(session, row.key_id)
    if known is None or not known.counts(row.created_at):
        raise Conflict("run.key-revoked", key=f"{row.key_id:05d}")


def require_print(actor: Actor, row: Run) -> None:
    """Forbidden unless the actor prints for the run's organisation."""
    require(actor, Action.RUN_PRINT, row.organisation_id)
