"""Sentences of the refusals about: product."""

MESSAGES: dict[str, tuple[str, str]] = {
    "product.category": ("请选择产品类别。", "Choose the product's category."),
    "product.yield": (
        "出品率按每 1000 克原料得到多少克填写，在 1 到 1000 之间，下限不能大于上限。",
        "The yield is in grams out of 1,000 g in, from 1 to 1,000, the lower bound first.",
    ),
    "product.unit-weight": (
        "每件净重应在 1 克到 100 公斤之间。",
        "One unit's net weight lies between 1 g and 100 kg.",
    ),
    "product.shelf-life": ("保质期应在 1 到 3650 天之间。", "The shelf life lies between 1 and 3,650 days."),
    "product.watch-devices": (
        "从几台设备起提醒：填 2 到 1000 之间的整数。",
        "From how many devices: a whole number from 2 to 1,000.",
    ),
    "product.watch-provinces": (
        "从几个省起提醒：填 2 到 34 之间的整数。",
        "From how many provinces: a whole number from 2 to 34.",
    ),
    "product.unknown": ("没有找到这个产品", "there is no such product"),
    "product.code": (
        "产品代码用 2 到 12 位大写字母和数字，以字母开头",
        "a product code has 2 to 12 capital letters and digits and begins with a letter",
    ),
    "product.exists": ("产品代码 {product} 已经用过", "product code {product} is taken"),
    "product.grade": ("没有这个等级，可选：{grades}", "there is no such grade; choose from: {grades}"),
    "product.gtin": ("商品条码（GTIN）不对，请核对校验位", "the GTIN is not valid: check its last digit"),
}
