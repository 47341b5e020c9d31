"""Administrative division codes."""

from __future__ import annotations

import pytest

from trace.core.errors import InvalidInput
from trace.core.region import PROVINCES, check, contains, county, province


@pytest.mark.parametrize("code", ["360735", "360735100", "360735100201", " 210681 "])
def test_codes_of_county_township_and_village(code: str) -> None:
    assert check(code) == code.strip()


@pytest.mark.parametrize(
    "code", ["", "36", "36073", "3607351", "990735", "36073５", "36073a", "3607351002011"]
)
def test_other_codes_are_refused(code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check(code, "to_region")
    assert (caught.value.code, caught.value.field) == ("plot.region", "to_region")


def test_provinces_by_the_first_two_digits() -> None:
    assert (province("360735"), province("360735", "en")) == ("江西省", "Jiangxi")
    assert province("990000") == province("") == ""
    assert len(PROVINCES) == 34


def test_the_county_of_a_village() -> None:
    assert county("360735100201") == "360735"


@pytest.mark.parametrize(
    ("area", "place", "inside"),
    [
        ("360735", "360735100", True),
        ("360735", "360734100", False),
        ("360000", "360735", True),
        ("360700", "360735", True),
        ("360700", "360835", False),
        ("360735100", "360735101", False),
        ("360735100", "360735", False),
        ("360735", "360735", True),
    ],
)
def test_places_within_areas(area: str, place: str, inside: bool) -> None:
    assert contains(area, place) is inside
