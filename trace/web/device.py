"""What a browser calls itself, in words a person knows their phone by."""

from __future__ import annotations

# First match wins: WeChat on Android says Android, Mobile, Chrome and Safari too.
_PROGRAMS = (
    ("MicroMessenger", "微信", "WeChat"),
    ("DingTalk", "钉钉", "DingTalk"),
    ("QQ/", "QQ", "QQ"),
    ("HuaweiBrowser", "华为浏览器", "Huawei browser"),
    ("MiuiBrowser", "小米浏览器", "Mi browser"),
    ("UCBrowser", "UC 浏览器", "UC browser"),
    ("Edg", "Edge", "Edge"),
    ("Firefox", "Firefox", "Firefox"),
    ("Chrome", "Chrome", "Chrome"),
    ("Safari", "Safari", "Safari"),
)
_MACHINES = (
    ("HarmonyOS", "鸿蒙手机", "HarmonyOS phone"),
    ("OpenHarmony", "鸿蒙手机", "HarmonyOS phone"),
    ("Android", "安卓手机", "Android phone"),
    ("iPhone", "苹果手机", "iPhone"),
    ("iPad", "苹果平板", "iPad"),
    ("Windows", "Windows 电脑", "Windows computer"),
    ("Macintosh", "苹果电脑", "Mac"),
    ("Linux", "Linux 电脑", "Linux computer"),
)
_UNKNOWN = ("", "其他设备", "Other device")


def words(user_agent: str) -> tuple[str, str]:
    """The device in Chinese and in English, such as ("安卓手机 · 微信", "Android phone · WeChat")."""
    machine = next((row for row in _MACHINES if row[0] in user_agent), _UNKNOWN)
    program = next((row for row in _PROGRAMS if row[0] in user_agent), None)
    if program is None:
        return machine[1], machine[2]
    return f"{machine[1]} · {program[1]}", f"{machine[2]} · {program[2]}"
