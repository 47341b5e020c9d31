"""Sentences of the refusals about: label stocks, part-used sheets, printers."""

MESSAGES: dict[str, tuple[str, str]] = {
    "stock.exists": (
        "已经有一种标签纸叫“{stock}”，请换个名字，或者改原来那种",
        "there is a stock called {stock} already; take another name or change that one",
    ),
    "stock.unknown": ("没有这种标签纸", "there is no such label stock"),
    "stock.millimetres": (
        "要写毫米数，例如 63.5，最多两位小数",
        "write millimetres such as 63.5, with at most two decimals",
    ),
    "stock.too-wide": (
        "边距、标签和间隔加起来宽 {takes} mm，纸只有 {has} mm 宽；请再量一次",
        "margin, labels and gaps are {takes} mm wide together, the paper {has} mm; measure again",
    ),
    "stock.too-high": (
        "边距、标签和间隔加起来高 {takes} mm，纸只有 {has} mm 高；请再量一次",
        "margin, labels and gaps are {takes} mm high together, the paper {has} mm; measure again",
    ),
    "sheet.unknown": ("没有这张余格纸", "there is no such part-used sheet"),
    "sheet.closed": (
        "余格纸 {sheet} 已经不用了（{reason}），请换一张",
        "part-used sheet {sheet} is no longer in use ({reason}); take another",
    ),
    "sheet.other-stock": (
        "余格纸 {sheet} 不是这种标签纸，请换一张",
        "part-used sheet {sheet} is of another stock; take another",
    ),
    "sheet.cells-taken": (
        "余格纸 {sheet} 的第 {cells} 格已经用过了，可能别人刚在上面打印过；请看一下现在还空着的格子再打印",
        "cells {cells} of part-used sheet {sheet} are used by now; look at what is still free and print again",
    ),
    "sheet.twice": ("余格纸 {sheet} 选了两次", "part-used sheet {sheet} was chosen twice"),
    "sheet.cells": (
        "格子要在 1 到 {most} 之间，从小到大，各写一次",
        "cells are named once each, ascending, from 1 to {most}",
    ),
    "sheet.none-ticked": (
        "余格纸 {sheet} 上一格也没选；不用它就别勾",
        "no cell of part-used sheet {sheet} is chosen; untick the sheet if it is not to be used",
    ),
    "sheet.roll": ("卷装标签没有余格纸", "rolls leave no part-used sheets"),
    "printer.unknown": (
        "没有校准过叫“{printer}”的打印机，请重新选，或不选",
        "no printer called {printer} was ever calibrated; choose again, or none",
    ),
    "printer.dpi": (
        "打印机分辨率是 203、300 或 600，请重新选",
        "a printer has 203, 300 or 600 dots per inch; choose again",
    ),
    "printer.measured-since": (
        "这台打印机刚才又校准过，这张校准页不算了；请重新打印一张再量",
        "this printer was calibrated again meanwhile; print a new page and measure that",
    ),
    "printer.reading": (
        "要写刻度上的读数（毫米），例如 0.5 或 -1；在 -{most} 到 {most} 之间",
        "write what the scale reads in mm, such as 0.5 or -1, from -{most} to {most}",
    ),
}
