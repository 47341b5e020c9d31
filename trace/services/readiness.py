"""What a batch still needs before its labels may be printed: one list for the clerk's home and for the printer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session
from stdnum.cn import uscc

from trace.core import clock, dates, languages, pesticide
from trace.core.brand_rules import BrandRules
from trace.core.errors import Conflict, Param
from trace.core.messages import MESSAGES
from trace.core.quantity import labels_allowed
from trace.core.stages import STAGES
from trace.services import authorisation, blocks, chain, find
from trace.services.brand import rules_of
from trace.services.chain import Record
from trace.tables import Authorisation, Batch, BatchState, Plot, Product


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that is missing, by stable code; `stage` names the form that supplies it, where one does."""

    code: str
    params: dict[str, Param] = field(default_factory=dict)
    stage: str = ""

    def message(self, lang: str = "zh") -> str:
        """The need in a language, by its tag."""
        return languages.said(lang, *MESSAGES[self.code]).format_map(self.params)


@dataclass(frozen=True, slots=True)
class Readiness:
    """Needs in the order in which to meet them; `labels` that the weight, quota and certificate leave room for."""

    needs: tuple[Need, ...]
    labels: int
    authorisation: Authorisation | None

    @property
    def ready(self) -> bool:
        """Whether a run can be printed now."""
        return not self.needs and self.labels > 0


def look(session: Session, batch: Batch, today: date | None = None) -> Readiness:
    """Check a batch against the brand's rules and the rules of the field, as of `today` in China."""
    day = today or dates.local_day(clock.now())
    product = find.product(session, batch.product_id)
    state = find.state(session, batch)
    lineage = chain.lineage(session, batch)
    found = chain.standing(session, lineage)
    rules = rules_of(session, product.brand_id)
    leave = authorisation.covering(session, product, batch.organisation_id, day)
    needs: list[Need] = []
    if not product.labelled:
        needs.append(Need("run.raw-material"))
    needs += _stopped(session, batch)
    stages = {record.event.stage for record in found}
    needs += [
        Need("run.stage-missing", {"stage": STAGES[stage].zh, "stage_en": STAGES[stage].en}, stage)
        for stage in rules.stages
        if stage not in stages
    ]
    if state.total_g == 0:
        needs.append(Need("batch.no-quantity", stage="harvest"))
    needs += _tests(found, rules.tests)
    needs += _pesticides(session, found, lineage)
    needs += _origin(session, lineage, rules)
    if product.cert_required and state.certified_g == 0:
        needs.append(Need("run.certificate-missing", stage="certificate"))
    if leave is None:
        needs.append(Need("run.no-authorisation", {"brand": find.brand_of(session, product).name}))
    if not uscc.is_valid(find.organisation(session, batch.organisation_id).credit_code or ""):
        needs.append(Need("run.no-credit-code"))
    return Readiness(tuple(needs), labels_left(session, product, state, leave), leave)


def labels_left(session: Session, product: Product, state: BatchState, leave: Authorisation | None) -> int:
    """Labels that may still be printed: free weight, certificate and quota, each divided by the unit weight."""
    if not product.labelled:
        return 0
    unit, standing = product.unit_weight_g, state.labelled_g // product.unit_weight_g
    rooms = [labels_allowed(state.total_g, unit, standing, state.used_g)]
    if product.cert_required:
        rooms.append(labels_allowed(state.certified_g, unit, standing))
    if leave is not None and leave.quota_g is not None:
        rooms.append(labels_allowed(leave.quota_g, unit, 0, authorisation.used_g(session, leave)))
    return min(rooms)


def require_ready(session: Session, batch: Batch) -> Readiness:
    """The readiness, or Conflict with the code of the first need."""
    found = look(session, batch)
    for need in found.needs:
        raise Conflict(need.code, None, **need.params)
    return found


def _stopped(session: Session, batch: Batch) -> list[Need]:
    recalls = [
        Need("batch.recalled", {"number": number}) for _, number in blocks.open_recalls(session, batch)
    ]
    freezes = [Need("batch.frozen", {"number": number}) for _, number in blocks.open_freezes(session, batch)]
    return (recalls + freezes)[:1]


def _tests(found: list[Record], wanted: tuple[str, ...]) -> list[Need]:
    failed = [
        record
        for record in found
        if record.event.stage == "inspection" and record.facts.get("result") == "fail"
    ]
    if failed:
        return [Need("run.test-failed", {"lab": str(failed[-1].facts.get("lab", ""))}, "inspection")]
    passed = {item.strip() for item in chain.passed_items(found)[0]}
    missing = [item for item in wanted if item not in passed]
    return [Need("run.tests-missing", {"items": "、".join(missing)}, "inspection")] if missing else []


def _pesticides(session: Session, found: list[Record], lineage: list[Batch]) -> list[Need]:
    """Each batch by itself: two plots' uses in one mixture are not one plot's."""
    for batch in lineage:
        own = [record for record in found if record.event.batch_id == batch.id]
        rows = chain.inputs_used(own)
        crop = find.product(session, batch.product_id).crop
        picked = {
            dates.local_day(record.event.occurred_at) for record in own if record.event.stage == "harvest"
        }
        harvests: list[date | None] = [*sorted(picked)] or [None]
        for harvest in harvests:
            for finding in pesticide.check_inputs(rows, crop, harvest):
                return [Need(finding.code, dict(finding.params), "planting")]
    return []


def _origin(session: Session, lineage: list[Batch], rules: BrandRules) -> list[Need]:
    plots = {batch.plot_id for batch in lineage if batch.plot_id is not None}
    rows = [session.get_one(Plot, plot_id) for plot_id in sorted(plots)]
    outside = [plot for plot in rows if not rules.protects(plot.region_code, plot.township)]
    if outside:
        return [Need("run.outside-area", {"plot": outside[0].name, "township": outside[0].township})]
    return [] if rows else [Need("run.no-plot")]
