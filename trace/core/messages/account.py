"""Sentences of the refusals about: account."""

MESSAGES: dict[str, tuple[str, str]] = {
    "account.username": (
        "用户名要 2 到 30 个字：可以用汉字、字母、数字和 . _ @ -，开头是汉字、字母或数字。",
        "A user name has 2 to 30 characters: letters, digits, Chinese characters and . _ @ -; "
        "it begins with a letter, a digit or a Chinese character.",
    ),
    "account.username-taken": (
        "这个用户名已经有人用了，请换一个。",
        "This user name is taken; choose another.",
    ),
    "account.password-short": (
        "密码至少要 {min} 个字，现在是 {got} 个。可以用几个词连起来，好记也安全。",
        "A password has at least {min} characters, this has {got}. A few words in a row are easy and safe.",
    ),
    "account.password-long": (
        "密码最多 {max} 个字。",
        "A password has at most {max} characters.",
    ),
    "account.password-digits": (
        "密码不能全是数字（手机号、生日太容易被猜到），请加上字母或汉字。",
        "A password must not be digits alone (phone numbers and birthdays are guessed); add letters.",
    ),
    "account.password-easy": (
        "这个密码太容易被猜到，请换一个。",
        "This password is too easily guessed; choose another.",
    ),
    "account.password-differs": (
        "两次输入的新密码不一样，请再输一遍。",
        "The two new passwords differ; type them again.",
    ),
    "account.password-same": (
        "新密码和原来的一样，请换一个。",
        "The new password is the old one; choose another.",
    ),
    "account.password-wrong": (
        "原密码不对。",
        "The present password is wrong.",
    ),
    "account.wrong": (
        "用户名或密码不对，请检查后再试。忘了密码，请找本单位负责人重设。",
        "Wrong user name or password. If you forgot it, your organisation's manager can set a new one.",
    ),
    "account.locked": (
        "输错的次数太多，为了安全请过 {minutes} 分钟再试。",
        "Too many wrong tries; for safety wait {minutes} min and try again.",
    ),
    "account.disabled": (
        "这个账号已停用，请联系本单位负责人。",
        "This account is disabled; ask your organisation's manager.",
    ),
    "account.no-organisation": (
        "这个账号还没有加入任何单位，请联系管理员。",
        "This account belongs to no organisation yet; ask the administrator.",
    ),
    "account.signed-out": (
        "请先登录。登录可能已经过期。",
        "Please sign in. The earlier sign-in may have expired.",
    ),
    "account.not-found": (
        "没有这个用户。",
        "There is no such user.",
    ),
    "account.not-member": (
        "您不在这个单位里，不能切换过去。",
        "You do not belong to this organisation.",
    ),
    "account.already-member": (
        "这个人已经在这个单位里了。",
        "This person already belongs to the organisation.",
    ),
    "account.organisation": (
        "请选择这个人属于哪个单位。",
        "Choose the organisation this person belongs to.",
    ),
    "account.role": (
        "岗位只能选：录入员、负责人、查看员。",
        "The role is one of clerk, manager, reader.",
    ),
    "account.last-operator": (
        "这是平台最后一位负责人，停用后就没有人能管理平台了。",
        "This is the platform's last manager; without them nobody could run it.",
    ),
    "account.no-sign-in": (
        "没有这次登录，可能已经退出了。",
        "There is no such sign-in; it may have ended already.",
    ),
}
