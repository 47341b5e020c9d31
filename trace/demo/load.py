"""Load the demonstration once, and write what a newcomer needs to try it: the sheet, the codes, the logins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from sqlmodel import Session, col, select

from trace.config import Settings
from trace.core import clock, dates
from trace.core.organisation import OrganisationKind, Role
from trace.core.policy import Actor
from trace.db import Database
from trace.demo import berries, cast, lotus, readers
from trace.demo.teller import PASSWORD, Teller
from trace.jobs import runner
from trace.jobs.handlers import RUN_DRAW
from trace.jobs.handlers import folder as labels_folder
from trace.services import run, sheet
from trace.tables import Batch, Brand, Run, User
from trace.tables.base import key_of

_PATIENCE = 600.0  # s that another load may take over the same sheet
# The runs by their request numbers: how a second load finds what the first one made.
MAIN = "demo-lotus-best"
SHOWN = {
    "recalled": ("demo-lotus-recalled", 1),
    "frozen": ("demo-lotus-second", 1),
    "void": ("demo-lotus-third", 1),
    "inactive": ("demo-berries-", 48),
    "repeat": (MAIN, readers.REPEAT),
    "watch": (MAIN, readers.WATCH),
}


@dataclass(frozen=True, slots=True)
class Login:
    """A demonstration account, to be printed at the end."""

    username: str
    title: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """Where things are; `states` holds one address for each special verdict."""

    base_url: str
    pdf: Path
    codes: Path
    first_code: str
    batch: str
    states: dict[str, str]
    logins: tuple[Login, ...]
    password: str
    fresh: bool


def load(
    db: Database, settings: Settings, base_url: str, say: Callable[[str], None] = lambda _line: None
) -> Loaded:
    """Tell both stories into an empty database, or find them told; then draw the sheet.

    With another `base_url` than before, the labelled batch gets a further run for that address.
    """
    fresh = not _told(db)
    teller = Teller(db, settings, base_url)
    if fresh:
        year = season(dates.local_day(clock.now()))
        people = cast.gather(teller, date(year - 1, 8, 20), date(year, 3, 1))
        say("东港草莓、石城白莲 …")
        teller.together(
            lambda: berries.tell(teller, people, year),
            lambda: lotus.tell(teller, people, year),
            lambda: cast.end_former(teller, people, date(year, 2, 10)),
        )
        readers.ask(db, settings, MAIN, date(year, 9, 14))
        readers.report(db, settings, MAIN, people.lotus_office, date(year, 10, 4))
    return _written(db, settings, base_url, fresh)


def season(today: date) -> int:
    """The year of the last lotus season that is over, shipping included."""
    return today.year if today >= date(today.year, 10, 25) else today.year - 1


def _told(db: Database) -> bool:
    with db.read() as session:
        return session.exec(select(Brand.id).where(Brand.slug == cast.LOTUS_SLUG)).first() is not None


def _written(db: Database, settings: Settings, base_url: str, fresh: bool) -> Loaded:
    folder = settings.instance / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    row = _run_for(db, settings, base_url)
    runner.ensure(db, settings, RUN_DRAW, key_of(row), wait=_PATIENCE)
    drawn = sheet.place(labels_folder(settings), key_of(row))
    with db.read() as session:
        urls = list(run.urls(session, row, settings.master_key))
        number = session.get_one(Batch, row.batch_id).number
        states = {
            verdict: f"{base_url}/c/{_digits(session, settings, request, item)}"
            for verdict, (request, item) in SHOWN.items()
        }
    pdf, codes = folder / "labels.pdf", folder / "codes.txt"
    pdf.write_bytes(drawn.read_bytes())
    codes.write_text("".join(f"{url}\n" for url in urls), encoding="ascii")
    logins = tuple(Login(person.username, person.title) for person in cast.PEOPLE)
    return Loaded(base_url, pdf, codes, urls[0], number, states, logins, PASSWORD, fresh)


def _run_for(db: Database, settings: Settings, base_url: str) -> Run:
    """The labelled batch's run for this address; printed now if there is none yet."""
    with db.write() as session:
        main = session.exec(select(Run).where(Run.request_id == MAIN)).one()
        if main.base_url == base_url:
            return main
        number = session.get_one(Batch, main.batch_id).number
        user = session.get_one(User, main.created_by)
        clerk = Actor(
            main.created_by,
            main.organisation_id,
            OrganisationKind.COOPERATIVE,
            Role.MANAGER,
            user.display_name,
        )
        given = run.NewRun(main.count, main.stock, f"{MAIN}:{base_url}")
        made = run.create(session, clerk, number, given, base_url=base_url, master=settings.master_key)
        return session.get_one(Run, made.run_id)


def _digits(session: Session, settings: Settings, request: str, item: int) -> str:
    """The digits of one label of a run, by the beginning of its request number."""
    row = session.exec(
        select(Run)
        .where(col(Run.request_id).startswith(request, autoescape=True))
        .order_by(col(Run.id))
        .limit(1)
    ).one()
    [url] = islice(run.urls(session, row, settings.master_key), item - 1, item)
    return url.rpartition("/c/")[2]
