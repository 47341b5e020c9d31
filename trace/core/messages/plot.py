"""Sentences of the refusals about: plot."""

MESSAGES: dict[str, tuple[str, str]] = {
    "plot.region": (
        "行政区划代码应是 6、9 或 12 位数字，例如 360735。",
        "A division code has 6, 9 or 12 digits, such as 360735.",
    ),
    "plot.unknown": ("没有找到这块地，请在自己的地块里选", "there is no such plot among your own"),
    "plot.exists": ("地块编号 {plot} 已经有了", "plot number {plot} exists already"),
    "plot.area": (
        "面积填亩数，最多两位小数，例如 12.5",
        "the area is in 亩 with at most two decimals, like 12.5",
    ),
}
