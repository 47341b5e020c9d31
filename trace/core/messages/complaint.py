"""Sentences of the refusals about: complaint."""

MESSAGES: dict[str, tuple[str, str]] = {
    "complaint.kind": (
        "请选一项：您要举报什么。",
        "Choose what your report is about.",
    ),
    "complaint.text-short": (
        "请写几句发生了什么，至少 {min} 个字。",
        "Say in a few words what happened, in at least {min} characters.",
    ),
    "complaint.phone": (
        "电话号码看不懂，请只写一个号码；不想留电话就空着。",
        "This is no phone number: write one number only, or leave it empty.",
    ),
    "complaint.photo": (
        "只收照片（JPG、PNG、WebP）。请拍一张照片，或截图后再传。",
        "Only photos are taken (JPEG, PNG, WebP). Take a photo of it, or a screenshot.",
    ),
    "complaint.one-photo": (
        "一次只能传一张照片，请选最要紧的一张。",
        "One photo only: choose the one that matters most.",
    ),
    "complaint.trap": (
        "最下面那一格是给自动程序设的，请清空后再提交。",
        "The last field is there for robots: empty it and send again.",
    ),
    "complaint.too-many": (
        "您所在的网络刚才提交得太多，请过 {minutes} 分钟再提交；您填的文字都还在下面。",
        "Too much was sent from your network just now: wait {minutes} minutes and send again; your words are kept below.",
    ),
    "complaint.foreign": (
        "举报要在本网站的页面上填写，从别的网站发来的不收。",
        "Reports are made on our own page; what other sites send is not taken.",
    ),
    "complaint.receipt": (
        "回执编号应是 13 位数字，请对照再输一次。",
        "A receipt number has 13 digits; compare and type it again.",
    ),
    "complaint.unknown": (
        "没有这个回执编号的举报，请对照再输一次。",
        "There is no report with this receipt number; compare and type it again.",
    ),
    "complaint.closed": (
        "这件举报已经办结。",
        "This report is closed already.",
    ),
    "complaint.no-photo": (
        "没有照片，或照片已按规定删除。",
        "There is no photo, or it was removed as the rules say.",
    ),
}
