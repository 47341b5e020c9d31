"""What a user name and a password may be, and how long guessing is made to wait."""

from __future__ import annotations

import re
import unicodedata

from trace.core.errors import InvalidInput

PASSWORD_MIN = 10
PASSWORD_MAX = 200
FREE_FAILURES = 5
LOCK_FIRST = 60  # seconds
LOCK_LONGEST = 1800  # seconds

_USERNAME = re.compile(r"[a-z0-9\u4e00-\u9fff](?:[a-z0-9._@-]|[\u4e00-\u9fff]){1,29}")
_KEYBOARD = (
    "01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
)  # fmt: skip
# The beginnings of what people in China try first; digits around them make no better password.
_USUAL = frozenset({
    "password", "passw0rd", "p@ssw0rd", "woaini", "iloveyou", "admin", "administrator", "qwerty", "welcome",
    "mima", "wodemima", "nihao", "hello", "letmein", "changeme", "abc", "aini", "zhuisu",
    "hezuoshe", "nongye",
})  # fmt: skip


def username(raw: str) -> str:
    """The one form of a user name: NFKC (full-width typing is meant half-width), lower case.

    InvalidInput account.username unless 2 to 30 Latin letters, digits, Chinese characters or . _ @ -.
    """
    text = plain_username(raw)
    if not _USERNAME.fullmatch(text):
        raise InvalidInput("account.username", "username")
    return text


def plain_username(raw: str) -> str:
    """The same form without the check, for looking a typed name up."""
    return unicodedata.normalize("NFKC", raw[:200]).strip().lower()


def plain_password(raw: str) -> str:
    """The form that is hashed: NFC, nothing else changed (NIST SP 800-63B asks for a stable normal form)."""
    return unicodedata.normalize("NFC", raw)


def password(raw: str, name: str = "") -> str:
    """Return the password in the form that is hashed, or refuse it (InvalidInput account.password-…).

    Length is what counts (10 to 200 characters); refused are digits alone, few different characters, runs
    on the keyboard, the user's own name, and the first guesses.
    """
    text = plain_password(raw)
    if len(text) < PASSWORD_MIN:
        raise InvalidInput("account.password-short", "password", min=PASSWORD_MIN, got=len(text))
    if len(text) > PASSWORD_MAX:
        raise InvalidInput("account.password-long", "password", max=PASSWORD_MAX)
    if text.isdigit():
        raise InvalidInput("account.password-digits", "password")
    if _guessable(text.lower(), plain_username(name)):
        raise InvalidInput("account.password-easy", "password")
    return text


def _guessable(text: str, name: str) -> bool:
    if len(set(text)) < 5 or any(text in row or text[::-1] in row for row in _KEYBOARD):
        return True
    bare = re.sub(r"[\W\d_]+", "", text)
    if bare in _USUAL or re.sub(r"[\W\d_]+$|^[\W\d_]+", "", text) in _USUAL:
        return True
    # The name with little around it.
    return len(name) >= 2 and name in text and len(text.replace(name, "")) < 5


def lock_seconds(failures: int) -> int:
    """How long the next try has to wait after so many wrong ones in a row; doubles up to half an hour."""
    if failures < FREE_FAILURES:
        return 0
    return min(LOCK_FIRST << min(failures - FREE_FAILURES, 10), LOCK_LONGEST)
