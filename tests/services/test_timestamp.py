"""A real time-stamping authority (openssl) stamps the checkpoint; what it did not stamp is not kept."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import time_machine

from tests.support.entries import register
from tests.support.hostile import Answer, saying, serving
from trace.config import Settings
from trace.core import clock, dates
from trace.core.errors import TraceError
from trace.db import Database
from trace.migrate import upgrade
from trace.services import timestamp
from trace.services.database import open_database
from trace.services.log import log_of

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl command on this machine")

_CONFIG = """
[tsa]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
accuracy = secs:1
[ca]
distinguished_name = name
x509_extensions = ca_extensions
prompt = no
[name]
CN = Example authority
[ca_extensions]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[leaf]
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
"""


class Authority:
    """An authority with a root of its own, as the openssl command makes them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "config").write_text(_CONFIG)
        (folder / "serial").write_text("01\n")
        self.run(
            "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out root.pem -days 30 -config config -section ca"
        )
        self.run(
            "req -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.csr -subj /CN=tsa -config config -section ca"
        )
        self.run(
            "x509 -req -in tsa.csr -CA root.pem -CAkey ca.key -out tsa.pem -days 30 -extfile config -extensions leaf"
        )

    @property
    def root(self) -> Path:
        """Its root certificate, PEM."""
        return self.folder / "root.pem"

    def run(self, command: str) -> None:
        """One openssl command in its folder."""
        done = subprocess.run(
            ["openssl", *command.split()], cwd=self.folder, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """RFC 3161 section 3.4: the query by POST, the answer as application/timestamp-reply."""
        assert request.headers["Content-Type"] == "application/timestamp-query"
        query = request.rfile.read(int(request.headers["Content-Length"]))
        saying(self.reply(query), Content_Type="application/timestamp-reply")(request)

    def reply(self, query: bytes) -> bytes:
        """What it says to a query."""
        (self.folder / "q.tsq").write_bytes(query)
        self.run(
            "ts -reply -queryfile q.tsq -out a.tsr -config config -section tsa -signer tsa.pem -inkey tsa.key"
        )
        return (self.folder / "a.tsr").read_bytes()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "authority")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(instance=tmp_path / "instance")


@pytest.fixture
def db(settings: Settings) -> Iterator[Database]:
    upgrade(settings.url)
    made = open_database(settings)
    register(made)
    yield made
    made.dispose()


def asking(settings: Settings, url: str, roots: Path | None = None) -> Settings:
    return settings.model_copy(update={"tsa_url": url, "tsa_roots": roots})


def code_of(db: Database, settings: Settings, answer: Answer, roots: Path | None = None) -> str:
    with serving(answer) as url, pytest.raises(TraceError) as refusal:
        timestamp.stamp(db, asking(settings, url, roots))
    with db.read() as session:
        assert timestamp.newest(session) is None
    return refusal.value.code


def test_the_newest_checkpoint_is_stamped_once_and_openssl_agrees(
    db: Database, settings: Settings, authority: Authority
) -> None:
    with serving(authority.answer) as url:
        made = timestamp.stamp(db, asking(settings, url, authority.root))
        assert timestamp.stamp(db, asking(settings, url, authority.root)) == made
    assert made.note == log_of(db).newest().note
    (authority.folder / "note").write_text(made.note, "utf-8", newline="\n")
    (authority.folder / "kept.tsr").write_bytes(made.token)
    authority.run("ts -verify -data note -in kept.tsr -CAfile root.pem")
    with db.read() as session:
        assert timestamp.newest(session) == made
        today = dates.local_day(clock.now())
        assert timestamp.stamped_on(session, today)
        assert not timestamp.stamped_on(session, today + timedelta(days=1))


def test_a_grown_ledger_is_stamped_anew(db: Database, settings: Settings, authority: Authority) -> None:
    with serving(authority.answer) as url:
        first = timestamp.stamp(db, asking(settings, url))
        register(db)
        second = timestamp.stamp(db, asking(settings, url))
    assert second.size > first.size


def test_another_authority_s_root_does_not_vouch_for_it(
    db: Database, settings: Settings, authority: Authority, tmp_path: Path
) -> None:
    other = Authority(tmp_path / "other")
    assert code_of(db, settings, authority.answer, other.root) == "tsa.refused"


def test_answers_that_are_none(db: Database, settings: Settings, authority: Authority) -> None:
    earlier: list[bytes] = []

    def old_answer(request: BaseHTTPRequestHandler) -> None:
        query = request.rfile.read(int(request.headers["Content-Length"]))
        earlier.append(authority.reply(query))
        saying(earlier[0])(request)

    with serving(old_answer) as url:
        timestamp.ask(url, log_of(db).newest(), [])
    assert code_of(db, settings, old_answer) == "tsa.refused"
    assert code_of(db, settings, saying(b"")) == "tsa.refused"
    assert code_of(db, settings, saying(b"\x30\x03\x02\x01\x02")) == "tsa.refused"
    assert code_of(db, settings, saying(b"x" * 100_000)) == "tsa.unreachable"
    assert code_of(db, settings, saying(b"busy", 503)) == "tsa.unreachable"


def test_a_clock_far_from_ours_is_not_believed(
    db: Database, settings: Settings, authority: Authority
) -> None:
    with time_machine.travel(clock.now() - timedelta(days=2), tick=True):
        assert code_of(db, settings, authority.answer) == "tsa.refused"


def test_roots_that_cannot_be_read(db: Database, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "bad.pem").write_text("no certificate")
    for path in (tmp_path / "bad.pem", tmp_path / "none.pem"):
        assert code_of(db, settings, saying(b""), path) == "tsa.roots"


def test_where_no_authority_is_configured_nothing_is_asked(db: Database, settings: Settings) -> None:
    with pytest.raises(TraceError) as refusal:
        timestamp.stamp(db, settings)
    assert refusal.value.code == "tsa.none"
