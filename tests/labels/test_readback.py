"""The self-check: a sound file passes, and whatever is wrong in a file is found and named."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
import qrcode

from labels import digits, marks, pdf, picture, qr
from labels.adjust import Adjustment
from labels.code import item_code, sign
from labels.keys import SigningKey
from labels.marks import Mark
from labels.pdf import RunSpec, render
from labels.readback import READ_WHOLE, Fault, ReadbackMismatch, check, reader, sample
from labels.sheet import Paper
from labels.stock import STOCKS, Stock
from tests.labels.samples import BASE, FULL, KEY, PLAIN, run_of

A4 = STOCKS["a4-24"]
ROLL = STOCKS["roll-60x40"]
Twist = Callable[[list[Mark]], list[Mark]]


@pytest.fixture
def drawn(tmp_path: Path) -> Callable[..., Path]:
    """Draws a run into a file of this test's own."""

    def draw(run: RunSpec, stock: Stock, **options: object) -> Path:
        path = tmp_path / "labels.pdf"
        render(path, run=run, signer=KEY, stock=stock, **options)
        return path

    return draw


@pytest.fixture
def twisted(monkeypatch: pytest.MonkeyPatch, drawn: Callable[..., Path]) -> Callable[..., Path]:
    """Draws a run with an engine that makes a mistake."""

    def draw(twist: Twist, run: RunSpec, stock: Stock, **options: object) -> Path:
        def wrong(*arguments: object, **named: object) -> Iterator[Mark]:
            yield from twist(list(marks.marks(*arguments, **named)))

        monkeypatch.setattr(pdf, "marks", wrong)
        return drawn(run, stock, **options)

    return draw


def fault(path: Path, run: RunSpec, stock: Stock, **options: object) -> Fault:
    with pytest.raises(ReadbackMismatch) as caught:
        check(path, run, options.pop("key", KEY).public, stock, **options)
    return caught.value.fault


def changed(index: int, **parts: object) -> Twist:
    """One mark with other parts."""

    def twist(made: list[Mark]) -> list[Mark]:
        made[index] = replace(made[index], **parts)
        return made

    return twist


def symbol(key: SigningKey, run: int, item: int, base: str = BASE) -> bytes:
    return qr.packed(f"{base}/c/{sign(key, run, item)}")


