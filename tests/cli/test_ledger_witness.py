"""A witness at its own terminal, without a database, against real servers: honest ones and others."""

from __future__ import annotations

import json
import shutil
import stat
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskCliRunner

from tests.support.databases import sqlite_database, sqlite_url_of
from tests.support.entries import register
from tests.support.hostile import Answer, saying, serving
from tests.support.small_log import ORIGIN, SmallLog, private_key
from tests.support.web_server import serve
from trace.config import Settings
from trace.core import clock
from trace.db import Database
from trace.ledger.cosignature import witness_key, witnessed
from trace.ledger.note import Note, NoteSigner, VerifierKey
from trace.ledger.tile_tree import TileMissing
from trace.services import witness, witness_state
from trace.services.database import open_database
from trace.services.log import log_of
from trace.web.factory import create_app

NAME = "county.example/w"


@pytest.fixture
def runner(tmp_path: Path) -> FlaskCliRunner:
    """The commands on a computer where no database is."""
    settings = Settings(instance=tmp_path / "bureau", DATABASE_URL="postgresql://nobody@127.0.0.1:9/none")
    return create_app(settings).test_cli_runner()


@dataclass
class Bureau:
    """A county bureau: its folder, and the command it runs."""

    runner: FlaskCliRunner
    folder: Path

    def visit(self, log: str, *more: str, code: int = 0) -> dict[str, object]:
        """One run of the command; what it says as JSON."""
        fixed = ["ledger", "witness", "--log", log, "--key", str(self.folder / "key.pem"), "--name", NAME]
        done = self.runner.invoke(args=[*fixed, "--state", str(self.folder), "--json", *more])
        assert done.exit_code == code, done.output
        assert "Traceback" not in done.output
        told: dict[str, object] = json.loads(done.stdout or done.stderr.splitlines()[-1])
        return told

    def refusal(self, log: str, *more: str) -> str:
        """The code of a refusal that is no alarm."""
        errors = self.visit(log, *more, code=1)["errors"]
        assert isinstance(errors, list)
        return str(errors[0]["code"])

    @property
    def kept(self) -> Path:
        """The checkpoint it cosigned last."""
        return self.folder / "checkpoint"

    def key(self) -> VerifierKey:
        """Its verifier key."""
        return witness_key(NAME, witness_state.private_key(self.folder / "key.pem")[0])


@pytest.fixture
def bureau(runner: FlaskCliRunner, tmp_path: Path) -> Bureau:
    return Bureau(runner, tmp_path / "w1")


@pytest.fixture
def other(runner: FlaskCliRunner, tmp_path: Path) -> Bureau:
    return Bureau(runner, tmp_path / "w2")


def honest(log: SmallLog, size: int | None = None) -> Answer:
    """A server of a small log as it was at `size`."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        path = request.path.removeprefix("/")
        if request.command == "POST":
            saying(b"")(request)
        elif path == "key":
            saying(log.key.text().encode())(request)
        elif path == "checkpoint":
            saying(log.note(size).encode())(request)
        else:
            try:
                saying(log.fetch(path))(request)
            except TileMissing:
                saying(b"", 404)(request)

    return answer


@dataclass
class Operator:
    """An operator's installation: folder and database, which can be copied whole."""

    settings: Settings

    def database(self) -> Database:
        """Its database, watched as its server's is."""
        return open_database(self.settings)

    def copied(self, folder: Path) -> Operator:
        """The same installation a second time, with the same keys."""
        shutil.copytree(self.settings.instance, folder)
        return Operator(Settings(instance=folder, DATABASE_URL=sqlite_url_of(folder / "test.db")))


@pytest.fixture
def operator(tmp_path: Path, _sqlite_template: Path) -> Operator:
    (tmp_path / "instance").mkdir()
    url = sqlite_database(tmp_path / "instance", _sqlite_template)
    made = Operator(Settings(instance=tmp_path / "instance", DATABASE_URL=url))
    db = made.database()
    register(db, "operator")
    db.dispose()
    return made


