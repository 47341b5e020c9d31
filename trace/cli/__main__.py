"""`python -m trace.cli`: write docs/cli.md from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator

import click
from flask import Flask

from trace.cli.app import TraceGroup
from trace.config import ROOT
from trace.web.factory import create_app

PAGE = ROOT / "docs" / "cli.md"

_HEAD = """# 命令行 Command line

本页由 `python -m trace.cli` 从命令本身写成。 Written by `python -m trace.cli` from the commands themselves.

在仓库根目录运行 Run at the repository's root: `.venv/bin/python -m flask --app wsgi GROUP COMMAND …`，
下面简写为 below just `flask GROUP COMMAND …`。

- `--json`：每个命令都有，结果以 JSON 写到标准输出，拒绝的原因以 JSON 写到标准错误。
  Every command has it: the answer as JSON on standard output, a refusal as JSON on standard error.
- 退出码 Exit codes: 0 办成 done, 1 被拒绝 refused (代码和原因在标准错误 code and reason on standard error),
  2 用法不对 called wrongly.
- `--as USER`：以谁的名义。只有一个人能办时可以不写，命令会说明是谁。
  In whose name; may be left out where only one person can act, and the command says who.
- 重量写单位 Weights carry their unit: `120kg`, `30斤`, `500g`, `1.5t`。日期 Days: `2026-08-12`；
  时间按北京时间 moments in China's time: `"2026-08-12 09:30"`。
"""


def reference(app: Flask) -> str:
    """Every command of ours with its arguments, options and help, as Markdown."""
    parts = [_HEAD]
    for name, group in sorted(app.cli.commands.items()):
        if isinstance(group, TraceGroup):
            parts.append(f"## flask {name}\n\n{group.help}\n")
            parts += [_command(name, command) for _, command in sorted(group.commands.items())]
    return "\n".join(parts)


def _command(group: str, command: click.Command) -> str:
    context = click.Context(command, info_name=f"flask {group} {command.name}")
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    lines = [f"### flask {group} {command.name}", "", f"`{usage}`", "", (command.help or "").strip(), ""]
    options = list(_options(command, context))
    return "\n".join([*lines, *options, ""] if options else lines)


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.params:
        told = parameter.get_help_record(context) if isinstance(parameter, click.Option) else None
        if told is not None and parameter.name not in ("as_json", "help"):
            yield f"- `{told[0]}` {told[1]}"


def main() -> None:
    """Write the page."""
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(reference(create_app()), "utf-8")


if __name__ == "__main__":
    main()
