"""`flask user`: the first operator, forgotten passwords, people who left."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

import click
from sqlmodel import Session, select

from trace.cli.app import Answer, TraceGroup, language, table
from trace.core.errors import NotFound
from trace.core.organisation import Role, role_name
from trace.services import account
from trace.services.account import Person
from trace.tables import Organisation
from trace.tables.base import key_of
from trace.web.context import app_db

user = TraceGroup("user", help="用户 People who sign in: create, password, disable, list.")

_STDIN = click.option(
    "--password-stdin", is_flag=True, help="从标准输入读密码 Read the password from standard input."
)
_ASK = click.option(
    "--ask", is_flag=True, help="在终端上输入密码 Type the password; otherwise one is made and printed."
)


def _password(stdin: bool, ask: bool) -> tuple[str, bool]:
    """The password, and whether it was made here and must be shown."""
    if stdin and ask:
        raise click.UsageError("--password-stdin 和 --ask 只能用一个 Use one of --password-stdin and --ask")
    if stdin:
        return sys.stdin.readline().rstrip("\r\n"), False
    if ask:
        return click.prompt("密码 Password", hide_input=True, confirmation_prompt=True, err=True), False
    return account.new_password(), True


def _organisation_id(session: Session, wanted: str) -> int:
    """An organisation by its number or its exact name."""
    found = session.get(Organisation, int(wanted)) if wanted.isascii() and wanted.isdigit() else None
    found = found or session.exec(select(Organisation).where(Organisation.name == wanted)).one_or_none()
    if found is None:
        raise NotFound("organisation.unknown", "org")
    return key_of(found)


def _told(person: Person, password: str, show: bool) -> Answer:
    data: dict[str, Any] = asdict(person)
    lines = [f"{person.id}  {person.username}  {person.display_name}"]
    if show:
        data["password"] = password
        lines.append(f"密码（只显示这一次） Password, shown this once: {password}")
    return Answer("\n".join(lines), data)


@user.command("create")
@click.option("--username", required=True, help="用户名 Name to sign in with.")
@click.option("--name", "display_name", required=True, help="姓名 Name that records show.")
@click.option("--org", "wanted", required=True, help="单位编号或全名 Organisation, by number or exact name.")
@click.option(
    "--role",
    default=Role.CLERK.value,
    show_default=True,
    type=click.Choice([role.value for role in Role]),
    help="岗位 Role.",
)
@_STDIN
@_ASK
def create(
    username: str, display_name: str, wanted: str, role: str, password_stdin: bool, ask: bool
) -> Answer:
    """添加用户 Create a person who signs in for an organisation."""
    password, show = _password(password_stdin, ask)
    with app_db().write(ledger=False) as session:
        person = account.create_user(
            session,
            None,
            username=username,
            display_name=display_name,
            password=password,
            organisation_id=_organisation_id(session, wanted),
            role=role,
        )
    return _told(person, password, show)


@user.command("password")
@click.argument("username")
@_STDIN
@_ASK
def new_password(username: str, password_stdin: bool, ask: bool) -> Answer:
    """重设密码，解除锁定 Set a new password, lift a lock, end every sign-in."""
    password, show = _password(password_stdin, ask)
    with app_db().write(ledger=False) as session:
        person = account.named(session, username)
        account.set_password(session, None, person.id, password)
    return _told(person, password, show)


@user.command("disable")
@click.argument("username")
def disable(username: str) -> Answer:
    """停用用户 Stop a person from signing in, and end every sign-in."""
    with app_db().write(ledger=False) as session:
        person = account.named(session, username)
        account.disable(session, None, person.id)
        person = account.person(session, person.id)
    return Answer(f"已停用 Disabled: {person.username}", asdict(person))


@user.command("list")
def listing() -> Answer:
    """列出用户 List everybody who signs in."""
    with app_db().read() as session:
        found = account.people(session, None)
    rows = [
        (
            str(one.id),
            one.username,
            one.display_name,
            "是" if one.active else "否",
            "; ".join(f"{place.organisation}:{role_name(place.role, language())}" for place in one.places)
            or "-",
        )
        for one in found
    ]
    heads = ("id", "用户名", "姓名", "可登录", "单位和岗位")
    return Answer(table(heads, rows), [asdict(one) for one in found])
