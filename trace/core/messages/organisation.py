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
    "organisation.kind": (
        "请选择单位的类型。",
        "Choose what kind of organisation it is.",
    ),
    "organisation.name-taken": (
        "已经有一个同名的单位了。",
        "There is already an organisation of this name.",
    ),
    "organisation.credit-code": (
        "统一社会信用代码不对：应为 18 位，最后一位是校验位，请对照营业执照检查。",
        "This is no unified social credit code: 18 characters, the last one a check character; "
        "compare with the business licence.",
    ),
    "organisation.credit-code-taken": (
        "这个统一社会信用代码已经登记过了。",
        "This unified social credit code is registered already.",
    ),
}
