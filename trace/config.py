"""Settings, read once from the environment (and `.env`); secrets may come from files."""

from __future__ import annotations

import hmac
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Everything that differs between one installation and another; see the table in the README."""

    model_config = SettingsConfigDict(
        env_prefix="TRACE_", env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    instance: Path = Field(
        default=ROOT / "instance", description="Folder of the embedded database, files and keys."
    )
    database_url: str = Field(
        default="",
        validation_alias="DATABASE_URL",
        description="SQLAlchemy URL; empty = SQLite in the instance folder; postgresql:// for PostgreSQL.",
    )
    base_url: str = Field(
        default="http://127.0.0.1:5000",
        description="Stands before /c/ in every code; at most 44 characters (28 for the small symbol); never changed.",
    )
    secret_key: str = Field(
        default="", description="Signs form tokens; empty = made once and kept in the instance folder."
    )
    secret_key_fallbacks: list[str] = Field(
        default_factory=list, description="Earlier secret keys that are still accepted (rotation)."
    )
    master_key_file: Path | None = Field(
        default=None,
        description="32 bytes that seal private keys; empty = master.key in the instance folder.",
    )
    checkpoint_dir: Path | None = Field(
        default=None,
        description="Folder of the last signed checkpoint, best on another disk; empty = log in the instance folder.",
    )
    tsa_url: str = Field(
        default="", description="Time-stamping authority (RFC 3161) asked once a day; empty = none."
    )
    tsa_roots: Path | None = Field(
        default=None,
        description="Its root certificates (PEM) to verify what it answers; empty = kept unverified.",
    )
    geoip_file: Path | None = Field(
        default=None,
        description="MMDB file that tells the province of an address, offline; empty = no province is claimed.",
    )
    scan_months: int = Field(
        default=18,
        ge=1,
        le=120,
        description="Months after which the single devices that asked are forgotten.",
    )
    session_hours: int = Field(default=12, ge=1, le=720, description="How long a sign-in lasts.")
    hotline: str = Field(
        default="", max_length=40, description="Complaint telephone on public pages (投诉电话)."
    )
    icp_number: str = Field(
        default="", max_length=60, description="ICP filing number in the footer (备案号)."
    )
    operator_name: str = Field(default="", max_length=60, description="Who runs this service (运营方).")
    trusted_hosts: list[str] = Field(
        default_factory=list, description="Host names to answer for; empty = any."
    )
    proxies: int = Field(
        default=0, ge=0, le=5, description="Reverse proxies in front whose headers are trusted."
    )
    secure_cookies: bool = Field(default=False, description="Set to true behind https: cookies and HSTS.")
    max_upload_mb: int = Field(default=20, ge=1, le=200, description="Largest request body, in MB.")
    limits: Literal["on", "off"] = Field(
        default="on", description="Slow down a network that asks too often (限流); off only for measuring."
    )
    complaint_days: int = Field(
        default=180, ge=1, le=3650, description="Days after closing a complaint's phone and photo are kept."
    )

    @field_validator("base_url")
    @classmethod
    def _base_url(cls, value: str) -> str:
        value = value.rstrip("/")
        if value != value.lower() or not value.startswith(("https://", "http://")):
            raise ValueError("base_url is lower case and begins with https:// or http://")
        if len(value) > 44:
            raise ValueError("base_url has at most 44 characters, else the code does not fit QR version 7")
        return value

    @property
    def url(self) -> str:
        """The database URL in force, with the driver this project uses."""
        if not self.database_url:
            return f"sqlite:///{self.instance / 'trace.db'}"
        for scheme in ("postgres://", "postgresql://"):
            if self.database_url.startswith(scheme):
                return "postgresql+psycopg://" + self.database_url.removeprefix(scheme)
        return self.database_url

    @property
    def files(self) -> Path:
        """Where attachments lie, by SHA-256."""
        return self.instance / "files"

    @property
    def checkpoints(self) -> Path:
        """Where the last signed checkpoint lies, outside the database."""
        return self.checkpoint_dir or self.instance / "log"

    def kept_secret(self, name: str, size: int = 32) -> bytes:
        """A secret of `size` bytes, made once in the instance folder with mode 0600 and read back after."""
        path = self.instance / name
        if not path.exists():
            self.instance.mkdir(parents=True, exist_ok=True)
            fresh = path.with_name(f"{name}.{secrets.token_hex(4)}")
            fresh.touch(mode=0o600)
            fresh.write_bytes(secrets.token_bytes(size))
            try:
                # A link, unlike a rename, never replaces what another process has just made.
                path.hardlink_to(fresh)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return path.read_bytes()

    @property
    def flask_secret(self) -> str:
        """The secret Flask signs with."""
        return self.secret_key or self.kept_secret("secret.key").hex()

    @property
    def master_key(self) -> bytes:
        """The 32 bytes that seal private signing keys (ValueError if the file has another length)."""
        raw = self.master_key_file.read_bytes() if self.master_key_file else self.kept_secret("master.key")
        if len(raw) != 32:
            raise ValueError("the master key file holds exactly 32 bytes")
        return raw

    @property
    def readers_secret(self) -> bytes:
        """Keys the hashes that tell one reader of a label from another, and digits that were verified before."""
        return hmac.digest(self.master_key, b"trace readers of labels v1", "sha256")


@lru_cache(maxsize=1)
def settings(**overrides: Any) -> Settings:
    """The process's settings."""
    return Settings(**overrides)
