"""User (用户), membership (a role in an organisation) and server-side sign-in sessions that can be revoked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from trace.tables.base import UTCDateTime


class User(SQLModel, table=True):
    """A person who signs in; the password is an Argon2id hash."""

    __tablename__ = "app_user"
    __table_args__ = (CheckConstraint("length(username) BETWEEN 2 AND 60", name="username_length"),)

    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(max_length=60, unique=True)
    display_name: str = Field(max_length=60)
    password_hash: str = Field(max_length=200)
    active: bool = Field(default=True)
    failures: int = Field(default=0)
    locked_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_at: datetime = Field(sa_type=UTCDateTime)


class Membership(SQLModel, table=True):
    """A person's role in an organisation."""

    __tablename__ = "membership"

    user_id: int = Field(foreign_key="app_user.id", primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True, index=True)
    role: str = Field(max_length=20)


class LoginSession(SQLModel, table=True):
    """A sign-in; only the SHA-256 of its token is stored."""

    __tablename__ = "login_session"

    token_hash: str = Field(max_length=64, primary_key=True)
    user_id: int = Field(foreign_key="app_user.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    created_at: datetime = Field(sa_type=UTCDateTime)
    seen_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime, index=True)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    device: str = Field(default="", max_length=200)
