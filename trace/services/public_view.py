"""What the public may see of an item, a batch and a brand: frozen views without personal data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from trace.core import languages
from trace.services.public_carton import CartonView, PackedView


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """A grower, packer or laboratory as the public sees it; `phone` is masked."""

    name: str
    name_en: str
    kind: str
    credit_code: str
    place: str
    phone: str


@dataclass(frozen=True, slots=True)
class ProductView:
    """What is in the bag; weights in grams, grades as (name, criteria), best first; `watch_…` as in verdict.WatchRule."""

    name: str
    name_en: str
    brand_name: str
    brand_name_en: str
    brand_slug: str
    accent: str
    picture: str
    grade: str
    unit_weight_g: int
    gtin: str
    standard: str
    storage: str
    shelf_life_days: int
    grades: tuple[tuple[str, str], ...] = ()
    hotline: str = ""
    watch_devices: int = 8
    watch_provinces: int = 4


@dataclass(frozen=True, slots=True)
class PlotView:
    """A plot (地块) by township; `area_mu` is text such as "12.50" in 亩."""

    name: str
    region_code: str
    township: str
    village: str
    area_mu: str


@dataclass(frozen=True, slots=True)
class AuthorisationView:
    """A brand's leave for the packer: since, until, or revoked on a day with a reason.

    `products`: their names (Chinese, English) where it is not for all of the brand's products.
    """

    holder: str
    valid_from: date
    valid_to: date
    revoked_on: date | None
    reason: str
    live: bool
    holder_en: str = ""
    products: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ErasureView:
    """What was erased (依法删除) from entry `seq` on a lawful request: names (Chinese, English), days, reason."""

    names: tuple[tuple[str, str], ...]
    erased_on: date
    requested_on: date
    reason: str
    seq: int


@dataclass(frozen=True, slots=True)
class CertificateView:
    """承诺达标合格证 of this very batch; `basis` holds (Chinese, English) pairs.

    `ledger` is the ledger's size and root (hex) just before it was issued, None for older ones. `late_days`,
    `clock`: as in `StepView`.
    """

    number: str
    product: str
    quantity_g: int
    origin: str
    issued_on: date
    promisor: str
    contact: str
    promises: tuple[tuple[str, str], ...]
    basis: tuple[tuple[str, str], ...]
    ledger: tuple[int, str] | None = None
    ledger_seq: int = 0
    late_days: int = 0
    clock: str = ""
    erasures: tuple[ErasureView, ...] = ()


@dataclass(frozen=True, slots=True)
class TestView:
    """One tested item: value, limit and the edition of the standard, as reported.

    A quick test (快检) may have no value but what it showed, in words: `value_en`, `more` as in `FactView`.
    """

    item: str
    value: str
    unit: str
    limit: str
    method: str
    standard: str
    passed: bool
    value_en: str = ""
    more: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ReportView:
    """One inspection (检测): who tested, when, and its items."""

    kind: str
    kind_en: str
    laboratory: str
    report_number: str
    tested_on: date
    passed: bool
    tests: tuple[TestView, ...]
    attachments: tuple[AttachmentView, ...] = ()


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """A picture or PDF under its SHA-256; `url` is on this host. `erased`: the file is gone, on a lawful request."""

    url: str
    media_type: str
    title: str
    sha256: str
    width: int = 0
    height: int = 0
    erased: ErasureView | None = None


@dataclass(frozen=True, slots=True)
class FactView:
    """One fact of a step, ready to read; `more`: (tag, value) in further languages, where it differs from Chinese."""

    label: str
    label_en: str
    value: str
    value_en: str
    more: tuple[tuple[str, str], ...] = ()


def fact_view(label: str, label_en: str, value: Callable[[str], str]) -> FactView:
    """A fact in every language; `value` says it in one, by its tag."""
    chinese = value(languages.CHINESE)
    others = ((lang, value(lang)) for lang in languages.further())
    more = tuple((lang, words) for lang, words in others if words != chinese)
    return FactView(label, label_en, chinese, value(languages.ENGLISH), more)


@dataclass(frozen=True, slots=True)
class StepView:
    """One record of the chain; `late_days` > 0 when it was recorded that much later than it happened.

    `clock` says where the service's clock does not fit (trace.core.lateness), "" where it does.
    """

    stage: str
    title: str
    title_en: str
    icon: str
    occurred_at: datetime
    recorded_at: datetime
    late_days: int
    organisation: str
    batch_no: str
    place: str
    source: str
    destination: str
    quantity_g: int | None
    facts: tuple[FactView, ...]
    attachments: tuple[AttachmentView, ...] = ()
    corrected_by: str = ""
    corrects: str = ""
    ledger_seq: int = 0
    clock: str = ""
    erasures: tuple[ErasureView, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch (批次) with where it grew; `parents`/`children` are public batch numbers with grams.

    `erasures`: what was erased about its plots and its owner.
    """

    number: str
    quantity_g: int
    produced_on: date | None
    packed_on: date | None
    grade: str
    plots: tuple[PlotView, ...]
    parents: tuple[tuple[str, int], ...] = ()
    children: tuple[tuple[str, int], ...] = ()
    erasures: tuple[ErasureView, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A recall (召回), freeze (冻结) or void (作废): why, what to do, since when, by whom."""

    kind: str
    reason: str
    advice: str
    since: datetime
    by: str
    batch_no: str = ""


@dataclass(frozen=True, slots=True)
class AskedView:
    """How often asked: clusters of devices, not hits; province and day only."""

    devices: int
    first_day: date | None
    provinces: int = 0


@dataclass(frozen=True, slots=True)
class ItemView:
    """The label itself: printed digits with check digit, run and item number, who holds the key."""

    printed: str
    digits: str
    run: int
    item: int
    key_id: int
    key_holder: str
    key_held_by: str


@dataclass(frozen=True, slots=True)
class PinView:
    """A label's scratch-layer PIN (涂层验证码): tries left, first verified when, how often, locked or not."""

    tries_left: int
    first_on: date | None
    times: int
    locked: bool


@dataclass(frozen=True, slots=True)
class ScanView:
    """All that `/c/<digits>` may say; only `verdict` is set when the code is not ours."""

    verdict: str
    http_status: int
    item: ItemView | None = None
    product: ProductView | None = None
    packer: OrganisationView | None = None
    growers: tuple[OrganisationView, ...] = ()
    batch: BatchView | None = None
    authorisation: AuthorisationView | None = None
    certificate: CertificateView | None = None
    reports: tuple[ReportView, ...] = ()
    chain: tuple[StepView, ...] = ()
    notice: NoticeView | None = None
    asked: AskedView = field(default_factory=lambda: AskedView(0, None))
    carton: CartonView | None = None
    packed_in: tuple[PackedView, ...] = ()
    pin: PinView | None = None


@dataclass(frozen=True, slots=True)
class BatchPage:
    """All that `/batch/<no>` may say."""

    product: ProductView
    packer: OrganisationView
    growers: tuple[OrganisationView, ...]
    batch: BatchView
    authorisation: AuthorisationView | None
    certificate: CertificateView | None
    reports: tuple[ReportView, ...]
    chain: tuple[StepView, ...]
    notices: tuple[NoticeView, ...]
