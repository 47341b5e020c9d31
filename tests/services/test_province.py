"""Provinces from an offline file: what it says, and that nothing it lacks or gets wrong ever reaches a page."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.support.scanning import PLACES, geoip_file
from trace.core.errors import Unavailable
from trace.core.region import PROVINCES
from trace.services import province
from trace.services.province import Provinces, code_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return geoip_file(tmp_path / "places.mmdb")


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("10.0.1.7", "36"),
        ("::ffff:10.0.1.7", "36"),
        ("10.0.2.1", "21"),
        ("10.0.3.255", "44"),
        ("10.0.4.1", "81"),
        ("10.0.5.1", "81"),
        ("10.0.6.1", "71"),
        ("10.0.7.1", ""),
        ("10.0.8.1", ""),
        ("10.0.9.1", ""),
        ("10.0.10.1", ""),
        ("10.9.9.9", ""),
        ("2001:db8::1", "65"),
        ("", ""),
        ("localhost", ""),
        ("10.0.1.7%eth0", ""),
    ],
)
def test_an_address_gives_two_digits_or_nothing(file: Path, address: str, code: str) -> None:
    assert Provinces(file).of(address) == code


def test_every_province_can_be_told_and_no_other() -> None:
    told = {
        code_of({"country": {"iso_code": "CN"}, "subdivisions": [{"iso_code": letters}]})
        for letters in province._LETTERS
    }
    assert told == set(PROVINCES)
    assert code_of({"country": {"iso_code": "CN"}, "subdivisions": [{"iso_code": "99"}]}) == ""


def test_without_a_file_nothing_is_claimed() -> None:
    assert Provinces(None).of("10.0.1.7") == ""
    assert Provinces(None).check() is None


def test_a_file_tells_what_it_is(file: Path) -> None:
    found = Provinces(file).check()
    assert found is not None
    assert (found.kind, found.nodes > 0) == ("GeoLite2-City", True)
    assert found.built_at.date() - date(2026, 1, 1) > timedelta(0)


@pytest.mark.parametrize("content", [None, b"", b"not a database" * 100])
def test_a_file_that_cannot_be_opened_is_said_and_claims_nothing(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "wrong.mmdb"
    if content is not None:
        path.write_bytes(content)
    assert Provinces(path).of("10.0.1.7") == ""
    with pytest.raises(Unavailable) as refused:
        Provinces(path).check()
    assert refused.value.code == "scan.geoip"
    assert str(path) in refused.value.message()
    with capture_logs() as lines:
        province.tell_at_start(path)
    assert [str(path) in line["error"] for line in lines] == [True]


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert Provinces(tmp_path).of("10.0.1.7") == ""


def test_damage_anywhere_gives_a_province_or_nothing(file: Path, tmp_path: Path) -> None:
    whole, chance = file.read_bytes(), random.Random(5)  # damage, not secrets
    for number in range(300):
        raw = bytearray(whole)
        if number % 3 == 0:
            del raw[chance.randrange(len(raw)) :]
        for _ in range(chance.randrange(1, 30)):
            if raw:
                raw[chance.randrange(len(raw))] = chance.randrange(256)
        path = tmp_path / f"{number}.mmdb"
        path.write_bytes(raw)
        places = Provinces(path)
        for net in PLACES:
            assert places.of(net.partition("/")[0]) in {"", *PROVINCES}


def test_a_file_put_in_place_of_another_is_used_at_once(tmp_path: Path, file: Path) -> None:
    path = tmp_path / "in-use.mmdb"
    places = Provinces(path)
    assert places.of("10.0.1.7") == ""
    file.rename(path)
    assert places.of("10.0.1.7") == "36"
    path.unlink()
    assert places.of("10.0.1.7") == ""
