"""How a person names a run."""

import gc

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.model.errors import ConfigError
from runtui.model.reference import RunReference, matching_references

KNOWN = [
    RunReference("hpc", "aBcDeF/1"),
    RunReference("hpc", "aBcDeF/13"),
    RunReference("destine", "5e8f6a"),
    RunReference("local", "5e8f"),
]


def matching(prefix: str) -> list[str]:
    return [str(reference) for reference in matching_references(prefix, KNOWN)]


def test_a_reference_is_written_and_read_with_a_colon() -> None:
    assert str(KNOWN[0]) == "hpc:aBcDeF/1"
    assert RunReference.parse("hpc:aBcDeF/1") == KNOWN[0]


def test_the_first_colon_divides() -> None:
    assert RunReference.parse("p:a:b") == RunReference("p", "a:b")


@given(st.text("abc-_", min_size=1), st.text(min_size=1))
def test_what_was_written_is_read_back(profile: str, run_id: str) -> None:
    assert RunReference.parse(str(RunReference(profile, run_id))) == RunReference(profile, run_id)


@pytest.mark.parametrize("text", ["", "hpc", "hpc:", ":aBcDeF"])
def test_a_text_with_a_side_missing_is_named_and_explained(text: str) -> None:
    with pytest.raises(ConfigError, match="is not a run reference") as caught:
        RunReference.parse(text)
    assert repr(text) in caught.value.message
    assert "profile:id" in caught.value.hint


@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        ("hpc:aBcDeF/1", ["hpc:aBcDeF/1"]),
        ("aBcDeF/1", ["hpc:aBcDeF/1"]),
        ("hpc:aBc", ["hpc:aBcDeF/1", "hpc:aBcDeF/13"]),
        ("aBcDeF/13", ["hpc:aBcDeF/13"]),
        ("5e8f", ["local:5e8f"]),
        ("5e8f6", ["destine:5e8f6a"]),
        ("5e", ["destine:5e8f6a", "local:5e8f"]),
        ("destine:5e", ["destine:5e8f6a"]),
        ("hpc", ["hpc:aBcDeF/1", "hpc:aBcDeF/13"]),
        ("pc:aBc", []),
        ("nothing", []),
    ],
)
def test_a_prefix_means_the_exact_one_or_all_that_begin_so(prefix: str, found: list[str]) -> None:
    assert matching(prefix) == found


def test_a_reference_unpacks_into_profile_and_id() -> None:
    profile, run_id = KNOWN[0]
    assert (profile, run_id) == ("hpc", "aBcDeF/1")


def test_references_stand_in_the_order_of_their_profiles_then_of_their_ids() -> None:
    one, two, three = RunReference("a", "z"), RunReference("b", "a"), RunReference("b", "b")
    assert sorted([three, one, two]) == [one, two, three]


def test_a_reference_is_an_array_in_a_file() -> None:
    content = msgspec.json.encode(RunReference("hpc", "aBcDeF/1"))
    assert content == b'["hpc","aBcDeF/1"]'
    assert msgspec.json.decode(content, type=RunReference) == RunReference("hpc", "aBcDeF/1")


def test_no_search_for_garbage_looks_at_references() -> None:
    assert not gc.is_tracked(RunReference("hpc", "aBcDeF/1"))
