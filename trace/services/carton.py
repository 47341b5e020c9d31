"""Outer cartons (外箱) and pallets (托盘): print their labels, pack (装箱) and split (拆箱) them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlmodel import Session, select

from labels.plans import omitted_fields
from labels.text import LabelText
from trace.core import carton, clock, text
from trace.core.carton import Packing
from trace.core.errors import Conflict, InvalidInput, NotFound
from trace.core.policy import Action, Actor, require
from trace.core.quantity import show
from trace.core.ranges import Range, count
from trace.services import blocks, carton_record, find, ledger, ranges, run, run_plan
from trace.services.audit import AuditAction, note
from trace.services.brand import rules_of
from trace.services.part_sheet import Choice
from trace.services.run import NewRun
from trace.tables import Batch, CartonPack, CartonSplit, Run, RunRequest
from trace.tables.base import key_of

NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Content:
    """Labels of a run to be packed: its loose ones, or those of a part of it that are."""

    run_id: int
    part: Range | None = None


@dataclass(frozen=True, slots=True)
class NewCartons:
    """Carton labels to print: as many as `content` needs, packed at once; or `count` empty ones, packed later.

    `level` 1 prints outer cartons (外箱), 2 pallets (托盘). `request_id` as for any run.
    """

    stock: str
    request_id: str
    per_carton: int
    content: Content | None = None
    count: int = 0
    level: int = carton.CARTON
    start_cell: int = 1
    dpi: int = 203
    sheets: Choice = ()
    printer: str = ""


@dataclass(frozen=True, slots=True)
class PrintedCartons:
    """The carton run's number, how many cartons, how many labels were packed into them."""

    run_id: int
    cartons: int
    packed: int
    repeated: bool = False


def print_cartons(
    session: Session, actor: Actor, number: str, given: NewCartons, *, base_url: str, master: bytes
) -> PrintedCartons:
    """Print carton labels for a batch, and pack its labels into them in the same transaction.

    Raises what printing and packing raise; Conflict carton.nothing-loose if all labels are packed or void.
    """
    batch = find.batch(session, actor, number, Action.RUN_PRINT)
    request = text.clean(given.request_id, "request_id", max_length=64)
    before = session.get(RunRequest, (batch.organisation_id, request))
    if before is not None:
        return _repeated(session, batch, given, before.run_id)
    _check(given)
    loose = _loose(session, batch, given)
    cartons = carton.cartons_needed(count(loose), given.per_carton) if given.content else given.count
    wanted = NewRun(
        count=cartons,
        stock=given.stock,
        request_id=request,
        start_cell=given.start_cell,
        dpi=given.dpi,
        sheets=given.sheets,
        printer=given.printer,
        level=given.level,
        inside=inside(session, batch, given, loose),
    )
    made = run.create(session, actor, number, wanted, base_url=base_url, master=master)
    _check_words(session.get_one(Run, made.run_id))
    if given.content is not None:
        for row in carton.fill(made.run_id, given.content.run_id, loose, given.per_carton):
            pack(session, actor, row)
    return PrintedCartons(made.run_id, cartons, count(loose))


def words(session: Session, actor: Actor, number: str, given: NewCartons) -> LabelText:
    """What would stand on the carton labels; raises as printing them would."""
    batch = find.batch(session, actor, number, Action.RUN_PRINT)
    _check(given)
    text_inside = inside(session, batch, given, _loose(session, batch, given))
    wanted = NewRun(1, given.stock, given.request_id, level=given.level, inside=text_inside)
    return run.carton_text(run.label_text(session, batch), wanted)


