"""One family of errors. Each has a stable code and explains itself in Chinese and English."""

from __future__ import annotations

from typing import Literal

Language = Literal["zh", "en"]


class LabelError(Exception):
    """Base of everything the label engine refuses; `code` never changes once published."""

    def __init__(self, code: str, zh: str, en: str, **context: object) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.zh = zh
        self.en = en
        self.context = context

    def diagnosis(self, lang: Language = "zh") -> str:
        """What is wrong and what to do about it, in one sentence for a person."""
        return self.en if lang == "en" else self.zh


class MalformedCode(LabelError):
    """Not written in the form of an item code; says nothing about who made it."""


class ForgedCode(LabelError):
    """Well formed, but no key of ours signed it. `reason` is `unknown-key` or `bad-signature`."""

    def __init__(self, reason: Literal["unknown-key", "bad-signature"], key_id: int) -> None:
        zh = {
            "unknown-key": f"这个码用的密钥编号 {key_id:05d} 不是我们登记过的。",
            "bad-signature": "这个码的签名不对：不是登记的密钥签发的，或者数字被改动过。",
        }[reason]
        en = {
            "unknown-key": f"The code names key {key_id:05d}, which is not registered.",
            "bad-signature": "The signature is wrong: another key made it, or the digits were changed.",
        }[reason]
        super().__init__(f"label.{reason}", zh, en, key_id=key_id)
        self.reason = reason


class BadKey(LabelError):
    """A key that cannot be read, has a wrong password, or must not be trusted."""


class BadBase(LabelError):
    """An address that cannot stand before the digits of an item code."""


class BadCount(LabelError):
    """A run, item, count or cell number out of range."""


class BadSecret(LabelError):
    """A secret of PINs that has not the right length."""


class BadText(LabelError):
    """Label text that breaks a rule of the label (a field missing, a credit code that is wrong)."""


class BadDesign(LabelError):
    """A label design that is not written as one, or that breaks a rule of the label."""


class BadPicture(LabelError):
    """A picture that is too large, or that cannot be read."""


class TextTooLong(LabelError):
    """Text that does not fit even at the smallest legible size."""


class MissingGlyphs(LabelError):
    """Text with characters that the label font cannot draw."""


class StockTooSmall(LabelError):
    """Label stock on which the code could not be read, or the text could not stand."""


class BadStock(LabelError):
    """Label stock that somebody described with a size, count or key that cannot be; `field` is in the context."""


class UnknownStock(LabelError):
    """A stock name that is not in the table."""


class OutputError(LabelError):
    """The file could not be written."""