def test_a_bureau_witnesses_a_real_server(operator: Operator, bureau: Bureau) -> None:
    db = operator.database()
    with serve(operator.settings.url, operator.settings.instance) as server:
        first = bureau.visit(f"{server.url}/log", code=1)
        assert first["trusted_on_first_use"] is True
        assert (first["before"], first["size"]) == (None, 3)
        unsent = first["unsent"]
        assert isinstance(unsent, dict)
        assert "witness.not-registered" in str(unsent["message"])
        with db.write() as session:
            witness.add(session, str(first["vkey"]), "示例县农业农村局")
        second = bureau.visit(f"{server.url}/log")
        assert (second["before"], second["size"], second["trusted_on_first_use"]) == (3, 4, False)
    with db.read() as session:
        assert witness.witnessed_now(session).newest == 1
    assert witnessed(Note.parse(bureau.kept.read_bytes()), [bureau.key()])
    assert stat.S_IMODE((bureau.folder / "key.pem").stat().st_mode) == 0o600
    db.dispose()


def test_two_bureaus_that_real_servers_showed_different_logs_find_out(
    operator: Operator, bureau: Bureau, other: Bureau, tmp_path: Path
) -> None:
    """One operator, one key, two histories: each server is consistent, so only comparing shows it."""
    twin = operator.copied(tmp_path / "twin")
    for one in (operator, twin):
        db = one.database()
        register(db, times=2)
        log_of(db).newest()
        db.dispose()
    with (
        serve(operator.settings.url, operator.settings.instance) as left,
        serve(twin.settings.url, twin.settings.instance) as right,
    ):
        bureau.visit(f"{left.url}/log", "--no-send")
        told = other.visit(f"{right.url}/log", "--no-send", "--peer", str(bureau.kept), code=1)
        assert told["alarm"] == "witness.split"
        evidence = Path(str(told["evidence"]))
        assert (evidence / "peer.txt").read_bytes() == bureau.kept.read_bytes()
        assert not other.kept.exists()
        # Without comparing, each sees a log that only grows; a bureau that meets both sees the fork itself.
        other.visit(f"{right.url}/log", "--no-send")
        told = bureau.visit(f"{right.url}/log", "--no-send", code=1)
        assert told["alarm"] == "witness.fork"


def test_a_fork_is_shouted_and_evidence_is_never_overwritten(bureau: Bureau) -> None:
    log, forged = SmallLog.of(300), SmallLog.of(400)
    forged.entries[7] = b"forged"
    with serving(honest(log)) as url:
        bureau.visit(url)
    before = bureau.kept.read_bytes()
    places = []
    with serving(honest(forged)) as url, time_machine.travel(clock.now(), tick=False):
        for _ in range(2):
            fixed = ["ledger", "witness", "--log", url, "--key", str(bureau.folder / "key.pem")]
            done = bureau.runner.invoke(args=[*fixed, "--name", NAME, "--state", str(bureau.folder)])
            assert done.exit_code == 1
            assert "警报" in done.stderr
            assert "ALARM" in done.stderr
        places = sorted((bureau.folder / "evidence").iterdir())
    assert len(places) == 2
    for place in places:
        assert (place / "kept.txt").read_bytes() == before
        assert (place / "offered.txt").read_text("utf-8") == forged.note()
        assert "old 300" in (place / "failed-proof.txt").read_text("utf-8")
    assert bureau.kept.read_bytes() == before


def test_a_shrunken_log_is_an_alarm(bureau: Bureau) -> None:
    log = SmallLog.of(300)
    with serving(honest(log)) as url:
        bureau.visit(url)
    for shown in (honest(log, 200), honest(SmallLog.of(200))):
        with serving(shown) as url:
            assert bureau.visit(url, code=1)["alarm"] == "witness.shrunk"


def test_a_log_without_its_tiles_is_an_alarm(bureau: Bureau) -> None:
    log = SmallLog.of(300)
    log.missing.add("tile/0/001.p/44")
    with serving(honest(log)) as url:
        assert bureau.visit(url, code=1)["alarm"] == "witness.unproven"
    assert not bureau.kept.exists()


