"""python -m labels: make a key, sign a code, verify one, print a sheet. Needs no database and no server."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from . import code, digits
from .errors import BadKey, LabelError, OutputError
from .keys import PublicKey, SigningKey
from .stock import STOCKS, stock_named

Result = dict[str, object]
PASSWORD_VARIABLE = "LABELS_KEY_PASSWORD"  # noqa: S105  the name of a variable, no password


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 = done, 1 = refused or not genuine, 2 = wrong usage, 130 = interrupted."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], Result] = options.command
    try:
        result = command(options)
    except LabelError as error:
        if options.json:
            print(
                json.dumps(
                    {"ok": False, "code": error.code, "zh": error.zh, "en": error.en}, ensure_ascii=False
                )
            )
        else:
            print(f"{error.diagnosis('zh')}\n{error.diagnosis('en')}  [{error.code}]", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    if options.json:
        print(json.dumps({"ok": True, **result}, ensure_ascii=False))
    else:
        print(result.get("url") or "\n".join(f"{name}: {value}" for name, value in result.items()))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m labels",
        description="签发、核验、打印追溯标签。Sign, verify and print labels without a database.",
        epilog=f"An encrypted key's password is read from the variable {PASSWORD_VARIABLE}.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], Result], text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(command=run)
        made.add_argument("--json", action="store_true", help="print the result as one JSON object")
        return made

    made = command(
        "keygen", _keygen, "生成一把 Ed25519 签名密钥。Make a signing key; never overwrites a file."
    )
    made.add_argument("--id", type=int, required=True, metavar="K", help="key id, 1 to 99999")
    made.add_argument(
        "--out", type=Path, required=True, metavar="KEY.pem", help="where to write it (mode 0600)"
    )
    made.add_argument("--public", type=Path, metavar="PUBLIC.pem", help="also write the public key here")

    made = command("sign", _sign, "签发一个单品码，输出网址。Sign one item code and print its address.")
    _signing_options(made)
    made.add_argument("--item", type=int, required=True, metavar="I", help="item number in the run, from 1")

    made = command(
        "verify", _verify, "核验一个码。Verify an address or its 175 digits: exit 0 if genuine, else 1."
    )
    made.add_argument("code", metavar="URL", help="the address, or its 175 digits")
    made.add_argument("--key", type=Path, required=True, metavar="PEM", help="private or public key")
    made.add_argument("--id", type=int, metavar="K", help="the key's id; any id is accepted if left out")

    made = command("sheet", _sheet, "打印一批标签为 PDF。Print a run of labels as PDF.")
    _signing_options(made)
    made.add_argument("--first", type=int, default=1, metavar="I", help="first item number (default 1)")
    made.add_argument("--count", type=int, required=True, metavar="N", help="how many labels")
    made.add_argument("--stock", required=True, metavar="STOCK", help=", ".join(STOCKS))
    made.add_argument("--out", type=Path, required=True, metavar="FILE.pdf", help="where to write the PDF")
    made.add_argument("--codes", type=Path, metavar="FILE", help="also write the addresses, one a line")
    made.add_argument(
        "--start-cell", type=int, default=1, metavar="K", help="first free label of the sheet, from 1"
    )
    made.add_argument("--dpi", type=int, help="the printer's resolution (default: the stock's)")
    made.add_argument(
        "--workers", type=int, metavar="W", help="cores to sign on (default: as many as are worth it)"
    )
    made.add_argument("--footer", default="", metavar="TEXT", help="words for the lower margin of A4 sheets")
    for name, words in (
        ("brand", "regional brand 品牌"),
        ("product", "product 品名"),
        ("grade", "grade 等级"),
        ("net-weight", "net weight as displayed 净含量"),
        ("batch-no", "batch number 批次"),
        ("packed-on", "packing date, YYYY-MM-DD 包装日期"),
        ("packer", "cooperative 生产单位"),
        ("credit-code", "18-character credit code 统一社会信用代码"),
    ):
        made.add_argument(f"--{name}", default="", metavar="TEXT", help=words)
    made.add_argument(
        "--line", action="append", default=[], metavar="TEXT", help="a further line; may be repeated"
    )
    made.add_argument("--certificate", action="store_true", help="print 承诺达标合格证")
    made.add_argument("--gi-mark", action="store_true", help="print 地理标志产品 (needs --credit-code)")
    return parser


def _signing_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--key", type=Path, required=True, metavar="KEY.pem", help="private key")
    parser.add_argument("--id", type=int, required=True, metavar="K", help="the key's id, 1 to 99999")
    parser.add_argument("--run", type=int, required=True, metavar="R", help="run number, 1 to 99999999")
    parser.add_argument(
        "--base", required=True, metavar="URL", help="address before /c/, like https://example.cn"
    )


def _keygen(options: argparse.Namespace) -> Result:
    key = SigningKey.generate(options.id)
    password = _password()
    _write_new(options.out, key.to_pem(password), 0o600)
    if options.public:
        _write_new(options.public, key.public.to_pem(), 0o644)
    return {
        "key": str(options.out),
        "id": key.key_id,
        "encrypted": password is not None,
        "jwk": key.public.jwk(),
    }


def _sign(options: argparse.Namespace) -> Result:
    signed = code.sign(_signer(options), options.run, options.item)
    number = digits.printed_head(signed[: code.HEAD_DIGITS])
    return {"url": code.url(options.base, signed), "number": number}


def _verify(options: argparse.Namespace) -> Result:
    text = options.code.strip()
    signed = code.split_url(text) if "/" in text else text
    pem = _read(options.key)

    def key_for(key_id: int) -> PublicKey | None:
        if options.id is not None and options.id != key_id:
            return None
        if b"PRIVATE KEY" in pem:
            return SigningKey.from_pem(key_id, pem, _password_for(pem)).public
        return PublicKey.from_pem(key_id, pem)

    item = code.verify(signed, key_for)
    return {
        "verdict": "signature valid",
        "alg": item.alg,
        "key_id": item.key_id,
        "run": item.run,
        "item": item.item,
        "number": digits.printed(item),
    }


def _sheet(options: argparse.Namespace) -> Result:
    from .pdf import render  # only a sheet needs all that draws
    from .run import RunSpec, codes
    from .sheet import Paper
    from .text import LabelText

    stock = stock_named(options.stock)
    text = LabelText(
        brand=options.brand,
        product=options.product,
        grade=options.grade,
        net_weight=options.net_weight,
        batch_no=options.batch_no,
        packed_on=options.packed_on,
        packer=options.packer,
        credit_code=options.credit_code,
        certificate=options.certificate,
        gi_mark=options.gi_mark,
        lines=tuple(options.line),
    )
    run = RunSpec(options.base, options.run, options.first, options.count, text)
    signer = _signer(options)
    made = render(
        options.out,
        run=run,
        signer=signer,
        stock=stock,
        paper=Paper.starting(stock, options.start_cell),
        dpi=options.dpi,
        footer=options.footer,
        workers=options.workers,
    )
    if options.codes:
        try:
            with options.codes.open("w", encoding="ascii", newline="\n") as file:
                file.writelines(f"{address}\n" for _, address in codes(run, signer))
        except OSError as error:
            raise _unwritable(options.codes, error) from error
    return {
        "file": str(options.out),
        "labels": made.labels,
        "pages": made.pages,
        "bytes": made.size,
        "sha256": made.sha256,
        "omitted": list(made.omitted),
    }


def _signer(options: argparse.Namespace) -> SigningKey:
    pem = _read(options.key)
    return SigningKey.from_pem(options.id, pem, _password_for(pem))


def _password() -> bytes | None:
    return os.environ[PASSWORD_VARIABLE].encode() if os.environ.get(PASSWORD_VARIABLE) else None


def _password_for(pem: bytes) -> bytes | None:
    return _password() if b"ENCRYPTED" in pem else None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadKey(
            "label.key-file",
            f"密钥文件 {path} 打不开：{error.strerror}。",
            f"Cannot open the key {path}: {error.strerror}.",
            path=str(path),
        ) from error


def _write_new(path: Path, data: bytes, mode: int) -> None:
    """Write a file that did not exist; raise OutputError rather than overwrite a key."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError as error:
        raise OutputError(
            "label.key-exists",
            f"{path} 已经存在，不会覆盖密钥文件。请换一个文件名。",
            f"{path} exists: a key is never overwritten.",
            path=str(path),
        ) from error
    except OSError as error:
        raise _unwritable(path, error) from error
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def _unwritable(path: Path, error: OSError) -> OutputError:
    return OutputError(
        "label.output",
        f"文件 {path} 写不进去：{error.strerror}。",
        f"Cannot write {path}: {error.strerror}.",
        path=str(path),
    )


if __name__ == "__main__":
    sys.exit(main())
