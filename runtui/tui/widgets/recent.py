"""What was made last, kept for the next time it is asked for."""

from typing import Generic, TypeVar

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")


class Recent(Generic[KeyT, ValueT]):
    """At most so many values by key; the one that was put in first goes first.

    The framework's own caches are rings of lists: whatever they let go of waits for a search for garbage, which then
    takes as long as a key may.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[KeyT, ValueT] = {}

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: KeyT) -> ValueT | None:
        """The value of a key, or None when it is not kept."""
        return self._values.get(key)

    def __setitem__(self, key: KeyT, value: ValueT) -> None:
        values = self._values
        values[key] = value
        if len(values) > self._most:
            del values[next(iter(values))]

    def discard(self, key: KeyT) -> None:
        """Let go of one, if it is kept."""
        self._values.pop(key, None)

    def clear(self) -> None:
        """Let go of all."""
        self._values.clear()
