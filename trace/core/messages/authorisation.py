"""Sentences of the refusals about: authorisation."""

MESSAGES: dict[str, tuple[str, str]] = {
    "authorisation.dates": (
        "授权的截止日期不能早于开始日期",
        "the last day of an authorisation cannot precede its first day",
    ),
    "authorisation.quota": (
        "授权配额要大于 0，不限量就不填",
        "the quota is more than 0; leave it blank for no limit",
    ),
    "authorisation.revoked-already": ("这项授权已经撤销过了", "this authorisation has already been revoked"),
    "authorisation.unknown": ("没有找到这项授权", "there is no such authorisation"),
}
