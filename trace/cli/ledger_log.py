"""`flask ledger …`: the newest checkpoint, proofs, the log as files, its witnesses, a new beginning after a loss."""

from __future__ import annotations

from pathlib import Path

import click

from trace.cli.app import Answer, table
from trace.cli.ledger import ledger
from trace.ledger.tiles import ENTRIES, Tile, widths
from trace.services import proof, steady_file, timestamp, tree, witness
from trace.services.log import log_of
from trace.services.proof import Proven
from trace.services.witness import Holder
from trace.web.context import app_db, app_settings

__all__ = ["ledger"]

_FOLDER = click.Path(file_okay=False, path_type=Path)
_REASON = click.option("--reason", required=True, help="原因 Why.")


@ledger.command("checkpoint")
def checkpoint() -> Answer:
    """最新的签名检查点，连同见证签名 The newest signed checkpoint, with the cosignatures under it."""
    db = app_db()
    signed = log_of(db).newest()
    with db.read() as session:
        note = proof.note_of(session, signed)
        known = witness.witnessed_now(session)
    data = {
        "origin": signed.key.origin,
        "size": signed.size,
        "root": signed.checkpoint.root.hex(),
        "vkey": signed.key.verifier.text(),
        "note": note,
        "witnesses": known.newest,
    }
    return Answer(note.rstrip("\n"), data)


@ledger.command("prove")
@click.argument("seq", type=click.IntRange(0, 2**63 - 2), required=False)
@click.option("--batch", "number", default="", metavar="NO", help="批次号 Every entry about this batch.")
@click.option(
    "--out", type=_FOLDER, help="写到文件夹，每条一个 .tlog-proof 和 .json Write one proof and one leaf each."
)
def prove(seq: int | None, number: str, out: Path | None) -> Answer:
    """某条（或某批各条）确在账本里的证明，可离线核对 Prove entries to be in the log (C2SP tlog-proof@v1).

    Without --out a batch's newest entry is proven: it names the one before it.
    """
    if (seq is None) == (not number):
        raise click.UsageError("写条目号，或 --batch 批次号 Name an entry, or --batch NO")
    db = app_db()
    signed = log_of(db).newest()
    with db.read() as session:
        wanted = proof.entries_about(session, number) if number else [seq or 0]
        if out is None:
            wanted = wanted[-1:]
        found = [proof.prove(session, signed, one) for one in wanted]
    data = [{"seq": one.seq, "entry": one.envelope, "proof": one.proof.encode()} for one in found]
    if out is None:
        return Answer(found[0].proof.encode().rstrip("\n"), data)
    for one in found:
        _write(out, one)
    return Answer(f"写好 {len(found)} 条证明 proofs written: {out}", data)


def _write(folder: Path, one: Proven) -> None:
    for name, body in ((f"{one.seq}.tlog-proof", one.proof.encode()), (f"{one.seq}.json", one.envelope)):
        _put(folder / name, body.encode("utf-8"))


def _put(path: Path, data: bytes) -> None:
    try:
        steady_file.replace(path, data)
    except OSError as error:
        raise click.FileError(str(path), error.strerror) from None


@ledger.command("export")
@click.argument("folder", type=_FOLDER)
def export(folder: Path) -> Answer:
    """把整本账本写成静态文件，可放到任何网站 The log as static files (C2SP tlog-tiles), for any web server.

    Full tiles that lie there already are left as they are; the checkpoint is written last.
    """
    db = app_db()
    signed = log_of(db).newest()
    written = 0
    for tile in _tiles(signed.size):
        path = folder / tile.path()
        if tile.width == tile.full().width and path.exists():
            continue
        with db.read() as session:
            body = tree.tile_bytes(session, tile, signed.size)
        _put(path, body)
        written += 1
    with db.read() as session:
        note = proof.note_of(session, signed)
    _put(folder / "key", f"{signed.key.verifier.text()}\n".encode())
    _put(folder / "checkpoint", note.encode("utf-8"))
    data = {"size": signed.size, "files": written}
    return Answer(f"{signed.size} 条，写了 {written} 块 entries, tiles written: {folder}", data)


