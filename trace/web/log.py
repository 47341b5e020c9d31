"""/log: the ledger as a transparency log (C2SP tlog-tiles), for witnesses, monitors and the curious."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from trace.core.errors import InvalidInput, NotFound, TooLarge, TraceError
from trace.ledger.spelling import FormatError, number, to_base64
from trace.ledger.tiles import ENTRIES, FULL, HEIGHT, Tile, TileError
from trace.services import log_identity, proof, tree, witness
from trace.services.log import Log, Signed, log_of
from trace.services.log_identity import LogKey
from trace.services.witness import MAX_NOTE, Witnessed
from trace.web.context import app_db, this_app
from trace.web.errors import wants_json
from trace.web.headers import compressed
from trace.web.i18n import lang

bp = Blueprint("log", __name__, url_prefix="/log")

MEDIA_TYPE = "text/plain; charset=utf-8"
TILE_TYPE = "application/octet-stream"
IMMUTABLE = "public, max-age=31536000, immutable"
# A partial tile is outgrown soon, and then nobody asks for it again.
PARTIAL = "public, max-age=3600"
BRIEF = "public, max-age=1"
MINUTE = "public, max-age=60"


def _log() -> Log:
    return log_of(app_db())


def plain(text: str, cache: str = "no-store", status: int = 200) -> Response:
    """A text for machines and people alike."""
    response = Response(text, status=status, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = cache
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@bp.errorhandler(TraceError)
def _refused(error: TraceError) -> Response:
    """A refusal in both languages: who runs a witness reads it in a terminal."""
    return plain(f"{error.code}\n{error.message('zh')}\n{error.message('en')}\n", status=error.status)


@bp.get("/checkpoint")
def checkpoint() -> Response:
    """The newest checkpoint, signed now if need be, with the cosignatures under it (C2SP tlog-checkpoint)."""
    signed = _log().newest()
    with app_db().read() as session:
        return plain(proof.note_of(session, signed))


@bp.get("/witnessed")
def witnessed() -> Response:
    """The largest checkpoint that an outside witness cosigned, with the cosignatures under it."""
    with app_db().read() as session:
        note = proof.witnessed_checkpoint(session)
    if note is None:
        raise NotFound("witness.none")
    return plain(note)


@bp.get("/key")
def key() -> Response:
    """The log's verifier key (C2SP signed-note): compare it with what you were given on another way."""
    _log().newest()
    with app_db().read() as session:
        return plain(f"{log_identity.in_force(session).verifier.text()}\n", "public, max-age=300")


@bp.get("/tile/<path:rest>", merge_slashes=False)
def tile(rest: str) -> Response:
    """A tile of hashes or a bundle of entries, of a tree that was signed (C2SP tlog-tiles)."""
    try:
        wanted = Tile.parse(f"tile/{rest}")
    except TileError:
        raise NotFound("ledger.no-such-tile", path=rest[:80]) from None
    last = (wanted.index * FULL + wanted.width) << HEIGHT * max(wanted.level, 0)
    size = _log().covered(last)
    with app_db().read() as session:
        body = tree.tile_bytes(session, wanted, size)
    response = Response(body, content_type=TILE_TYPE)
    response.headers["Cache-Control"] = IMMUTABLE if wanted.width == FULL else PARTIAL
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    # Hashes do not shrink.
    made = compressed(response) if wanted.level == ENTRIES else response
    return made.make_conditional(request)  # type: ignore[return-value]  # the same response


@bp.get("/consistency")
def consistency() -> Response:
    """That the tree of `new` entries begins with the tree of `old` ones (RFC 9162 section 2.1.4.1), as JSON."""
    old, new = _size("old"), _size("new")
    _log().covered(new)
    with app_db().read() as session:
        found = tree.consistency(session, old, new)
    response = jsonify({"old": old, "new": new, "proof": [to_base64(one) for one in found]})
    response.headers["Cache-Control"] = IMMUTABLE
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _size(name: str) -> int:
    try:
        return number(request.args.get(name, ""))
    except FormatError as error:
        raise InvalidInput("ledger.size-wanted", name, name=name) from error


@bp.get("/void-list")
def void_list() -> Response:
    """What is stopped now, as a text that the log signed: for checking labels without a network."""
    response = plain(this_app().void_lists.newest(app_db()), MINUTE)
    return compressed(response)


@bp.post("/cosign")
def cosign() -> Response:
    """Takes a witness's cosignature: the log's signed checkpoint with the witness's line under it.

    Nobody signs in: the signature says who it is. What is in force afterwards is answered, one witness a line.
    """
    request.max_content_length = MAX_NOTE
    try:
        sent = request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise TooLarge("witness.too-large", limit=MAX_NOTE) from None
    _log().standing()
    with app_db().write(ledger=False) as session:
        found = witness.accept(session, sent)
    return plain("".join(f"{one.name} {one.size}\n" for one in found))


@bp.get("")
def home() -> Response:
    """What this log is, how large, who outside holds it, and how to become a witness."""
    signed: Signed | None = None
    refusal: TraceError | None = None
    try:
        signed = _log().newest()
    except TraceError as error:
        refusal = error
    with app_db().read() as session:
        found = witness.witnessed_now(session)
        epochs = log_identity.epochs(session)
    if wants_json():
        response = jsonify(_described(signed, refusal, found, epochs))
    else:
        page = render_template(
            "verify/log.html", signed=signed, refusal=refusal, witnessed=found, epochs=epochs
        )
        response = make_response(page)
    if refusal is not None and refusal.status >= 500:
        response.status_code = refusal.status
    response.headers["Cache-Control"] = "no-store" if refusal else BRIEF
    return response


def _described(
    signed: Signed | None, refusal: TraceError | None, found: Witnessed, epochs: list[LogKey]
) -> dict[str, object]:
    told: dict[str, object] = {
        "size": signed.size if signed else 0,
        "root": signed.checkpoint.root.hex() if signed else None,
        "vkey": signed.key.verifier.text() if signed else None,
        "witnessed": {"size": found.size, "newest": found.newest},
        "witnesses": [
            {"name": one.name, "operator": one.operator, "vkey": one.vkey, "size": one.size}
            for one in found.holders
        ],
        # Each but the first names the checkpoint that was lost before it.
        "epochs": [
            {
                "vkey": one.verifier.text(),
                "lost": {"size": one.lost[0], "root": one.lost[1]} if one.lost else None,
            }
            for one in epochs
        ],
    }
    if refusal is not None:
        told["refused"] = {"code": refusal.code, "detail": refusal.message(lang())}
    return told
