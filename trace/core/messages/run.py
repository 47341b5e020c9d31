"""Sentences of the refusals about: run."""

MESSAGES: dict[str, tuple[str, str]] = {
    "run.unknown": ("没有印制批 {run}", "there is no run {run}"),
    "run.outlet": ("没有“{outlet}”这种文件，可选：{known}", "there is no form {outlet}; choose from {known}"),
    "run.taken": (
        "这批标签已经取过 {times} 次，最近是{name}在 {at}（{form}）；再印会多出一套一样的码，确要再取请写 --again",
        "taken {times} times before, last by {name} at {at} ({form}); printing them again makes the same codes "
        "twice: say --again to take them all the same",
    ),
    "run.count": ("标签数量要在 1 到 {max} 之间", "the number of labels is between 1 and {max}"),
    "run.start-cell": ("起始格要在 1 到 {max} 之间", "the start cell is between 1 and {max}"),
    "run.too-many": (
        "最多还能打印 {allowed} 枚，您要打印 {asked} 枚",
        "at most {allowed} more labels may be printed, not {asked}",
    ),
    "run.request-differs": (
        "这次打印已经提交过，数量或标签纸却不一样，请重新打开打印页",
        "this print request was already sent with another count or stock; open the page again",
    ),
    "run.replaces-other-batch": (
        "要补打的标签不是这个批次的",
        "the labels to be replaced belong to another batch",
    ),
    "run.range": (
        "号段要在 1 到 {last} 之间，起号不大于止号",
        "the range lies between 1 and {last}, first not after last",
    ),
    "run.void-already": ("这些标签已经作废过了", "these labels are void already"),
    "run.item-unknown": ("没有找到这枚标签，请核对数字", "there is no such label; check the digits"),
    "run.raw-material": (
        "这是原料，不直接贴标；加工成商品后再打印",
        "this is raw material: it is labelled after processing",
    ),
    "run.stage-missing": ("还缺“{stage}”记录", "no record of {stage_en} yet"),
    "run.tests-missing": ("还缺检测合格项目：{items}", "not yet tested and passed: {items}"),
    "run.test-failed": (
        "有一次检测不合格（{lab}），不能打印标签",
        "an inspection failed ({lab}): labels cannot be printed",
    ),
    "run.certificate-missing": (
        "还没有为这个批次开具承诺达标合格证",
        "no commitment certificate has been issued for this batch",
    ),
    "run.no-authorisation": (
        "没有“{brand}”的有效授权，请联系品牌办",
        "no authorisation of brand {brand} in force; ask the brand office",
    ),
    "run.no-credit-code": (
        "统一社会信用代码没有登记或不正确，请联系运营方",
        "the credit code is missing or wrong; ask the operator",
    ),
    "run.no-plot": ("还没有登记产地地块", "no plot of origin is on record"),
    "run.outside-area": (
        "地块“{plot}”（{township}）不在品牌保护区内",
        "plot {plot} ({township}) lies outside the brand's protected area",
    ),
    "run.all-void": (
        "这批标签已经全部作废，不能再取；需要的话另打一批",
        "every label of this run is void and can no longer be taken; print another run",
    ),
    "run.key-revoked": (
        "签这批标签的密钥 {key} 已吊销，这些标签扫出来不算数，不能取。请联系运营方，再作废重印",
        "key {key}, which signs these labels, was revoked: they would not count; ask the operator, void and reprint",
    ),
}
