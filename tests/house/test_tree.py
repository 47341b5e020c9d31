"""What every file of the project keeps to."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.tree import ROOT, texts, tracked_files

# Put together here, so that this file does not hold what it looks for.
MACHINE_PATHS = ["/ro" + "ot/", "/wo" + "rk/", "/ho" + "me/", "/Us" + "ers/"]
REGISTRIES = ["py" + "pi.org", "python" + "hosted", "npm" + "js", "deb." + "debian"]
SOURCES = {".py", ".html", ".css", ".js", ".sh"}
LARGEST = 24 * 1024  # bytes


def lines_with(needles: list[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path, text in texts().items()
        if not vendored(path)
        for number, line in enumerate(text.splitlines(), 1)
        if any(needle in line for needle in needles)
    ]


def vendored(path: Path) -> bool:
    return any(path.is_relative_to(ROOT / room / "vendor") for room in ("static", "tests"))


def test_the_tree_is_seen() -> None:
    assert {ROOT / "Makefile", ROOT / "requirements.txt", Path(__file__)} <= set(tracked_files())


def test_no_lock_or_requirements_file_names_a_host() -> None:
    locks = [path for path in tracked_files() if re.search(r"requirements|constraints|lock", path.name)]
    assert len(locks) >= 4
    named = [
        f"{path.name}:{number}: {line}"
        for path in locks
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(r'http|://|--(extra-)?index-url|--find-links|"resolved"', line)
        and not line.lstrip().startswith("httpx")
    ]
    # tools/lock is the script that makes them and looks for the same.
    assert [line for line in named if not line.startswith("lock:")] == []


def test_every_locked_package_has_its_hashes() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        blocks = re.split(r"\n(?=\S)", (ROOT / name).read_text("utf-8").strip())
        pins = [block for block in blocks if not block.startswith("#")]
        assert len(pins) > 20
        assert [pin.splitlines()[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


def test_development_pins_what_the_service_runs_on() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"(?m)^\S+==\S+", (ROOT / name).read_text("utf-8")))

    assert pins("requirements.txt") <= pins("requirements-dev.txt")


def test_no_file_names_a_path_of_one_machine() -> None:
    assert lines_with(MACHINE_PATHS) == []


def test_no_file_names_a_package_registry() -> None:
    assert lines_with(REGISTRIES) == []


def test_no_source_file_has_outgrown_its_room() -> None:
    large = {
        str(path.relative_to(ROOT)): path.stat().st_size
        for path in tracked_files()
        if path.suffix in SOURCES and not vendored(path) and path.stat().st_size > LARGEST
    }
    assert large == {}
