"""Sentences of the refusals about: batches, their weights and their family."""

MESSAGES: dict[str, tuple[str, str]] = {
    "quantity.required": ("请填写重量。", "Enter a weight."),
    "quantity.unit": (
        "请写明重量单位：克、公斤、斤或吨，例如“12.5 公斤”。",
        "State the unit: g, kg, jin or t, as in “12.5 kg”.",
    ),
    "quantity.not-number": (
        "重量要写成普通数字，例如 12.5。",
        "A weight must be a plain number such as 12.5.",
    ),
    "quantity.negative": ("重量不能是负数。", "A weight cannot be negative."),
    "quantity.zero": ("重量要大于零。", "A weight must be more than zero."),
    "quantity.part-of-gram": (
        "重量最细到 1 克，请去掉多余的小数位。",
        "Weights go down to 1 g; drop the further decimals.",
    ),
    "quantity.too-large": (
        "一个批次最多 10,000 吨，请检查数字和单位。",
        "A batch holds at most 10,000 t; check the number and its unit.",
    ),
    "batch.not-enough": (
        "这个批次只剩 {remaining}，不够 {asked}。",
        "Only {remaining} of this batch are left, not {asked}.",
    ),
    "batch.operation-unknown": ("没有找到这次拆分、合并或加工。", "There is no such operation."),
    "batch.no-inputs": ("请选择至少一个来源批次。", "Choose at least one source batch."),
    "batch.no-outputs": ("请填写至少一个新批次的重量。", "Enter the weight of at least one new batch."),
    "batch.too-many-parts": (
        "一次最多用 {inputs} 个来源批次，分成 {outputs} 个新批次，请分几次登记。",
        "At most {inputs} source batches and {outputs} new ones at a time; record it in several steps.",
    ),
    "batch.input-twice": (
        "同一个来源批次选了两次，请合成一行。",
        "A source batch stands twice; join the rows.",
    ),
    "batch.split-one": ("分装只能从一个批次分出。", "A split starts from exactly one batch."),
    "batch.merge-two": ("混装至少要两个来源批次。", "A merge needs at least two source batches."),
    "batch.merge-into-one": ("混装只能得到一个新批次。", "A merge makes exactly one new batch."),
    "batch.other-product": (
        "分装和混装前后必须是同一种产品；产品变了请登记为加工。",
        "Splitting and merging keep to one product; record a change of product as processing.",
    ),
    "batch.more-out-than-in": (
        "得到的 {made} 比投入的 {taken} 还多，请检查重量。",
        "{made} came out of only {taken}; check the weights.",
    ),
    "batch.not-closed": (
        "重量对不上：投入 {taken}，得到 {made}，损耗 {loss}。得到加损耗应当等于投入。",
        "The weights do not close: {taken} in, {made} out, {loss} lost. Output and loss must equal input.",
    ),
    "batch.yield-out-of-range": (
        "出品率不在这种产品的合理范围内：投入 {taken}，应得到 {lowest} 到 {highest}，现在是 {made}。",
        "The yield is outside this product's range: {taken} should give {lowest} to {highest}, not {made}.",
    ),
    "batch.before-parent": (
        "时间早于来源批次 {batch} 的产生时间，请检查日期。",
        "This is dated before the source batch {batch} existed; check the date.",
    ),
    "batch.own-ancestor": (
        "这样登记会让一个批次成为它自己的来源，请检查所选批次。",
        "This would make a batch its own source; check the batches chosen.",
    ),
    "batch.family-too-large": (
        "这个批次的上下游超过 {max} 个批次，无法一次查完，请缩小范围。",
        "More than {max} batches are linked to this one; narrow the search.",
    ),
    "batch.unknown": ("没有批次 {number}，请核对批次号", "there is no batch {number}"),
    "batch.number": (
        "批次号用大写字母、数字和短横线，3 到 32 位",
        "a batch number has 3 to 32 capital letters, digits and hyphens",
    ),
    "batch.number-taken": ("批次号 {number} 已经用过，请换一个", "batch number {number} is taken"),
    "batch.operation-kind": ("请选择拆分、合并或加工", "choose split, merge or transform"),
    "batch.no-quantity": ("还没有采收或收购的重量", "no weight has been harvested or bought yet"),
    "batch.below-out": (
        "改小后不够已经用出的 {out}，请先核对后面的记录",
        "less than the {out} that already left the batch; check the later records first",
    ),
    "batch.intake-of-output": (
        "这个批次由拆分、合并或加工得来，不能再直接采收或收购进货",
        "this batch was made by an operation: nothing can be harvested or bought into it",
    ),
    "batch.over-yield-cap": (
        "超过地块“{plot}”的产量上限 {cap}（已登记 {so_far}），请核对重量或地块面积",
        "more than plot {plot} can yield: {cap}, of which {so_far} are on record",
    ),
    "batch.recalled": (
        "批次 {number} 正在召回，不能再打印、销售、发货",
        "batch {number} is being recalled: nothing of it may be labelled, sold or shipped",
    ),
    "batch.recalled-already": ("批次 {number} 已经在召回中", "batch {number} is already being recalled"),
    "batch.recall-unknown": ("没有找到这次召回", "there is no such recall"),
    "batch.recall-closed-already": ("这次召回已经结束", "this recall has already been closed"),
    "batch.frozen": (
        "批次 {number} 已被监管部门冻结，不能再打印、销售、发货",
        "batch {number} is frozen by the authority: nothing of it may be labelled, sold or shipped",
    ),
    "batch.frozen-already": ("批次 {number} 已经冻结", "batch {number} is already frozen"),
    "batch.freeze-unknown": ("没有找到这次冻结", "there is no such freeze"),
    "batch.freeze-lifted-already": ("这次冻结已经解除", "this freeze has already been lifted"),
}
