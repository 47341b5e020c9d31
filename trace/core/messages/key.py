"""Sentences of the refusals about: key."""

MESSAGES: dict[str, tuple[str, str]] = {
    "key.unknown": ("没有编号为 {key} 的密钥", "there is no key {key}"),
    "key.sealed": (
        "签名密钥 {key} 打不开：主密钥不对，请联系运营方",
        "signing key {key} cannot be opened: the master key is not the right one",
    ),
    "key.status": ("密钥只能退役（retired）或吊销（revoked）", "a key is retired or revoked"),
    "key.ended-already": ("密钥 {key} 已经办过这个手续", "this was already done to key {key}"),
}
