"""Tells a story through the same services that everybody uses, on the days it happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TypeVar

from sqlmodel import Session, select
from stdnum.cn import uscc

from trace.config import Settings
from trace.core import clock
from trace.core.dates import SHANGHAI
from trace.core.organisation import OrganisationKind, Role
from trace.core.policy import Actor
from trace.db import Database
from trace.demo.pictures import SCENES, draw
from trace.demo.strands import Strands
from trace.services import account, attachment, certificate, event, operation, run
from trace.services import batch as batches
from trace.services.organisation import NewOrganisation, create_organisation
from trace.tables import User
from trace.tables.base import key_of

T = TypeVar("T")
PASSWORD = "shili-yanshi-2026"  # noqa: S105  # printed at the end; only for invented people


@dataclass(frozen=True, slots=True)
class File:
    """A drawn picture or paper that goes with a record."""

    data: bytes
    name: str
    title: str


@cache
def picture(name: str) -> File:
    """A drawn scene (trace.demo.pictures) as a file."""
    return File(draw(name), f"{name}.jpg", SCENES[name].zh)


class Teller:
    """Holds the database and the people; each method acts at a day of the story."""

    def __init__(self, db: Database, settings: Settings, base_url: str) -> None:
        self.db = db
        self.settings = settings
        self.base_url = base_url
        self._strands = Strands()

    def together(self, *stories: Callable[[], T]) -> list[T]:
        """Tell several stories side by side, each act in the order in which it happened."""
        return self._strands.together(*stories)

    @contextmanager
    def write(self, day: date, hour: int = 18) -> Iterator[Session]:
        """A write unit on a day of the story, at an hour of China's clock."""
        moment = datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)
        self._strands.wait(moment)
        with clock.at(moment), self.db.write() as session:
            yield session

    def organisation(self, day: date, number: int, given: NewOrganisation) -> int:
        """Register an organisation with a made-up credit code; `number` 0 leaves the code out."""
        words = {name: getattr(given, name) for name in NewOrganisation.__dataclass_fields__}
        if number:
            words["credit_code"] = credit_code(given.region_code or "360735", number)
        with self.write(day, 9) as session:
            return create_organisation(session, None, NewOrganisation(**words)).id

    def person(self, day: date, org_id: int, kind: OrganisationKind, username: str, name: str) -> Actor:
        """Create a manager who signs in with the demonstration password."""
        with self.write(day, 10) as session:
            account.create_user(
                session,
                None,
                username=username,
                display_name=name,
                password=PASSWORD,
                organisation_id=org_id,
                role=Role.MANAGER,
            )
            user = session.exec(select(User).where(User.username == username)).one()
        return Actor(key_of(user), org_id, kind, Role.MANAGER, name)

    def begin(self, who: Actor, day: date, product_id: int, plot_id: int, grade: str = "") -> str:
        """Begin a batch on a plot."""
        with self.write(day, 8) as session:
            return batches.create(session, who, batches.NewBatch(product_id, day, plot_id, grade)).number

    def record(
        self,
        who: Actor,
        number: str,
        stage: str,
        day: date,
        facts: Mapping[str, object],
        *,
        hour: int = 10,
        entered: date | None = None,
        files: Sequence[File] = (),
        **given: object,
    ) -> event.Recorded:
        """Record an event of `day`, entered the same evening unless `entered` says otherwise."""
        with self.write(entered or day, 19) as session:
            return event.record(
                session, who, number, self._event(session, who, stage, day, hour, facts, files, given)
            )

    def correct(
        self,
        who: Actor,
        event_id: int,
        stage: str,
        day: date,
        facts: Mapping[str, object],
        reason: str,
        entered: date,
        **given: object,
    ) -> event.Recorded:
        """Correct an earlier record."""
        with self.write(entered, 20) as session:
            wanted = self._event(session, who, stage, day, 10, facts, (), given)
            return event.correct(session, who, event_id, wanted, reason)

    def _event(
        self,
        session: Session,
        who: Actor,
        stage: str,
        day: date,
        hour: int,
        facts: Mapping[str, object],
        files: Sequence[File],
        given: Mapping[str, object],
    ) -> event.NewEvent:
        stored = [
            event.Attached(
                attachment.store(session, who, self.settings, file.data, file.name, title=file.title).id,
                file.title,
            )
            for file in files
        ]
        happened = datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)
        return event.NewEvent(stage, happened, facts, attachments=tuple(stored), **given)  # type: ignore[arg-type]

    def operate(
        self,
        who: Actor,
        day: date,
        kind: str,
        inputs: Sequence[tuple[str, int]],
        outputs: Sequence[operation.Output],
        loss_g: int | None = None,
        note: str = "",
    ) -> tuple[str, ...]:
        """Split, merge or transform; returns the new batches' numbers."""
        with self.write(day, 17) as session:
            given = operation.NewOperation(kind, tuple(inputs), tuple(outputs), day, loss_g, note)
            return operation.operate(session, who, given).numbers

    def certify(self, who: Actor, number: str, day: date, given: certificate.NewCertificate) -> None:
        """Issue the batch's certificate."""
        with self.write(day, 20) as session:
            certificate.issue(session, who, number, given)

    def print_run(self, who: Actor, number: str, day: date, count: int, stock: str, request: str) -> int:
        """Print a run and return its number."""
        with self.write(day, 21) as session:
            given = run.NewRun(count, stock, request)
            made = run.create(
                session, who, number, given, base_url=self.base_url, master=self.settings.master_key
            )
            return made.run_id


def credit_code(region: str, number: int) -> str:
    """An invented 统一社会信用代码: right in form and check character, with MA99 where a real body code would be."""
    stem = f"93{region[:6]}MA99{number:05d}"
    return stem + str(uscc.calc_check_digit(stem))
