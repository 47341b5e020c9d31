"""`flask audit bundle`: a batch's whole history in one file that anybody can check without this service."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path

import click

from trace.cli.acting import acting, as_user, for_batch
from trace.cli.app import Answer, TraceGroup
from trace.cli.out_file import copy, writable
from trace.core.policy import Action
from trace.services import bundle
from trace.web.context import app_db, app_settings


def register(audit: TraceGroup) -> None:
    """Add the command to `flask audit`."""

    @audit.command("bundle")
    @click.argument("number", metavar="BATCH")
    @click.option(
        "--out", required=True, type=click.Path(path_type=Path), help="写到哪里 Where to write the zip."
    )
    @click.option(
        "--with-personal",
        "personal",
        is_flag=True,
        help="连同个人信息和不公开的内容（姓名、电话、车牌、价格）；不写时只放摘要，适合转交他人。"
        " With what is about persons or not public: names, phones, plates, prices. Without it their digests stand in,"
        " all else verifies, and the file may be handed on.",
    )
    @as_user
    def make(number: str, out: Path, personal: bool, user: str | None) -> Answer:
        """一个批次连同上下游的全部记录、附件、证明，做成一个可以离线核验的证据包 One batch's evidence in one zip.

        Anybody checks it without this service: python -m trace.verify FILE --key VKEY.
        """
        writable(out)
        db, settings = app_db(), app_settings()
        actor = None
        if user is not None:
            with db.read() as session:
                actor = acting(session, user, for_batch(session, number, Action.BATCH_READ_ALL))
        bundle.permit(db, actor, number, personal=personal)
        # On the disk of the attachments: a folder for scratch files may be too small, or lie in memory.
        with tempfile.TemporaryDirectory(prefix="bundle-", dir=settings.instance) as folder:
            drawn = Path(folder) / "bundle.zip"
            with drawn.open("w+b") as file:
                made = bundle.write(db, settings, number, file, personal=personal)
            copy(drawn, out)
        said = (
            f"批次 batch {made.batch} → {out}\n"
            f"{made.batches} 个批次 batches · {made.entries} 条 entries · {made.attachments} 个附件 attachments\n"
            f"核验 check: python -m trace.verify {out} --key '{made.vkey}'"
        )
        return Answer(said, asdict(made) | {"file": str(out)})
