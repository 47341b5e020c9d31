"""`flask ledger witness`: what a county bureau runs from cron, on a computer without our database."""

from __future__ import annotations

from pathlib import Path

import click

from trace.cli.app import OK, REFUSED, Answer, language
from trace.cli.ledger_log import ledger
from trace.core.messages import MESSAGES
from trace.services import follow
from trace.services.follow import SECONDS, Alarmed, Task, Visited

__all__ = ["ledger"]


@ledger.command("witness")
@click.option("--log", "address", required=True, metavar="URL", help="账本网址 The log: https://…/log")
@click.option(
    "--key",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="见证私钥文件，没有就做一把 The witness's key file; made if it is not there.",
)
@click.option(
    "--name", required=True, help="见证方名称，如 county.example/witness The witness's name, as a URL."
)
@click.option(
    "--state",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="保存检查点和证据的文件夹 Where checkpoints and evidence are kept.",
)
@click.option(
    "--vkey", default="", metavar="LOGVKEY", help="账本公钥，另行得到的 The log's key, got on another way."
)
@click.option(
    "--peer",
    "peers",
    multiple=True,
    metavar="URL|FILE",
    help="另一见证方的检查点 Another witness's checkpoint.",
)
@click.option("--no-send", is_flag=True, help="只核对，不送回 Check and keep, do not send the cosignature.")
@click.option(
    "--seconds",
    default=SECONDS,
    show_default=True,
    type=click.FloatRange(0.1, 600),
    help="每次应答最多等几秒 Longest wait for one answer.",
)
def witness(
    address: str,
    key: Path,
    name: str,
    state: Path,
    vkey: str,
    peers: tuple[str, ...],
    no_send: bool,
    seconds: float,
) -> Answer:
    """核对账本只增不改，签名见证并保存 Check that a log has only grown, cosign, keep, send.

    Exit code 1 for a log that was rewritten, cut short or split: the evidence is kept, and nothing is cosigned.
    """
    task = Task(address, key, name, state, vkey, peers, not no_send, seconds)
    try:
        done = follow.visit(task)
    except Alarmed as alarm:
        return _shouted(alarm)
    except OSError as error:
        raise click.FileError(str(error.filename or state), error.strerror) from None
    return Answer(_told(done), _data(done), OK if done.unsent is None else REFUSED)


def _shouted(alarm: Alarmed) -> Answer:
    """In both languages whatever the terminal's: somebody must understand it."""
    chinese, english = (said.format_map(alarm.params) for said in MESSAGES[alarm.code])
    click.echo(f"{alarm.code}\n!!! {chinese}\n!!! {english}", err=True)
    data = {"alarm": alarm.code, "evidence": alarm.params["path"], "zh": chinese, "en": english}
    return Answer("", data, REFUSED)


def _told(done: Visited) -> str:
    before = "-" if done.before is None else str(done.before)
    lines = [
        f"已见证 witnessed: {before} → {done.size}",
        f"见证公钥 witness key: {done.vkey}",
        f"账本公钥 log key:     {done.log}",
    ]
    if done.trusted:
        lines.append(
            "注意：账本公钥是它自己给的，第一次只能相信，已记下。请用别的途径核对。"
            "\nNote: the log gave this key itself; believed because it came first, and pinned. Compare it on another way."
        )
    lines += [f"已比对 compared with: {one}" for one in done.compared]
    lines += [f"没有取到，未比对 not reached, not compared with: {one}" for one in done.unreached]
    if done.unsent is not None:
        lines.append(f"没有送到 not sent: {done.unsent.code}: {done.unsent.message(language())}")
    return "\n".join(lines)


def _data(done: Visited) -> dict[str, object]:
    return {
        "size": done.size,
        "before": done.before,
        "vkey": done.vkey,
        "log": done.log,
        "trusted_on_first_use": done.trusted,
        "compared": list(done.compared),
        "unreached": list(done.unreached),
        "unsent": done.unsent and {"code": done.unsent.code, "message": done.unsent.message(language())},
    }
