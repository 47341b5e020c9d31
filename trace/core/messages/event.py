"""Sentences of the refusals about: events, their stages, facts and times."""

MESSAGES: dict[str, tuple[str, str]] = {
    "event.unknown-stage": ("没有这个环节。", "There is no such stage."),
    "event.unknown-fact": ("这个环节没有“{key}”这一项。", "This stage has no fact “{key}”."),
    "event.not-rows": ("这一项应当是一行一行的表格。", "This must be a list of rows."),
    "event.too-many-rows": (
        "最多填 {max} 行，请分几次登记。",
        "At most {max} rows; record the rest separately.",
    ),
    "event.rows-required": ("请至少填写一行。", "Enter at least one row."),
    "event.choose": ("请从选项中选一个。", "Choose one of the options."),
    "event.yes-or-no": ("请选“是”或“否”。", "Answer yes or no."),
    "event.not-integer": ("请填整数，例如 12。", "Enter a whole number such as 12."),
    "event.not-decimal": ("请填普通数字，例如 12.5。", "Enter a plain number such as 12.5."),
    "event.too-small": ("不能小于 {min}。", "It must not be less than {min}."),
    "event.too-big": ("不能大于 {max}。", "It must not be more than {max}."),
    "event.too-many-decimals": ("最多 {max} 位小数。", "At most {max} decimals."),
    "event.not-a-day": ("请填日期，例如 2026-03-01。", "Enter a date such as 2026-03-01."),
    "event.not-a-time": (
        "请填日期和时间，例如 2026-03-01 08:30。",
        "Enter a date and time such as 2026-03-01 08:30.",
    ),
    "event.days-reversed": ("结束日期早于开始日期。", "The last day comes before the first."),
    "event.times-reversed": ("结束时间早于开始时间。", "The end comes before the beginning."),
    "event.temperatures-reversed": (
        "最高温度低于最低温度。",
        "The highest temperature lies below the lowest.",
    ),
    "event.in-future": ("时间在将来，请检查日期。", "This lies in the future; check the date."),
    "event.too-old": ("时间早于 2000 年，请检查日期。", "This lies before the year 2000; check the date."),
    "event.before-batch": (
        "时间早于这个批次的开始日期 {since}，请检查日期。",
        "This lies before the batch began on {since}; check the date.",
    ),
    "event.registration": (
        "农药登记证号的样子不对，请照标签填写，例如 PD20100001。",
        "This is no pesticide registration number; copy it from the label, such as PD20100001.",
    ),
    "event.input-incomplete": (
        "“{name}”要填全：名称、登记证号（批准文号）、来源、用法、用量、使用日期和停用日期。",
        "“{name}” needs name, registration or approval number, source, use, dose, first and last day.",
    ),
    "event.input-banned": (
        "“{name}”含有国家禁止使用的农药{substance}，不能登记。如果确实用过，请停止销售并联系当地农业农村部门。",
        "“{name}” contains {substance}, which is banned. If it was used, stop selling; call the authority.",
    ),
    "event.input-crop-unstated": (
        "请照标签填写“{name}”的登记作物。",
        "Enter the crops that “{name}” is registered for, from its label.",
    ),
    "event.input-crop": (
        "“{name}”没有在{crop}上登记，不能用在{crop}上。",
        "“{name}” is not registered for {crop} and must not be used on it.",
    ),
    "event.input-interval-unstated": (
        "请照标签填写“{name}”的安全间隔期（天）；标签写明不需要就填 0。",
        "Enter the safe interval of “{name}” in days, from its label; 0 where it says none is needed.",
    ),
    "event.input-interval": (
        "“{name}”的安全间隔期是 {days} 天，最早 {earliest} 才能采收。",
        "The safe interval of “{name}” is {days} days; the earliest day to harvest is {earliest}.",
    ),
    "event.input-withdrawal-unstated": (
        "请照标签填写“{name}”的休药期（天）；标签写明不需要就填 0。",
        "Enter the withdrawal period of “{name}” in days, from its label; 0 where it says none is needed.",
    ),
    "event.input-withdrawal": (
        "“{name}”的休药期是 {days} 天，最早 {earliest} 才能出栏、捕捞或收蛋。",
        "The withdrawal period of “{name}” is {days} days; it ends on {earliest} at the earliest.",
    ),
    "event.waybill": (
        "面单号应是 6 到 40 位字母和数字。",
        "A waybill number has 6 to 40 letters and digits.",
    ),
    "event.input-uses": (
        "“{name}”已用 {uses} 次，每季最多 {max} 次。",
        "“{name}” was used {uses} times; the most in a season is {max}.",
    ),
    "event.standard-edition": (
        "请写明标准的年号，例如 GB 2763-2026。",
        "Give the standard with its year, such as GB 2763-2026.",
    ),
    "event.rapid-result": ("快检要填抑制率或阴阳性。", "A rapid test needs the inhibition or the reaction."),
    "event.rapid-contradicts": (
        "抑制率达到 {limit}% 为阳性，与所选阴阳性不符。",
        "Inhibition from {limit} % means positive, which contradicts the reaction chosen.",
    ),
    "event.rapid-positive": (
        "快检阳性不能判为合格，请送定量检测确认。",
        "A positive rapid test is no pass; have it confirmed by a quantitative test.",
    ),
    "event.test-incomplete": (
        "定量检测和型式检验每一项都要写明检测值、单位、限量、方法和标准。",
        "Quantitative and type tests need value, unit, limit, method and standard for every item.",
    ),
    "event.over-limit": (
        "检测值不符合限量，不能判为合格。",
        "The value breaks its limit and cannot be a pass.",
    ),
    "event.result-contradicts": (
        "有单项不合格，总结论不能是合格。",
        "An item failed, so the result as a whole cannot be a pass.",
    ),
    "event.unknown": ("没有找到这条记录", "there is no such record"),
    "event.corrected-already": (
        "这条记录已经更正过，请更正最新的那一条",
        "this record was corrected already; correct the newest one",
    ),
    "event.withdrawn": ("这条记录已经撤回，不能再更正", "this record was withdrawn and cannot be corrected"),
    "event.other-stage": (
        "更正不能换环节，请撤回这条再重新登记",
        "a correction keeps its stage; withdraw the record and enter a new one",
    ),
    "event.no-quantity": ("这个环节不填重量", "this stage has no weight"),
    "event.request-differs": (
        "这张表单已经提交过别的内容，请重新打开页面再填",
        "this form was already sent with other content; open the page again",
    ),
}
