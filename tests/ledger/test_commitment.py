"""Fields committed to one by one: any change shows, and one can go without the others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.ledger.commitment import digest, digests, field_salt, flatten, payload

SALT = bytes(range(32))
RECORD = {
    "id": 7,
    "place": "示例村莲田",
    "withdrawn": False,
    "quantity_g": None,
    "facts": {
        "worker": "示例人",
        "steps": [{"step": "drying", "hours": 8}, {"step": "sorting"}],
        "basis": ["a", "b"],
    },
    "event_attachment": [],
}
NAMES = st.text(st.characters(exclude_characters=".", exclude_categories=["Cs"]), min_size=1, max_size=8)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.text(max_size=8).filter(str.isprintable),
)
RECORDS = st.dictionaries(
    NAMES,
    st.one_of(LEAVES, st.dictionaries(NAMES, LEAVES, max_size=3), st.lists(LEAVES, max_size=3)),
    max_size=5,
)


def test_members_and_rows_become_fields() -> None:
    assert flatten(RECORD) == {
        "id": 7,
        "place": "示例村莲田",
        "withdrawn": False,
        "quantity_g": None,
        "facts.worker": "示例人",
        "facts.steps.0.step": "drying",
        "facts.steps.0.hours": 8,
        "facts.steps.1.step": "sorting",
        "facts.basis": ["a", "b"],
        "event_attachment": [],
    }


@pytest.mark.parametrize("record", [{"a.b": 1}, {"": 1}, {"facts": {"a.b": 1}}, {"rows": [{"": 1}]}])
def test_a_name_that_could_stand_for_two_fields_is_refused(record: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="name of a field"):
        flatten(record)


@given(RECORDS, RECORDS)
def test_two_records_have_one_payload_only_if_they_are_one(
    one: dict[str, object], other: dict[str, object]
) -> None:
    same = payload(digests(SALT, flatten(one))) == payload(digests(SALT, flatten(other)))
    # True and 1 are equal in Python, and are not in a record.
    assert same == (repr(sorted(flatten(one).items())) == repr(sorted(flatten(other).items())))


def test_the_payload_follows_from_the_digests_alone_so_a_field_can_go() -> None:
    fields = flatten(RECORD)
    made = digests(SALT, fields)
    kept = {
        name: made[name] if name == "facts.worker" else digest(field_salt(SALT, name), name, value)
        for name, value in fields.items()
    }
    assert payload(kept) == payload(made)


def test_a_value_under_another_name_or_salt_has_another_digest() -> None:
    here = digest(field_salt(SALT, "place"), "place", "示例村")
    assert here != digest(field_salt(SALT, "place"), "source", "示例村")
    assert here != digest(field_salt(SALT, "source"), "place", "示例村")
    assert here != digest(field_salt(bytes(32), "place"), "place", "示例村")
