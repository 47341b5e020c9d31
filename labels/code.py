"""The item code (一品一码): 175 digits that name a label and carry its Ed25519 signature.

The format is frozen and specified in docs/code-format.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .errors import BadBase, BadCount, ForgedCode, MalformedCode
from .keys import MAX_KEY_ID, PublicKey, SigningKey

ED25519 = 1
HEAD_DIGITS = 20
ITEM_DIGITS = 6
SIGNATURE_DIGITS = 155
CODE_DIGITS = HEAD_DIGITS + SIGNATURE_DIGITS
MAX_RUN = 99_999_999
MAX_ITEM = 999_999
MAX_PREFIX = 47  # characters before the digits, so that QR version 7-M holds the whole address

_DOMAIN = b"trace-label-v1\n"
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_BASE = re.compile(
    r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9][0-9]{0,4})?(/[a-z0-9][a-z0-9._~-]*)*", re.ASCII
)
_URL = re.compile(r"(?P<base>https?://[^\s?#]+)/c/(?P<digits>[0-9]+)", re.ASCII)

Keys = Mapping[int, PublicKey] | Callable[[int], PublicKey | None]


@dataclass(frozen=True, slots=True)
class ItemCode:
    """What the first 20 digits say: algorithm, key id, run number (印制批), item number (单品)."""

    alg: int
    key_id: int
    run: int
    item: int

    @property
    def head(self) -> str:
        """The 20 digits that are signed and printed under the QR."""
        return f"{self.alg:01d}{self.key_id:05d}{self.run:08d}{self.item:0{ITEM_DIGITS}d}"


def parse_head(digits: str) -> ItemCode:
    """Read the 20 head digits; raise MalformedCode for an unknown algorithm or a number that is zero."""
    if len(digits) != HEAD_DIGITS or not _DIGITS.fullmatch(digits):
        raise MalformedCode(
            "label.malformed",
            "编号应是 20 位数字。",
            "The head of an item code is 20 digits.",
            length=len(digits),
        )
    code = ItemCode(int(digits[0]), int(digits[1:6]), int(digits[6:14]), int(digits[14:20]))
    if code.alg != ED25519:
        raise MalformedCode(
            "label.algorithm",
            f"签名算法 {code.alg} 不认识，请核对数字，或更新软件。",
            f"Signature algorithm {code.alg} is not known.",
            alg=code.alg,
        )
    if not (code.key_id and code.run and code.item):
        raise MalformedCode(
            "label.zero-field",
            "密钥编号、印制批号、单品号都不能是 0，请核对数字。",
            "Key id, run and item number are never zero.",
            key_id=code.key_id,
            run=code.run,
            item=code.item,
        )
    return code


def item_code(key_id: int, run: int, item: int) -> ItemCode:
    """The Ed25519 code of an item; raise BadCount if a number does not fit its digits."""
    for value, most, zh, en in (
        (key_id, MAX_KEY_ID, "密钥编号", "key id"),
        (run, MAX_RUN, "印制批号", "run number"),
        (item, MAX_ITEM, "单品号", "item number"),
    ):
        if not 1 <= value <= most:
            raise BadCount(
                "label.number-range",
                f"{zh}必须在 1 到 {most} 之间，现在是 {value}。",
                f"The {en} is 1 to {most}, not {value}.",
                value=value,
                most=most,
            )
    return ItemCode(ED25519, key_id, run, item)


def message(head: str) -> bytes:
    """What is signed: a line that names the format, then the head."""
    return _DOMAIN + head.encode("ascii")


def sign(key: SigningKey, run: int, item: int) -> str:
    """The 175 digits of an item; raise BadCount if run or item is out of range."""
    return sign_head(key, item_code(key.key_id, run, item).head)


def sign_head(key: SigningKey, head: str) -> str:
    """The 175 digits of a head that `item_code` made for this key."""
    signature = key.sign(message(head))
    return f"{head}{int.from_bytes(signature, 'big'):0{SIGNATURE_DIGITS}d}"


def parse(digits: str) -> tuple[ItemCode, bytes]:
    """Split 175 digits into item code and 64-byte signature, which is not checked; raise MalformedCode."""
    if len(digits) != CODE_DIGITS or not _DIGITS.fullmatch(digits):
        raise MalformedCode(
            "label.malformed",
            f"这不是我们的追溯码：应是 {CODE_DIGITS} 位数字。请重新扫码，或手工输入码下面的编号。",
            f"Not an item code: it has {CODE_DIGITS} ASCII digits.",
            length=len(digits),
        )
    code = parse_head(digits[:HEAD_DIGITS])
    value = int(digits[HEAD_DIGITS:])
    if value >= 1 << 512:
        raise MalformedCode(
            "label.signature-range",
            "追溯码后段的数字超出范围，请重新扫码。",
            "The signature digits stand for more than 64 bytes.",
        )
    return code, value.to_bytes(64, "big")


def verify(digits: str, keys: Keys) -> ItemCode:
    """The item code, if a key in `keys` signed it; raise MalformedCode or ForgedCode."""
    code, signature = parse(digits)
    key = keys.get(code.key_id) if isinstance(keys, Mapping) else keys(code.key_id)
    if key is None:
        raise ForgedCode("unknown-key", code.key_id)
    if not key.verify(signature, message(digits[:HEAD_DIGITS])):
        raise ForgedCode("bad-signature", code.key_id)
    return code


def prefix(base: str) -> str:
    """`<base>/c/`: what stands before the digits. Lower case, at most 47 characters; raise BadBase."""
    whole = base.removesuffix("/") + "/c/"
    if not _BASE.fullmatch(whole.removesuffix("/c/")):
        raise BadBase(
            "label.base",
            f"网址 {base[:80]} 不能用：要以小写的 https:// 或 http:// 开头，只含小写字母、数字、点和横线。",
            f"The base {base[:80]!r} must be a lower-case http(s) address without query or fragment.",
            base=base[:200],
        )
    if len(whole) > MAX_PREFIX:
        raise base_too_long(len(whole))
    return whole


def base_too_long(length: int) -> BadBase:
    """The error for `<base>/c/` of more than 47 characters."""
    return BadBase(
        "label.base-length",
        f"网址加上 /c/ 共 {length} 个字符，最多 {MAX_PREFIX} 个，否则二维码放不下。请换短一点的域名。",
        f"Base and /c/ are {length} characters; the QR code holds {MAX_PREFIX}.",
        length=length,
        most=MAX_PREFIX,
    )


def url(base: str, digits: str) -> str:
    """The address that the QR code holds; raise BadBase or MalformedCode."""
    parse(digits)
    return prefix(base) + digits


def split_url(address: str) -> str:
    """The digits of an item address `<base>/c/<digits>`; raise MalformedCode. Checks no signature."""
    match = _URL.fullmatch(address)
    if match is None:
        raise MalformedCode(
            "label.malformed-url",
            "这个网址不是追溯码的网址：应以 /c/ 加数字结尾。",
            "Not the address of an item code: it ends in /c/ and digits.",
        )
    digits = match["digits"]
    parse(digits)
    return digits
