"""Sentences of the refusals about: attachment."""

MESSAGES: dict[str, tuple[str, str]] = {
    "attachment.empty": (
        "这个文件是空的，请重新选择。",
        "This file is empty; choose another.",
    ),
    "attachment.too-large": (
        "文件太大，最多 {max} MB。照片请用手机里的“编辑—压缩”，或选较小的尺寸后再传。",
        "The file is too large: at most {max} MB. Send the photo in a smaller size.",
    ),
    "attachment.kind": (
        "只收照片（JPG、PNG、WebP）和 PDF 文件。这个文件不是，请把它拍成照片或另存为 PDF。",
        "Only photos (JPEG, PNG, WebP) and PDF files are taken. Take a photo of it, or save it as PDF.",
    ),
    "attachment.heic": (
        "这是苹果手机的 HEIC 照片，很多手机打不开。"
        "请在“设置—相机—格式”里选“兼容性最佳”再拍，或把它截图后上传。",
        "This is an HEIC photo, which many phones cannot show. Choose Settings, Camera, Formats, "
        "Most Compatible and take it again, or send a screenshot of it.",
    ),
    "attachment.picture-broken": (
        "这张照片打不开，可能没有传完整或已损坏。请重新拍一张再传。",
        "This photo cannot be opened: it is cut off or damaged. Take it again.",
    ),
    "attachment.picture-pixels": (
        "照片像素太高（{width}×{height}），最多 {max} 万像素。请在相机里选普通像素再拍。",
        "The photo has too many pixels ({width}×{height}); choose the camera's normal resolution.",
    ),
    "attachment.picture-small": (
        "照片太小（{width}×{height}），看不清内容。每边至少 {min} 像素。",
        "The photo is too small to show anything ({width}×{height}); each side needs at least {min} pixels.",
    ),
    "attachment.pdf-broken": (
        "这个 PDF 打不开，可能没有传完整或已损坏。请重新导出，或打印成新的 PDF 再传。",
        "This PDF cannot be opened: it is cut off or damaged. Export it again, or print it to a new PDF.",
    ),
    "attachment.pdf-locked": (
        "这个 PDF 加了密码或权限限制。请去掉密码，或打印成新的 PDF 再传。",
        "This PDF is encrypted or restricted. Remove the password, or print it to a new PDF.",
    ),
    "attachment.pdf-pages": (
        "这个 PDF 有 {pages} 页，最多 {max} 页。请只传需要的几页。",
        "This PDF has {pages} pages; at most {max} are taken. Send only the pages that are needed.",
    ),
    "attachment.pdf-active": (
        "这个 PDF 带有脚本、附带文件或会自动运行的内容，不能公开。请打印成新的 PDF 再传。",
        "This PDF carries a script, a file or something that runs by itself. Print it to a new PDF.",
    ),
    "attachment.pdf-heavy": (
        "这个 PDF 展开后太大或太复杂，手机打不开。请打印成新的 PDF，或拍照上传。",
        "This PDF unfolds into something too large or too complex. Print it to a new PDF, or send a photo.",
    ),
    "attachment.not-found": (
        "没有这个附件，或它没有公开。",
        "There is no such attachment, or it is not public.",
    ),
    "attachment.unknown": ("没有找到这个附件，请重新上传", "there is no such attachment; upload it again"),
    "attachment.erased": (
        "这个文件已应当事人要求依法删除，不能再传。",
        "This file was erased on a lawful request; it cannot be sent again.",
    ),
    "attachment.gone": (
        "这个文件已应当事人要求依法删除。",
        "This file was erased on a lawful request.",
    ),
}
