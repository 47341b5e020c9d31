"""An installation whose commands can be killed, and what must hold of it afterwards."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlmodel import select

from tests.support.makers import MASTER, World, make_world
from tests.support.tree import ROOT
from trace.config import Settings
from trace.db import Database
from trace.jobs.handlers import folder
from trace.services import check, key, ledger_audit, projection_audit, run, sheet
from trace.services.database import open_database
from trace.tables import Download, Run, RunRequest
from trace.tables.base import key_of

BATCH = "LOTUS-1"
GRAM = 500  # of one label


@dataclass
class Installation:
    """A database, an instance folder, and a process that runs `flask` commands on them."""

    url: str
    instance: Path
    outs: Path
    _process: subprocess.Popen[str] | None = None
    _databases: list[Database] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        """Its settings."""
        return Settings(instance=self.instance, DATABASE_URL=self.url)

    def database(self) -> Database:
        """A connection of the test's own."""
        self._databases.append(open_database(self.settings))
        return self._databases[-1]

    def flask(
        self, *args: str, kill_after: float | None = None, file_limit: int | None = None
    ) -> dict[str, Any]:
        """Run a command, perhaps to its violent end."""
        if self._process is None:
            environment = {
                **os.environ,
                "DATABASE_URL": self.url,
                "TRACE_INSTANCE": str(self.instance),
                "LC_ALL": "zh_CN.UTF-8",
                "OPENBLAS_NUM_THREADS": "1",
            }
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.crash.printer"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            assert self._process.stdout is not None
            assert self._process.stdout.readline() == "ready\n"
        assert self._process.stdin is not None and self._process.stdout is not None
        order = {"args": args, "kill_after": kill_after, "file_limit": file_limit}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert "Traceback" not in answer["err"], answer["err"]
        return answer

    def print_labels(self, request: str, count: int, **fate: Any) -> dict[str, Any]:
        """`flask labels print` with the caller's own number, into a file of that name."""
        return self.flask(
            "labels", "print", "--batch", BATCH, "--count", str(count), "--stock", "a4-24",
            "--request-id", request, "--out", str(self.out(request)), "--as", "coop", "--json", **fate,
        )  # fmt: skip

    def out(self, request: str) -> Path:
        """Where a request's labels go."""
        return self.outs / f"{request}.pdf"

    def stage(self, request: str) -> str:
        """How far a request has come: nothing, decided, drawn, checked or taken."""
        db = self._databases[0]
        with db.read() as session:
            line = session.exec(select(RunRequest).where(RunRequest.request_id == request)).first()
            if line is None:
                return "nothing"
            if session.exec(select(Download).where(Download.run_id == line.run_id)).first() is not None:
                return "taken"
            if check.of_run(session, line.run_id):
                return "checked"
        return "drawn" if sheet.place(folder(self.settings), line.run_id).exists() else "decided"

    def litter(self) -> list[str]:
        """Half-written files, wherever labels are written."""
        places = (self.outs, folder(self.settings))
        return [path.name for place in places if place.exists() for path in place.glob(".*")]

    def check(self, requests: dict[str, int]) -> None:
        """Nothing printed twice, nothing too much, no gap; each file is what its run draws undisturbed."""
        verified = self.flask("ledger", "verify", "--json")
        assert verified["code"] == 0, verified
        db = self.database()
        with db.read() as session:
            assert ledger_audit.verify(session).fault is None
            assert projection_audit.check(session) == []
            asked = {line.request_id: line.run_id for line in session.exec(select(RunRequest)).all()}
            runs = {key_of(row): row for row in session.exec(select(Run)).all()}
            assert {request: runs[asked[request]].count for request in requests} == requests
            assert len(runs) == len(asked) == len(set(asked.values()))
            codes = [url for row in runs.values() for url in run.urls(session, row, MASTER)]
            assert len(codes) == len(set(codes)) == sum(row.count for row in runs.values())
            anew = self.instance / "anew"
            for request in requests:
                row = runs[asked[request]]
                drawn = sheet.draw(session, row, anew, MASTER)
                assert self.out(request).read_bytes() == drawn.read_bytes()
            shutil.rmtree(anew)
        assert self.litter() == []

    @classmethod
    def new(cls, url: str, place: Path, labels: int) -> Installation:
        """An installation with a batch that so many labels may be printed for."""
        instance, outs = place / "instance", place / "outs"
        instance.mkdir(parents=True)
        outs.mkdir()
        (instance / "master.key").write_bytes(MASTER)
        made = cls(url, instance, outs)
        world: World = make_world(made.database())
        world.ready(number=BATCH, grams=labels * GRAM)
        # The key is made now, so that copies of this installation sign alike.
        with world.write() as session:
            key.create(session, None, int(world.coop.org_id), MASTER)
        return made

    @classmethod
    def twice(cls, url: str, place: Path, labels: int) -> tuple[Installation, Installation]:
        """Two installations on SQLite that are alike to the byte."""
        one = cls.new(url, place / "one", labels)
        copy = place / "two"
        shutil.copytree(place / "one", copy)
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.execute("VACUUM INTO ?", (str(copy / "trace.db"),))
        return one, cls(f"sqlite:///{copy / 'trace.db'}", copy / "instance", copy / "outs")

    def close(self) -> None:
        """End the process and the connections."""
        if self._process is not None:
            assert self._process.stdin is not None and self._process.stdout is not None
            self._process.stdin.close()
            self._process.wait(30)
            self._process.stdout.close()
        for db in self._databases:
            db.dispose()
