"""Refusals about scans (查询), their review (疑码核查), alarms of codes that nobody printed, and provinces."""

MESSAGES: dict[str, tuple[str, str]] = {
    "scan.geoip": (
        "归属地文件 {path} 打不开：{why}。扫码照常，只是不再记省份",
        "the file of provinces {path} cannot be read: {why}; scans go on without provinces",
    ),
    "scan.address": ("这不是一个 IP 地址：{address}", "this is no IP address: {address}"),
    "review.unknown": ("没有找到这条核查", "there is no such review"),
    "review.decision": (
        "请选择：确认被复制，或没有发现问题",
        "choose: confirmed as copied, or nothing wrong",
    ),
    "review.decided": (
        "这枚码刚刚已经有人处理过了，请看处理结果",
        "somebody has just decided on this code; see what they found",
    ),
    "review.alarm-unknown": ("没有这条告警", "there is no such alarm"),
    "review.alarm-handled": ("这条告警已经处理过了", "this alarm was handled already"),
}
