"""Sentences of the refusals about: key."""

MESSAGES: dict[str, tuple[str, str]] = {
    "key.unknown": ("没有编号为 {key} 的密钥", "there is no key {key}"),
    "key.sealed": (
        "签名密钥 {key} 打不开：主密钥不对，请联系运营方",
        "signing key {key} cannot be opened: the master key is not the right one",
    ),
    "key.status": ("密钥只能退役（retired）或吊销（revoked）", "a key is retired or revoked"),
    "key.since-future": ("吊销的起算时间不能晚于现在", "a key is not revoked from a moment to come"),
    "key.ids-used-up": (
        "密钥编号已经用到 {most}，标签码里放不下更大的号。请联系开发者换新的码格式",
        "key ids are used up: labels carry five digits, and {most} is taken; a new code format is needed",
    ),
    "key.ended-already": ("密钥 {key} 已经办过这个手续", "this was already done to key {key}"),
}
