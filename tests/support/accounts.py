"""People who sign in, and browsers that are signed in as them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from trace.core import clock
from trace.core.organisation import OrganisationKind, Role
from trace.db import Database
from trace.services import organisation, password, session
from trace.services.organisation import NewOrganisation
from trace.tables import Membership, User
from trace.tables.base import key_of
from trace.web.context import App
from trace.web.csrf import FORM_COOKIE, SIGN_IN_COOKIE

PASSWORD = "莲子熟了 再去采莲蓬"


@lru_cache(maxsize=1)
def _hash() -> str:
    return password.hashed(PASSWORD)


def make_organisation(db: Database, kind: OrganisationKind, name: str) -> int:
    """Register an organisation and return its id."""
    with db.write() as unit:
        return organisation.create_organisation(unit, None, NewOrganisation(kind=kind.value, name=name)).id


def make_user(db: Database, username: str, *places: tuple[int, Role]) -> int:
    """Create a person with `PASSWORD` and these roles, and return their id."""
    with db.write(ledger=False) as unit:
        row = User(
            username=username, display_name=f"示例{username}", password_hash=_hash(), created_at=clock.now()
        )
        unit.add(row)
        unit.flush()
        for organisation_id, role in places:
            unit.add(Membership(user_id=key_of(row), organisation_id=organisation_id, role=role.value))
        return key_of(row)


class Browser(FlaskClient):
    """A test client that sends forms as a page of ours would: with the form token of its sign-in."""

    def form_token(self) -> str:
        """The token that a page would put into its forms."""
        cookies = [self.get_cookie(name) for name in (SIGN_IN_COOKIE, FORM_COOKIE)]
        if not any(cookies):
            self.get("/sign-in")
            cookies = [self.get_cookie(FORM_COOKIE)]
        header = "; ".join(f"{cookie.key}={cookie.value}" for cookie in cookies if cookie)
        with self.application.test_request_context(headers={"Cookie": header}):
            return str(generate_csrf())

    def submit(self, path: str, data: Mapping[str, Any] | None = None, **more: Any) -> TestResponse:
        """POST a form with its token."""
        return self.post(path, data={**(data or {}), "csrf_token": self.form_token()}, **more)

    def sign_in(self, username: str, secret: str = PASSWORD, **fields: str) -> TestResponse:
        """Sign in by the form."""
        return self.submit("/sign-in", {"username": username, "password": secret, **fields})


def browser(app: Flask) -> Browser:
    """A browser that is signed in as nobody."""
    return Browser(app, app.response_class)


def signed_in_browser(app: Flask, user_id: int, *, hours: int = 12) -> Browser:
    """A browser that is signed in already, without the time a password takes."""
    parts: App = app.extensions["trace"]
    with parts.db.write(ledger=False) as unit:
        entered = session.open_session(unit, user_id, hours=hours, device="test")
    made = browser(app)
    made.set_cookie(SIGN_IN_COOKIE, entered.token)
    return made


@dataclass(frozen=True)
class Village:
    """Two cooperatives with their people, a regulator, an operator: ids by what each is in a test."""

    coop: int
    other_coop: int
    authority: int
    platform: int
    manager: int
    clerk: int
    reader: int
    outsider: int
    inspector: int
    operator: int
    operator_clerk: int
    both: int


def make_village(db: Database) -> Village:
    """Fill a migrated, empty database with people."""
    kinds = OrganisationKind
    coop = make_organisation(db, kinds.COOPERATIVE, "示例甲合作社")
    other = make_organisation(db, kinds.COOPERATIVE, "示例乙合作社")
    authority = make_organisation(db, kinds.REGULATOR, "示例农业农村局")
    platform = make_organisation(db, kinds.OPERATOR, "示例平台")
    return Village(
        coop=coop,
        other_coop=other,
        authority=authority,
        platform=platform,
        manager=make_user(db, "manager", (coop, Role.MANAGER)),
        clerk=make_user(db, "clerk", (coop, Role.CLERK)),
        reader=make_user(db, "reader", (coop, Role.READER)),
        outsider=make_user(db, "outsider", (other, Role.MANAGER)),
        inspector=make_user(db, "inspector", (authority, Role.MANAGER)),
        operator=make_user(db, "operator", (platform, Role.MANAGER)),
        operator_clerk=make_user(db, "operator-clerk", (platform, Role.CLERK)),
        both=make_user(db, "both", (coop, Role.CLERK), (other, Role.CLERK)),
    )