def test_the_log_s_key_stays_the_one_that_was_given_or_came_first(bureau: Bureau, other: Bureau) -> None:
    log = SmallLog.of(3)
    liar = SmallLog.of(3, signer=NoteSigner(ORIGIN, private_key(2)))
    with serving(honest(log)) as url, serving(honest(liar)) as lies:
        assert other.refusal(lies, "--vkey", log.key.text()) == "witness.begun-anew"
        assert other.visit(url, "--vkey", log.key.text())["trusted_on_first_use"] is False
        assert bureau.visit(url)["trusted_on_first_use"] is True
        # Signed well by another key: begun anew, or somebody else; a person has to ask.
        assert bureau.refusal(lies) == "witness.begun-anew"
        assert bureau.refusal(url, "--vkey", liar.key.text()) == "witness.other-key"
        assert bureau.refusal(url, "--vkey", "nonsense") == "witness.log-key"
    assert (bureau.folder / "log.vkey").read_text("utf-8").strip() == log.key.text()


def test_a_peer_that_agrees_is_named_and_one_that_is_away_stops_nobody(bureau: Bureau, other: Bureau) -> None:
    log = SmallLog.of(300)
    with serving(honest(log, 100)) as url:
        bureau.visit(url)
    with serving(honest(log)) as url, serving(saying(bureau.kept.read_bytes())) as peer:
        more = [
            "--peer",
            f"{peer}/checkpoint",
            "--peer",
            str(bureau.folder / "none"),
            "--peer",
            "http://127.0.0.1:9/",
        ]
        with serving(saying(b"garbage")) as garbage:
            told = other.visit(url, *more, "--peer", garbage)
    assert told["compared"] == [f"{peer}/checkpoint"]
    unreached = told["unreached"]
    assert isinstance(unreached, list)
    assert len(unreached) == 3


def test_hostile_answers_are_refused_without_an_alarm(bureau: Bureau) -> None:
    log = SmallLog.of(3)
    with serving(honest(log)) as url:
        bureau.visit(url)
    before = bureau.kept.read_bytes()
    for answer, code in (
        (saying(b"x" * 10**6), "fetch.too-large"),
        (saying(b"", 302, Location="http://localhost:9/"), "fetch.elsewhere"),
        (saying(b"", 500), "fetch.status"),
        (saying(b""), "witness.unsigned"),
        (saying(log.note().replace("\n3\n", f"\n{2**63}\n").encode()), "witness.unsigned"),
        (saying(b"\xff\x00"), "witness.unsigned"),
    ):
        with serving(answer) as url:
            assert bureau.refusal(url) == code
    assert bureau.refusal("file:///etc/passwd") == "fetch.address"
    assert bureau.kept.read_bytes() == before
    assert not (bureau.folder / "evidence").exists()


def test_a_clock_that_runs_backwards_witnesses_nothing(bureau: Bureau) -> None:
    with serving(honest(SmallLog.of(3))) as url:
        bureau.visit(url)
        with time_machine.travel(clock.now() - timedelta(days=1), tick=True):
            assert bureau.refusal(url) == "witness.clock"


def test_what_is_typed_or_kept_wrongly_is_said(bureau: Bureau) -> None:
    with serving(honest(SmallLog.of(3))) as url:
        assert bureau.refusal(url, "--name", "two words") == "witness.name"
        (bureau.folder).mkdir(parents=True, exist_ok=True)
        (bureau.folder / "key.pem").write_text("no key")
        assert bureau.refusal(url) == "witness.key-file"
        (bureau.folder / "key.pem").unlink()
        bureau.visit(url)
        bureau.kept.write_text("no checkpoint")
        assert bureau.refusal(url) == "witness.state"
        bureau.kept.unlink()
        (bureau.folder / "log.vkey").write_text("no key")
        assert bureau.refusal(url) == "witness.state"
