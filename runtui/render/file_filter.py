"""Which files of a listing are wanted: what one types above the tree, and the globs of a download.

`*.dat` and other patterns with `*`, `?` or `[` are compared with the file's name, or with its whole path when they hold
a slash; other words are looked for anywhere in the path. Several words all have to fit, a `!` in front excludes, and
case does not matter.
"""

import re
from collections.abc import Callable, Sequence
from fnmatch import translate

PathTest = Callable[[str], bool]
_GLOB = re.compile(r"[*?\[]")


def file_filter(text: str) -> PathTest | None:
    """The test of a path as the service sent it, or None when every file is wanted."""
    tests = [_word_test(word) for word in text.split() if word != "!"]
    if not tests:
        return None
    return tests[0] if len(tests) == 1 else lambda path: all(test(path) for test in tests)


def any_glob(globs: Sequence[str]) -> PathTest | None:
    """Whether a path fits any of the globs, each compared as in a filter; None when there are no globs."""
    tests = [_glob_test(glob) for glob in globs]
    return (lambda path: any(test(path) for test in tests)) if tests else None


def _word_test(word: str) -> PathTest:
    if word.startswith("!"):
        test = _word_test(word[1:])
        return lambda path: not test(path)
    if _GLOB.search(word):
        return _glob_test(word)
    needle = word.lower()
    return lambda path: needle in path.lower()


def _glob_test(glob: str) -> PathTest:
    matches = re.compile(translate(glob.lower())).match
    if "/" in glob:
        return lambda path: matches(path.lower()) is not None
    return lambda path: matches(path[path.rfind("/") + 1 :].lower()) is not None