def reprint(session: Session, actor: Actor, given: NewRun, *, base_url: str, master: bytes) -> PrintedCartons:
    """Print labels again for cartons whose labels are spoilt: the old ones are void, the contents move over.

    `given.replaces` names the old cartons; count, level and words follow from it. A carton on a pallet stays there.
    """
    if given.replaces is None:
        raise InvalidInput("carton.not-carton", "carton_run", run=0)
    old = find.run(session, actor, given.replaces.run_id)
    if old.level is None:
        raise InvalidInput("carton.not-carton", "carton_run", run=key_of(old))
    first, last = given.replaces.first, given.replaces.last
    if not 1 <= first <= last <= old.count:
        raise InvalidInput("carton.range", "first", last=old.count)
    numbers = range(first, last + 1)
    again = session.get(RunRequest, (old.organisation_id, given.request_id)) is not None
    for number in numbers:
        if not again and carton_record.split_of(session, key_of(old), number) is not None:
            raise Conflict("carton.opened", "first", carton=number)
    held = {number: carton_record.contents(session, key_of(old), (number, number)) for number in numbers}
    homes = {number: carton_record.home_of(session, key_of(old), number) for number in numbers}
    said = run.words(old).net_weight
    wanted = replace(given, count=len(numbers), level=old.level, inside=said)
    batch = session.get_one(Batch, old.batch_id)
    made = run.create(session, actor, batch.number, wanted, base_url=base_url, master=master)
    packed = sum(one.count for spans in held.values() for one in spans)
    if not made.repeated:
        for fresh, number in enumerate(numbers, start=1):
            for one in held[number]:
                row = Packing(made.run_id, fresh, fresh, one.run, one.first, one.last, one.count)
                pack(session, actor, row)
            if (home := homes[number]) is not None:
                pack(session, actor, Packing(home[0], home[1], home[1], made.run_id, fresh, fresh, 1))
    return PrintedCartons(made.run_id, len(numbers), packed, made.repeated)


def _check(given: NewCartons) -> None:
    if given.level not in (carton.CARTON, carton.PALLET):
        raise InvalidInput("carton.level", "level")
    if not 1 <= given.per_carton <= carton.MAX_PER_CARTON:
        raise InvalidInput("carton.per-carton", "per_carton", max=carton.MAX_PER_CARTON)


def _check_words(row: Run) -> None:
    """A carton label that does not say what it is could be taken for an item's."""
    stock = run_plan.of(row).stock
    if "lines" in omitted_fields(stock, run.words(row)):
        raise InvalidInput("carton.stock", "stock", stock=stock.title_zh)


def _loose(session: Session, batch: Batch, given: NewCartons) -> list[Range]:
    if given.content is None:
        return []
    row = session.get(Run, given.content.run_id)
    if row is None:
        raise NotFound("run.unknown", "content_run", run=given.content.run_id)
    if row.batch_id != key_of(batch):
        raise InvalidInput("carton.content-batch", "content_run", run=key_of(row))
    if carton_record.level_of(row) >= given.level:
        raise InvalidInput("carton.level", "content_run")
    part = given.content.part or (1, row.count)
    if not 1 <= part[0] <= part[1] <= row.count:
        raise InvalidInput("carton.content-range", "content_first", last=row.count)
    loose = carton_record.loose(session, row, part)
    if not loose:
        raise Conflict("carton.nothing-loose", "content_first")
    return loose


def _repeated(session: Session, batch: Batch, given: NewCartons, run_id: int) -> PrintedCartons:
    """The answer to a request that was carried out before; Conflict if it asked for something else."""
    row = session.get_one(Run, run_id)
    asked = (key_of(batch), given.level, given.stock, given.start_cell, given.dpi)
    same = asked == (row.batch_id, row.level, row.stock, row.start_cell, row.dpi)
    first = session.exec(select(CartonPack).where(CartonPack.run_id == run_id).limit(1)).first()
    if given.content is None:
        said = inside(session, batch, given, [])
        same = same and (row.count, run.words(row).net_weight) == (given.count, said)
    else:
        wanted = (given.content.run_id, given.per_carton)
        same = same and first is not None and wanted == (first.content_run_id, first.per_carton)
    if not same:
        raise Conflict("run.request-differs", "request_id")
    packed = sum(held.count for held in carton_record.contents(session, run_id, (1, row.count)))
    return PrintedCartons(run_id, row.count, packed, repeated=True)


def inside(session: Session, batch: Batch, given: NewCartons, loose: list[Range]) -> str:
    """What stands on the carton as its content: "24 × 500 g", and what the last one (尾箱) holds if that is less."""
    # A number, its times and its unit stay on one line.
    each = _each(session, batch, given, loose).replace(" ", NO_BREAK)
    labels = count(loose) or given.per_carton
    if labels <= given.per_carton:
        return f"{labels}{each}"
    left = labels % given.per_carton
    last = "尾箱" if given.level == carton.CARTON else "尾托"
    return f"{given.per_carton}{each}" + (f"，{last} {left}{each}" if left else "")


