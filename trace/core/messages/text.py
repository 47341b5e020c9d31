"""Sentences of the refusals about: text."""

MESSAGES: dict[str, tuple[str, str]] = {
    "text.required": ("这一项不能空着，请填写。", "This must not be empty."),
    "text.not-text": ("这一项应当是文字。", "This must be text."),
    "text.too-long": (
        "写得太长了：最多 {max} 个字，现在是 {got} 个字。",
        "Too long: at most {max} characters, this has {got}.",
    ),
    "text.one-line": ("这一项只能写一行，请去掉换行。", "This takes a single line; remove the line breaks."),
    "text.control": (
        "里面有看不见的控制字符，请重新输入，不要从别处粘贴。",
        "It holds invisible control characters; type it again instead of pasting.",
    ),
    "text.direction": (
        "里面有会改变文字方向的隐藏字符，请重新输入，不要从别处粘贴。",
        "It holds hidden characters that turn the reading direction; type it again instead of pasting.",
    ),
    "text.broken": (
        "文字已损坏，无法保存，请重新输入。",
        "The text is damaged and cannot be kept; type it again.",
    ),
    "text.marks": ("附加符号太多，请重新输入。", "Too many accents piled on one letter; type it again."),
    "text.formula": (
        "名称不能以 = + - @ 开头，否则导出的表格会把它当成公式。",
        "A name must not begin with = + - @, or a spreadsheet would run it as a formula.",
    ),
}
