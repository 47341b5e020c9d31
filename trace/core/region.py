"""Administrative division codes (行政区划代码, GB/T 2260): 6 digits county, 9 township, 12 village."""

from __future__ import annotations

import re

from trace.core import languages
from trace.core.errors import InvalidInput

PROVINCES: dict[str, tuple[str, str]] = {
    "11": ("北京市", "Beijing"),
    "12": ("天津市", "Tianjin"),
    "13": ("河北省", "Hebei"),
    "14": ("山西省", "Shanxi"),
    "15": ("内蒙古自治区", "Inner Mongolia"),
    "21": ("辽宁省", "Liaoning"),
    "22": ("吉林省", "Jilin"),
    "23": ("黑龙江省", "Heilongjiang"),
    "31": ("上海市", "Shanghai"),
    "32": ("江苏省", "Jiangsu"),
    "33": ("浙江省", "Zhejiang"),
    "34": ("安徽省", "Anhui"),
    "35": ("福建省", "Fujian"),
    "36": ("江西省", "Jiangxi"),
    "37": ("山东省", "Shandong"),
    "41": ("河南省", "Henan"),
    "42": ("湖北省", "Hubei"),
    "43": ("湖南省", "Hunan"),
    "44": ("广东省", "Guangdong"),
    "45": ("广西壮族自治区", "Guangxi"),
    "46": ("海南省", "Hainan"),
    "50": ("重庆市", "Chongqing"),
    "51": ("四川省", "Sichuan"),
    "52": ("贵州省", "Guizhou"),
    "53": ("云南省", "Yunnan"),
    "54": ("西藏自治区", "Tibet"),
    "61": ("陕西省", "Shaanxi"),
    "62": ("甘肃省", "Gansu"),
    "63": ("青海省", "Qinghai"),
    "64": ("宁夏回族自治区", "Ningxia"),
    "65": ("新疆维吾尔自治区", "Xinjiang"),
    "71": ("台湾省", "Taiwan"),
    "81": ("香港特别行政区", "Hong Kong"),
    "82": ("澳门特别行政区", "Macao"),
}

_CODE = re.compile(r"[0-9]{6}(?:[0-9]{3}){0,2}")


def check(code: str, field: str = "region") -> str:
    """Return the code of 6, 9 or 12 digits in a known province; InvalidInput plot.region otherwise."""
    text = code.strip()
    if not _CODE.fullmatch(text) or text[:2] not in PROVINCES:
        raise InvalidInput("plot.region", field)
    return text


def province(code: str, lang: str = "zh") -> str:
    """The province's name by the code's first two digits; "" if there is none."""
    names = PROVINCES.get(code[:2])
    return languages.said(lang, *names) if names else ""


def county(code: str) -> str:
    """The six digits of the county that the place lies in."""
    return code[:6]


def contains(area: str, place: str) -> bool:
    """Whether `place` lies in `area`; zeros at its end stand for all below (360000: the province)."""
    stem = next(area[:size] for size in (2, 4, 6, 9, 12) if not area[size:].strip("0"))
    return place.startswith(stem)
