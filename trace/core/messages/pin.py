"""Sentences of the refusals about: pin."""

MESSAGES: dict[str, tuple[str, str]] = {
    "pin.malformed": (
        "验证码是涂层下的 6 位数字，请再输一遍",
        "the PIN is the 6 digits under the scratch layer; type it again",
    ),
    "pin.none": ("这枚标签没有涂层验证码", "this label has no PIN"),
    "pin.sealed": (
        "印制批 {run} 的验证码打不开：主密钥不对，请联系运营方",
        "the PINs of run {run} cannot be opened: the master key is not the right one",
    ),
}
