"""`python -m trace.verify` and the one-file verifier: what they say, where they run, and how they leave."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.bundles import changed
from tests.support.tree import ROOT
from tests.verify.conftest import Good
from tools.verify_pyz import pack
from trace.verify.__main__ import main
from trace.verify.words import FAULTS, FRAME, LIMITS, PROVEN, REMARKS

LOG_KEY = "--key"


@pytest.fixture
def files(good: Good, tmp_path: Path) -> tuple[str, str]:
    """A good bundle and a changed one, as files."""
    sound, wrong = tmp_path / "good.zip", tmp_path / "changed.zip"
    sound.write_bytes(good.data)
    wrong.write_bytes(changed(good.data, f"attachments/{good.scene.photo}", lambda body: body[:-1] + b"x"))
    return str(sound), str(wrong)


def test_a_good_bundle_leaves_with_0(
    good: Good, files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([files[0], LOG_KEY, good.vkey, "--lang", "zh"]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"核验通过：批次 {good.scene.number}\n")
    for word in ("已经证明", "值得留意", "证明不了的"):
        assert f"\n{word}\n" in told
    assert main([files[0], LOG_KEY, good.vkey, "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"PROVEN: batch {good.scene.number}\n")
    assert not re.search("[\u4e00-\u9fff]", re.sub("写错了.*", "", told))


def test_a_changed_one_leaves_with_1_and_names_what_is_wrong(
    good: Good, files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([files[1], LOG_KEY, good.vkey, "--lang", "zh"]) == 1
    told = capsys.readouterr().out
    assert told.startswith("核验不通过 · 第一处不对 [attachment.changed]\n")
    assert good.scene.photo in told.splitlines()[1]
    assert main([files[1], LOG_KEY, good.vkey, "--json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert (data["ok"], data["fault"]["attachment"]) == (False, good.scene.photo)
    assert [one["code"] for one in data["proven"]] == [
        "checkpoint", "entries", "records", "signatures", "rows", "family",
    ]  # fmt: skip


@pytest.mark.parametrize("key", ["", "x", "a+b+c", "example.org/log+00000000+AQ==", "\u202ename+0+0"])
def test_what_is_no_key_leaves_with_2(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str], key: str
) -> None:
    assert main([files[0], LOG_KEY, key]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_called_wrongly_it_leaves_with_2(good: Good, tmp_path: Path, files: tuple[str, str]) -> None:
    assert main([str(tmp_path / "no such file"), LOG_KEY, good.vkey]) == 2
    assert main([str(tmp_path), LOG_KEY, good.vkey]) == 2
    assert main([files[0], LOG_KEY, good.vkey, "--witness", good.vkey]) == 2, "the log is not its own witness"
    assert main([files[0], LOG_KEY, good.vkey, "--report", str(tmp_path / "no" / "such" / "folder")]) == 2
    for words in ([], [files[0]], [files[0], LOG_KEY, good.vkey, "--lang", "fr"]):
        with pytest.raises(SystemExit) as left:
            main(words)
        assert left.value.code == 2


def test_the_page_it_writes_is_the_one_in_the_bundle(
    good: Good, files: tuple[str, str], tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    assert main([files[0], LOG_KEY, good.vkey, "--report", str(page)]) == 0
    with zipfile.ZipFile(files[0]) as archive:
        assert page.read_bytes() == archive.read("report.html")
    assert main([files[1], LOG_KEY, good.vkey, "--report", str(tmp_path / "none.html")]) == 1
    assert not (tmp_path / "none.html").exists()


@pytest.fixture(scope="module")
def pyz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The verifier in one file, in a folder where nothing else of ours is."""
    path = tmp_path_factory.mktemp("elsewhere") / "verify.pyz"
    pack(path)
    return path


@pytest.mark.parametrize("flags", [[], ["-I"], ["-E"], ["-P"], ["-s", "-B"], ["-X", "utf8"], ["-O"]])
def test_the_one_file_runs_from_any_folder(
    good: Good, files: tuple[str, str], pyz: Path, tmp_path: Path, flags: list[str]
) -> None:
    # A module of this name stands in the folder, and one in the standard library.
    (tmp_path / "trace.py").write_text("raise SystemExit('the wrong trace')", "utf-8")
    here = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "LC_ALL", "LANG")}
    for bundle, code in zip(files, (0, 1), strict=True):
        done = subprocess.run(
            [sys.executable, *flags, str(pyz), bundle, LOG_KEY, good.vkey],
            cwd=tmp_path,
            env={**here, "LC_ALL": "C"},
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (code, b"")


def test_the_one_file_checks_the_page_too(
    good: Good, files: tuple[str, str], pyz: Path, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-I", str(pyz), files[0], LOG_KEY, good.vkey, "--json", "--lang", "en"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "report" in [one["code"] for one in json.loads(done.stdout)["proven"]]


def test_the_same_sources_make_the_same_file(pyz: Path, tmp_path: Path) -> None:
    pack(tmp_path / "again.pyz")
    assert (tmp_path / "again.pyz").read_bytes() == pyz.read_bytes()


def test_the_verifier_needs_nothing_but_cryptography() -> None:
    script = (
        "import sys, trace.verify.__main__\n"
        "import importlib.metadata as m\n"
        "names = {name.split('.')[0] for name in sys.modules}\n"
        "known = m.packages_distributions()\n"
        "print(sorted({one for name in names for one in known.get(name, ()) if not name.startswith('_')}))\n"
        "print(sorted(name for name in sys.modules if name.startswith('trace.') and name.split('.')[1] not in\n"
        "  ('core', 'ledger', 'verify')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert done == ["['cryptography']", "[]"]


def test_who_has_read_enough_may_close_the_pipe(good: Good, files: tuple[str, str]) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "trace.verify", files[0], LOG_KEY, good.vkey, "--json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.close()
    assert running.stderr.read() == b""
    running.stderr.close()
    assert running.wait() == 0


def test_every_sentence_is_written_in_both_languages_with_the_same_places() -> None:
    places = re.compile(r"\{(\w+)\}")
    for words in (FAULTS, PROVEN, LIMITS, REMARKS, FRAME):
        for code, (chinese, english) in words.items():
            assert set(places.findall(chinese)) == set(places.findall(english)), code
            assert not re.search("[\u4e00-\u9fff]", english), code


def test_every_sentence_is_said_somewhere_and_none_is_missing() -> None:
    sources = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "trace" / "verify").glob("*.py")))
    said = set(re.findall(r'Fault\(\s*"([a-z-]+\.[a-z-]+)"', sources))
    said |= set(re.findall(r'Fault\("(file\.unlisted)" if', sources)) | {"archive.lacks"}
    assert said == set(FAULTS)
