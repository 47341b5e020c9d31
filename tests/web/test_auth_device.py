"""Browsers in words that people know their phones by."""

from __future__ import annotations

import pytest

from trace.web.device import words


@pytest.mark.parametrize(
    ("user_agent", "chinese", "english"),
    [
        (
            "Mozilla/5.0 (Linux; Android 13; V2244A) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36 "
            "XWEB/1160 MicroMessenger/8.0.49 WeChat/arm64",
            "安卓手机 · 微信",
            "Android phone · WeChat",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1",
            "苹果手机 · Safari",
            "iPhone · Safari",
        ),
        (
            "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114.0 ArkWeb/4.1 Mobile",
            "鸿蒙手机 · Chrome",
            "HarmonyOS phone · Chrome",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0",
            "Windows 电脑 · Edge",
            "Windows computer · Edge",
        ),
        ("curl/8.5", "其他设备", "Other device"),
        ("", "其他设备", "Other device"),
    ],
)
def test_a_device_has_a_name(user_agent: str, chinese: str, english: str) -> None:
    assert words(user_agent) == (chinese, english)
