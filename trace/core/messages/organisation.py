"""Sentences of the refusals about: organisation."""

MESSAGES: dict[str, tuple[str, str]] = {
    "organisation.may-not": (
        "您的岗位或单位没有做这件事的权限，请联系本单位负责人。",
        "Your role or organisation may not do this; ask your organisation's manager.",
    ),
    "organisation.may-not-record": (
        "您的岗位或单位不能给这个批次登记这一环节。",
        "Your role or organisation may not record this stage for this batch.",
    ),
    "organisation.unknown": ("没有找到这个主体", "there is no such organisation"),
}
