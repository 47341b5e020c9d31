"""Sentences of the refusals about: certificate."""

MESSAGES: dict[str, tuple[str, str]] = {
    "certificate.unknown": ("没有找到这张合格证。", "There is no such certificate."),
    "certificate.basis": ("请至少勾选一项承诺依据。", "Tick at least one basis of the promise."),
    "certificate.template": (
        "没有这个版本的合格证文本。",
        "There is no such edition of the certificate's wording.",
    ),
    "certificate.more-than-batch": (
        "合格证上的 {asked} 超过这个批次的 {batch}。",
        "The certificate's {asked} is more than the batch holds, {batch}.",
    ),
    "certificate.in-future": ("开具日期不能在将来。", "The date of issue cannot lie in the future."),
    "certificate.before-batch": (
        "开具日期早于这个批次的开始日期 {since}。",
        "The date of issue lies before the batch began on {since}.",
    ),
    "certificate.no-test": (
        "这个批次没有合格的检测记录，不能以检测作为承诺依据。",
        "The batch has no passed test on record, so the promise cannot rest on testing.",
    ),
    "certificate.untested": (
        "用什么药、检什么药：这些用过的农药没有检测：{missing}。请补检，或改选“质量安全控制符合要求”。",
        "What was used must be tested; not tested: {missing}. Test it, or promise on quality control.",
    ),
}