def _tiles(size: int) -> list[Tile]:
    found = []
    for level, (full, partial) in enumerate(widths(size)):
        for kind in (level, ENTRIES) if not level else (level,):
            found += [Tile(kind, index) for index in range(full)]
            found += [Tile(kind, full, partial)] if partial else []
    return found


@ledger.command("restart")
@_REASON
def restart(reason: str) -> Answer:
    """最后一招：丢失的记录确实找不回来，账本换名换钥重新开始 Begin a new epoch after a loss that cannot be mended.

    Read docs/restore.md first. The entry names the lost checkpoint for everybody to see.
    """
    signed = log_of(app_db()).restart(reason)
    data = {"origin": signed.key.origin, "size": signed.size, "vkey": signed.key.verifier.text()}
    said = "账本重新开始，请告知各见证方 begun anew, tell every witness"
    return Answer(f"{said}:\n{signed.key.verifier.text()}", data)


@ledger.command("timestamp")
@click.option(
    "--out", type=_FOLDER, help="另存检查点和应答 Also write the note and the answer (openssl ts -verify)."
)
def stamp(out: Path | None) -> Answer:
    """请时间戳机构给最新检查点盖时间戳 Have the newest checkpoint stamped (RFC 3161); nothing where none is set."""
    db = app_db()
    settings = app_settings()
    if not settings.tsa_url:
        return Answer("没有设置时间戳机构，跳过 no authority is configured, skipped (TRACE_TSA_URL)", None)
    made = timestamp.stamp(db, settings)
    if out is not None:
        _put(out / f"{made.size}.note", made.note.encode("utf-8"))
        _put(out / f"{made.size}.tsr", made.token)
    data = {
        "authority": made.authority,
        "size": made.size,
        "root": made.root,
        "stamped_at": made.stamped_at.isoformat(),
    }
    return Answer(f"{made.size} 条 entries: {made.stamped_at.isoformat()} {made.authority}", data)


@ledger.command("witness-add")
@click.argument("vkey")
@click.option("--operator", required=True, help="谁在运行，公众看得到 Who runs it, for the public to read.")
def witness_add(vkey: str, operator: str) -> Answer:
    """登记见证方的公钥，写入账本 Register a witness by its key (type 0x04); entered in the ledger."""
    with app_db().write() as session:
        made = witness.add(session, vkey, operator)
    return Answer(f"已登记 registered: {made.name}", _data(made))


@ledger.command("witness-end")
@click.argument("name")
@_REASON
def witness_end(name: str, reason: str) -> Answer:
    """不再计入这个见证方，写入账本 Count a witness no longer; entered in the ledger."""
    with app_db().write() as session:
        witness.end(session, name, reason)
    return Answer(f"已停用 ended: {name}", {"name": name})


@ledger.command("witnesses")
def witnesses() -> Answer:
    """各见证方见证到第几条 The witnesses, and up to which entry each has cosigned."""
    with app_db().read() as session:
        known = witness.witnessed_now(session)
    rows = [
        (one.name, one.operator, str(one.size), one.stamped_at.isoformat() if one.stamped_at else "-")
        for one in known.holders
    ]
    shown = (
        table(("名称 name", "运行者 operator", "到 up to", "时间 at"), rows)
        if rows
        else "没有见证方 no witness"
    )
    return Answer(shown, {"entries": known.ledger, "witnesses": [_data(one) for one in known.holders]})


def _data(one: Holder) -> dict[str, object]:
    stamped = one.stamped_at.isoformat() if one.stamped_at else None
    return {
        "name": one.name,
        "operator": one.operator,
        "vkey": one.vkey,
        "size": one.size,
        "stamped_at": stamped,
    }
