"""The item code: what it holds, and that no other text passes for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels import code, qr
from labels.errors import BadBase, BadCount, ForgedCode, LabelError, MalformedCode
from labels.keys import PublicKey, SigningKey
from tests.labels.samples import BASE, KEY, VECTORS

KEYS = {KEY.key_id: KEY.public}
runs = st.integers(1, code.MAX_RUN)
items = st.integers(1, code.MAX_ITEM)


@given(run=runs, item=items)
def test_a_signed_code_verifies_and_says_what_was_signed(run: int, item: int) -> None:
    digits = code.sign(KEY, run, item)
    assert len(digits) == 175
    assert code.verify(digits, KEYS) == code.ItemCode(1, KEY.key_id, run, item)
    assert code.parse(digits)[0].head == digits[:20]
    assert code.split_url(code.url(BASE, digits)) == digits


def test_signing_again_gives_the_same_digits() -> None:
    assert code.sign(KEY, 7, 7) == code.sign(KEY, 7, 7)


def test_any_single_changed_digit_is_refused() -> None:
    digits = code.sign(KEY, 20260812, 4096)
    for position, right in enumerate(digits):
        for wrong in "0123456789":
            if wrong != right:
                with pytest.raises((MalformedCode, ForgedCode)):
                    code.verify(digits[:position] + wrong + digits[position + 1 :], KEYS)


@given(st.text(max_size=200))
def test_no_other_text_is_an_item_code(text: str) -> None:
    with pytest.raises(MalformedCode):
        code.verify(text, KEYS)
    with pytest.raises(MalformedCode):
        code.split_url(text)


@given(st.from_regex(r"[0-9]{175}", fullmatch=True))
def test_random_digits_are_refused(digits: str) -> None:
    with pytest.raises((MalformedCode, ForgedCode)):
        code.verify(digits, KEYS)


def test_keys_may_be_looked_up_by_a_function() -> None:
    digits = code.sign(KEY, 1, 1)
    assert code.verify(digits, lambda key_id: KEY.public if key_id == 10 else None).item == 1
    with pytest.raises(ForgedCode) as caught:
        code.verify(digits, lambda key_id: None)
    assert caught.value.reason == "unknown-key"


def test_a_key_registered_under_another_id_does_not_pass() -> None:
    digits = code.sign(SigningKey(11, KEY.private), 1, 1)
    with pytest.raises(ForgedCode) as caught:
        code.verify("1" + "00010" + digits[6:], KEYS)
    assert caught.value.reason == "bad-signature"


@pytest.mark.parametrize(("run", "item"), [(0, 1), (1, 0), (100_000_000, 1), (1, 1_000_000), (-1, 1)])
def test_numbers_that_do_not_fit_are_not_signed(run: int, item: int) -> None:
    with pytest.raises(BadCount):
        code.sign(KEY, run, item)


@pytest.mark.parametrize(
    "base",
    [
        "",
        "example.cn",
        "HTTPS://example.cn",
        "https://Example.cn",
        "https://例子.cn",
        "ftp://example.cn",
        "https://example.cn?x=1",
        "https://example.cn#a",
        "https://user@example.cn",
        "https://example.cn//",
        "https://exa mple.cn",
        "https://example.cn\n",
        "https://-example.cn",
    ],
)
def test_a_base_that_a_phone_may_read_otherwise_is_refused(base: str) -> None:
    with pytest.raises(BadBase) as caught:
        code.prefix(base)
    assert caught.value.code == "label.base"


def test_the_longest_base_is_47_characters_with_its_path() -> None:
    assert len(code.prefix("https://" + "a" * 33 + ".cn")) == 47
    with pytest.raises(BadBase) as caught:
        code.prefix("https://" + "a" * 34 + ".cn")
    assert caught.value.code == "label.base-length"
    assert caught.value.context["most"] == 47


@pytest.mark.parametrize("good", VECTORS["good"], ids=lambda good: good["head"])
def test_good_vectors(good: dict[str, object]) -> None:
    seed = next(key["seed_hex"] for key in VECTORS["keys"] if key["key_id"] == good["key_id"])
    key = SigningKey.from_seed(good["key_id"], bytes.fromhex(seed))
    digits = code.sign(key, good["run"], good["item"])
    assert digits == good["digits"]
    assert code.parse(digits)[1].hex() == good["signature_hex"]
    assert key.public.verify(bytes.fromhex(good["signature_hex"]), bytes.fromhex(good["signed_hex"]))
    assert code.url(good["base"], digits) == good["url"]
    assert qr.version(code.prefix(good["base"])) == good["qr_version"]


@pytest.mark.parametrize("bad", VECTORS["bad"], ids=lambda bad: bad["name"])
def test_bad_vectors(bad: dict[str, str]) -> None:
    keys = {
        key["key_id"]: PublicKey(key["key_id"], bytes.fromhex(key["public_hex"])) for key in VECTORS["keys"]
    }
    with pytest.raises(LabelError) as caught:
        code.verify(bad["digits"], keys)
    assert caught.value.code == bad["error"]
    assert isinstance(caught.value, ForgedCode) == (
        bad["error"] in ("label.unknown-key", "label.bad-signature")
    )


@pytest.mark.parametrize("bad", VECTORS["bad_urls"], ids=lambda bad: bad["name"])
def test_bad_addresses(bad: dict[str, str]) -> None:
    with pytest.raises(MalformedCode) as caught:
        code.split_url(bad["url"])
    assert caught.value.code == bad["error"]


def test_every_refusal_explains_itself_in_both_languages() -> None:
    for bad in VECTORS["bad"]:
        with pytest.raises(LabelError) as caught:
            code.verify(bad["digits"], KEYS)
        assert caught.value.diagnosis() == caught.value.zh
        assert caught.value.diagnosis("en").isascii()
        assert any("\u4e00" <= char <= "\u9fff" for char in caught.value.zh)
