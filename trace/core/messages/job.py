"""Refusals about work that waits for a worker (后台任务) and about the self-check (自检) before release."""

MESSAGES = {
    "job.lost": (
        "画标签的程序几次中途停下，请联系运营方",
        "the program that draws the labels stopped half-way several times; tell the operator",
    ),
    "job.crashed": ("画标签时出了错，请联系运营方", "drawing the labels failed; tell the operator"),
    "job.busy": ("标签正在画和自检，请稍等", "the labels are being drawn and checked; wait a moment"),
    "job.unknown": ("没有这种任务：{kind}", "there is no such kind of work: {kind}"),
    "run.file-changed": (
        "标签文件在自检时被改动，请再试一次",
        "the file of labels changed while it was checked; try again",
    ),
    "run.disk": (
        "标签文件写不下，请运营方检查磁盘空间和文件夹",
        "the file of labels cannot be written; the operator should look at the disk's space and the folder",
    ),
    "run.folder": (
        "标签文件夹 {folder} 建不了：{why}",
        "the folder of labels {folder} cannot be made: {why}",
    ),
    "run.sealed": (
        "签名密钥打不开，请联系运营方",
        "the signing key cannot be opened; tell the operator",
    ),
    "run.unchecked": (
        "这份标签还没有通过自检，不能取",
        "these labels have not passed the self-check and are not released",
    ),
}
