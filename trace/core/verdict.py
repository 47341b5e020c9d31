"""What a scan may honestly say (结论): the first matching verdict wins, and facts outrank statistics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal, NamedTuple

from trace.core import languages

Tone = Literal["grey", "red", "amber", "blue", "teal"]


class Verdict(StrEnum):
    """The answers a scan can get, in the order in which they are tried."""

    MALFORMED = "malformed"
    FORGED = "forged"
    UNKNOWN = "unknown"
    RECALLED = "recalled"
    VOID = "void"
    FROZEN = "frozen"
    INACTIVE = "inactive"
    WATCH = "watch"
    REPEAT = "repeat"
    FIRST = "first"

    @property
    def status(self) -> int:
        """The HTTP status: 404 where no record stands behind the code, else 200."""
        return 404 if self in (Verdict.MALFORMED, Verdict.FORGED, Verdict.UNKNOWN) else 200

    @property
    def tone(self) -> Tone:
        """The colour that the verdict band wears."""
        return _TONES[self]

    @property
    def icon(self) -> str:
        """The name of the band's icon in the sprite; colour never stands alone."""
        return _ICONS[self]


_TONES: dict[Verdict, Tone] = {
    Verdict.MALFORMED: "grey",
    Verdict.FORGED: "red",
    Verdict.UNKNOWN: "red",
    Verdict.RECALLED: "red",
    Verdict.VOID: "red",
    Verdict.FROZEN: "amber",
    Verdict.INACTIVE: "amber",
    Verdict.WATCH: "amber",
    Verdict.REPEAT: "blue",
    Verdict.FIRST: "teal",
}
_ICONS: dict[Verdict, str] = {
    Verdict.MALFORMED: "question",
    Verdict.FORGED: "stop",
    Verdict.UNKNOWN: "stop",
    Verdict.RECALLED: "recall",
    Verdict.VOID: "stop",
    Verdict.FROZEN: "pause",
    Verdict.INACTIVE: "pause",
    Verdict.WATCH: "warning",
    Verdict.REPEAT: "eye",
    Verdict.FIRST: "check",
}


@dataclass(frozen=True)
class WatchRule:
    """From how many device clusters, or provinces, a code is watched; settings of the product."""

    clusters: int = 8
    provinces: int = 4


@dataclass(frozen=True)
class Facts:
    """What is known of a scanned code.

    `known`: its run and item exist. `recalled`, `frozen`: its batch or an ancestor. `void`: range or item
    voided, or copying confirmed by a person. `clusters`, `provinces`: seen so far; `others`: clusters that
    are not this reader's; `cleared`: how many there were when a person found nothing wrong. `first_seen` is the day
    of the first scan, today for the first.
    """

    well_formed: bool = True
    signature_valid: bool = True
    known: bool = True
    recalled: bool = False
    void: bool = False
    frozen: bool = False
    active: bool = True
    clusters: int = 0
    provinces: int = 0
    others: int = 0
    cleared: int = 0
    first_seen: date | None = None
    shelf_ends: date | None = None
    rule: WatchRule = WatchRule()


def decide(facts: Facts) -> Verdict:
    """The verdict on a scan: the first line that matches."""
    if not facts.well_formed:
        return Verdict.MALFORMED
    if not facts.signature_valid:
        return Verdict.FORGED
    if not facts.known:
        return Verdict.UNKNOWN
    if facts.recalled:
        return Verdict.RECALLED
    if facts.void:
        return Verdict.VOID
    if facts.frozen:
        return Verdict.FROZEN
    if not facts.active:
        return Verdict.INACTIVE
    if suspicious(facts):
        return Verdict.WATCH
    return Verdict.REPEAT if facts.others > 0 else Verdict.FIRST


def suspicious(facts: Facts) -> bool:
    """Whether the scans ask for caution: many readers, far apart, or first seen after the shelf life.

    Once a person has found nothing wrong, only as many new readers ask for it again.
    """
    return bool(reasons(facts))


def reasons(facts: Facts) -> tuple[str, ...]:
    """What asks for caution, as codes: "devices" (many readers), "provinces" (far apart), "late" (after shelf life)."""
    if facts.cleared:
        return ("devices",) if facts.clusters - facts.cleared >= facts.rule.clusters else ()
    found = []
    if facts.clusters >= facts.rule.clusters:
        found.append("devices")
    if facts.provinces >= facts.rule.provinces:
        found.append("provinces")
    if facts.first_seen is not None and facts.shelf_ends is not None and facts.first_seen > facts.shelf_ends:
        found.append("late")
    return tuple(found)


class Words(NamedTuple):
    """A verdict in words: a title, one sentence of what it means, one of what to do."""

    title: str
    meaning: str
    advice: str


