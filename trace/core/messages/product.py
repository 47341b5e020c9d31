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
}
