"""Codes, signatures, symbols and sheets."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import qrcode
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import MODE_8BIT_BYTE, MODE_NUMBER, QRData
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from bench.measure import Row, Work, compared, row
from labels import code, pdf, qr
from labels.keys import SigningKey
from labels.run import RunSpec, codes
from labels.stock import stock_named
from labels.text import LabelText

BASE = "https://trace.example.cn"
SEED = bytes(range(32))
STOCK, ROLL = "a4-24", "roll-40x30"
TEXT = LabelText(
    brand="示例品牌",
    product="通芯白莲",
    net_weight="500 g",
    batch_no="SC250814-01",
    packed_on="2025-08-14",
    packer="示例白莲专业合作社",
)
CORES = 2
LARGE = 24_000


def rows() -> list[Row]:
    """All that needs no database and no server."""
    signer = SigningKey.from_seed(1, SEED)
    bare = Ed25519PrivateKey.from_private_bytes(SEED)
    signed = [address for _, address in codes(_run(1000), signer)]
    prefix = code.prefix(BASE)
    digits = [address.removeprefix(prefix) for address in signed]
    symbols = qr.encoder(prefix, LARGE)
    found = [
        row(
            "QR symbols, one core",
            "symbols/s",
            compared(lambda: len(symbols.packed_many(digits[:512])), _fixed_qr(prefix, digits)),
            "package qrcode, told version, level, mask and segments",
        ),
        row(
            "the same",
            "symbols/s",
            compared(lambda: len(symbols.packed_many(digits[:512])), _plain_qr(signed)),
            "package qrcode, as it comes",
        ),
        row(
            "signed item codes, one core",
            "codes/s",
            compared(_codes(signer), _bare(bare, 500)),
            "bare Ed25519",
        ),
    ]
    for labels, rounds in ((1000, 15), (LARGE, 7)):
        found.append(
            row(
                f"labels signed, drawn, written; a run of {labels:,}, one core",
                "labels/s",
                compared(_sheet(signer, labels), _bare(bare, labels), rounds=rounds, seconds=0),
                "bare Ed25519",
            )
        )
    with _two_cores() as bare_twice:
        for labels, stock in ((LARGE, STOCK), (LARGE, ROLL), (100_000, STOCK)):
            found.append(
                row(
                    f"labels signed, drawn, written; {labels:,} on {stock}, {CORES} cores",
                    "labels/s",
                    compared(
                        _sheet(signer, labels, stock, CORES),
                        bare_twice(labels),
                        rounds=7 if labels == LARGE else 3,
                        seconds=0,
                    ),
                    f"bare Ed25519 in {CORES} processes",
                )
            )
    found.append(
        row(
            "a run of 1,000, one core",
            "labels/s",
            compared(_sheet(signer, 1000), _usual(signer), rounds=3),
            "qrcode image placed by reportlab, one label after another",
        )
    )
    return found


def _run(labels: int) -> RunSpec:
    return RunSpec(BASE, 1, 1, labels, TEXT)


def _codes(signer: SigningKey) -> Work:
    return lambda: sum(1 for _ in codes(_run(500), signer))


def _bare(key: Ed25519PrivateKey, times: int) -> Work:
    return lambda: sign_bare(key, times)


def sign_bare(key: Ed25519PrivateKey, times: int) -> int:
    """Sign messages as long as a code's, and nothing else."""
    for number in range(times):
        key.sign(b"trace-label-v1\n%020d" % number)
    return times


def _sign_seeded(times: int) -> int:
    return sign_bare(Ed25519PrivateKey.from_private_bytes(SEED), times)


@contextmanager
def _two_cores() -> Iterator[Callable[[int], Work]]:
    """Signing so often, shared by processes that are warm; ours start anew for each run."""
    with ProcessPoolExecutor(CORES) as pool:
        yield lambda times: lambda: sum(pool.map(_sign_seeded, [times // CORES] * CORES))


def _sheet(signer: SigningKey, labels: int, stock: str = STOCK, workers: int = 1) -> Work:
    def work() -> int:
        made = pdf.render(
            io.BytesIO(), run=_run(labels), signer=signer, stock=stock_named(stock), workers=workers
        )
        return made.labels

    return work


def _fixed_qr(prefix: str, digits: list[str]) -> Work:
    """`qrcode` spared all that it would have to find out: one symbol of version 6, level M, mask 0."""
    numbers = count()

    def work() -> int:
        symbol = qrcode.QRCode(version=6, error_correction=ERROR_CORRECT_M, mask_pattern=0)
        symbol.add_data(QRData(prefix.encode("ascii"), mode=MODE_8BIT_BYTE))
        symbol.add_data(QRData(digits[next(numbers) % len(digits)].encode("ascii"), mode=MODE_NUMBER))
        symbol.make(fit=False)
        return 1

    return work


def _plain_qr(addresses: list[str]) -> Work:
    numbers = count()

    def work() -> int:
        symbol = qrcode.QRCode()
        symbol.add_data(addresses[next(numbers) % len(addresses)])
        symbol.make()
        return 1

    return work


def _usual(signer: SigningKey) -> Work:
    """A page of labels as most programs make them: an image for each code, placed on the page."""

    def work() -> int:
        canvas = Canvas(io.BytesIO())
        for place, (_, address) in enumerate(codes(_run(24), signer)):
            x, y = 20 + place % 3 * 190, 740 - place // 3 * 100
            canvas.drawImage(ImageReader(qrcode.make(address).get_image()), x, y, 60, 60)
            for line, words in enumerate((TEXT.product, TEXT.net_weight, TEXT.batch_no, TEXT.packed_on)):
                canvas.drawString(x + 66, y + 50 - 12 * line, words)
        canvas.save()
        return 24

    return work


def sheet_command(folder: Path, labels: int, stock: str = STOCK) -> list[str]:
    """The arguments of `python -m labels sheet` for so many labels."""
    return [
        *("sheet", "--key", str(folder / "key.pem"), "--id", "1", "--run", "1", "--base", BASE),
        *("--count", str(labels), "--stock", stock, "--out", str(folder / f"{stock}-{labels}.pdf")),
        *("--brand", TEXT.brand, "--product", TEXT.product, "--net-weight", TEXT.net_weight),
        *("--batch-no", TEXT.batch_no, "--packed-on", TEXT.packed_on, "--packer", TEXT.packer),
    ]
