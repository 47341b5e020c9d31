"""Sentences of the refusals about: outer cartons and pallets."""

MESSAGES: dict[str, tuple[str, str]] = {
    "carton.not-carton": ("第 {run} 批不是箱标，装不了东西", "run {run} is not of carton labels"),
    "carton.other-organisation": (
        "要装的标签是别的单位的，装不进您的箱",
        "the labels to be packed belong to another organisation",
    ),
    "carton.level": (
        "外箱只能装单品，托盘只能装外箱或单品",
        "a carton holds items, a pallet holds cartons or items",
    ),
    "carton.range": (
        "箱号要在 1 到 {last} 之间，起号不大于止号",
        "carton numbers lie between 1 and {last}, first not after last",
    ),
    "carton.content-range": (
        "要装的号要在 1 到 {last} 之间，起号不大于止号",
        "the labels to be packed lie between 1 and {last}, first not after last",
    ),
    "carton.per-carton": ("每箱要装 1 到 {max} 枚", "a carton holds 1 to {max} labels"),
    "carton.count": (
        "{labels} 枚、每箱 {each} 枚要 {needed} 个箱，您给了 {given} 个",
        "{labels} labels at {each} a carton need {needed} cartons, not {given}",
    ),
    "carton.void": ("第 {carton} 箱的箱标已作废", "the label of carton {carton} is void"),
    "carton.opened": (
        "第 {carton} 箱已经拆开，不能再装",
        "carton {carton} was opened and takes nothing more",
    ),
    "carton.in-pallet": (
        "第 {carton} 箱已经装在托盘上，先拆托盘再装箱",
        "carton {carton} is on a pallet already; split the pallet first",
    ),
    "carton.content-void": (
        "第 {label} 枚标签已作废，不能装箱",
        "label {label} is void and cannot be packed",
    ),
    "carton.content-opened": (
        "第 {carton} 箱已经拆开，不能整箱装托盘",
        "carton {carton} was opened and cannot be packed as a whole",
    ),
    "carton.content-packed": (
        "第 {label} 枚已经装在第 {run} 批的第 {carton} 箱里，先拆箱再装",
        "label {label} is in carton {carton} of run {run} already; split that one first",
    ),
    "carton.content-empty": (
        "第 {carton} 箱还没有登记装了什么，先装箱再上托盘",
        "nothing was packed into carton {carton} yet; pack it before the pallet",
    ),
    "carton.loose": ("这枚标签没有装在箱里", "this label lies in no carton"),
    "carton.empty": ("这只箱还没有登记装了什么", "nothing was packed into this carton"),
    "carton.opened-already": ("这只箱已经拆过了", "this carton was opened before"),
    "carton.nothing-loose": (
        "这些标签都已装箱或作废，没有要装的",
        "all of these labels are packed or void: nothing is left to pack",
    ),
    "carton.content-batch": (
        "第 {run} 批标签不是这个批次的",
        "run {run} was not printed for this batch",
    ),
    "carton.reprint": (
        "箱标要在箱标自己的页面上补打，单品标签也一样",
        "carton labels replace carton labels, and labels of items those of items",
    ),
    "carton.two-runs": (
        "第一枚和最后一枚不是同一批标签，请分两次装",
        "first and last label are of different runs; pack them one after the other",
    ),
    "carton.code": (
        "没读出标签的码：请扫二维码，或输入码下面的 20 位编号",
        "not the code of a label: scan it, or type the 20 digits under it",
    ),
    "carton.check-digit": (
        "有数字输错了：最后一位校验码对不上",
        "a digit is wrong: the check digit at the end does not match",
    ),
    "carton.code-unknown": ("没有找到这枚标签，请核对编号", "there is no such label; check the number"),
    "carton.stock": (
        "标签纸“{stock}”太小，印不下箱标上的字，请换大一点的",
        "stock {stock} is too small for the words of a carton label",
    ),
}
