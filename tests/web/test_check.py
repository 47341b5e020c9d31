"""The offline check's page, its service worker and its manifest, as they leave the service."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from PIL import Image

from tests.support.accounts import Browser
from tests.support.tree import ROOT
from trace.web import check, inline
from trace.web.i18n import LANGUAGES

IMPORT = re.compile(r"""(?:\bfrom|\bimport\()\s*"(\.{1,2}/[^"]+)\"""")


def shell(stranger: Browser) -> dict[str, Any]:
    text = stranger.get("/sw.js").text
    found = re.match(r"const SHELL = (\{.*\});\n", text)
    assert found is not None
    told: dict[str, Any] = json.loads(found[1])
    return told


def test_the_page_has_a_strict_policy_and_no_cookie(stranger: Browser) -> None:
    answer = stranger.get("/check")
    policy = answer.headers["Content-Security-Policy"]
    assert answer.status_code == 200
    assert "worker-src 'self'" in policy
    assert "manifest-src 'self'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert answer.headers["Permissions-Policy"] == "camera=(self)"
    assert "Set-Cookie" not in answer.headers
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son[a-z]+=|\sstyle=", answer.text)
    # Other pages are given neither camera nor worker.
    other = stranger.get("/")
    assert "Permissions-Policy" not in other.headers
    assert "worker-src" not in other.headers["Content-Security-Policy"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_every_language(stranger: Browser, language: str) -> None:
    answer = stranger.get(f"/check?lang={language}")
    assert answer.status_code == 200
    assert '<template id="verdict-good">' in answer.text
    manifest = stranger.get(f"/check/app.webmanifest?lang={language}")
    assert manifest.content_type == "application/manifest+json"
    told = json.loads(manifest.text)
    assert told["start_url"] == f"/check?lang={language}"
    assert told["scope"] == "/check"
    assert told["name"] in answer.text
    if language == "en":
        templates = re.findall(r"<template.*?</template>", answer.text, re.DOTALL)
        assert [text for text in templates if re.search(r"[\u4e00-\u9fff]", text)] == []


def test_every_word_the_script_asks_for_stands_in_the_page(stranger: Browser) -> None:
    page = stranger.get("/check").text
    script = (inline.STATIC / "js" / "check.mjs").read_text("utf-8")
    ids = set(re.findall(r'id="([a-z-]+)"', page))
    wanted = set(re.findall(r'(?:byId|show|words)\("([a-z-]+)"', script))
    verdicts = re.findall(
        r'return "([a-z-]+)"|\? "(forged)" : "(unknown-key)"|\? "(broken)" : word \|\| "(good)"', script
    )
    named = {word for found in verdicts for word in found if word} - {"future"}
    stops = {"revoked", "recalled", "void", "frozen", "inactive", "newer"}
    wanted |= {f"verdict-{word}" for word in named | stops} | {
        f"age-{word}" for word in ("fresh", "old", "stale", "future")
    }
    wanted |= {
        f"status-{word}" for word in ("running", "done", "offline", "network", "answer", "unsigned", "alarm")
    }
    wanted |= {f"alarm-{word}" for word in ("fork", "shrunk", "key", "keys")}
    assert wanted - ids == set()


def test_without_script_it_leads_to_the_look_up(stranger: Browser) -> None:
    found = re.search(r"<noscript>.*?</noscript>", stranger.get("/check").text, re.DOTALL)
    assert found is not None
    assert 'href="/q"' in found[0]
    assert "不能离线使用" in found[0]


def test_the_worker_keeps_all_that_the_page_loads_and_nothing_else(stranger: Browser) -> None:
    told = shell(stranger)
    assert told["pages"] == ["/check", *(f"/check?lang={language}" for language in LANGUAGES)]
    reached, waiting = set(), {"/static/js/check.mjs"}
    while waiting:
        name = waiting.pop()
        reached.add(name)
        source = ROOT / name.lstrip("/")
        if source.suffix == ".mjs":
            for other in IMPORT.findall(source.read_text("utf-8")):
                found = "/" + (source.parent / other).resolve().relative_to(ROOT).as_posix()
                if found not in reached:
                    waiting.add(found)
    page = stranger.get("/check").text
    shown = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    assert set(told["files"]) == reached | shown
    for address in (*told["files"], *told["pages"]):
        with stranger.get(address) as answer:
            assert answer.status_code == 200


def test_the_worker_is_never_kept_by_caches_and_named_by_its_content(
    stranger: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = stranger.get("/sw.js")
    assert answer.content_type == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in answer.headers
    version = shell(stranger)["version"]
    assert shell(stranger)["version"] == version
    check._version.cache_clear()
    whole = check._files
    monkeypatch.setattr(check, "_files", lambda path: whole(path)[1:])
    assert shell(stranger)["version"] != version
    check._version.cache_clear()


def test_the_icons_are_what_the_manifest_says(stranger: Browser) -> None:
    told = json.loads(stranger.get("/check/app.webmanifest").text)
    for icon in told["icons"]:
        with stranger.get(icon["src"]) as answer:
            assert answer.content_type == icon["type"]
        with Image.open(ROOT / icon["src"].lstrip("/")) as picture:
            assert f"{picture.width}x{picture.height}" == icon["sizes"]
            assert picture.convert("RGB").getpixel((0, 0)) == (0x2C, 0x6A, 0x4A)