@pytest.mark.parametrize("name", STOCKS)
def test_a_sound_run_passes(name: str, drawn: Callable[..., Path]) -> None:
    stock, run = STOCKS[name], run_of(FULL, 30)
    told: list[tuple[int, int]] = []
    found = check(
        drawn(run, stock), run, KEY.public, stock, progress=lambda done, of: told.append((done, of))
    )
    assert (found.checked, found.of) == (30, 30)
    assert found.pages == -(-30 // stock.per_page)
    assert told[-1] == (30, 30)


def test_labels_are_read_where_part_used_sheets_and_a_printer_s_aim_put_them(
    drawn: Callable[..., Path],
) -> None:
    run, paper = run_of(FULL, 40), Paper(((2, 9, 24), (5, 6)))
    aim = Adjustment(offset_x=2_300, offset_y=-1_900, scale_x=-4_000, scale_y=9_000)
    path = drawn(run, STOCKS["a4-21"], paper=Paper(((2, 9, 20), (5, 6))), adjust=aim)
    assert (
        check(path, run, KEY.public, STOCKS["a4-21"], paper=Paper(((2, 9, 20), (5, 6))), adjust=aim).checked
        == 40
    )
    wrong = fault(path, run, STOCKS["a4-21"], paper=Paper(((3, 9, 20), (5, 6))), adjust=aim)
    assert (wrong.item, wrong.page, wrong.cell) == (1, 1, 3)
    path = drawn(run, A4, paper=paper)
    assert fault(path, run, A4).page == 1


def test_two_processes_find_what_one_finds(twisted: Callable[..., Path]) -> None:
    def lose_two(made: list[Mark]) -> list[Mark]:
        return changed(180, symbol=made[7].symbol)(changed(60, symbol=made[8].symbol)(made))

    run = run_of(PLAIN, 200)
    path = twisted(lose_two, run, A4)
    for workers in (1, 2):
        with pytest.raises(ReadbackMismatch) as caught:
            check(path, run, KEY.public, A4, workers=workers)
        assert caught.value.fault == Fault(61, 3, 13, "other", f"00010/{run.run}/9")
        assert caught.value.checked == 60


def test_two_labels_that_changed_places_are_named(twisted: Callable[..., Path]) -> None:
    def swap(made: list[Mark]) -> list[Mark]:
        made[6], made[2] = made[2], made[6]
        return made

    run = run_of(FULL, 24)
    assert fault(twisted(swap, run, A4), run, A4) == Fault(3, 1, 3, "other", f"00010/{run.run}/7")


def test_a_symbol_damaged_beyond_repair_is_named(twisted: Callable[..., Path]) -> None:
    def smear(made: list[Mark]) -> list[Mark]:
        rows = bytearray(made[4].symbol)
        rows[6 * 14 : 6 * 30] = bytes(6 * 16)
        return changed(4, symbol=bytes(rows))(made)

    run = run_of(FULL, 5)
    assert fault(twisted(smear, run, ROLL), run, ROLL) == Fault(5, 5, 1, "unreadable")


@pytest.mark.parametrize(
    ("made", "reason", "read"),
    [
        (functools.partial(symbol, KEY, 101, 3), "other", "00010/101/3"),
        (functools.partial(symbol, SigningKey.from_seed(11, bytes(32)), 100, 3), "other", "00011/100/3"),
        (
            functools.partial(symbol, SigningKey.from_seed(10, bytes(32)), 100, 3),
            "signature",
            "label.bad-signature",
        ),
        (functools.partial(symbol, KEY, 100, 3, "https://t.dongg.example"), "address", None),
    ],
    ids=["other run", "other key id", "other key", "other address"],
)
def test_a_label_of_something_else_is_named(
    made: Callable[[], bytes], reason: str, read: str | None, twisted: Callable[..., Path]
) -> None:
    run = run_of(FULL, 24)
    found = fault(twisted(changed(2, symbol=made()), run, A4), run, A4)
    assert (found.item, found.page, found.cell, found.reason) == (3, 1, 3, reason)
    assert found.read == read or (read is None and found.read.startswith("https://t.dongg.example/c/1"))


def test_a_wrong_number_under_the_code_is_named(twisted: Callable[..., Path]) -> None:
    run = run_of(FULL, 70)
    other = digits.printed(item_code(KEY.key_id, run.run, 67))
    right = digits.printed(item_code(KEY.key_id, run.run, 66))
    for stock, page, cell in ((A4, 3, 18), (STOCKS["a4-65"], 2, 1), (ROLL, 66, 1)):
        path = twisted(changed(65, number=other), run, stock)
        assert fault(path, run, stock) == Fault(66, page, cell, "number", right)


def test_a_pin_of_another_label_is_named_and_not_told(twisted: Callable[..., Path]) -> None:
    run = replace(run_of(PLAIN, 30), pin_secret=bytes(range(32)))
    for stock in (A4, ROLL):
        path = twisted(lambda made: made, run, stock)
        assert check(path, run, KEY.public, stock).checked == 30
        path = twisted(lambda made: changed(20, pin=made[21].pin)(made), run, stock)
        found = fault(path, run, stock)
        assert (found.item, found.reason, found.read) == (21, "pin", "")
        path = twisted(changed(20, pin=""), run, stock)
        assert fault(path, run, stock).reason == "pin"


def test_the_wrong_public_key_releases_nothing(drawn: Callable[..., Path]) -> None:
    run = run_of(FULL, 3)
    path = drawn(run, ROLL)
    assert fault(path, run, ROLL, key=SigningKey.from_seed(10, bytes(32))).reason == "signature"
    assert fault(path, run, ROLL, key=SigningKey.from_seed(12, bytes(range(32)))).reason == "other"


def edited(path: Path, edit: Callable[[pikepdf.Pdf], None]) -> Path:
    with pikepdf.open(path, allow_overwriting_input=True) as file:
        edit(file)
        file.save(path)
    return path


def test_a_missing_page_is_named(drawn: Callable[..., Path]) -> None:
    run = run_of(PLAIN, 60)
    found = fault(edited(drawn(run, A4), lambda file: file.pages.__delitem__(1)), run, A4)
    assert found == Fault(25, 2, 1, "other", f"00010/{run.run}/49")
    found = fault(edited(drawn(run, A4), lambda file: file.pages.__delitem__(2)), run, A4)
    assert found == Fault(49, 3, 1, "page")


def test_a_page_too_many_is_named(drawn: Callable[..., Path]) -> None:
    run = run_of(PLAIN, 30)
    found = fault(edited(drawn(run, A4), lambda file: file.pages.append(file.pages[0])), run, A4)
    assert found == Fault(30, 2, 6, "length", "3")


def test_a_white_page_is_named(drawn: Callable[..., Path]) -> None:
    run = run_of(PLAIN, 60)

    def whiten(file: pikepdf.Pdf) -> None:
        file.pages[1].Contents = file.make_stream(b"")

    assert fault(edited(drawn(run, A4), whiten), run, A4) == Fault(25, 2, 1, "unreadable")


def test_a_second_code_on_a_label_is_named(drawn: Callable[..., Path]) -> None:
    run, stock = run_of(PLAIN, 1), STOCKS["a4-24"]

    def double(file: pikepdf.Pdf) -> None:
        content = file.pages[0].Contents.read_bytes()
        cleared = b"%b q 1 g 0 0 115 900 re f 1 0 0 1 -80 0 cm %b Q" % (content, content)
        file.pages[0].Contents = file.make_stream(cleared)

    found = fault(edited(drawn(run, stock), double), run, stock)
    assert found == Fault(1, 1, 1, "several", "2")


def test_a_file_that_is_no_pdf_is_named(tmp_path: Path) -> None:
    path = tmp_path / "labels.pdf"
    path.write_bytes(b"\0" * 5_000)
    run = run_of(PLAIN, 3)
    assert fault(path, run, ROLL) == Fault(1, 1, 1, "file")
    assert fault(tmp_path / "none.pdf", run, ROLL) == Fault(1, 1, 1, "file")


def test_the_refusal_tells_a_person_which_label_and_why(twisted: Callable[..., Path]) -> None:
    run = run_of(FULL, 24)
    path = twisted(changed(16, symbol=bytes(qr.PACKED_BYTES)), run, A4)
    with pytest.raises(ReadbackMismatch) as caught:
        check(path, run, KEY.public, A4)
    assert caught.value.diagnosis() == "自检没通过：第 17 枚（第 1 页第 17 格）读不出二维码。"
    assert (
        caught.value.diagnosis("en")
        == "Self-check failed at label 17 (page 1, cell 17): no code can be read."
    )
    assert (caught.value.code, caught.value.checked) == ("label.readback", 16)
    other = ReadbackMismatch(Fault(3, 1, 3, "other", "00010/100/7"))
    assert other.diagnosis().endswith("二维码是另一枚的：密钥 00010、印制批 100、第 7 枚。")
    assert other.diagnosis("en").endswith("the code is another label's: key 00010, run 100, label 7.")


def test_short_runs_are_read_whole() -> None:
    assert sample(5, READ_WHOLE, "seed") == list(range(5, 5 + READ_WHOLE))


def test_long_runs_are_read_at_both_ends_and_at_a_hundredth_that_the_seed_decides() -> None:
    chosen = sample(1, 100_000, "seed")
    assert (chosen[0], chosen[-1]) == (1, 100_000)
    assert chosen == sorted(set(chosen))
    assert 850 < len(chosen) < 1_150
    assert chosen == sample(1, 100_000, "seed")
    assert len(set(chosen) & set(sample(1, 100_000, "dees"))) < 60
    # Whether an item is read depends on seed and item alone, as documented.
    assert set(sample(1, 50_000, "seed")) - {50_000} <= set(chosen)


def test_of_a_long_run_only_the_sample_is_read(twisted: Callable[..., Path]) -> None:
    run = run_of(PLAIN, READ_WHOLE + 1)
    chosen = sample(1, run.count, "s")
    unread = next(item for item in range(1, run.count) if item not in chosen)
    path = twisted(changed(unread - 1, symbol=bytes(qr.PACKED_BYTES)), run, ROLL)
    found = check(path, run, KEY.public, ROLL, seed="s")
    assert (found.checked, found.of, found.seed) == (len(chosen), run.count, "s")
    path = twisted(changed(chosen[1] - 1, symbol=bytes(qr.PACKED_BYTES)), run, ROLL)
    assert fault(path, run, ROLL, seed="s").item == chosen[1]


def test_the_reader_says_its_versions() -> None:
    assert reader().startswith("zxing-cpp 3")


def test_long_addresses_in_larger_symbols_are_read_back(drawn: Callable[..., Path]) -> None:
    run = replace(run_of(FULL, 6), base_url="https://zhuisu.shichengbailian.example")
    assert check(drawn(run, A4), run, KEY.public, A4).checked == 6


def test_a_picture_that_is_itself_a_code_is_not_released(drawn: Callable[..., Path]) -> None:
    image = qrcode.make("https://mp.example/follow-us", box_size=8).get_image()
    poster = io.BytesIO()
    image.convert("RGB").save(poster, "PNG")
    run = replace(run_of(PLAIN, 3), picture=picture.load(poster.getvalue()))
    stock = STOCKS["a4-21"]
    found = fault(drawn(run, stock), run, stock)
    assert (found.item, found.reason, found.read) == (1, "several", "2")


def test_a_long_file_is_read_by_the_pages_of_its_sample(drawn: Callable[..., Path]) -> None:
    run = run_of(PLAIN, 1_500 * 24 + 5)
    path = drawn(run, A4)
    found = check(path, run, KEY.public, A4, seed="s")
    assert found.checked == len(sample(1, run.count, "s"))
    assert fault(path, replace(run, run=101), A4).reason == "other"
    shorter = replace(run, count=run.count + 40)
    assert fault(path, shorter, A4, seed="s") == Fault(shorter.count, 1_502, 21, "page")


def test_a_long_file_that_another_program_wrote_is_read_all_the_same(drawn: Callable[..., Path]) -> None:
    run = run_of(PLAIN, READ_WHOLE + 24)
    path = edited(drawn(run, A4), lambda file: None)
    assert check(path, run, KEY.public, A4).checked == len(sample(1, run.count, ""))
    path.write_bytes(path.read_bytes()[:20_000])
    assert fault(path, run, A4).item == 1
