"""Scratch-layer PINs (涂层验证码): how one is read, how often one may be wrong, and what is said of an answer."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import NamedTuple

from trace.core import languages
from trace.core.errors import InvalidInput

MOST_WRONG = 5
"""Wrong tries for one item, in all and from anybody; then its PIN is locked for good."""

_LONGEST = 40  # characters; whoever types more has not typed a PIN
_BETWEEN = re.compile(r"[\s.-]+")
_PIN = re.compile(r"[0-9]{6}", re.ASCII)


class Result(StrEnum):
    """What a try came to."""

    FIRST = "first"
    AGAIN = "again"
    WRONG = "wrong"
    LOCKED = "locked"

    @property
    def right(self) -> bool:
        """Whether the digits were the item's."""
        return self in (Result.FIRST, Result.AGAIN)

    @property
    def tone(self) -> str:
        """The colour of the answer; red is for stop, and no PIN says stop."""
        return {"first": "teal", "again": "amber", "wrong": "blue", "locked": "grey"}[self.value]


class Said(NamedTuple):
    """An answer in words: a title, and what it means."""

    title: str
    meaning: str


def read(typed: object) -> str:
    """Six ASCII digits from what was typed: full width, spaces and hyphens are fine; else InvalidInput."""
    if not isinstance(typed, str) or len(typed) > _LONGEST:
        raise InvalidInput("pin.malformed", "pin")
    digits = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed))
    if _PIN.fullmatch(digits) is None:
        raise InvalidInput("pin.malformed", "pin")
    return digits


_ZH = {
    Result.FIRST: Said(
        "验证码对，这是第一次",
        "在您之前没有人在这里验证过这枚标签。"
        "这说明涂层下的数字是第一次用到；包装里的产品有没有被调换，它证明不了。",
    ),
    Result.AGAIN: Said(
        "验证码对，但已有人验证过",
        "第一次是 {day}，连这次一共 {times} 次。"
        "如果都是您或家人验证的，没有问题；如果不是，涂层可能早被刮开，数字可能被抄走，请向卖家询问。",
    ),
    Result.WRONG: Said(
        "验证码不对，还可以试 {left} 次",
        "请再看一遍涂层下的 6 位数字，刮干净些，光线亮些。试完就锁定，不能再验证。",
    ),
    Result.LOCKED: Said(
        "验证码已锁定",
        "这枚标签的验证码输错满 5 次，不能再验证了。可能是别人试的，不等于产品有问题；请看本页其他内容。",
    ),
}
_EN = {
    Result.FIRST: Said(
        "The PIN is right, for the first time",
        "Nobody verified this label here before you. The digits under the layer are used for the first time; "
        "whether what is in the pack was exchanged, they cannot prove.",
    ),
    Result.AGAIN: Said(
        "The PIN is right, but was verified before",
        "The first time was {day}; with this one {times} in all. If that was you or your family, all is well; "
        "if not, the layer may have been scratched long ago or the digits copied: ask the seller.",
    ),
    Result.WRONG: Said(
        "The PIN is not right; tries left: {left}",
        "Look again at the 6 digits under the layer; scratch it clean, in good light. "
        "After the last try the PIN is locked.",
    ),
    Result.LOCKED: Said(
        "The PIN is locked",
        "It was typed wrong 5 times and can no longer be verified. Others may have tried; that does not mean "
        "that anything is wrong with the product. See the rest of this page.",
    ),
}


def words(result: Result, lang: str = "zh", *, day: str = "", times: int = 0, left: int = 0) -> Said:
    """The answer in plain words of a language, by its tag; `day` is the first right entry's, as readers write it."""
    parts = (languages.said(lang, *pair) for pair in zip(_ZH[result], _EN[result], strict=True))
    return Said(*(part.format(day=day, times=times, left=left) for part in parts))
