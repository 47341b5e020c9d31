"""python -m labels: what it prints, what it refuses, and its exit codes."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from labels import code
from labels.__main__ import PASSWORD_VARIABLE, main
from tests.labels.samples import CREDIT_CODE, KEY, ROOT, decoded, page_images

BASE = "https://example.cn"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key.pem"
    path.write_bytes(KEY.to_pem(None))
    return path


@pytest.fixture
def address() -> str:
    return code.url(BASE, code.sign(KEY, 5, 3))


def test_a_key_is_made_once_and_kept_private(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, public = tmp_path / "k.pem", tmp_path / "p.pem"
    assert main(["keygen", "--id", "7", "--out", str(out), "--public", str(public), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["jwk"]["kid"] == "00007"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    before = out.read_bytes()
    assert main(["keygen", "--id", "7", "--out", str(out)]) == 1
    assert "label.key-exists" in capsys.readouterr().err
    assert out.read_bytes() == before
    assert main(["keygen", "--id", "0", "--out", str(tmp_path / "x.pem")]) == 1
    assert not (tmp_path / "x.pem").exists()


def test_signing_prints_the_address(key: Path, address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sign", "--key", str(key), "--id", "10", "--run", "5", "--item", "3", "--base", BASE]) == 0
    assert capsys.readouterr().out == address + "\n"


@pytest.mark.parametrize("form", ["address", "digits"])
@pytest.mark.parametrize("half", ["private", "public"])
def test_a_good_code_verifies(
    form: str, half: str, tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pem = tmp_path / "any.pem"
    pem.write_bytes(KEY.to_pem(None) if half == "private" else KEY.public.to_pem())
    text = address if form == "address" else code.split_url(address)
    assert main(["verify", text, "--key", str(pem), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["ok"], shown["key_id"], shown["run"], shown["item"]) == (True, 10, 5, 3)


def test_a_bad_code_exits_1_and_says_why(key: Path, address: str, capsys: pytest.CaptureFixture[str]) -> None:
    changed = address[:-1] + str((int(address[-1]) + 1) % 10)
    assert main(["verify", changed, "--key", str(key), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["code"] == "label.bad-signature"
    assert main(["verify", "https://example.cn/c/12", "--key", str(key)]) == 1
    assert "label.malformed" in capsys.readouterr().err
    assert main(["verify", address, "--key", str(key), "--id", "11"]) == 1
    assert "label.unknown-key" in capsys.readouterr().err


def test_an_encrypted_key_takes_its_password_from_the_environment(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, "密码")
    path = tmp_path / "sealed.pem"
    assert main(["keygen", "--id", "10", "--out", str(path)]) == 0
    assert b"ENCRYPTED" in path.read_bytes()
    sign = ["sign", "--key", str(path), "--id", "10", "--run", "1", "--item", "1", "--base", BASE]
    assert main(sign) == 0
    monkeypatch.delenv(PASSWORD_VARIABLE)
    assert main(sign) == 1
    assert "label.key-password" in capsys.readouterr().err


def test_a_sheet_with_its_list_of_codes(
    key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, listed = tmp_path / "labels.pdf", tmp_path / "codes.txt"
    arguments = ["sheet", "--key", str(key), "--id", "10", "--run", "5", "--count", "30", "--base", BASE]
    arguments += [
        "--stock",
        "a4-24",
        "--start-cell",
        "20",
        "--out",
        str(out),
        "--codes",
        str(listed),
        "--json",
    ]
    arguments += [
        "--brand",
        "石城白莲",
        "--product",
        "通芯白莲",
        "--credit-code",
        CREDIT_CODE,
        "--gi-mark",
        "--certificate",
    ]
    arguments += ["--line", "常温避光保存", "--line", "示例"]
    assert main(arguments) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["labels"], shown["pages"]) == (30, 3)
    lines = listed.read_text(encoding="ascii").splitlines()
    assert sorted(lines) == sorted(
        text for image in page_images(out.read_bytes(), 203) for text in decoded(image)
    )
    assert lines[2] == code.url(BASE, code.sign(KEY, 5, 3))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"--stock": "a4-99"}, "label.stock-unknown"),
        ({"--count": "0"}, "label.count"),
        ({"--count": "1000000"}, "label.number-range"),
        ({"--run": "0"}, "label.number-range"),
        ({"--base": "HTTP://x"}, "label.base"),
        ({"--start-cell": "25"}, "label.start-cell"),
        ({"--dpi": "1"}, "label.dpi"),
        ({"--workers": "0"}, "label.workers"),
        ({"--line": "😀"}, "label.missing-glyphs"),
        ({"--key": "missing.pem"}, "label.key-file"),
        ({"--out": "missing/x.pdf"}, "label.output"),
        ({"--codes": "missing/x.txt"}, "label.output"),
    ],
)
def test_a_mistake_is_explained_without_a_traceback(
    change: dict[str, str], error: str, key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {
        "--key": str(key),
        "--id": "10",
        "--run": "5",
        "--count": "2",
        "--base": BASE,
        "--stock": "a4-24",
    }
    given |= {"--out": str(tmp_path / "out.pdf")}
    given |= {name: str(tmp_path / value) if "missing" in value else value for name, value in change.items()}
    assert main(["sheet", *(part for pair in given.items() for part in pair)]) == 1
    err = capsys.readouterr().err
    assert f"[{error}]" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("arguments", [[], ["sheet"], ["nonsense"], ["sign", "--run", "x"]])
def test_wrong_usage_exits_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["keygen", "sign", "verify", "sheet"])
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    assert "--json" in capsys.readouterr().out


def test_it_runs_as_a_module(key: Path, address: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "labels", "verify", address, "--key", str(key)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "signature valid" in done.stdout