_ZH: dict[Verdict, Words] = {
    Verdict.MALFORMED: Words(
        "没有读到完整的码",
        "扫到的内容不是本系统的追溯码，可能没有扫全，也可能是别的二维码。",
        "请擦净标签、对准二维码再扫一次，或输入二维码下方的数字查询。",
    ),
    Verdict.FORGED: Words(
        "签名无效",
        "这个码不是登记过的主体签发的，或者内容被改动过。",
        "请不要据此相信产品来源；请保留标签和购买凭证，并向监管部门反映。",
    ),
    Verdict.UNKNOWN: Words(
        "没有这个码的记录",
        "签名是对的，但系统里没有登记过这枚标签，这不正常。",
        "请不要据此相信产品来源；请保留标签和购买凭证，并向监管部门反映。",
    ),
    Verdict.RECALLED: Words(
        "这批产品正在召回",
        "这枚标签所在的批次，或它的来源批次，已经发布召回。",
        "请先不要食用，留好产品和购买凭证，按下方召回说明处理。",
    ),
    Verdict.VOID: Words(
        "这枚标签已作废",
        "这枚标签已被停用，不应再贴在出售的产品上。",
        "请不要据此相信产品来源；请与卖家核对，并可在下方举报。",
    ),
    Verdict.FROZEN: Words(
        "这批产品暂停流通",
        "监管部门正在核查这个批次，目前还没有结论。",
        "请先不要食用或转卖，过几天再扫码查看结果。",
    ),
    Verdict.INACTIVE: Words(
        "这枚标签还没有启用",
        "标签已经印好，但还没有登记为贴在产品上。",
        "如果产品已经在出售，请向卖家询问，并可在下方举报。",
    ),
    Verdict.WATCH: Words(
        "查询情况不寻常，请留意",
        "签名有效，但这个码被许多不同的手机查过、在好几个省被查过，或首次查询已过保质期；"
        "标签可能被复制，也可能只是看的人多。",
        "请核对包装、购买渠道和下方记录；觉得不对就向卖家询问或举报。",
    ),
    Verdict.REPEAT: Words(
        "签名有效，此前有人查过",
        "这个码由登记的主体签发，在您之前已有人查询，首次查询的日期见下方。",
        "店员、家人先扫过都很常见；如果您刚拆开包装而日期对不上，请向卖家询问。",
    ),
    Verdict.FIRST: Words(
        "签名有效，首次查询",
        "这个码由登记的主体签发，此前没有查询记录；首次查询不等于证明产品没有被调换。",
        "请再核对产品名称、规格和包装是否与下方记录一致。",
    ),
}
_EN: dict[Verdict, Words] = {
    Verdict.MALFORMED: Words(
        "No complete code was read",
        "What was scanned is not a code of this service: part is missing, or it is some other QR code.",
        "Wipe the label and scan again, or type in the digits printed under the code.",
    ),
    Verdict.FORGED: Words(
        "Signature not valid",
        "This code was not issued by a registered organisation, or it has been altered.",
        "Do not trust the origin on the strength of it; keep label and receipt and tell the authority.",
    ),
    Verdict.UNKNOWN: Words(
        "No record of this code",
        "The signature is right, but no such label was ever registered. That should not happen.",
        "Do not trust the origin on the strength of it; keep label and receipt and tell the authority.",
    ),
    Verdict.RECALLED: Words(
        "This batch is being recalled",
        "A recall has been published for this label's batch or for one it was made from.",
        "Do not eat it; keep product and receipt and follow the recall notice below.",
    ),
    Verdict.VOID: Words(
        "This label is void",
        "This label was withdrawn and should not be on anything that is sold.",
        "Do not trust the origin on the strength of it; ask the seller, or report it below.",
    ),
    Verdict.FROZEN: Words(
        "This batch is on hold",
        "The authority is looking into this batch and has not come to a conclusion.",
        "Do not eat or resell it yet; scan again in a few days.",
    ),
    Verdict.INACTIVE: Words(
        "This label is not in use yet",
        "It has been printed, but not yet registered as put on a product.",
        "If the product is already on sale, ask the seller, or report it below.",
    ),
    Verdict.WATCH: Words(
        "Unusual queries: take care",
        "The signature is valid, but many phones asked about this code, or in many provinces, or first "
        "after the shelf life; the label may have been copied, or may just have many readers.",
        "Compare the packing, the shop and the record below; if in doubt ask the seller or report it.",
    ),
    Verdict.REPEAT: Words(
        "Signature valid, seen before",
        "A registered organisation issued this code. Others asked about it before; the first time is below.",
        "Shop staff or family often scan first; if it does not fit a pack you just opened, ask the seller.",
    ),
    Verdict.FIRST: Words(
        "Signature valid, first query",
        "A registered organisation issued this code and no earlier query is on record; "
        "that does not prove that the product was not exchanged.",
        "Compare the product's name, size and packing with the record below.",
    ),
}
_CAN: dict[str, tuple[str, ...]] = {
    "zh": (
        "能证明：这个码由登记的主体签发，内容没有被改动。",
        "能查出：登记之后有没有哪一条记录被单独改动、删除或调换，账本逐条相扣，可以核对。",
        "不能证明：包装里装的就是记录中的产品，纸质标签可以被复制。",
        "不能证明：登记的人写的每句话都是真的；谁写的、何时写的，都有记录可查。",
    ),
    "en": (
        "It proves that a registered organisation issued this code and that it was not altered.",
        "It lets anyone find out whether a single record was changed, removed or moved: the entries are linked.",
        "It cannot prove that the pack holds what the record describes: a paper label can be copied.",
        "It cannot prove that every word entered is true; who wrote it and when is on record.",
    ),
}


def words(verdict: Verdict | str, lang: str = "zh") -> Words:
    """The verdict in plain words of a language, by its tag."""
    pairs = zip(_ZH[Verdict(verdict)], _EN[Verdict(verdict)], strict=True)
    return Words(*(languages.said(lang, *pair) for pair in pairs))


def proves(lang: str = "zh") -> tuple[str, ...]:
    """What a code can and cannot prove, one sentence each, for every scan page."""
    return tuple(languages.said(lang, *pair) for pair in zip(_CAN["zh"], _CAN["en"], strict=True))
