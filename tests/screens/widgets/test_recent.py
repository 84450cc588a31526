"""What was made last is kept, and what is let go of leaves at once."""

import weakref

from runtui.tui.widgets.recent import Recent


class Value:
    """Something that can be seen to be gone."""


def test_the_first_of_too_many_goes() -> None:
    recent = Recent[str, int](2)
    for place, key in enumerate("abc"):
        recent[key] = place
    assert [recent.get(key) for key in "abc"] == [None, 1, 2]
    assert len(recent) == 2


def test_a_value_in_place_of_another_takes_no_more_room() -> None:
    recent = Recent[str, int](2)
    for key, value in (("a", 1), ("b", 2), ("b", 3)):
        recent[key] = value
    assert (recent.get("a"), recent.get("b")) == (1, 3)


def test_one_is_let_go_of_and_then_all() -> None:
    recent = Recent[str, int](9)
    for place, key in enumerate("abc"):
        recent[key] = place
    recent.discard("b")
    recent.discard("never there")
    assert [recent.get(key) for key in "abc"] == [0, None, 2]
    recent.clear()
    assert len(recent) == 0


def test_nothing_that_was_let_go_of_waits_for_a_search_for_garbage() -> None:
    recent = Recent[int, Value](1)
    replaced, pushed_out, cleared = Value(), Value(), Value()
    gone = [weakref.ref(value) for value in (replaced, pushed_out, cleared)]
    recent[1] = replaced
    recent[1] = pushed_out
    recent[2] = cleared
    recent.clear()
    del replaced, pushed_out, cleared
    assert [reference() for reference in gone] == [None, None, None]
