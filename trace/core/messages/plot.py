"""Sentences of the refusals about: plot."""

MESSAGES: dict[str, tuple[str, str]] = {
    "plot.region": (
        "行政区划代码应是 6、9 或 12 位数字，例如 360735。",
        "A division code has 6, 9 or 12 digits, such as 360735.",
    ),
}
