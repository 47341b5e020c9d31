"""Sentences of the refusals about: label stocks, part-used sheets, printers."""

MESSAGES: dict[str, tuple[str, str]] = {
    "stock.refused": ("标签纸不对：{zh}", "the label stock will not do: {en}"),
    "stock.exists": (
        "已经有一种标签纸叫“{stock}”，请换个名字，或者改原来那种",
        "there is a stock called {stock} already; take another name or change that one",
    ),
    "stock.unknown": ("没有这种标签纸", "there is no such label stock"),
    "stock.millimetres": (
        "要写毫米数，例如 63.5，最多两位小数",
        "write millimetres such as 63.5, with at most two decimals",
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
    "sheet.roll": ("卷装标签没有余格纸", "rolls leave no part-used sheets"),
    "printer.name": ("请给打印机起个名字", "give the printer a name"),
    "printer.reading": (
        "要写刻度上的读数（毫米），例如 0.5 或 -1；在 -{most} 到 {most} 之间",
        "write what the scale reads in mm, such as 0.5 or -1, from -{most} to {most}",
    ),
}
