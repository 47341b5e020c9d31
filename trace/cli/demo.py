"""`flask demo`: load the demonstration and say how to try it."""

from __future__ import annotations

import os

import click

from trace.cli.app import Answer, TraceGroup, table
from trace.config import Settings
from trace.demo.load import Loaded, load
from trace.web.context import app_db, app_settings

demo = TraceGroup("demo", help="演示数据 Demonstration data.")

STATES = {
    "recalled": "召回 recalled",
    "frozen": "冻结 frozen",
    "void": "作废 void",
    "inactive": "未启用 inactive",
    "repeat": "查过 repeat",
    "watch": "存疑 watch",
}


@demo.command("load")
def load_demo() -> Answer:
    """载入两个示例品牌、批次和一版标签，可重复执行 Load two demo brands, batches and a label sheet; repeatable."""
    settings = app_settings()
    click.echo("正在载入演示数据… Loading the demonstration…", err=True)
    loaded = load(app_db(), settings, address(settings), lambda line: click.echo(f"  {line}", err=True))
    return Answer(_text(loaded), _data(loaded))


def address(settings: Settings) -> str:
    """Where the demonstration will be served: the base URL if it was set, else this machine at PORT."""
    port = os.environ.get("PORT", "")
    if "base_url" in settings.model_fields_set or not port.isdecimal():
        return settings.base_url
    return f"http://127.0.0.1:{port}"


def _text(loaded: Loaded) -> str:
    base = loaded.base_url
    pages = [
        ("首页 home", f"{base}/"),
        ("品牌 brand", f"{base}/b/shicheng-bailian"),
        ("品牌 brand", f"{base}/b/donggang-caomei"),
        ("批次 batch", f"{base}/batch/{loaded.batch}"),
        ("登录 sign in", f"{base}/sign-in"),
        ("标签 label", loaded.first_code),
        *((STATES[name], url) for name, url in loaded.states.items()),
    ]
    logins = [(login.username, loaded.password, login.title) for login in loaded.logins]
    return "\n".join(
        [
            "",
            table(("页面 page", "地址 address"), pages),
            "",
            table(("用户名 user", "密码 password", "身份 role"), logins),
            "",
            f"标签 PDF labels: {loaded.pdf}",
            f"码 codes:       {loaded.codes}",
            "",
            "演示中的合作社、人员、电话和检测结果均为虚构。",
            "Cooperatives, people, telephones and test results of the demonstration are invented.",
        ]
    )


def _data(loaded: Loaded) -> dict[str, object]:
    return {
        "base_url": loaded.base_url,
        "pdf": str(loaded.pdf),
        "codes": str(loaded.codes),
        "batch": loaded.batch,
        "label": loaded.first_code,
        "states": loaded.states,
        "logins": [{"username": login.username, "title": login.title} for login in loaded.logins],
        "password": loaded.password,
        "fresh": loaded.fresh,
    }
