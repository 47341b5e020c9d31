"""Who asked for a label before (查询情况), in words: made for kept pages too, which have no request to speak for."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

from trace.services.public_view import AskedView
from trace.web.filters import day_in
from trace.web.i18n import catalogue


@lru_cache(maxsize=20_000)
def line(asked: AskedView, language: str) -> str:
    """In one line, for the band on top."""
    words = catalogue(language)
    if not asked.devices:
        return words.gettext("还没有别的设备查过这枚码")
    said = words.ngettext("查过这枚码的设备：%(num)s 台", "查过这枚码的设备：%(num)s 台", asked.devices) % {
        "num": asked.devices
    }
    return f"{said} · {_first(asked, language)}" if asked.first_day else said


@lru_cache(maxsize=20_000)
def items(asked: AskedView, language: str) -> Markup:
    """As list items, for the section below."""
    words = catalogue(language)
    if not asked.devices:
        return _listed([words.gettext("还没有别的设备查过这枚码")])
    said = [
        words.ngettext("一共 %(num)s 台设备查过这枚码", "一共 %(num)s 台设备查过这枚码", asked.devices)
        % {"num": asked.devices}
    ]
    if asked.first_day:
        said.append(_first(asked, language))
    if asked.provinces > 1:
        said.append(
            words.ngettext("分布在 %(num)s 个省份", "分布在 %(num)s 个省份", asked.provinces)
            % {"num": asked.provinces}
        )
    return _listed(said)


def _first(asked: AskedView, language: str) -> str:
    if asked.first_day is None:
        return ""
    return catalogue(language).gettext("首次：%(date)s") % {"date": day_in(asked.first_day, language)}


def _listed(said: list[str]) -> Markup:
    return Markup("").join(Markup("<li>{}</li>").format(one) for one in said)
