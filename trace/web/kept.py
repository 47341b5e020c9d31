"""What a person typed is not lost: a form that arrives signed out, or too old, is kept and shown again."""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass
from urllib.parse import urlsplit

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException

from trace.services import session as sign_ins
from trace.web.auth import local_path, token
from trace.web.context import app_db
from trace.web.csrf import FIELD

SEAL = "_resume"
# Hidden fields by which forms know themselves again.
BOOKKEEPING = frozenset({"request_id", "newest", "more", "lang"})
LARGEST = 200_000  # characters of names and values together
MOST_FIELDS = 1000
LIFETIME = 24 * 3600  # seconds
_SECRET = re.compile("password|密码", re.IGNORECASE)

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A form as it was sent: where to, from which page, its fields in order, its files by field and name.

    Files themselves are not kept and must be chosen again. `owner` is the user whose sign-in had ended, if
    known: nobody else is shown what they typed.
    """

    path: str
    page: str
    fields: Pairs
    files: Pairs = ()
    owner: int | None = None

    @property
    def shown(self) -> Pairs:
        """The fields that say something to a reader."""
        return tuple(
            (name, value)
            for name, value in self.fields
            if value.strip() and name not in BOOKKEEPING and not name.startswith("_")
        )

    def seal(self) -> str:
        """As one signed text that the sign-in page carries."""
        return str(_serializer().dumps(astuple(self)))


def _serializer() -> URLSafeTimedSerializer:
    secrets = [*current_app.config["SECRET_KEY_FALLBACKS"], str(current_app.secret_key)]
    return URLSafeTimedSerializer(secrets, salt="trace-kept-form")


def _pairs(rows: list[list[str]]) -> Pairs:
    return tuple((name, value) for name, value in rows)


def unseal(text: str) -> Kept | None:
    """The form back from its sealed text; None if it was changed, is older than a day, or there is none."""
    if not text:
        return None
    try:
        path, page, fields, files, owner = _serializer().loads(text, max_age=LIFETIME)
    except BadData:
        return None
    return Kept(path, page, _pairs(fields), _pairs(files), owner)


def sent() -> Kept | None:
    """The form of this request; None if it is none, another site sent it, or it is too large to carry."""
    if request.method != "POST" or not _from_ourselves():
        return None
    try:
        fields = tuple(
            (name, value)
            for name, value in request.form.items(multi=True)
            if name not in (FIELD, SEAL) and not _SECRET.search(name)
        )
        files = tuple(
            (field, upload.filename) for field, upload in request.files.items(multi=True) if upload.filename
        )
    except HTTPException:
        return None
    size = sum(len(name) + len(value) for name, value in fields)
    path = local_path(request.full_path if request.query_string else request.path)
    if not path or not (fields or files) or size > LARGEST or len(fields) > MOST_FIELDS:
        return None
    return Kept(path, _page(), fields, files, _owner())


def _page() -> str:
    """The page that the form stood on, "" if the browser does not say."""
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host:
        return ""
    return local_path(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def _owner() -> int | None:
    if not token():
        return None
    with app_db().read() as session:
        return sign_ins.owner_of(session, token())


def _from_ourselves() -> bool:
    """Whether a page of ours sent the form: what another site put in must not be offered for confirmation."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or origin == request.host_url.rstrip("/")