def _each(session: Session, batch: Batch, given: NewCartons, loose: list[Range]) -> str:
    """What one label inside stands for: an item of so many grams, or a carton, with its weight if all weigh the same."""
    content = session.get_one(Run, given.content.run_id) if given.content is not None else None
    if content is None and given.level == carton.CARTON:
        return f" × {show(find.product(session, batch.product_id).unit_weight_g)}"
    if content is not None and content.level is None:
        return f" × {show(content.unit_weight_g)}"
    weights = set() if content is None else carton_record.weights_g(session, key_of(content), loose)
    return f" 箱 × {show(weights.pop())}" if len(weights) == 1 else " 箱"


def pack(session: Session, actor: Actor, wanted: Packing) -> CartonPack:
    """Enter that labels lie in cartons now; a brand that activates at packing (装箱启用) has them activated by it.

    Raises what `carton.check` raises; Conflict while a batch of theirs is recalled or frozen.
    """
    boxes = find.run(session, actor, wanted.run)
    require(actor, Action.RUN_PRINT, boxes.organisation_id)
    content = session.get(Run, wanted.content)
    if content is None:
        raise NotFound("run.unknown", "content_run", run=wanted.content)
    packings = carton_record.touching(session, wanted)
    closed = carton_record.closed(session, [one.run for one in packings])
    sides = carton_record.side(session, boxes), carton_record.side(session, content)
    carton.check(wanted, *sides, packings, closed)
    held = carton.Held(wanted.content, *wanted.labels)
    inner = [session.get_one(Run, one.run) for one in carton_record.items_within(session, [held])]
    batches = _batches(session, [boxes, content, *inner])
    for batch in batches:
        blocks.refuse_if_stopped(session, batch)
    row = CartonPack(
        run_id=wanted.run,
        first=wanted.first,
        last=wanted.last,
        content_run_id=wanted.content,
        content_first=wanted.content_first,
        content_last=wanted.content_last,
        per_carton=wanted.per_carton,
        recorded_at=clock.now(),
        recorded_by=int(actor.user_id),
    )
    session.add(row)
    numbers = [batch.number for batch in batches]
    ledger.append(session, "carton.packed", row, organisation=boxes.organisation_id, batches=numbers)
    note(session, actor, AuditAction.CARTON_PACK, f"{wanted.run}:{wanted.first}-{wanted.last}")
    for labels, span in ((content, wanted.labels), (boxes, wanted.cartons)):
        if _activates(session, labels):
            ranges.activate(session, actor, key_of(labels), *span)
    return row


def _batches(session: Session, rows: list[Run]) -> list[Batch]:
    """The runs' batches, each once."""
    return [session.get_one(Batch, key) for key in dict.fromkeys(row.batch_id for row in rows)]


def _activates(session: Session, row: Run) -> bool:
    product = find.product(session, session.get_one(Batch, row.batch_id).product_id)
    return rules_of(session, product.brand_id).activation == "pack"


def split(session: Session, actor: Actor, run_id: int, item: int, reason: str) -> CartonSplit:
    """Open a carton for good: what is in it is loose from now on and may be packed anew, in another one."""
    row = find.run(session, actor, run_id)
    require(actor, Action.RUN_PRINT, row.organisation_id)
    if row.level is None:
        raise InvalidInput("carton.not-carton", "carton_run", run=run_id)
    if not 1 <= item <= row.count:
        raise InvalidInput("carton.range", "item", last=row.count)
    if ranges.state_of(session, run_id, item)[0] == "void":
        raise Conflict("carton.void", "item", carton=item)
    if carton_record.split_of(session, run_id, item) is not None:
        raise Conflict("carton.opened-already", "item")
    held = carton_record.contents(session, run_id, (item, item))
    if not held:
        raise Conflict("carton.empty", "item")
    why = text.clean(reason, "reason", max_length=200, name=True)
    line = CartonSplit(
        run_id=run_id, item=item, reason=why, recorded_at=clock.now(), recorded_by=int(actor.user_id)
    )
    session.add(line)
    inner = [session.get_one(Run, one.run) for one in carton_record.items_within(session, held)]
    numbers = [batch.number for batch in _batches(session, [row, *inner])]
    ledger.append(session, "carton.split", line, organisation=row.organisation_id, batches=numbers)
    note(session, actor, AuditAction.CARTON_SPLIT, f"{run_id}:{item}")
    return line
