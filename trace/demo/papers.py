"""A laboratory report made for the demonstration: an invented laboratory, invented values, and it says so."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm as millimetre
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from trace.demo.brush import FONT

mm: float = millimetre
LABORATORY = "示例检测中心"
_NAME = "TraceDemoSans"
_INK, _SOFT, _LINE, _LEAF, _SEAL = (
    HexColor(code) for code in ("#1c211e", "#50574f", "#b9b6a6", "#2c6a4a", "#b3261e")
)
_WIDTH: float = A4[0]
_HEIGHT: float = A4[1]
_LEFT: float = 20 * mm
_RIGHT: float = _WIDTH - 20 * mm
_COLUMNS = (("检测项目", 40), ("实测值", 24), ("单位", 22), ("限量", 28), ("依据", 40), ("判定", 16))
_ROW: float = 8.5 * mm

Row = tuple[str, str, str, str, str, str]


def lab_report(
    *, number: str, product: str, batch: str, client: str, day: date, rows: Sequence[Row]
) -> bytes:
    """One A4 page as PDF, the same bytes each time; a row is item, value, unit, limit, standard, verdict.

    ValueError over 16 rows, which the page does not hold.
    """
    if len(rows) > 16:
        raise ValueError("one page holds 16 rows")
    if _NAME not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(_NAME, str(FONT)))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1, pageCompression=1)
    canvas.setTitle(f"示例检测报告 {number}")
    canvas.setAuthor(LABORATORY)
    _watermark(canvas)
    y = _head(canvas, number)
    facts = (
        (("样品名称", product), ("批次号", batch)),
        (("委托单位", client), ("报告日期", f"{day.year} 年 {day.month} 月 {day.day} 日")),
        (("检测类别", "委托检测（示例）"), ("检测机构", LABORATORY)),
    )
    y = _facts(canvas, y, facts)
    y = _table(canvas, y - 8 * mm, rows)
    _close(canvas, y - 10 * mm, rows)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _write(
    canvas: Canvas, x: float, y: float, text: str, size: float, colour: Color = _INK, width: float = 0
) -> None:
    """Left-aligned text, made narrower in steps if it is wider than `width`."""
    while width and size > 5 and pdfmetrics.stringWidth(text, _NAME, size) > width:
        size -= 0.25
    canvas.setFont(_NAME, size)
    canvas.setFillColor(colour)
    canvas.drawString(x, y, text)


def _watermark(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.setFont(_NAME, 54)
    canvas.setFillColor(HexColor("#eef0e8"))
    for row in range(4):
        for column in range(3):
            canvas.saveState()
            canvas.translate((20 + 80 * column) * mm, (40 + 70 * row) * mm)
            canvas.rotate(28)
            canvas.drawString(0, 0, "示例")
            canvas.restoreState()
    canvas.restoreState()


def _head(canvas: Canvas, number: str) -> float:
    top: float = _HEIGHT - 26 * mm
    canvas.setFillColor(_LEAF)
    canvas.rect(0, _HEIGHT - 8 * mm, _WIDTH, 8 * mm, stroke=0, fill=1)
    _write(canvas, _LEFT, top, LABORATORY, 15, _LEAF)
    canvas.setFont(_NAME, 9)
    canvas.setFillColor(_SOFT)
    canvas.drawRightString(_RIGHT, top, f"报告编号 {number}")
    canvas.setFont(_NAME, 24)
    canvas.setFillColor(_INK)
    canvas.drawCentredString(_WIDTH / 2, top - 18 * mm, "检 测 报 告")
    canvas.setFont(_NAME, 10)
    canvas.setFillColor(_SEAL)
    canvas.drawCentredString(
        _WIDTH / 2, top - 26 * mm, "示例：本报告为演示而虚构，机构、数值和限量都不是真实的"
    )
    return top - 34 * mm


def _facts(canvas: Canvas, top: float, pairs: Sequence[Sequence[tuple[str, str]]]) -> float:
    half = (_RIGHT - _LEFT) / 2
    canvas.setStrokeColor(_LINE)
    for index, pair in enumerate(pairs):
        y = top - (index + 1) * _ROW
        canvas.line(_LEFT, y, _RIGHT, y)
        for column, (label, value) in enumerate(pair):
            x = _LEFT + column * half
            _write(canvas, x + 2 * mm, y + 2.8 * mm, label, 9, _SOFT)
            _write(canvas, x + 22 * mm, y + 2.8 * mm, value, 10, width=half - 24 * mm)
    canvas.line(_LEFT, top, _RIGHT, top)
    return top - len(pairs) * _ROW


def _table(canvas: Canvas, top: float, rows: Sequence[Row]) -> float:
    edges = [_LEFT]
    for _, width in _COLUMNS:
        edges.append(edges[-1] + width * mm)
    canvas.setFillColor(HexColor("#e7f0e8"))
    canvas.rect(_LEFT, top - _ROW, _RIGHT - _LEFT, _ROW, stroke=0, fill=1)
    lines = [tuple(name for name, _ in _COLUMNS), *rows]
    canvas.setStrokeColor(_LINE)
    for index, line in enumerate(lines):
        y = top - (index + 1) * _ROW
        for (left, right), text in zip(pairwise(edges), line, strict=True):
            bold = index == 0
            _write(
                canvas, left + 2 * mm, y + 2.8 * mm, text, 9.5, _LEAF if bold else _INK, right - left - 3 * mm
            )
        canvas.line(_LEFT, y, _RIGHT, y)
    canvas.line(_LEFT, top, _RIGHT, top)
    return top - len(lines) * _ROW


def _close(canvas: Canvas, y: float, rows: Sequence[Row]) -> None:
    failed = [row[0] for row in rows if row[5] != "合格"]
    verdict = f"不合格项目：{'、'.join(failed)}" if failed else "所检项目均符合所列限量要求"
    _write(canvas, _LEFT, y, "结论", 10, _SOFT)
    _write(canvas, _LEFT + 14 * mm, y, f"{verdict}（示例）。", 11, width=_RIGHT - _LEFT - 16 * mm)
    for index, (label, name) in enumerate(
        (("检测", "示例检测员"), ("审核", "示例审核人"), ("批准", "示例批准人"))
    ):
        x = _LEFT + index * 40 * mm
        _write(canvas, x, y - 16 * mm, label, 9, _SOFT)
        _write(canvas, x + 10 * mm, y - 16 * mm, name, 10)
    _seal(canvas, _RIGHT - 26 * mm, y - 12 * mm)
    _write(canvas, _LEFT, 16 * mm, "仅对来样负责。示例文件，不得用于任何交易或宣传。", 8.5, _SOFT)


def _seal(canvas: Canvas, x: float, y: float) -> None:
    """A round seal that says that it is an example (示例章)."""
    radius = 19 * mm
    canvas.setStrokeColor(_SEAL)
    canvas.setLineWidth(1.8)
    canvas.circle(x, y, radius, stroke=1, fill=0)
    canvas.setFillColor(_SEAL)
    canvas.setFont(_NAME, 12)
    for index, letter in enumerate(LABORATORY):
        turn = 75 - index * 150 / (len(LABORATORY) - 1)
        canvas.saveState()
        canvas.translate(x, y)
        canvas.rotate(turn)
        canvas.drawCentredString(0, radius - 6 * mm, letter)
        canvas.restoreState()
    star = canvas.beginPath()
    for index in range(10):
        reach = (5 if index % 2 == 0 else 2) * mm
        angle = math.pi / 2 + index * math.pi / 5
        point = (x + reach * math.cos(angle), y + reach * math.sin(angle))
        (star.moveTo if index == 0 else star.lineTo)(*point)
    star.close()
    canvas.drawPath(star, stroke=0, fill=1)
    canvas.setFont(_NAME, 10)
    canvas.drawCentredString(x, y - 12 * mm, "示 例 章")
    canvas.setLineWidth(1)
