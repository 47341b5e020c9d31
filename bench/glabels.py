"""The same 1,000 labels by gLabels 3, which draws labels for many Linux desktops: `glabels-3-batch` under Xvfb."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from xml.sax.saxutils import escape

from labels import digits
from labels.code import HEAD_DIGITS
from labels.keys import SigningKey
from labels.run import RunSpec, codes
from labels.stock import stock_named

_FONT = "Noto Sans CJK SC"
_PLACE = 'a0="1" a1="0" a2="0" a3="1" a4="0" a5="0"'
_LEFT, _CODE = 4.8, 44  # mm: texts begin here, the symbol there


def installed() -> bool:
    """Whether Debian's packages glabels and xvfb are here."""
    return bool(shutil.which("glabels-3-batch") and shutil.which("xvfb-run"))


def command(folder: Path, run: RunSpec, signer: SigningKey, stock: str) -> list[str]:
    """What to run for a PDF of the run, once its template and its table of codes are written to the folder."""
    with (folder / "codes.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        for _, address in codes(run, signer):
            head = address.rpartition("/")[2][:HEAD_DIGITS]
            rows.writerow((address, digits.printed_head(head)))
    template = folder / "labels.glabels"
    template.write_text(_template(folder / "codes.csv", run, stock), "utf-8")
    return ["xvfb-run", "-a", "glabels-3-batch", "-o", str(folder / "glabels.pdf"), str(template)]


def _template(table: Path, run: RunSpec, name: str) -> str:
    stock, text = stock_named(name), run.text
    facts = (text.net_weight, text.batch_no, text.packed_on, text.packer)
    objects = [_text(_LEFT, 4.2, 38, 8, text.brand), _text(_LEFT, 9, 38, 11, text.product)]
    objects += [_text(_LEFT, 16 + 4 * line, 38, 6, fact) for line, fact in enumerate(facts)]
    objects.append(_text(_CODE - 3, 30, 28, 5, '<Field name="2"/>', markup=True))
    objects.append(
        f'<Object-barcode x="{_CODE}mm" y="5mm" w="22mm" h="22mm" backend="libqrencode" style="IEC18004" '
        f'text="False" checksum="False" color="0x000000ff" field="1" {_PLACE}/>'
    )
    return (
        '<?xml version="1.0"?><Glabels-document xmlns="http://glabels.org/xmlns/3.0/">'
        f'<Template brand="trace" part="{name}" size="A4" description="{name}">'
        f'<Label-rectangle id="0" width="{stock.label_width / 1000}mm" height="{stock.label_height / 1000}mm" '
        'round="0mm" x_waste="0mm" y_waste="0mm"><Markup-margin size="2mm"/>'
        f'<Layout nx="{stock.columns}" ny="{stock.rows}" x0="{stock.margin_left / 1000}mm" '
        f'y0="{stock.margin_top / 1000}mm" dx="{stock.pitch_x / 1000}mm" dy="{stock.pitch_y / 1000}mm"/>'
        f'</Label-rectangle></Template><Objects id="0" rotate="False">{"".join(objects)}</Objects>'
        f'<Merge type="Text/Comma" src="{escape(str(table))}"/><Data/></Glabels-document>'
    )


def _text(x: float, y: float, width: float, size: int, words: str, *, markup: bool = False) -> str:
    return (
        f'<Object-text x="{x}mm" y="{y}mm" w="{width}mm" h="5mm" justify="Left" valign="top" '
        f'auto_shrink="False" {_PLACE} shadow="False"><Span color="0x000000ff" font_family="{_FONT}" '
        f'font_size="{size}" font_weight="Regular" font_italic="False" line_spacing="1">'
        f"{words if markup else escape(words)}</Span></Object-text>"
    )
