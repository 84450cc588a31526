"""Telling by Unicode's own categories that a text can do nothing to a terminal."""

import unicodedata

_INVISIBLE = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180f\u3164\uffa0\ufe00\ufe0f\U000e0100\U000e01ef"


def assert_inert(text: str) -> None:
    """Fail on any control, format, surrogate or separator character but a space, and on those never seen."""
    for char in text:
        assert unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}, f"U+{ord(char):04X}"
        assert char not in _INVISIBLE, f"U+{ord(char):04X}"
