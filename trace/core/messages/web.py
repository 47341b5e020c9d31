"""Sentences of the refusals about: web."""

MESSAGES: dict[str, tuple[str, str]] = {
    "web.bad-request": (
        "这个请求看不懂，请返回上一页重新填写。",
        "This request is not understood; go back and fill it in again.",
    ),
    "web.form-old": (
        "这个页面放得太久了，请再提交一次。",
        "This page had been open too long; please send it again.",
    ),
    "web.not-found": (
        "没有找到这个页面，网址可能打错了。",
        "There is no such page; the address may be mistyped.",
    ),
    "web.method": (
        "不能这样打开，请从页面上的按钮进入。",
        "It cannot be opened this way; use the buttons on the pages.",
    ),
    "web.too-large": (
        "文件太大了，一次最多 {megabytes} MB，请压小一些再传。",
        "Too large: at most {megabytes} MB at once; make the files smaller.",
    ),
    "web.media-type": (
        "不接受这种格式的内容。",
        "Content of this type is not accepted.",
    ),
    "web.too-many": (
        "请求太多了，请过一会儿再试。",
        "Too many requests; try again in a while.",
    ),
    "web.failed": (
        "我们这边出错了，这一步没有保存，以前的记录都在。请稍后再试。",
        "Something failed on our side; this step was not saved, earlier records are safe. Try again later.",
    ),
    "web.unavailable": (
        "服务暂时不可用，请过几分钟再试。已经保存的记录不受影响。",
        "The service is unavailable for the moment; try again in a few minutes. Saved records are safe.",
    ),
}
