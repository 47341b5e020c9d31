"""Refusals about label designs (标签版式) and the brand's picture."""

MESSAGES: dict[str, tuple[str, str]] = {
    "design.exists": (
        "这种标签纸已经有一个叫“{name}”的版式，请换个名字，或者改原来那个",
        "there is a design called {name} for this stock already; take another name or change that one",
    ),
    "design.unknown": ("没有这个版式，或者已经停用", "there is no such design, or it was retired"),
    "design.picture-missing": ("请先选一张图片", "choose a picture first"),
    "design.picture-lost": (
        "这批标签用的品牌图（{sha256}…）找不到了，请联系运营方",
        "the brand picture of these labels ({sha256}…) cannot be found; tell the operator",
    ),
}
