"""docs/tamper.md, from the same data that the tests try: `python -m tests.tamper.table` writes it."""

from __future__ import annotations

from pathlib import Path

from tests.tamper.cases import CASES, MEANS, SCRATCH, Case
from trace.core.messages import MESSAGES

PATH = Path(__file__).parents[2] / "docs" / "tamper.md"
_HEAD = """# 谁能发现篡改 Who finds tampering

下表由测试所用的同一份数据生成，`tests/tamper` 在一万条账目的副本上，对 SQLite 和 PostgreSQL 逐项试过。代码的含义见表后。
This table is made from the data that the tests use: `tests/tamper` tries each line on a copy of a ledger of ten thousand
entries, on SQLite and on PostgreSQL. What the codes mean stands below.

- **核对** `flask ledger verify`，只看数据库和附件文件夹 the database and the files alone;
- **库外检查点** 同一命令，加上数据库以外保存的检查点 the same command with the checkpoint kept outside the database;
- **标签上的树根** `flask ledger verify --known`，用标签或合格证上印的条数和树根 with what is printed on labels;
- **见证方** `flask ledger witness` 下一次查看 a witness at its next visit.

"""
_COLUMNS = (
    *("做了什么 What is done", "手里有什么 With what in hand", "核对 verify"),
    *("库外检查点 outside", "标签上的树根 printed root", "见证方 witness"),
)
_TAIL = """
除此之外，另有几百个随机抽取的单元格（账本管的每张表，账本自己的每张表）逐个改动，全部由“核对”指名。
Besides, several hundred cells drawn by lot, in every table under the ledger and in each of its own, are changed, and
`verify` names every one.

看得出：只动数据库的，核对必定发现，只有一种例外：把末尾几条连同所记内容和库里的检查点一起删干净。拿着主密钥能给每家单位
重新签名，数据库里也没有对不上的地方。这两种都靠数据库以外的东西：库外检查点、印出去的标签、单位以外的见证方。没有见证方、
又没有人留着旧标签的历史，能动库外检查点的运营者可以改写而不被发现。
So whoever has the database alone is found by `verify`, with one exception: the last entries removed together with their
records and the checkpoints in the database. Whoever has the master key besides can sign anew for every organisation, and
leaves nothing in the database that does not fit. Then only what lies outside tells: the checkpoint outside, labels on
paper, and witnesses. What no witness saw and no paper carries, an operator who can replace the checkpoint outside can
rewrite.

## 代码 Codes

"""


def text() -> str:
    """The whole page."""
    cases = [*CASES.values(), SCRATCH]
    codes = sorted({code for case in cases for code in _found(case) if code in MESSAGES})
    said = [f"- `{code}`：{MESSAGES[code][0]} {MESSAGES[code][1]}" for code in codes]
    said.append("- `changed`：附件文件与记录的摘要不符 the file is not the one whose digest is on record")
    heads = f"| {' | '.join(_COLUMNS)} |\n|{' --- |' * len(_COLUMNS)}\n"
    return _HEAD + heads + "".join(map(_line, cases)) + _TAIL + "\n".join(said) + "\n"


def _found(case: Case) -> tuple[str, str, str, str]:
    found = case.found
    return found.alone, found.outside, found.known, found.witness


def _line(case: Case) -> str:
    means = " ".join(MEANS[case.means])
    cells = " | ".join(f"`{code}`" if code else "—" for code in _found(case))
    return f"| {case.zh} {case.en} | {means} | {cells} |\n"


if __name__ == "__main__":
    PATH.write_text(text(), "utf-8")
