"""A text that must not be seen."""

import copy
import pickle

import msgspec
import pytest

from runtui.model.secret import Secret

SECRET = Secret("hunter2")


@pytest.mark.parametrize("shown", [str(SECRET), repr(SECRET), f"{SECRET}", f"{[SECRET]}", "%s" % SECRET])  # noqa: UP031
def test_it_prints_as_stars_wherever_it_ends_up(shown: str) -> None:
    assert "hunter2" not in shown
    assert "***" in shown


def test_only_revealing_gives_it_away() -> None:
    assert SECRET.reveal() == "hunter2"


def test_it_cannot_be_pickled_copied_or_written_as_json() -> None:
    for write in (pickle.dumps, copy.copy, msgspec.json.encode):
        with pytest.raises(TypeError):
            write(SECRET)


def test_two_secrets_are_equal_when_their_texts_are() -> None:
    assert Secret("hunter2") == SECRET
    assert len({Secret("hunter2"), SECRET, Secret("other")}) == 2
    assert SECRET != "hunter2"


def test_an_empty_secret_is_false() -> None:
    assert not Secret("")
    assert SECRET
