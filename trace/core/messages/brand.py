"""Sentences of the refusals about: brand."""

MESSAGES: dict[str, tuple[str, str]] = {
    "brand.unknown": ("没有这个品牌 {slug}", "there is no brand {slug}"),
    "brand.slug": (
        "品牌网址名用小写字母、数字和短横线，以字母开头",
        "a brand's slug has small letters, digits and hyphens and begins with a letter",
    ),
    "brand.accent": ("品牌颜色要写成 #2c6a4a 这样", "the accent is written like #2c6a4a"),
    "brand.exists": ("品牌 {name} 已经登记过", "brand {name} is already registered"),
    "brand.area": (
        "保护范围每行写 6 位行政区划代码和乡镇名，这一行看不懂：{line}",
        "each line of the protected area has a 6-digit division code and a township; not so: {line}",
    ),
    "brand.rules": ("品牌规则的格式不对", "the brand's rules are not in order"),
}
